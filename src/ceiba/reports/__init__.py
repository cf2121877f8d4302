"""Results beside money: the pages of funders, and IATI files."""
