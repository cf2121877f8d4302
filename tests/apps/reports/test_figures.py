"""Figures that are kept say what the transfers add up to, and are known to be old when they are."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.core.ledger import TransferKind
from ceiba.frames.postgres import execute
from ceiba.funding.models import Agreement, Figures
from ceiba.funding.selectors import burn_of, counted_at, money_of, paid_cells, standing
from ceiba.funding.selectors.figures import QUICK_MS, strayed
from ceiba.funding.services import figures_count, figures_due
from ceiba.reports.figures import FIGURES
from ceiba.reports.results.selectors import lines_of, results_of
from ceiba.reports.tasks import figures
from tests.apps.funding.helpers import EVERYWHERE
from tests.apps.funding.paying import pay
from tests.factories import World, user_make

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
SCOPES = (
    Scope(Role.OFFICE, EVERYWHERE),
    Scope(Role.OFFICE, ("GT-13",)),
    Scope(Role.FUNDER, EVERYWHERE, "US"),
)


def us() -> Agreement:
    return standing(Agreement).get(code="US-1")


def count(took_ms: int | None = None) -> None:
    """As the worker does; `took_ms`: as if it had taken so long."""
    for agreement in figures_due(FIGURES):
        assert figures_count(agreement=agreement, figures=FIGURES, at=AT)
    if took_ms is not None:
        Figures.objects.update(took_ms=took_ms)


def told(agreement: Agreement) -> list[Any]:
    """All that pages say of an agreement's transfers, to each kind of viewer."""
    return [
        [
            money_of([agreement], scope),
            sorted(paid_cells(agreement, scope), key=repr),
            burn_of(agreement, scope),
            results_of(agreement, scope),
            [lines_of(agreement, place, scope) for place in ("GT-13", "GT-14", "HN-LE")],
        ]
        for scope in SCOPES
    ]


def test_what_was_tampered_with_is_found(made: World) -> None:
    count()
    assert [strayed(each, FIGURES) for each in standing(Agreement)] == [[], []]
    paid, burn = (Figures.objects.get(subject="US-1", name=name) for name in ("paid", "burn"))
    Figures.objects.filter(pk=paid.pk).update(rows=burn.rows)
    assert strayed(us(), FIGURES) == ["paid"]


def test_a_transfer_that_comes_by_no_service_is_found(made: World) -> None:
    """The stamp is the fund's, and a transfer that moves no fund is one that guards were switched off for."""
    count()
    execute("SET LOCAL session_replication_role = replica")
    execute("UPDATE ledger_transfer SET amount_minor = amount_minor + 1 WHERE kind = 'support'")
    execute("SET LOCAL session_replication_role = origin")
    assert strayed(us(), FIGURES) == ["paid", "burn", "people", "lines"]


def test_figures_are_due_when_money_moves_or_people_do_and_only_then(made: World) -> None:
    assert [each.code for each in figures_due(FIGURES)] == ["MX-1", "US-1"]
    count()
    assert figures_due(FIGURES) == []
    pay("US-1", 3, made.people[1].pk, settled=None)
    assert [each.code for each in figures_due(FIGURES)] == ["US-1"], "ordered is not what it was"
    count()
    person = made.people_in("HN")[0]
    person.area_id = "GT-1301"
    person.save()
    assert [each.code for each in figures_due(FIGURES)] == ["MX-1", "US-1"]


def test_what_is_quick_to_count_is_always_what_the_books_say(made: World) -> None:
    count()
    pay("US-1", 11_000, made.people[3].pk, month=APRIL)
    with_figures = told(us())
    assert counted_at([us()]) is None
    Figures.objects.all().delete()
    assert told(us()) == with_figures


def test_what_takes_long_is_as_it_was_counted_and_says_so(made: World) -> None:
    before = told(us())
    count(took_ms=QUICK_MS + 1)
    assert counted_at([us()]) is None
    pay("US-1", 11_000, made.people[3].pk, month=APRIL)
    assert counted_at([us()]) == AT
    assert told(us())[0][1:] == before[0][1:]
    assert told(us())[2] == before[2], "whoever is told rounded figures is told all of them as of one moment"
    client = Client()
    client.force_login(
        user_make("aud", Role.AUDITOR, areas=EVERYWHERE), backend="django.contrib.auth.backends.ModelBackend"
    )
    pages = [reverse(address, args=["US-1"]) for address in ("funding:agreement", "reports:agreement")]
    assert all("12:00 UTC" in client.get(page).content.decode() for page in pages)
    figures(0)
    assert counted_at([us()]) is None
    assert not any("12:00 UTC" in client.get(page).content.decode() for page in pages)
    assert told(us()) != before


moves = st.lists(
    st.tuples(
        st.sampled_from(["US-1", "MX-1"]),
        st.integers(1, 900),
        st.integers(0, 23),
        st.sampled_from([MARCH, APRIL]),
        st.sampled_from(["support", "savings"]),
        st.sampled_from([TransferKind.SUPPORT, TransferKind.RECOVERY, TransferKind.RETURNED]),
        st.sampled_from([True, False, None]),
        st.booleans(),
    ),
    max_size=6,
    unique_by=lambda move: move[1],
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves)
def test_whatever_moves_figures_that_say_they_are_right_are_what_the_ledger_adds_up_to(
    made: World, moves: Any
) -> None:
    from django.db import transaction

    with transaction.atomic():
        count(took_ms=QUICK_MS + 1)
        for agreement, minor, person, month, component, kind, settled, counts in moves:
            pay(
                agreement,
                minor,
                made.people[person].pk,
                month=month,
                for_month=MARCH,
                component=component,
                kind=kind,
                settled=settled,
            )
            if counts:
                count(took_ms=QUICK_MS + 1)
        for agreement in standing(Agreement):
            assert strayed(agreement, FIGURES) == []
            if counted_at([agreement]) is None:
                kept = told(agreement)
                with transaction.atomic():
                    Figures.objects.all().delete()
                    assert told(agreement) == kept
                    transaction.set_rollback(True)
        transaction.set_rollback(True)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_figures_have_the_key_they_say(made: World, figure: Any) -> None:
    count()
    import io

    for kept in Figures.objects.filter(name=figure.name):
        rows = figure.schema.check(pl.read_parquet(io.BytesIO(kept.rows)))
        assert not rows.select(figure.schema.key).is_duplicated().any()
