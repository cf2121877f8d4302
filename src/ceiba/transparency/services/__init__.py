"""Writes the log."""
