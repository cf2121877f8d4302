"""Proofs that travel without Ceiba: keys, the constancia's formats, reading them. No database, no Django."""
