"""Reads requests for erasure, what is held of a person, and what stands in the way."""
