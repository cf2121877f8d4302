"""What the register says about a month: who is active on its first day, and what is known of them."""

from datetime import UTC, date, datetime

import pytest

from ceiba.core.facts.catalogue import REGISTER_FACTS
from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import RequiredDocument
from ceiba.registry.models import EnrolmentSpan, Participant
from ceiba.registry.selectors import documents_required_and_held, register_facts
from ceiba.registry.services import enrolment_move, required_documents_set
from tests.apps.registry.helpers import TODAY, base, holds, person, sheet_file, take, user
from tests.apps.registry.test_import_plots import square

pytestmark = pytest.mark.django_db

MARCH = Month(2026, 3)
CUTOFF = datetime(2026, 4, 5, 6, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def facts(month=MARCH, cutoff=CUTOFF, programme="ca"):
    frame = register_facts(programme, month, cutoff)
    REGISTER_FACTS.check(frame)
    codes = dict(Participant.objects.values_list("pk", "code"))
    return {codes[row["participant_id"]]: row for row in frame.rows(named=True)}


@pytest.mark.parametrize(
    ("row", "active"),
    [
        ({"active_on": date(2026, 3, 1), "state_since": date(2026, 3, 1)}, True),
        ({"active_on": date(2026, 3, 2), "state_since": date(2026, 3, 2)}, False),
        ({"state": "suspended", "state_since": date(2026, 3, 1)}, False),
        ({"state": "suspended", "state_since": date(2026, 3, 2)}, True),
        ({"state": "exited", "state_since": date(2026, 3, 1), "cause": "breach"}, False),
        ({"state": "deceased", "state_since": date(2026, 3, 15)}, True),
        ({"state": "graduated", "state_since": date(2026, 2, 28)}, False),
        ({"state": "waiting", "active_on": None}, False),
        ({"state": "applied", "active_on": None, "state_since": date(2025, 3, 1)}, False),
    ],
    ids=lambda v: str(v.get("state", "active")) if isinstance(v, dict) else "",
)  # fmt: skip
def test_active_on_the_first_day(tmp_path, row, active):
    base(1)
    take("enrolments", sheet_file(tmp_path, "enrolments", row))
    assert list(facts()) == (["P-1"] if active else [])
    assert facts(programme="mx") == {}


def test_the_facts_of_a_person(tmp_path):
    base(0)
    take("participants", sheet_file(tmp_path, "participants", {"birth_date": date(1980, 3, 31)}))
    take("enrolments", sheet_file(tmp_path, "enrolments", {}))
    take("plots", sheet_file(
        tmp_path, "plots", {"geometry": square(0), "tenure": "lease", "tenure_until": date(2027, 5, 31)},
        {"code": "PL-2", "geometry": square(20), "nominal_m2": 5_000},
    ))  # fmt: skip
    row = facts()["P-1"]
    measured = row.pop("plot_measured_m2")
    assert 23_400 < measured < 24_000
    assert 3 <= row.pop("home_plot_m") < 120
    assert row.pop("participant_id") == Participant.objects.get().pk
    assert row == {
        "area": "GT-0901", "group": "CAC-1", "country": "GT", "variant": "us36", "age_years": 46,
        "marginalisation": 4, "plots": 2, "plot_nominal_m2": 30_000, "plot_overlap_m2": 0, "tenure": "lease",
        "tenure_months": 14, "group_members": 1, "enrolled_months": 11,
    }  # fmt: skip


def test_what_is_not_known_is_null_and_no_plots_is_none(tmp_path):
    base(0)
    person("P-1")
    take("enrolments", sheet_file(tmp_path, "enrolments", {}))
    row = facts()["P-1"]
    assert row["plots"] == 0
    for name in (
        "group",
        "plot_nominal_m2",
        "plot_measured_m2",
        "plot_overlap_m2",
        "tenure",
        "tenure_months",
        "home_plot_m",
        "group_members",
    ):
        assert row[name] is None, name


def test_one_plot_without_polygon_leaves_the_measured_area_unknown(tmp_path):
    base(1)
    take("enrolments", sheet_file(tmp_path, "enrolments", {}))
    take("plots", sheet_file(tmp_path, "plots", {"geometry": square(0)}, {"code": "PL-2"}))
    row = facts()["P-1"]
    assert (row["plot_nominal_m2"], row["plot_measured_m2"], row["plot_overlap_m2"]) == (50_000, None, None)


@pytest.mark.parametrize(
    ("tenure", "until", "months"),
    [
        ("private", date(2027, 1, 1), None),
        ("lease", None, None),
        ("lease", date(2026, 3, 5), 0),
        ("lease", date(2020, 1, 1), 0),
        ("usufruct", date(2026, 4, 1), 1),
        ("sharecropping", date(2030, 3, 31), 48),
    ],
)
def test_months_of_contract(tmp_path, tenure, until, months):
    base(1)
    take("enrolments", sheet_file(tmp_path, "enrolments", {}))
    take("plots", sheet_file(tmp_path, "plots", {"tenure": tenure, "tenure_until": until}))
    assert facts()["P-1"]["tenure_months"] == months


@pytest.mark.parametrize(
    ("birth", "years"),
    [(date(2008, 3, 31), 18), (date(2008, 4, 1), 17), (date(2004, 2, 29), 22), (date(2007, 12, 31), 18)],
)
def test_age_at_the_end_of_the_month(tmp_path, birth, years):
    base(0)
    person("P-1", birth_date=birth)
    take("enrolments", sheet_file(tmp_path, "enrolments", {}))
    assert facts()["P-1"]["age_years"] == years


@pytest.mark.parametrize(
    ("active", "months"),
    [(date(2026, 3, 1), 1), (date(2026, 2, 2), 1), (date(2026, 2, 1), 2), (date(2025, 4, 1), 12)],
)
def test_months_enrolled_are_first_days(tmp_path, active, months):
    base(1)
    take("enrolments", sheet_file(tmp_path, "enrolments", {"active_on": active, "state_since": active}))
    assert facts()["P-1"]["enrolled_months"] == months


def test_group_members_are_those_active(tmp_path):
    base(3)
    waiting = {"participant": "P-3", "state": "waiting", "active_on": None}
    take("enrolments", sheet_file(tmp_path, "enrolments", {}, {"participant": "P-2"}, waiting))
    assert {row["group_members"] for row in facts().values()} == {2}


def test_an_exit_recorded_after_the_cutoff_does_not_change_the_month(tmp_path):
    base(2)
    take("enrolments", sheet_file(tmp_path, "enrolments", {}, {"participant": "P-2"}))
    for enrolment in (span.enrolment for span in EnrolmentSpan.objects.filter(state="active")):
        enrolment_move(
            enrolment=enrolment, to="exited", on=date(2026, 2, 10), actor=user(), today=TODAY, cause="breach"
        )
        break
    assert len(facts(cutoff=CUTOFF)) == 2  # the move was recorded today, the cutoff is long past
    assert len(facts(cutoff=LATER)) == 1


def test_an_activation_recorded_after_the_cutoff_does_not_either(tmp_path):
    base(1)
    take(
        "enrolments",
        sheet_file(tmp_path, "enrolments", {"state": "suspended", "state_since": date(2025, 12, 1)}),
    )
    (enrolment,) = {span.enrolment for span in EnrolmentSpan.objects.all()}
    enrolment_move(enrolment=enrolment, to="active", on=date(2026, 2, 1), actor=None, today=TODAY)
    assert facts(cutoff=CUTOFF) == {}
    assert facts(cutoff=LATER)["P-1"]["enrolled_months"] == 11


def test_documents_asked_of_those_active(tmp_path):
    one, two, _ = base(3)
    take(
        "enrolments",
        sheet_file(
            tmp_path,
            "enrolments",
            {},
            {"participant": "P-2"},
            {"participant": "P-3", "state": "waiting", "active_on": None},
        ),
    )
    take("plots", sheet_file(tmp_path, "plots", {"participant": "P-2", "tenure": "ejidal"}))
    rules = [
        RequiredDocument("identity_document", {}),
        RequiredDocument("assembly_minutes", {}, tenures=("ejidal", "communal")),
        RequiredDocument("rtn", {}, countries=("HN",)),
    ]
    required_documents_set(programme="ca", documents=rules)
    holds(one, expires_on=date(2026, 1, 1))
    holds(two, "assembly_minutes", held=False)
    assert documents_required_and_held("ca", date(2026, 3, 1)).rows() == [
        (one.pk, "identity_document", True, date(2026, 1, 1), date(2024, 1, 1)),
        (two.pk, "assembly_minutes", False, None, date(2024, 1, 1)),
        (two.pk, "identity_document", None, None, None),
    ]
