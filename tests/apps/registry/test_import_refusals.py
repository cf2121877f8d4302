"""What a file may not say. Each row's fault is told where it is, and the file is not taken."""

import pytest

from ceiba.registry.models import Group, Participant, Plot
from tests.apps.registry.helpers import base, look, refused, sheet_file, text_file

pytestmark = pytest.mark.django_db

CASES = [
    ("participants", {"area": "GT-9999"}, "area", "import.unknown"),
    ("participants", {"area": "Huehue"}, "area", "import.unknown"),
    ("participants", {"area": "GT-09"}, "area", "import.area_not_leaf"),
    ("participants", {"group": "CAC-9"}, "group", "import.unknown_near"),
    ("participants", {"code": ""}, "code", "cell.required"),
    ("participants", {"birth_date": "2026-04-16"}, "birth_date", "cell.future"),
    ("participants", {"birth_date": "1890-01-01"}, "birth_date", "cell.date_range"),
    ("participants", {"birth_date": "03/04/1980"}, "birth_date", "cell.date_ambiguous"),
    ("participants", {"birth_date": "1980-02-30"}, "birth_date", "cell.date_impossible"),
    ("participants", {"sex": "H"}, "sex", "cell.choice"),
    ("participants", {"given_names": "=HYPERLINK(1)"}, "given_names", "cell.formula"),
    ("participants", {"given_names": "PeÃ±a"}, "given_names", "cell.damaged"),
    ("participants", {"given_names": "A\u202eB"}, "given_names", "cell.control"),
    ("participants", {"given_names": "x" * 121}, "given_names", "cell.too_long"),
    ("participants", {"home_lat": "91"}, "home_lat", "cell.bounds"),
    ("participants", {"home_lat": ""}, "home_lat", "row.home_half"),
    ("participants", {"home_lon": "0", "home_lat": "0"}, "home_lon", "row.home_nowhere"),
    ("technicians", {"kind": "forestal"}, "kind", "cell.choice"),
    ("groups", {"technician_productive": "T-2"}, "technician_productive", "import.technician_kind"),
    ("groups", {"technician_social": "T-77"}, "technician_social", "import.unknown"),
    ("documents", {"participant": "P-404"}, "participant", "import.unknown"),
    ("documents", {"held": "quizá"}, "held", "cell.yes_no"),
    ("documents", {"seen_on": "2027-01-01"}, "seen_on", "cell.future"),
    ("officers", {"office": "presidenta"}, "office", "cell.choice"),
    ("officers", {"group": "CAC-2"}, "participant", "import.officer_not_member"),
    ("plots", {"nominal_m2": "0"}, "nominal_m2", "cell.bounds"),
    ("plots", {"nominal_m2": "-5"}, "nominal_m2", "cell.bounds"),
    ("plots", {"nominal_m2": "25,000"}, "nominal_m2", "cell.thousands"),
    ("plots", {"nominal_m2": "99999999999999999999"}, "nominal_m2", "cell.bounds"),
    ("plots", {"tenure": "ajena"}, "tenure", "cell.choice"),
    ("plots", {"geometry": "POLYGON((0 0, 1"}, "geometry", "geometry.unreadable"),
    ("plots", {"geometry": "POINT(-91.5 14.8)"}, "geometry", "geometry.not_polygon"),
    ("enrolments", {"programme": "mx"}, "programme", "import.unknown"),
    ("enrolments", {"state": "dormida"}, "state", "cell.choice"),
    ("enrolments", {"state": "exited"}, "cause", "row.exit_cause"),
    ("enrolments", {"cause": "breach"}, "cause", "row.cause_without_exit"),
    ("enrolments", {"active_on": ""}, "active_on", "row.active_on_missing"),
    ("enrolments", {"applied_on": "2025-06-01"}, "active_on", "row.order"),
    ("enrolments", {"state_since": "2025-04-30"}, "state_since", "row.order"),
    ("enrolments", {"state_since": "2026-05-01"}, "state_since", "cell.future"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sheet", "cells", "column", "code"), CASES, ids=lambda v: v if isinstance(v, str) else None
)
def test_the_row_is_refused_and_named(tmp_path, sheet, cells, column, code):
    base(2)
    Group.objects.create(code="CAC-2", name="Otra", area_id="GT-0901")
    good = {"code": "G-1"} if "code" in _columns(sheet) else {"participant": "P-2"}
    path = text_file(tmp_path, sheet, good, cells)
    assert (2, code) in [(row, found) for row, _, found in refused(sheet, path)]
    said = next(p for p in look(sheet, path).problems if p.code == code)
    assert column in (said.where.column or "")
    assert said.text("es").startswith(f"{sheet}.csv, fila 2, columna ")
    assert said.text("es") != said.text("en")
    assert Participant.objects.count() == 2
    assert Plot.objects.count() == 0


def _columns(sheet):
    from ceiba.core.register import SHEETS

    return SHEETS[sheet].schema.names


def test_the_municipality_that_was_meant_is_named(tmp_path):
    base(0)
    path = text_file(tmp_path, "participants", {"code": "P-7", "area": "GT-0991"})
    (problem,) = look("participants", path).problems
    assert problem.text("es") == (
        "participants.csv, fila 1, columna area: No existe «GT-0991» en el registro, o está fuera de su ámbito. "
        "¿Quiso decir «GT-0901»?"
    )


def test_every_problem_of_every_row_is_told_at_once(tmp_path):
    base(0)
    path = text_file(
        tmp_path,
        "participants",
        {"code": "P-1", "area": "GT-9999", "sex": "H"},
        {"code": "P-1", "birth_date": "ayer"},
    )
    assert refused("participants", path) == [
        (1, "sex", "cell.choice"),
        (1, "area", "import.unknown"),
        (2, "birth_date", "cell.date"),
        (2, "code", "sheet.repeated"),
    ]


def test_problems_name_columns_as_the_file_does(tmp_path):
    base(0)
    path = tmp_path / "p.csv"
    path.write_text("Clave,Nombre,TIPO,Área\nT-9,Rosa,otra,GT-0901\n")
    (problem,) = look("technicians", path).problems
    assert problem.where.column == "TIPO"


def test_a_sheet_there_is_not(tmp_path):
    assert refused("people", sheet_file(tmp_path, "participants", {})) == [
        (None, None, "import.sheet_unknown")
    ]
