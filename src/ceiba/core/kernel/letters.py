"""Letters that nobody sees: a name that has one looks like another, or like two lines."""

from typing import Final

INVISIBLE: Final = r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
"""Controls, zero-width characters and marks that turn the direction of reading: nothing a name needs. As a regular
expression of Python, polars and JavaScript."""
