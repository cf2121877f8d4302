"""Ceiba: every month of every person ends in a decision that can be recomputed from the evidence."""

__version__ = "0.1.0"
