"""Programmes and their dated rules as published."""
