"""The steps of an enrolment: every pair of states, every role, and what an exit asks. Who must not pass first."""

from datetime import date
from itertools import pairwise, product

import pytest

from ceiba.accounts.models import Role
from ceiba.audit.models import Event
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.register import ENROLMENT_STATES, EXIT_CAUSES, NEEDS_DOCUMENTS, TRANSITIONS
from ceiba.core.rules.rulebook import RequiredDocument
from ceiba.registry.models import Enrolment
from ceiba.registry.services import enrolment_move, enrolment_open, required_documents_set
from tests.apps.registry.helpers import TODAY, applied, base, holds, person, user

pytestmark = pytest.mark.django_db

DAYS = [date(2025, month, 1) for month in range(3, 12)]
WAYS = {  # how to come to each state
    "applied": (),
    "waiting": ("waiting",),
    "active": ("active",),
    "suspended": ("active", "suspended"),
    "exited": ("active", "exited"),
    "graduated": ("active", "graduated"),
    "deceased": ("active", "deceased"),
}


def move(enrolment, to, on=date(2026, 1, 1), actor=None, cause=None):
    if to == "exited" and actor is None:
        actor = user()
    cause = ("breach" if to == "exited" else "") if cause is None else cause
    return enrolment_move(enrolment=enrolment, to=to, on=on, actor=actor, today=TODAY, cause=cause)


def in_state(state, someone=None):
    enrolment = applied(someone or base(1)[0])
    for to, on in zip(WAYS[state], DAYS[1:], strict=False):
        enrolment = move(enrolment, to, on)
    return enrolment


def codes(call, *args, **kwargs):
    with pytest.raises(CeibaError) as raised:
        call(*args, **kwargs)
    return [problem.code for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("was", "to"), [(a, b) for a, b in product(ENROLMENT_STATES, repeat=2) if b not in TRANSITIONS[a]]
)
def test_a_step_there_is_not_is_refused(was, to):
    enrolment = in_state(was)
    assert codes(move, enrolment, to) == ["enrolment.transition"]
    assert Enrolment.objects.get().state == was
    assert enrolment.spans.filter(until=None).get().state == was


@pytest.mark.parametrize(("was", "to"), [(a, b) for a in ENROLMENT_STATES for b in TRANSITIONS[a]])
def test_a_step_there_is_ends_one_span_and_begins_another(was, to):
    enrolment = in_state(was)
    before = list(enrolment.spans.order_by("pk").values_list("state", "since"))
    now = move(enrolment, to)
    assert (now.state, now.state_since) == (to, date(2026, 1, 1))
    spans = list(enrolment.spans.order_by("pk"))
    assert [(s.state, s.since) for s in spans] == [*before, (to, date(2026, 1, 1))]
    assert all(earlier.until == later.since for earlier, later in pairwise(spans))
    assert spans[-1].until is None
    assert Event.objects.filter(action="enrolment.move").latest("pk").detail["to"] == to


@pytest.mark.parametrize(
    ("was", "to"), [(a, b) for a in ENROLMENT_STATES for b in TRANSITIONS[a] if b in NEEDS_DOCUMENTS]
)
def test_no_such_state_is_reached_with_a_required_document_missing(was, to):
    someone, *_ = base(1)
    enrolment = in_state(was, someone)
    required_documents_set(programme="ca", documents=[RequiredDocument("identity_document", {})])
    assert codes(move, enrolment, to) == ["enrolment.documents"]
    holds(someone, held=False)
    assert codes(move, enrolment, to) == ["enrolment.documents"]
    someone.documents.update(held=True)
    assert move(enrolment, to).state == to


@pytest.mark.parametrize("to", ["active", "graduated"])
def test_an_expired_document_is_a_missing_one(to):
    someone, *_ = base(1)
    enrolment = in_state("applied" if to == "active" else "active", someone)
    required_documents_set(programme="ca", documents=[RequiredDocument("identity_document", {})])
    holds(someone, expires_on=date(2025, 12, 31))
    assert codes(move, enrolment, to, date(2026, 1, 1)) == ["enrolment.documents"]
    assert move(enrolment, to, date(2025, 12, 31)).state == to


def test_an_expired_document_does_not_keep_anyone_from_being_suspended():
    someone, *_ = base(1)
    required_documents_set(programme="ca", documents=[RequiredDocument("identity_document", {})])
    holds(someone, expires_on=date(2025, 12, 31))
    enrolment = in_state("active", someone)
    assert move(enrolment, "suspended").state == "suspended"
    assert codes(move, enrolment, "active", date(2026, 2, 1)) == ["enrolment.documents"]


def test_documents_are_asked_by_tenure_and_country():
    someone, *_ = base(1)
    rules = [
        RequiredDocument("assembly_minutes", {}, tenures=("ejidal", "communal")),
        RequiredDocument("rtn", {}, countries=("HN",)),
    ]
    required_documents_set(programme="ca", documents=rules)
    someone.plots.create(code="PL-1", area_id="GT-0901", tenure="private", nominal_m2=1)
    enrolment = applied(someone)
    someone.plots.create(code="PL-2", area_id="GT-0901", tenure="ejidal", nominal_m2=1)
    assert codes(move, enrolment, "active") == ["enrolment.documents"]
    someone.plots.filter(code="PL-2").update(tenure="lease")
    assert move(enrolment, "active").state == "active"
    hondurean = applied(person("P-HN", "HN-01"))
    assert codes(move, hondurean, "active") == ["enrolment.documents"]


@pytest.mark.parametrize("to", ["active", "suspended", "exited", "graduated", "deceased"])
def test_a_technician_takes_applications_and_decides_nothing(to):
    someone, *_ = base(1)
    technician = user(Role.TECHNICIAN, areas=(), code="T-1")
    enrolment = in_state({"active": "waiting", "suspended": "active"}.get(to, "active"), someone)
    assert codes(move, enrolment, to, actor=technician) == ["enrolment.not_allowed"]


@pytest.mark.parametrize(
    "role", [Role.SUPERVISOR, Role.PAYMENTS, Role.AUDITOR, Role.FUNDER, Role.PARTICIPANT]
)
@pytest.mark.parametrize("to", ["waiting", "active", "exited"])
def test_other_roles_move_nobody(role, to):
    someone, *_ = base(1)
    enrolment = applied(someone)
    assert codes(move, enrolment, to, actor=user(role, code="P-1")) == ["enrolment.not_allowed"]
    assert codes(
        enrolment_open,
        participant=someone,
        programme="ca",
        variant="v",
        on=DAYS[0],
        actor=user(role, code="P-1"),
        today=TODAY,
    ) == ["enrolment.not_allowed"]


def test_whoever_enrolled_a_person_does_not_decide_the_exit():
    someone, *_ = base(1)
    who_applied, who_activated, other = user(), user(), user()
    enrolment = applied(someone, who_applied)
    move(enrolment, "active", actor=who_activated)
    for actor in (who_applied, who_activated):
        assert codes(move, enrolment, "exited", actor=actor) == ["enrolment.own_enrolment"]
    assert move(enrolment, "exited", actor=other).cause == "breach"


def test_nobody_is_moved_outside_ones_areas_or_portfolio():
    base(1)
    hondurean = person("P-HN", "HN-01")
    enrolment = applied(hondurean)
    assert codes(move, enrolment, "waiting", actor=user(areas=("GT",))) == ["enrolment.not_found"]
    assert codes(move, enrolment, "waiting", actor=user(areas=())) == ["enrolment.not_found"]
    technician = user(Role.TECHNICIAN, areas=("HN",), code="T-1")
    assert codes(move, enrolment, "waiting", actor=technician) == ["enrolment.not_found"]
    assert codes(
        enrolment_open,
        participant=person("P-2", "HN-01"),
        programme="ca",
        variant="v",
        on=DAYS[0],
        actor=technician,
        today=TODAY,
    ) == ["enrolment.not_found"]


def test_a_technician_enrols_the_own_portfolio():
    someone, *_ = base(1)
    technician = user(Role.TECHNICIAN, areas=(), code="T-1")
    enrolment = applied(someone, technician)
    assert move(enrolment, "waiting", actor=technician).state == "waiting"


@pytest.mark.parametrize("cause", ["", "because", "BREACH"])
def test_an_exit_has_a_coded_cause(cause):
    assert codes(move, in_state("active"), "exited", cause=cause) == ["enrolment.exit_cause"]


@pytest.mark.parametrize("cause", EXIT_CAUSES)
def test_every_coded_cause_serves(cause):
    enrolment = in_state("active")
    assert move(enrolment, "exited", cause=cause).cause == cause
    assert enrolment.spans.get(until=None).cause == cause


def test_only_an_exit_has_a_cause():
    assert codes(move, in_state("active"), "suspended", cause="breach") == ["enrolment.cause_unasked"]


def test_somebody_answers_for_an_exit():
    enrolment = in_state("active")
    assert codes(
        enrolment_move, enrolment=enrolment, to="exited", on=DAYS[8], actor=None, today=TODAY, cause="breach"
    ) == ["enrolment.exit_actor"]


def test_days_go_forwards_and_have_come():
    enrolment = in_state("active")
    assert codes(move, enrolment, "suspended", date(2025, 3, 31)) == ["enrolment.since_backwards"]
    assert codes(move, enrolment, "suspended", date(2026, 4, 16)) == ["enrolment.future"]
    assert move(enrolment, "suspended", DAYS[1]).state == "suspended"


def test_becoming_active_sets_the_day_once_and_a_re_entry_again():
    enrolment = in_state("suspended")
    assert move(enrolment, "active", DAYS[4]).active_on == DAYS[1]
    move(enrolment, "exited", DAYS[5])
    again = move(enrolment, "applied", DAYS[6])
    assert (again.applied_on, again.active_on, again.cause) == (DAYS[6], None, "")
    assert move(enrolment, "active", DAYS[7]).active_on == DAYS[7]


def test_one_enrolment_a_person_and_programme():
    someone, *_ = base(1)
    applied(someone)
    assert codes(applied, someone) == ["enrolment.exists"]
    assert Enrolment.objects.get().spans.count() == 1
