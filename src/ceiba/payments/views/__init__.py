"""Pages of lists, runs, payments and holds."""
