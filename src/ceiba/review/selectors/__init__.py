"""Reads what is found and said of submissions."""
