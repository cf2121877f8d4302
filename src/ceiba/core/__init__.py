"""Pure computations: no Django, no files, no clock, no randomness."""
