"""Columns in and out of PostgreSQL and files: the only columnar input and output."""
