"""Rulebooks: reading, checking and compiling rules that are data."""
