"""Proofs: formats and cryptography of what others can verify. Keys and times come as arguments; no database."""
