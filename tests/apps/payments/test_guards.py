"""What the database itself refuses, whatever path the row comes by."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import override_settings

from ceiba.determinations.models import Determination
from ceiba.frames.postgres import execute
from ceiba.payments.models import PaymentLine
from ceiba.runs.services import month_run
from tests.apps.modules import kept_for_module, savepoint
from tests.apps.runs.conftest import FIRST, NOW, country, received, register  # noqa: F401 - a fixture


@pytest.fixture(scope="module")
def paid(
    country: Path,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[PaymentLine]:
    """A line of a month that was run once for the module; each test tries what it tries in a savepoint."""
    with kept_for_module(django_db_blocker.unblock):
        with override_settings(DATA_DIR=tmp_path_factory.mktemp("data")):
            register(country)
            received(country, FIRST)
            run = month_run(programme="ca", month=FIRST, now=NOW)
        line = PaymentLine.objects.filter(run=run).order_by("participant_id").first()
        assert line is not None
        yield line


@pytest.fixture(autouse=True)
def db(paid: PaymentLine) -> Iterator[None]:
    with savepoint():
        yield


def again(line: PaymentLine, **changes: object) -> PaymentLine:
    names = [field.attname for field in PaymentLine._meta.concrete_fields]
    return PaymentLine(**{name: getattr(line, name) for name in names} | changes)


def refused(*lines: PaymentLine, by: type[Exception] = IntegrityError, match: str | None = None) -> None:
    with pytest.raises(by, match=match), transaction.atomic():
        PaymentLine.objects.bulk_create(lines)


def test_the_same_line_twice(paid: PaymentLine) -> None:
    refused(again(paid), match="duplicate key")


def test_a_line_for_a_month_that_was_not_determined(paid: PaymentLine) -> None:
    refused(again(paid, for_month=(FIRST + -1).first_day), match="does not follow from a determination")


def test_a_line_for_someone_whose_month_was_held(paid: PaymentLine) -> None:
    held = Determination.objects.filter(run=paid.run_id).exclude(outcome="pay").first()
    assert held is not None
    refused(again(paid, participant_id=held.participant_id), match="does not follow from a determination")


def test_another_amount_than_was_determined(paid: PaymentLine) -> None:
    execute("ALTER TABLE payments_paymentline DISABLE TRIGGER append_only")
    PaymentLine.objects.filter(run=paid.run_id, participant_id=paid.participant_id).delete()
    execute("ALTER TABLE payments_paymentline ENABLE TRIGGER append_only")
    refused(again(paid, amount_minor=paid.amount_minor + 1), match="does not follow from a determination")
    PaymentLine.objects.bulk_create([again(paid)])  # the right one is taken


def test_a_component_nobody_determined(paid: PaymentLine) -> None:
    refused(again(paid, component="gift"), match="does not follow from a determination")


def test_more_than_the_cap_in_one_month_by_two_statements(paid: PaymentLine) -> None:
    """Arrears for the same month of work, paid in the next: allowed up to the cap and not a cent further."""
    following = (FIRST + 1).first_day
    PaymentLine.objects.bulk_create(
        [again(paid, month=following, component="a", amount_minor=paid.cap_minor)]
    )
    refused(again(paid, month=following, component="b", amount_minor=1), match="above the cap")


def test_less_than_nothing(paid: PaymentLine) -> None:
    refused(again(paid, month=(FIRST + 1).first_day, amount_minor=-1), match="below nothing")


def test_a_recovery_in_the_month_itself_and_a_zero_line(paid: PaymentLine) -> None:
    refused(again(paid, component="x", amount_minor=-5), by=IntegrityError)
    refused(again(paid, component="x", amount_minor=0), by=IntegrityError)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_paymentline SET amount_minor = amount_minor + 1",
        "DELETE FROM payments_paymentline",
        "UPDATE determinations_determination SET outcome = 'pay'",
        "DELETE FROM determinations_determination",
        "UPDATE facts_monthfacts SET plan_done = 100",
        "DELETE FROM facts_monthfacts",
        "UPDATE evidence_evidence SET body = '{}'",
        "DELETE FROM evidence_evidence",
        "UPDATE audit_event SET action = 'x'",
        "DELETE FROM audit_event",
    ],
)
def test_what_was_seen_decided_or_listed_is_never_changed(paid: PaymentLine, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute(statement)  # type: ignore[arg-type]  # the statements above


def test_a_determination_without_facts(paid: PaymentLine) -> None:
    with pytest.raises(IntegrityError, match="has no facts"), transaction.atomic():
        Determination.objects.create(
            programme_id="ca", month=(FIRST + 5).first_day, participant_id=paid.participant_id, revision=0,
            run_id=paid.run_id, decided_in=paid.month, area_code="GT", outcome="pay", amount_minor=1, amounts={},
            failed=[], unknown=[],
        )  # fmt: skip


def test_a_determination_that_withholds_without_saying_why(paid: PaymentLine) -> None:
    with pytest.raises(IntegrityError, match="determination_says_why"), transaction.atomic():
        Determination.objects.create(
            programme_id="ca", month=paid.month, participant_id=paid.participant_id, revision=7, run_id=paid.run_id,
            decided_in=paid.month, area_code="GT", outcome="hold", amount_minor=0, amounts={}, failed=[], unknown=[],
        )  # fmt: skip
