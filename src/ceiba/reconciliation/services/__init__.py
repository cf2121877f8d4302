"""Takes in what banks said, matches it, and lets people explain what nothing else does."""
