"""Proofs that travel without Ceiba: the constancia, notes and receipts of the log. No database, no Django."""
