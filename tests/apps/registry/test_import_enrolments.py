"""Enrolments by file: the spans they make, the steps they may take, the papers they need."""

from datetime import date

import pytest

from ceiba.core.rules.rulebook import RequiredDocument
from ceiba.registry.models import Enrolment, EnrolmentSpan
from ceiba.registry.services import enrolment_move, required_documents_set
from tests.apps.registry.helpers import TODAY, applied, base, holds, look, refused, sheet_file, take, user

pytestmark = pytest.mark.django_db

MARCH, MAY, JULY, SEPTEMBER = (date(2025, month, 1) for month in (3, 5, 7, 9))
TEXT = {"es": "x", "en": "x"}


def spans(code="P-1"):
    return list(
        EnrolmentSpan.objects.filter(enrolment__participant__code=code)
        .order_by("since", "pk")
        .values_list("state", "since", "until", "cause")
    )


def asks(*documents, **more):
    required_documents_set(programme="ca", documents=[RequiredDocument(d, TEXT, **more) for d in documents])


@pytest.mark.parametrize(
    ("row", "made"),
    [
        ({"state": "applied", "active_on": None, "state_since": MARCH}, [("applied", MARCH, None, "")]),
        (
            {"state": "waiting", "active_on": None},
            [("applied", MARCH, MAY, ""), ("waiting", MAY, None, "")],
        ),
        ({}, [("applied", MARCH, MAY, ""), ("active", MAY, None, "")]),
        ({"state_since": JULY}, [("applied", MARCH, MAY, ""), ("active", MAY, None, "")]),
        (
            {"state": "suspended", "state_since": JULY},
            [("applied", MARCH, MAY, ""), ("active", MAY, JULY, ""), ("suspended", JULY, None, "")],
        ),
        (
            {"state": "exited", "state_since": JULY, "cause": "resignation"},
            [("applied", MARCH, MAY, ""), ("active", MAY, JULY, ""), ("exited", JULY, None, "resignation")],
        ),
        (
            {"state": "exited", "active_on": None, "cause": "ineligible"},
            [("applied", MARCH, MAY, ""), ("exited", MAY, None, "ineligible")],
        ),
        (
            {"state": "graduated", "state_since": JULY},
            [("applied", MARCH, MAY, ""), ("active", MAY, JULY, ""), ("graduated", JULY, None, "")],
        ),
        (
            {"state": "deceased", "state_since": JULY},
            [("applied", MARCH, MAY, ""), ("active", MAY, JULY, ""), ("deceased", JULY, None, "")],
        ),
    ],
    ids=lambda v: v.get("state", "active") if isinstance(v, dict) else "",
)  # fmt: skip
def test_a_row_makes_the_spans_it_tells_of(tmp_path, row, made):
    base(1)
    take("enrolments", sheet_file(tmp_path, "enrolments", row))
    assert spans() == made
    assert EnrolmentSpan.objects.filter(at_load=True).count() == len(made)


def test_a_next_state_ends_the_span_and_begins_another(tmp_path):
    base(1)
    office = user()
    take("enrolments", sheet_file(tmp_path, "enrolments", {}))
    done = take(
        "enrolments",
        sheet_file(tmp_path, "enrolments", {"state": "suspended", "state_since": JULY}, name="b.csv"),
        actor=office,
    )
    assert done.updated == 1
    assert spans() == [("applied", MARCH, MAY, ""), ("active", MAY, JULY, ""), ("suspended", JULY, None, "")]
    last = EnrolmentSpan.objects.get(state="suspended")
    assert (last.recorded_by, last.at_load) == (office, False)
    assert EnrolmentSpan.objects.get(state="active").ended_at is not None
    take("enrolments", sheet_file(tmp_path, "enrolments", {"state_since": SEPTEMBER}, name="c.csv"))
    assert spans()[-1] == ("active", SEPTEMBER, None, "")


def test_the_variant_may_change_and_makes_no_span(tmp_path):
    base(1)
    take("enrolments", sheet_file(tmp_path, "enrolments", {}))
    take("enrolments", sheet_file(tmp_path, "enrolments", {"variant": "amexcid"}, name="b.csv"))
    assert Enrolment.objects.get().variant == "amexcid"
    assert len(spans()) == 2


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ({"state": "applied", "active_on": None, "state_since": MARCH}, "state", "enrolment.transition"),
        ({"state": "waiting", "active_on": None}, "state", "enrolment.transition"),
        ({"state_since": JULY}, "state_since", "enrolment.dates_fixed"),
        ({"applied_on": date(2025, 2, 1)}, "applied_on", "enrolment.dates_fixed"),
        ({"active_on": date(2025, 4, 1)}, "active_on", "enrolment.dates_fixed"),
        (
            {"state": "suspended", "state_since": JULY, "active_on": MARCH},
            "active_on",
            "enrolment.dates_fixed",
        ),
    ],
)
def test_what_is_past_is_not_rewritten_by_a_file(tmp_path, row, column, code):
    base(1)
    take("enrolments", sheet_file(tmp_path, "enrolments", {}))
    path = sheet_file(tmp_path, "enrolments", row, name="b.csv")
    assert (1, column, code) in refused("enrolments", path)
    assert len(spans()) == 2


def test_a_step_is_not_dated_before_the_present_state(tmp_path):
    base(1)
    take("enrolments", sheet_file(tmp_path, "enrolments", {"state": "suspended", "state_since": SEPTEMBER}))
    path = sheet_file(
        tmp_path, "enrolments", {"state": "exited", "state_since": JULY, "cause": "breach"}, name="b.csv"
    )
    assert refused("enrolments", path) == [(1, "state_since", "enrolment.since_backwards")]


def test_a_re_entry_starts_again(tmp_path):
    base(1)
    take(
        "enrolments",
        sheet_file(tmp_path, "enrolments", {"state": "exited", "state_since": JULY, "cause": "resignation"}),
    )
    again = {"state": "applied", "applied_on": SEPTEMBER, "active_on": None, "state_since": SEPTEMBER}
    take("enrolments", sheet_file(tmp_path, "enrolments", again, name="b.csv"))
    now = Enrolment.objects.get()
    assert (now.state, now.applied_on, now.active_on, now.cause) == ("applied", SEPTEMBER, None, "")
    assert spans()[-1] == ("applied", SEPTEMBER, None, "")


@pytest.mark.parametrize("state", ["active", "suspended", "graduated", "exited", "deceased"])
def test_nobody_is_or_was_active_without_the_papers(tmp_path, state):
    base(2)
    asks("identity_document", "commitment_letter")
    holds(base_person := Enrolment._meta.apps.get_model("registry", "Participant").objects.get(code="P-1"))
    row = {"state": state, "state_since": MAY if state == "active" else JULY}
    path = sheet_file(tmp_path, "enrolments", row | ({"cause": "breach"} if state == "exited" else {}))
    assert refused("enrolments", path) == [(1, "state", "enrolment.documents")]
    assert "commitment_letter" in look("enrolments", path).problems[0].text("es")
    holds(base_person, "commitment_letter")
    assert take("enrolments", path).created == 1


@pytest.mark.parametrize(("held", "expires", "enough"), [
    (False, None, False), (True, date(2025, 4, 30), False), (True, date(2025, 5, 1), True), (True, None, True),
])  # fmt: skip
def test_a_document_is_held_and_has_not_expired_on_the_day(tmp_path, held, expires, enough):
    someone, *_ = base(1)
    asks("identity_document")
    holds(someone, held=held, expires_on=expires)
    path = sheet_file(tmp_path, "enrolments", {})
    if enough:
        assert take("enrolments", path).created == 1
    else:
        assert refused("enrolments", path) == [(1, "state", "enrolment.documents")]


def test_applicants_need_no_papers(tmp_path):
    base(1)
    asks("identity_document")
    path = sheet_file(tmp_path, "enrolments", {"state": "waiting", "active_on": None})
    assert take("enrolments", path).created == 1


def test_whoever_enrolled_a_person_does_not_decide_the_exit_by_file(tmp_path):
    base(1)
    enroller, other = user(), user()
    take("enrolments", sheet_file(tmp_path, "enrolments", {}), actor=enroller)
    path = sheet_file(
        tmp_path, "enrolments", {"state": "exited", "state_since": JULY, "cause": "breach"}, name="b.csv"
    )
    assert refused("enrolments", path, actor=enroller) == [(1, "state", "enrolment.own_enrolment")]
    assert take("enrolments", path, actor=other).updated == 1


def test_files_and_moves_tell_one_story(tmp_path):
    someone, *_ = base(1)
    enrolment = applied(someone)
    enrolment_move(enrolment=enrolment, to="active", on=MAY, actor=None, today=TODAY)
    done = take("enrolments", sheet_file(tmp_path, "enrolments", {}))
    assert done.unchanged == 1
    take(
        "enrolments",
        sheet_file(tmp_path, "enrolments", {"state": "suspended", "state_since": JULY}, name="b.csv"),
    )
    assert spans() == [("applied", MARCH, MAY, ""), ("active", MAY, JULY, ""), ("suspended", JULY, None, "")]
