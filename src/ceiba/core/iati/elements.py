"""Pieces of XML that both files are made of."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import polars as pl
from lxml import etree

from ceiba.core.kernel.money import MINOR_DIGITS

XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
VERSION: Final = "2.03"
HUNDRED: Final = 10_000  # hundredths of a percent
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANK: Final = re.compile(r"\s+")

Row = Mapping[str, Any]


def text_of(value: str) -> str:
    """`value` in characters that XML 1.0 can hold, its white space collapsed."""
    return _BLANK.sub(" ", _NOT_XML.sub(" ", value)).strip()


def attributes(**values: object) -> dict[str, str]:
    """Attributes by name (`_` stands for `-`); those that are None are left out."""
    return {
        name.replace("_", "-"): text_of(str(value)) for name, value in values.items() if value is not None
    }


def child(parent: "etree._Element", tag: str, **values: object) -> "etree._Element":
    """A new last child."""
    return etree.SubElement(parent, tag, attributes(**values))


def narratives(parent: "etree._Element", es: str | None, en: str | None = None) -> None:
    """A text in the language of the file (Spanish), and in English where there is one that differs."""
    if es is not None and (said := text_of(es)):
        etree.SubElement(parent, "narrative").text = said
    if en is not None and en != es and (said := text_of(en)):
        etree.SubElement(parent, "narrative", {XML_LANG: "en"}).text = said


def spoken(parent: "etree._Element", tag: str, row: Row, name: str, **values: object) -> "etree._Element":
    """A child that holds the texts `name_es` and `name_en` of the row."""
    made = child(parent, tag, **values)
    narratives(made, row[f"{name}_es"], row[f"{name}_en"])
    return made


def period(parent: "etree._Element", row: Row) -> None:
    """`period-start` and `period-end` of the row."""
    child(parent, "period-start", iso_date=row["start"])
    child(parent, "period-end", iso_date=row["end"])


def value(parent: "etree._Element", row: Row) -> None:
    """The amount of the row in its currency, as a decimal of it."""
    child(parent, "value", currency=row["currency"], value_date=row["value_date"]).text = decimal_of(
        row["value_minor"], row["currency"]
    )


def decimal_of(minor: int, currency: str) -> str:
    """Minor units as a decimal text.

    >>> decimal_of(-25050, "USD")
    '-250.50'
    """
    digits = MINOR_DIGITS[currency]
    return f"{Decimal(minor).scaleb(-digits):.{digits}f}"


def percent_of(share: int) -> str | None:
    """Hundredths of a percent as a decimal text; None for all of it, which a single one need not say.

    >>> [percent_of(share) for share in (3333, 5000, 10_000)]
    ['33.33', '50', None]
    """
    return None if share == HUNDRED else number_of(Decimal(share).scaleb(-2))


def number_of(number: Decimal | None) -> str | None:
    """A number without the zeros that say nothing.

    >>> [number_of(Decimal(text)) for text in ("1200.00", "12.50")]
    ['1200', '12.5']
    """
    if number is None:
        return None
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment(at: datetime) -> str:
    """A time in UTC as the schema's dateTime, in whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rows_by(frame: pl.DataFrame, key: str) -> Mapping[str, list[Row]]:
    """The rows of a frame by the value of one column, in their order."""
    found: dict[str, list[Row]] = {}
    for row in frame.rows(named=True):
        found.setdefault(row[key], []).append(row)
    return found
