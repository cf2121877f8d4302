"""Reads the seasons that people were accepted for, with what is known of departures and returns."""

from collections.abc import Sequence

import polars as pl
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from ceiba.core.referrals import Moved, Said
from ceiba.core.seasons import SEASONS
from ceiba.frames.postgres import read_queryset
from ceiba.pathway.models import Answer, Movement, Referral


def seasons_accepted(programme: str, people: Sequence[int] | None = None) -> pl.DataFrame:
    """`SEASONS` of a programme's people, or of some, by number: accepted by the answer that holds.

    Whether somebody still shares with anybody is not asked: what they have done stays theirs.
    """
    accepted = Answer.objects.filter(referral=OuterRef("pk"), replaced_by=None, said=Said.ACCEPTED)
    found = Referral.objects.filter(
        Exists(accepted), batch__programme=programme, batch__season_from__isnull=False
    )
    if people is not None:
        one_parameter = RawSQL("SELECT unnest(%s::bigint[])", [list(people)])  # however many they are
        found = found.filter(entry__participant__in=one_parameter)
    rows = found.values_list(
        "entry__participant",
        "pk",
        "batch__season_from",
        "batch__season_until",
        Subquery(_moved(Moved.DEPARTED).values("on")),
        Subquery(_moved(Moved.RETURNED).values("on")),
        Exists(_moved(Moved.NO_SHOW)),
    )
    return read_queryset(rows, SEASONS)


def _moved(moved: Moved) -> "QuerySet[Movement]":
    return Movement.objects.filter(referral=OuterRef("pk"), moved=moved)
