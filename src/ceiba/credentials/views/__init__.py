"""Pages of constancias: the issuing desk, those that were issued, one of them, one's own."""
