"""What is exported is imported again without a change; nobody takes away what they may not see."""

import io
from datetime import date

import pytest

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.audit.models import Event
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.register import SHEETS
from ceiba.registry.models import Document, Participant
from ceiba.registry.selectors import sheet_frame
from ceiba.registry.services import export_sheet
from tests.apps.registry.helpers import base, person, sheet_file, take, user
from tests.apps.registry.test_import_plots import square

pytestmark = pytest.mark.django_db

OFFICE = Scope(Role.OFFICE, ("GT", "HN"))
ROWS = {
    "technicians": [{}, {"code": "T-2", "kind": "social"}],
    "groups": [{"technician_productive": "T-1"}],
    "participants": [{}, {"code": "P-2", "home_lon": None, "home_lat": None, "language": None, "phone": None},
                     {"code": "P-3", "given_names": "Ñandú \"el\", menor", "home_lon": -91.123456789012345}],
    "documents": [{}, {"participant": "P-2", "number": None}, {"document": "other", "number": "-12"}],
    "officers": [{}],
    "plots": [{"geometry": square(0.123456789)}, {"code": "PL-2", "tenure": "lease"}],
    "enrolments": [{}, {"participant": "P-2", "state": "exited", "state_since": date(2025, 7, 1), "cause": "breach"}],
}  # fmt: skip


def filled(folder):
    base(0)
    for sheet, rows in ROWS.items():
        take(sheet, sheet_file(folder, sheet, *rows))


def exported(sheet, scope, fmt="csv", **more):
    out = io.BytesIO()
    export_sheet(sheet=sheet, scope=scope, fmt=fmt, out=out, **more)
    return out.getvalue()


@pytest.mark.parametrize("fmt", ["csv", "xlsx", "parquet"])
def test_importing_an_export_changes_nothing(tmp_path, fmt):
    filled(tmp_path)
    for sheet, rows in ROWS.items():
        path = tmp_path / f"again-{sheet}.{fmt}"
        path.write_bytes(exported(sheet, OFFICE, fmt, headings="es", bom=True))
        done = take(sheet, path)
        assert (done.created, done.updated) == (0, 0), sheet
        assert done.rows >= len(rows)


@pytest.mark.parametrize("sheet", SHEETS)
def test_nobody_takes_away_rows_outside_the_scope(tmp_path, sheet):
    filled(tmp_path)
    assert sheet_frame(sheet, Scope(Role.OFFICE, ("GT-0902", "HN"))).is_empty()
    assert sheet_frame(sheet, Scope(Role.OFFICE, ())).is_empty()
    assert sheet_frame(sheet, Scope(Role.FUNDER, ("GT",))).is_empty()
    assert sheet_frame(sheet, Scope(Role.TECHNICIAN, ("GT",), "T-9")).is_empty()
    assert sheet_frame(sheet, Scope(Role.TECHNICIAN, ("GT",), "")).is_empty()
    assert sheet_frame(sheet, Scope(Role.PARTICIPANT, ("GT",), "P-9")).is_empty()
    assert not sheet_frame(sheet, OFFICE).is_empty()


def test_a_technician_takes_the_portfolio_and_a_participant_the_own_rows(tmp_path):
    filled(tmp_path)
    Participant.objects.filter(code="P-3").update(group=None)
    technician = Scope(Role.TECHNICIAN, (), "T-1")
    assert sheet_frame("participants", technician)["code"].to_list() == ["P-1", "P-2"]
    assert sheet_frame("groups", technician)["code"].to_list() == ["CAC-1"]
    assert sheet_frame("technicians", technician)["code"].to_list() == ["T-1"]
    own = Scope(Role.PARTICIPANT, (), "P-2")
    assert sheet_frame("participants", own)["code"].to_list() == ["P-2"]
    assert sheet_frame("enrolments", own)["state"].to_list() == ["exited"]


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.TECHNICIAN, False),
        (Role.PAYMENTS, False),
        (Role.PARTICIPANT, False),
        (Role.AUDITOR, True),
        (Role.OFFICE, True),
    ],
)
def test_numbers_of_documents_go_to_offices_and_auditors(tmp_path, role, shown):
    filled(tmp_path)
    scope = Scope(role, ("GT",), {Role.TECHNICIAN: "T-1", Role.PARTICIPANT: "P-1"}.get(role, ""))
    data = exported("documents", scope)
    assert (b"1234 56789 0901" in data) is shown
    assert b"identity_document" in data


def test_numbers_that_do_not_open_are_blank(tmp_path, settings):
    filled(tmp_path)
    settings.DOCUMENT_KEY = "another"
    assert sheet_frame("documents", OFFICE)["number"].null_count() == Document.objects.count()


def test_funders_take_nothing_and_sheets_are_known():
    for sheet, role, code in (
        ("participants", Role.FUNDER, "export.not_allowed"),
        ("people", Role.OFFICE, "import.sheet_unknown"),
    ):
        with pytest.raises(CeibaError) as raised:
            exported(sheet, Scope(role, ("GT",)))
        assert [p.code for p in raised.value.problems] == [code]
    assert not Event.objects.exists()


def test_an_export_is_recorded_with_who(tmp_path):
    filled(tmp_path)
    auditor = user(Role.AUDITOR)
    exported("participants", Scope(Role.AUDITOR, ("GT",)), actor=auditor)
    event = Event.objects.latest("pk")
    assert (event.actor, event.action, event.subject) == (auditor, "registry.export", "sheet participants")
    assert event.detail == {"sheet": "participants", "format": "csv", "rows": 3, "areas": ["GT"]}


def test_a_hostile_name_is_no_formula_in_the_file():
    base(0)
    person("P-1", given_names="=1+1")
    data = exported("participants", OFFICE).decode()
    assert "P-1,'=1+1," in data
