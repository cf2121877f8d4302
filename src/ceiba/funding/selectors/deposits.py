"""What a bank should show of disbursements."""

from typing import Final

import polars as pl
from django.db.models import CharField, DateField, F, Q, Value
from django.db.models.functions import Cast, Concat

from ceiba.core.expected import EXPECTED
from ceiba.core.matching import Direction
from ceiba.frames.postgres import read_queryset
from ceiba.funding.models import Disbursement
from ceiba.funding.selectors.agreements import standing

DISBURSEMENT: Final = "disbursement"


def deposits_expected(bank_account: str) -> pl.DataFrame:
    """The disbursements that stand, of an account by its code, as the bank should show them (`EXPECTED`)."""
    rows = standing(Disbursement).filter(bank_account=bank_account, amount_minor__gt=0).order_by("pk")
    nothing = Value(None, output_field=CharField())
    return read_queryset(
        rows.values_list(
            Concat(Value(f"{DISBURSEMENT}:"), Cast("pk", CharField())),
            Value(Direction.IN.value),
            "amount_minor",
            "agreement__currency",
            Cast("value_date", DateField()),
            F("reference"),
            nothing,
            Value(value=True),
            nothing,
        ),
        EXPECTED,
    )


def disbursement_of(expected: str) -> Disbursement | None:
    """The disbursement that `deposits_expected` calls so."""
    kind, _, number = expected.partition(":")
    if kind != DISBURSEMENT or not number.isdecimal():
        return None
    return Disbursement.objects.filter(pk=int(number)).select_related("agreement").first()


def disbursement_naming(bank_account: str, *names: str) -> Disbursement | None:
    """One that nobody refused and that calls what arrived on the account by any of these names of the bank's."""
    rows = Disbursement.objects.filter(
        bank_account=bank_account, reference__in=[name for name in names if name]
    )
    undecided = Q(decided_by__isnull=True) | Q(pk__in=standing(Disbursement).values("pk"))
    return rows.filter(undecided).select_related("agreement", "entered_by").order_by("pk").first()
