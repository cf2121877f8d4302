"""Cash, the exception: pay lists for a place, filled in by hand and given back."""
