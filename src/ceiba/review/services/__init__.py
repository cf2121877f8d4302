"""Writes what is found and said of submissions."""
