"""Reads what a browser sends back of a page."""


def row_number(text: str) -> int:
    """The number of a row as a form or an address says it; 0, which no row has, for anything else."""
    return int(text) if text.isdecimal() and len(text) < 18 else 0
