"""Technicians within what a user may see, and finding one by parts of a name or code."""

import polars as pl
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.core.sheets import folded, folded_expr
from ceiba.registry.models import Group, Technician


def technicians_in(scope: Scope) -> QuerySet[Technician]:
    """The technicians a scope reaches, in no order.

    Offices, supervisors and auditors see those of their areas, and those whose groups lie in them; technicians
    themselves; others nobody.
    """
    everyone = Technician.objects.all()
    if scope.role in (Role.OFFICE, Role.SUPERVISOR, Role.AUDITOR):
        groups = Group.objects.filter(scope.areas_q("area__code"))
        return everyone.filter(
            scope.areas_q("area__code")
            | Q(pk__in=groups.values("technician_productive"))
            | Q(pk__in=groups.values("technician_social"))
        )
    if scope.role == Role.TECHNICIAN and scope.code:
        return everyone.filter(code=scope.code)
    return everyone.none()


def technicians_named(scope: Scope, text: str) -> QuerySet[Technician]:
    """Those within the scope whose name and code hold every word of `text`, whatever its case and accents."""
    within = technicians_in(scope)
    words = folded(text).split()
    if not words:
        return within
    rows = within.values_list("pk", Concat("name", Value(" "), "code"))
    frame = pl.DataFrame(list(rows), {"pk": pl.Int64, "text": pl.String}, orient="row")
    text_folded = folded_expr(pl.col("text"))
    found = frame.filter(pl.all_horizontal(text_folded.str.contains(word, literal=True) for word in words))
    return within.filter(pk__in=found["pk"].to_list())
