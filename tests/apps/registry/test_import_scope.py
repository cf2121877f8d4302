"""An office reaches its areas and no further; nobody else imports."""

import pytest

from ceiba.accounts.models import Role
from ceiba.core.kernel.errors import CeibaError
from ceiba.registry.models import Document, Group, Participant, Plot
from tests.apps.registry.helpers import base, holds, look, person, refused, sheet_file, take, user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_no_other_role_imports_or_previews(tmp_path, role):
    base(0)
    path = sheet_file(tmp_path, "participants", {})
    for call in (take, look):
        with pytest.raises(CeibaError) as raised:
            call("participants", path, actor=user(role))
        assert [p.code for p in raised.value.problems] == ["import.not_allowed"]
    assert not Participant.objects.exists()


def test_a_person_of_another_area_is_not_added(tmp_path):
    base(0)
    office = user(areas=("GT-0902", "HN"))
    path = sheet_file(
        tmp_path, "participants", {"group": None}, {"code": "P-2", "area": "GT-0902", "group": None}
    )
    assert refused("participants", path, actor=office) == [(1, "code", "import.out_of_scope")]


def test_a_person_of_another_area_is_not_changed_nor_drawn_in(tmp_path):
    base(1)
    office = user(areas=("GT-0902",))
    drawn_in = sheet_file(tmp_path, "participants", {"area": "GT-0902", "group": None})
    assert refused("participants", drawn_in, actor=office) == [(1, "code", "import.out_of_scope")]


def test_a_person_of_another_area_cannot_be_told_from_one_there_is_not(tmp_path):
    base(1)
    office = user(areas=("GT-0902",))
    there, nowhere = (
        look(
            "documents", sheet_file(tmp_path, "documents", {"participant": code}, name="d.csv"), actor=office
        ).problems
        for code in ("P-1", "P-9")
    )
    assert there[0].text("es").replace("P-1", "P-9") == nowhere[0].text("es")
    assert [p.code for p in there] == ["import.unknown"]


@pytest.mark.parametrize(
    ("sheet", "row"),
    [("documents", {}), ("officers", {}), ("plots", {"area": "GT-0902"}), ("enrolments", {})],
)
def test_nothing_is_written_about_people_of_another_area(tmp_path, sheet, row):
    base(1)
    problems = refused(sheet, sheet_file(tmp_path, sheet, row), actor=user(areas=("GT-0902",)))
    assert "import.unknown" in [code for _, _, code in problems]


def test_a_group_of_another_area_is_not_joined(tmp_path):
    base(0)
    path = sheet_file(tmp_path, "participants", {"area": "GT-0902", "group": "CAC-1"})
    assert refused("participants", path, actor=user(areas=("GT-0902",))) == [(1, "group", "import.unknown")]


def test_a_plot_is_not_taken_from_somebody_of_another_area(tmp_path):
    base(1)
    stranger = person("P-9", "HN-01")
    Plot.objects.create(code="PL-1", participant=stranger, area_id="GT-0901", tenure="private", nominal_m2=1)
    path = sheet_file(tmp_path, "plots", {})
    assert refused("plots", path, actor=user(areas=("GT",))) == [(1, "code", "import.out_of_scope")]


def test_within_the_areas_everything_goes(tmp_path):
    base(1)
    office = user(areas=("GT-0901",))
    assert take("documents", sheet_file(tmp_path, "documents", {}), actor=office).created == 1
    assert take("groups", sheet_file(tmp_path, "groups", {"code": "CAC-2"}), actor=office).created == 1
    assert Group.objects.get(code="CAC-2").area_id == "GT-0901"


def test_an_office_without_areas_imports_nothing(tmp_path):
    base(1)
    assert refused("documents", sheet_file(tmp_path, "documents", {}), actor=user(areas=())) == [
        (1, "participant", "import.unknown")
    ]


def test_a_warning_does_not_name_a_person_of_another_area(tmp_path):
    one, _ = base(2)
    stranger = person("P-9", "HN-01")
    path = sheet_file(tmp_path, "documents", {"participant": "P-9"}, name="a.csv")
    take("documents", path)
    assert Document.objects.get().participant == stranger
    holds(one, "other")
    seen = look("documents", sheet_file(tmp_path, "documents", {}), actor=user(areas=("GT",)))
    assert "P-9" not in "".join(w.text("es") for w in seen.warnings)
    assert [w.code for w in seen.warnings] == ["import.number_twice"]
