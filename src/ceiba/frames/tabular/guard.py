"""Text that a spreadsheet would take for a formula, made harmless in CSV and given back as it was.

A leading apostrophe is put before what starts, after any apostrophes, with one of these signs; reading takes one
away where such a start follows. So writing and then reading gives every text back.
"""

import polars as pl

_SIGNS = r"=+\-@\t\r\n＝＋－＠"


def guarded(text: pl.Expr) -> pl.Expr:
    """The text as it may be written to a CSV cell."""
    return text.str.replace(rf"^('*[{_SIGNS}])", "'${1}")


def unguarded(text: pl.Expr) -> pl.Expr:
    """The text as it was before `guarded`."""
    return text.str.replace(rf"^'('*[{_SIGNS}])", "${1}")
