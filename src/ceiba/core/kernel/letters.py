"""Letters that nobody sees: a name that has one looks like another, or like two lines; a terminal obeys some."""

import re
from typing import Final

INVISIBLE: Final = r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
"""Controls, zero-width characters and marks that turn the direction of reading: nothing a name needs. As a regular
expression of Python, polars and JavaScript."""
_UNSEEN: Final = re.compile(rf"(?![\t\n]){INVISIBLE}")
_SPACE: Final = re.compile(r"[\t\n\r]+")


def seen(text: str) -> str:
    """The text with a sign in the place of each letter that nobody sees; lines and tabulators stay.

    >>> seen("a\\n\\x1b[2J")
    'a\\n\ufffd[2J'
    """
    return _UNSEEN.sub("\ufffd", text)


def one_line(value: object) -> object:
    """A text as `seen`, on one line; anything else as it is."""
    return seen(_SPACE.sub(" ", value)) if isinstance(value, str) else value
