"""Reads the register of commitments, its parties, sources and what waits for a second person."""
