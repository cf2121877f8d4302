"""The register as a table that people take away."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from ceiba.commitments.selectors.parties import Called
from ceiba.commitments.selectors.standing import Standing

MONEY: Final = pl.Decimal(22, 2)
COLUMNS: Final[Mapping[str, Any]] = {
    "number": pl.Int64, "state": pl.String, "by": pl.String, "to": pl.String, "kind": pl.String, "quantity": MONEY,
    "delivered": MONEY, "unit": pl.String, "subject_es": pl.String, "subject_en": pl.String, "said_on": pl.String,
    "due_on": pl.String, "sentence": pl.String, "place": pl.String, "source": pl.String, "publisher": pl.String,
    "address": pl.String, "published_on": pl.String, "agreement": pl.String,
}  # fmt: skip
"""The columns of the export; days are partial dates, parties by their Spanish names."""


def register_table(found: Sequence[Standing], parties: Mapping[int, Called]) -> pl.DataFrame:
    """A row a commitment (`COLUMNS`), in the order given."""
    return pl.DataFrame([_row(each, parties) for each in found], COLUMNS, orient="row")


def _row(each: Standing, parties: Mapping[int, Called]) -> tuple[Any, ...]:
    terms, source = each.terms, each.terms.source
    return (
        each.number, each.state.value, parties[terms.promiser_id].es,
        parties[terms.receiver_id].es if terms.receiver_id else None,
        terms.kind, terms.quantity, each.delivered if terms.quantity is not None else None, terms.unit or None,
        terms.subject_es or None, terms.subject_en or None, terms.said_on, terms.due_on or None,
        terms.sentence or None,
        terms.place or None, source.title, source.publisher or None, source.address or None,
        source.published_on or None,
        terms.agreement or None,
    )  # fmt: skip
