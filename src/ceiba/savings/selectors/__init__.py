"""Reads savings: balances, statements, withdrawals, interest, and the proof that what is owed is held."""
