"""Months accepted per person, from determinations alone."""
