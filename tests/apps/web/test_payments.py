"""The payment list: it agrees with the determinations, and its file is safe and remembered."""

import csv
import io
from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from django.db import connection
from django.test import Client

from ceiba.accounts.models import Role
from ceiba.audit.models import Event
from ceiba.payments.models import PaymentLine
from ceiba.payments.selectors import amount_decimal, list_totals, reconciliation
from ceiba.registry.models import Participant
from tests.apps.web.test_counts import OFFICE_ALL, OFFICE_GT
from tests.factories import CODE, World

SignIn = Callable[[str], Client]
MONTH = date(2026, 10, 1)
EXPORT = f"/payments/{CODE}/2026-10/csv/"


def rows(response: object) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_holds_the_lines_of_the_scope_and_no_others(made: World, as_role: SignIn) -> None:
    exported = rows(as_role(Role.PAYMENTS).get(EXPORT))
    lines = PaymentLine.objects.filter(month=MONTH, participant__area__code__startswith="GT")
    assert {row["participant"] for row in exported} == set(lines.values_list("participant__code", flat=True))
    assert all(row["area"].startswith("GT") for row in exported)
    assert {row["amount"] for row in exported} == {"250.00"}
    assert {row["currency"] for row in exported} == {"USD"}


def test_who_took_the_file_is_written_down(made: World, as_role: SignIn) -> None:
    as_role(Role.AUDITOR).get(EXPORT)
    event = Event.objects.get(action="payments.exported")
    assert event.actor == made.users[Role.AUDITOR]
    assert event.subject == f"{CODE}:2026-10"
    assert (
        event.detail["rows"]
        == PaymentLine.objects.filter(month=MONTH, participant__area__code__startswith="GT").count()
    )
    assert "Pérez" not in str(event.detail)


def test_who_may_not_take_the_file_leaves_no_trace_of_one(made: World, as_role: SignIn) -> None:
    for role in (Role.OFFICE, Role.TECHNICIAN, Role.FUNDER, Role.PARTICIPANT):
        assert as_role(role).get(EXPORT).status_code == 403
    assert not Event.objects.filter(action="payments.exported").exists()


@pytest.mark.parametrize("name", ["=1+1", "+52", "-x", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_name_that_is_a_formula_stays_a_name(made: World, as_role: SignIn, name: str) -> None:
    paid = PaymentLine.objects.filter(month=MONTH, participant__area__code__startswith="GT")[0].participant
    Participant.objects.filter(pk=paid.pk).update(family_names=name)
    found = next(r for r in rows(as_role(Role.PAYMENTS).get(EXPORT)) if r["participant"] == paid.code)
    assert found["family_names"] == "'" + name


@pytest.mark.parametrize(
    ("minor", "text"), [(25_000, "250.00"), (-5, "-0.05"), (123_456_789_012, "1234567890.12")]
)
def test_amounts_are_exact_decimals(minor: int, text: str) -> None:
    frame = pl.DataFrame({"amount": [minor]}, {"amount": pl.Int64})
    assert str(frame.select(amount_decimal(pl.col("amount"), 2)).item()) == text


def test_the_sums_agree_with_the_determinations(made: World, as_role: SignIn) -> None:
    for scope in (OFFICE_GT, OFFICE_ALL):
        agreed = reconciliation(CODE, MONTH, scope)
        assert agreed.unexplained_minor == 0
        assert sum(t.total_minor for t in list_totals(CODE, MONTH, scope)) == agreed.total_minor > 0
    page = as_role(Role.PAYMENTS).get(f"/payments/{CODE}/2026-10/").content.decode()
    assert "Cuadra" in page
    assert "No cuadra" not in page


def test_a_list_that_does_not_agree_says_so(made: World, as_role: SignIn) -> None:
    line = PaymentLine.objects.filter(month=MONTH, participant__area__code__startswith="GT")[0]
    with connection.cursor() as cursor:  # what only the owner of the database could do
        cursor.execute("ALTER TABLE payments_paymentline DISABLE TRIGGER append_only")
    PaymentLine.objects.filter(month=MONTH, participant=line.participant_id).delete()
    page = as_role(Role.PAYMENTS).get(f"/payments/{CODE}/2026-10/").content.decode()
    assert "No cuadra" in page
    assert "USD\u00a0250.00 se determinaron y no están en la lista" in page


def test_lists_that_are_not_there(as_role: SignIn) -> None:
    client = as_role(Role.PAYMENTS)
    assert client.get(f"/payments/{CODE}/2020-01/").status_code == 404
    assert client.get("/payments/xx/2026-10/csv/").status_code == 404
    assert client.get("/payments/").headers["Location"] == f"/payments/{CODE}/2026-10/"
