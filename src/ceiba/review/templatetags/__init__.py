"""Template tags of the pages of submissions."""
