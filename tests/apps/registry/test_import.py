"""A file is looked at, taken in, and changes what it says and nothing else."""

from datetime import date

import pytest

from ceiba.audit.models import Event
from ceiba.registry.models import Group, Import, Officer, Participant, Technician
from tests.apps.registry.helpers import areas, base, look, sheet_file, take, text_file, user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("fmt", ["csv", "xlsx", "parquet"])
def test_it_works_from_every_format(tmp_path, fmt):
    areas()
    assert (
        take(
            "technicians", sheet_file(tmp_path, "technicians", {}, {"code": "T-2", "kind": "social"}, fmt=fmt)
        ).created
        == 2
    )
    groups = sheet_file(
        tmp_path, "groups", {"technician_productive": "T-1", "technician_social": "T-2"}, fmt=fmt
    )
    take("groups", groups)
    done = take(
        "participants", sheet_file(tmp_path, "participants", {}, {"code": "P-2", "group": None}, fmt=fmt)
    )
    assert (done.rows, done.created, done.updated, done.unchanged) == (2, 2, 0, 0)
    take("officers", sheet_file(tmp_path, "officers", {}, fmt=fmt))
    person = Participant.objects.get(code="P-1")
    assert (person.given_names, person.birth_date, person.area_id) == ("María", date(1980, 5, 1), "GT-0901")
    assert (person.home_lon, person.phone, person.group.code) == (-91.5, "+502 5555-0000", "CAC-1")
    assert person.search_text == " maria perez ixcoy p-1"
    assert Group.objects.get().technician_social.code == "T-2"
    assert Officer.objects.get().participant == person
    assert Technician.objects.count() == 2


def test_spanish_headings_and_cells_as_people_write_them(tmp_path):
    base(0)
    path = tmp_path / "padrón.csv"
    path.write_text(
        "Clave;Nombres;Apellidos;Fecha de nacimiento;Sexo;Lengua;Teléfono;Municipio;CAC;Longitud de la casa;"
        "Latitud de la casa\n"
        " P-9 ;Juan;Núñez;31/12/1971;m;;;GT-0902;;-91,25;14,8\n",
        encoding="utf-8-sig",
    )
    take("participants", path)
    person = Participant.objects.get(code="P-9")
    assert (person.birth_date, person.sex, person.home_lon, person.group) == (
        date(1971, 12, 31),
        "M",
        -91.25,
        None,
    )
    assert (person.language, person.phone) == ("", "")


def test_a_preview_says_what_would_happen_and_writes_nothing(tmp_path):
    base(2)
    before = list(Participant.objects.order_by("pk").values())
    same = {
        "given_names": "María",
        "family_names": "Pérez",
        "language": None,
        "phone": None,
        "home_lon": None,
        "home_lat": None,
    }
    path = sheet_file(
        tmp_path, "participants", same, same | {"code": "P-2", "given_names": "Ana"}, {"code": "P-3"}
    )
    take("participants", sheet_file(tmp_path, "participants", same, name="first.csv"), client_key="a")
    seen = look("participants", path)
    assert (seen.rows, seen.created, seen.updated, seen.unchanged) == (3, 1, 1, 1)
    assert seen.acceptable
    assert seen.columns[0] == "code"
    assert seen.sample[1][:2] == ("P-2", "Ana")
    assert seen.changes == [{"row": 2, "column": "given_names", "before": "María", "after": "Ana"}]
    assert Participant.objects.count() == 2
    assert Participant.objects.get(code="P-2").given_names == before[1]["given_names"]
    assert Import.objects.count() == 1


def test_changes_show_codes_and_not_numbers_of_rows(tmp_path):
    base(1)
    Group.objects.create(code="CAC-2", name="Otra", area_id="GT-0902")
    take("participants", sheet_file(tmp_path, "participants", {}))
    seen = look(
        "participants",
        sheet_file(tmp_path, "participants", {"area": "GT-0902", "group": "CAC-2", "phone": None}),
    )
    assert {c["column"]: (c["before"], c["after"]) for c in seen.changes} == {
        "area": ("GT-0901", "GT-0902"),
        "group": ("CAC-1", "CAC-2"),
        "phone": ("+502 5555-0000", ""),
    }


def test_only_rows_that_differ_are_written(tmp_path):
    base(0)
    take("participants", sheet_file(tmp_path, "participants", {}, {"code": "P-2"}))
    done = take(
        "participants",
        sheet_file(tmp_path, "participants", {}, {"code": "P-2", "phone": "1"}, {"code": "P-3"}),
    )
    assert (done.created, done.updated, done.unchanged) == (1, 1, 1)
    assert Participant.objects.get(code="P-2").phone == "1"


def test_an_import_is_recorded_with_who_and_names_nobody(tmp_path):
    base(0)
    office = user()
    done = take("participants", sheet_file(tmp_path, "participants", {}), actor=office)
    event = Event.objects.get()
    assert (event.actor, event.action, event.subject) == (office, "registry.import", f"import {done.pk}")
    assert event.detail == {"sheet": "participants", "sha256": done.sha256, "created": 1, "updated": 0}
    assert done.by == office


def test_a_large_load_remakes_its_indexes(tmp_path, monkeypatch):
    base(0)
    from django.db import connection

    def indexes():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indexdef FROM pg_indexes WHERE tablename = 'registry_participant' ORDER BY 1"
            )
            return [definition for (definition,) in cursor.fetchall()]

    before = indexes()
    monkeypatch.setattr("ceiba.registry.services.staging.BULK_FROM", 1)
    take("participants", sheet_file(tmp_path, "participants", {}, {"code": "P-2"}))
    assert indexes() == before
    assert any("gin_trgm_ops" in definition for definition in before)
    take("participants", text_file(tmp_path, "participants", {"code": "P-3"}))
    assert Participant.objects.count() == 3
