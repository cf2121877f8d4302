"""Who pays what, as the division of a month's lines asks for it."""

from datetime import date

import polars as pl
from django.db.models import F, IntegerField, QuerySet
from django.db.models.functions import Cast

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.shares import SHARES
from ceiba.frames.postgres import read_queryset
from ceiba.funding.models import Division, FundingShare
from ceiba.funding.selectors.agreements import standing


def shares_of(programme: str, month: date) -> pl.DataFrame:
    """The shares by which the lines of `month`'s list are divided (`core.shares.SHARES`, sorted by its key).

    Those of every division that stands and begins by then: arrears are of earlier months, and paid by who paid those.
    """
    divisions = standing(Division).filter(programme=programme, from_month__lte=month)
    return _frame(FundingShare.objects.filter(division__in=divisions.values("pk")))


def shares_standing(programme: str) -> pl.DataFrame:
    """The shares of every division of a programme that stands, those of months to come too (`SHARES`)."""
    divisions = standing(Division).filter(programme=programme)
    return _frame(FundingShare.objects.filter(division__in=divisions.values("pk")))


def _frame(rows: QuerySet[FundingShare]) -> pl.DataFrame:
    """Empty texts come out of COPY quoted or not at all: both mean any."""
    columns = rows.values_list(
        "agreement__code",
        "division__area",
        "division__variant",
        "division__component",
        "division__from_month",
        "division__until_month",
        Cast(F("permille"), IntegerField()),
    )
    texts = {name: pl.col(name).fill_null("") for name in ("area", "variant", "component")}
    schema = FrameSchema(
        "stored shares",
        tuple(Column(c.name, c.dtype, c.nullable or c.name in texts) for c in SHARES),
    )
    return SHARES.check(read_queryset(columns, schema).with_columns(**texts).sort(SHARES.key))
