"""The database refuses by itself what the services refuse: no statement by hand gets past it."""

import re
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from ceiba import registry
from ceiba.core.register import TRANSITIONS
from ceiba.core.rules.rulebook import RequiredDocument
from ceiba.registry.models import Enrolment
from ceiba.registry.services import required_documents_set
from tests.apps.registry.helpers import applied, base, holds

pytestmark = pytest.mark.django_db


@pytest.fixture
def someone():
    person, *_ = base(2)
    required_documents_set(programme="ca", documents=[RequiredDocument("identity_document", {})])
    return person


def run(statement, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)


INSERT = """
    INSERT INTO registry_enrolment
        (participant_id, programme_id, variant, state, applied_on, active_on, state_since, cause)
    SELECT id, 'ca', 'v', %s, '2025-01-01', '2025-02-01', '2025-02-01', '' FROM registry_participant WHERE id >= %s
    ORDER BY id LIMIT %s
"""
SPAN = """
    INSERT INTO registry_enrolmentspan (enrolment_id, state, since, until, cause, at_load)
    VALUES (%s, %s, %s, %s, '', false)
"""


def test_the_guard_knows_the_transitions_of_the_core():
    text = (Path(registry.__file__).parent / "sql" / "guard.sql").read_text()
    named = set(re.findall(r"'(\w+>\w+)'", text))
    assert named == {f"{was}>{to}" for was, targets in TRANSITIONS.items() if was for to in targets}


@pytest.mark.parametrize("state", ["active", "suspended", "graduated"])
def test_no_insert_reaches_the_state_without_the_papers(someone, state):
    with pytest.raises(DatabaseError, match="lacks identity_document"):
        run(INSERT, state, someone.pk, 1)
    holds(someone, held=False)
    with pytest.raises(DatabaseError, match="lacks identity_document"):
        run(INSERT, state, someone.pk, 1)
    someone.documents.update(held=True)
    run(INSERT, state, someone.pk, 1)


def test_an_expired_paper_does_not_do(someone):
    holds(someone, expires_on="2025-01-31")
    with pytest.raises(DatabaseError, match="lacks"):
        run(INSERT, "active", someone.pk, 1)


def test_one_wrong_row_among_many_refuses_the_statement(someone):
    holds(someone)
    with pytest.raises(DatabaseError, match="lacks"):
        run(INSERT, "active", someone.pk, 2)
    assert not Enrolment.objects.exists()


def test_no_update_reaches_the_state_without_the_papers(someone):
    enrolment = applied(someone)
    with pytest.raises(DatabaseError, match="lacks"):
        run(
            "UPDATE registry_enrolment SET state = 'active', active_on = '2025-04-01' WHERE id = %s",
            enrolment.pk,
        )


def test_no_update_takes_a_step_there_is_not(someone):
    enrolment = applied(someone)
    run("UPDATE registry_enrolment SET state = 'deceased' WHERE id = %s", enrolment.pk)
    with pytest.raises(DatabaseError, match="may not go from deceased to applied"):
        run("UPDATE registry_enrolment SET state = 'applied' WHERE id = %s", enrolment.pk)


def test_an_enrolment_is_not_handed_to_somebody_else_nor_deleted(someone):
    enrolment = applied(someone)
    with pytest.raises(DatabaseError, match="nor to another person"):
        run("UPDATE registry_enrolment SET participant_id = participant_id + 1 WHERE id = %s", enrolment.pk)
    with pytest.raises(DatabaseError, match="not deleted"):
        run("DELETE FROM registry_enrolment")
    with pytest.raises(DatabaseError, match="not deleted"):
        run("DELETE FROM registry_enrolmentspan")


def test_an_exit_without_cause_is_refused(someone):
    enrolment = applied(someone)
    with pytest.raises(DatabaseError, match="enrolment_exit_has_cause"):
        run("UPDATE registry_enrolment SET state = 'exited' WHERE id = %s", enrolment.pk)


@pytest.mark.parametrize("until", [None, "2025-06-01"])
def test_no_span_makes_a_month_for_somebody_without_the_papers(someone, until):
    enrolment = applied(someone)
    run("UPDATE registry_enrolmentspan SET until = '2025-04-01' WHERE enrolment_id = %s", enrolment.pk)
    with pytest.raises(DatabaseError, match=r"is not of its state|lacks"):
        run(SPAN, enrolment.pk, "active", "2025-04-01", until)


def test_an_open_span_is_of_the_enrolments_state_and_day(someone):
    enrolment = applied(someone)
    run("UPDATE registry_enrolmentspan SET until = '2025-04-01' WHERE enrolment_id = %s", enrolment.pk)
    with pytest.raises(DatabaseError, match="is not of its state"):
        run(SPAN, enrolment.pk, "waiting", "2025-04-01", None)
    with pytest.raises(DatabaseError, match="is not of its state"):
        run(SPAN, enrolment.pk, "applied", "2020-01-01", None)
    with pytest.raises(DatabaseError, match="is not of its state"):
        run(SPAN, enrolment.pk + 999, "applied", "2025-03-01", "2025-03-02")


@pytest.mark.parametrize(
    "change",
    ["state = 'active'", "since = '2020-01-01'", "until = NULL", "until = '2026-01-01'", "at_load = true"],
)
def test_a_span_that_ended_is_not_changed(someone, change):
    enrolment = applied(someone)
    run("UPDATE registry_enrolmentspan SET until = '2025-04-01' WHERE enrolment_id = %s", enrolment.pk)
    with pytest.raises(DatabaseError, match="only the end of an open span"):
        run(f"UPDATE registry_enrolmentspan SET {change} WHERE enrolment_id = {enrolment.pk}")  # noqa: S608


def test_two_spans_are_not_open_at_once(someone):
    enrolment = applied(someone)
    with pytest.raises(DatabaseError, match="span_one_open"):
        run(SPAN, enrolment.pk, "applied", "2025-03-01", None)
