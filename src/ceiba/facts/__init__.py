"""One row a participant a month, each column traceable to its evidence."""
