"""Reads the log."""
