"""Reads what banks said, and what it has come to."""
