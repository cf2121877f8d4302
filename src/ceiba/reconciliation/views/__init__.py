"""Pages of what banks said, what it came to, and what nobody has explained yet."""
