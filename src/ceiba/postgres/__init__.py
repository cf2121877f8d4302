"""The embedded PostgreSQL server: start, reuse, stop."""
