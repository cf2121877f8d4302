"""Files under their own hash."""
