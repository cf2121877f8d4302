"""Writes flags and reviews down as evidence, so that a rule may name them."""
