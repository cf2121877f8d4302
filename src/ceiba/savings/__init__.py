"""Savings that belong to the person: deposits, interest, withdrawals and statements."""
