"""What a phone carries, and what it does not."""

import hashlib
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ceiba.accounts.models import Role
from ceiba.entities.models import Entity, EntityVersion
from ceiba.entities.selectors import Changes, entity_changes, entity_list, integrity, integrity_xml
from ceiba.entities.services import entities_refresh
from ceiba.registry.models import Enrolment, Group, Participant, Technician
from tests.apps.entities.helpers import NOW, TODAY, codes, country, entity_of, is_v4, plot, rows, technician
from tests.apps.entities.sending import NEW, creation, send
from tests.apps.registry.helpers import applied, person, user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people() -> list[Participant]:
    return country()


@pytest.mark.parametrize("name", ["participants", "plots", "groups"])
@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.TECHNICIAN])
def test_only_technicians_carry_anything(role: str, name: str) -> None:
    someone = user(role, areas=("GT",), code="P-1")
    assert rows(someone, name) == {}


@pytest.mark.parametrize("name", ["participants", "plots", "groups"])
def test_a_technician_without_code_or_who_left_carries_nothing(name: str) -> None:
    assert rows(technician(""), name) == {}
    gone = technician("T-1")
    gone.is_active = False
    gone.save()
    assert rows(gone, name) == {}


def test_a_phone_carries_the_own_portfolio_and_no_other() -> None:
    mine, other = technician("T-1"), technician("T-9")
    assert codes(mine) == {"P-1", "P-2", "P-3"}
    assert codes(technician("T-2")) == codes(mine)
    assert codes(other) == {"Q-1"}
    assert codes(mine, "plots") == {"PL-P-1", "PL-P-2", "PL-P-3"}
    assert codes(other, "plots") == {"PL-Q-1"}
    assert codes(mine, "groups") == {"CAC-1"}
    assert codes(other, "groups") == {"CAC-9"}


def test_whoever_left_is_not_carried_and_who_applies_is(people: list[Participant]) -> None:
    applied(people[0])
    Enrolment.objects.create(
        participant=people[1], programme_id="ca", variant="us36", state="exited", applied_on=date(2025, 1, 1),
        state_since=date(2025, 6, 1), cause="resignation",
    )  # fmt: skip
    assert codes(technician()) == {"P-1", "P-3"}
    assert codes(technician("T-2"), "plots") == {"PL-P-1", "PL-P-3"}


def test_the_csv_is_what_collect_reads() -> None:
    someone = technician()
    head = entity_list(someone, "participants").csv.decode().splitlines()[0]
    assert head == "name,label,__version,code,group,plot_count,age_75,last_visit,phone,plan_due"
    head = entity_list(someone, "plots").csv.decode().splitlines()[0]
    assert head == (
        "name,label,__version,code,participant,participant_code,group,nominal_ha,measured_ha,lon,lat"
    )
    row = next(row for row in rows(someone).values() if row["code"] == "P-1")
    assert is_v4(row["name"])
    assert row["label"] == "María Pérez · P-1"
    assert (row["__version"], row["group"], row["plot_count"], row["age_75"]) == ("1", "CAC-1", "1", "0")
    land = next(row for row in rows(someone, "plots").values() if row["code"] == "PL-P-1")
    assert (land["participant"], land["participant_code"]) == (row["name"], "P-1")
    assert (land["nominal_ha"], land["measured_ha"]) == ("2.5000", "1.1900")
    assert (land["lon"], land["lat"]) == ("-91.509500", "14.810500")
    group = next(iter(rows(someone, "groups").values()))
    assert (group["members"], group["technician"]) == ("3", "T-1")


def test_no_birth_date_leaves_the_office() -> None:
    someone = technician()
    for name in ("participants", "plots", "groups"):
        assert b"1980" not in entity_list(someone, name).csv
    assert not EntityVersion.objects.filter(properties__icontains="1980").exists()


def test_a_list_nobody_knows_is_empty() -> None:
    assert entity_list(technician(), "nurseries").csv == b"name,label,__version\n"


def test_a_refresh_with_nothing_to_do_writes_nothing() -> None:
    before = EntityVersion.objects.count()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert entities_refresh(today=TODAY) == 0
    assert len(asked) == 2
    assert EntityVersion.objects.count() == before


def test_what_the_register_changes_is_the_next_version(people: list[Participant]) -> None:
    someone = technician()
    before = entity_list(someone, "participants").md5
    assert entity_list(someone, "participants").md5 == before
    Participant.objects.filter(code="P-1").update(phone="5555-1111")
    assert entities_refresh(today=TODAY) == 1
    row = rows(someone)[str(entity_of("P-1").uuid)]
    assert (row["phone"], row["__version"]) == ("5555-1111", "2")
    assert entity_list(someone, "participants").md5 != before
    Participant.objects.filter(code="P-1").update(phone="5555-1111", language="mam")
    assert entities_refresh(today=TODAY) == 0, "nothing of it is on the phone"


def test_a_new_plot_counts_for_its_person(people: list[Participant]) -> None:
    plot("PL-more", people[0])
    entities_refresh(today=TODAY)
    assert rows(technician())[str(entity_of("P-1").uuid)]["plot_count"] == "2"


def test_a_move_takes_people_and_plots_to_the_other_phone(people: list[Participant]) -> None:
    mine, other = technician("T-1"), technician("T-9")
    uuid = str(entity_of("P-1").uuid)
    Participant.objects.filter(code="P-1").update(group=Group.objects.get(code="CAC-9"))
    assert codes(mine) == {"P-2", "P-3"}, "at once, not with the next refresh"
    entities_refresh(today=TODAY)
    assert codes(other) == {"Q-1", "P-1"}
    assert rows(other)[uuid]["group"] == "CAC-9"
    assert codes(other, "plots") == {"PL-Q-1", "PL-P-1"}
    assert {row["members"] for row in rows(mine, "groups").values()} == {"2"}
    assert {row["members"] for row in rows(other, "groups").values()} == {"2"}


def test_a_new_technician_of_the_group_carries_it_and_the_old_one_does_not() -> None:
    mine, other = technician("T-1"), technician("T-9")
    Group.objects.filter(code="CAC-1").update(technician_productive=Technician.objects.get(code="T-9"))
    entities_refresh(today=TODAY)
    assert codes(mine) == set()
    assert codes(other) == {"P-1", "P-2", "P-3", "Q-1"}


def test_a_birthday_is_a_change_without_anybody_changing_a_row() -> None:
    person("P-old", birth_date=date(1951, 4, 20), group=Group.objects.get(code="CAC-1"))
    entities_refresh(today=TODAY)
    uuid = str(entity_of("P-old").uuid)
    someone = technician()
    assert rows(someone)[uuid]["age_75"] == "0"
    entities_refresh(today=TODAY + timedelta(days=4))
    assert rows(someone)[uuid]["age_75"] == "0"
    assert entities_refresh(today=TODAY + timedelta(days=5)) == 1
    assert rows(someone)[uuid]["age_75"] == "1"


def test_a_row_that_is_taken_out_takes_its_entity_along() -> None:
    entity = entity_of("PL-P-1", "plots")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_plot WHERE code = 'PL-P-1'")
    entities_refresh(today=TODAY)
    entity.refresh_from_db()
    assert entity.deleted_at is not None
    assert integrity(technician(), "plots", [str(entity.uuid)]) == {str(entity.uuid): True}


def test_integrity_says_gone_of_what_is_gone_and_of_what_is_not_ones_own() -> None:
    someone = technician()
    own, strange = (str(entity_of(code).uuid) for code in ("P-1", "Q-1"))
    gone = Entity.objects.create(uuid="6f0b3ad2-7a47-4c67-9a32-35a1a3d0d001", list_name="participants", version=1,
                                 deleted_at="2026-01-01T00:00:00Z")  # fmt: skip
    never = "6f0b3ad2-7a47-4c67-9a32-35a1a3d0d002"
    asked = integrity(someone, "participants", [own, strange, str(gone.uuid), never, "no uuid"])
    assert asked == {own: False, strange: True, str(gone.uuid): True}
    assert integrity(user(Role.OFFICE), "participants", [own]) == {own: True}
    assert integrity(someone, "plots", [own]) == {}


def test_the_integrity_answer_is_the_one_collect_reads() -> None:
    assert integrity_xml({"a": True, 'b"<': False}) == (
        b'<?xml version="1.0" encoding="UTF-8"?><data><entities><entity id="a"><deleted>true</deleted></entity>'
        b"<entity id='b\"&lt;'><deleted>false</deleted></entity></entities></data>"
    )


def held_after(*answers: Changes) -> bytes:
    """The list of a browser that was told these one after the other, as it works it out."""
    lines: list[str] = []
    for told in answers:
        changed = {line[:36] for _, line in told.rows}
        lines = [] if told.complete else [line for line in lines if line[:36] not in changed]
        for place, line in told.rows:
            lines.insert(place, line)
    return (answers[-1].header + "".join(lines)).encode()


def test_a_browser_is_told_what_changed_and_no_more() -> None:
    someone = technician()
    first = entity_changes(someone, "participants")
    assert first.complete
    assert held_after(first) == entity_list(someone, "participants").csv
    again = entity_changes(someone, "participants", first.cursor)
    assert (again.complete, again.rows, again.cursor) == (False, (), first.cursor)
    Participant.objects.filter(code__in=["P-2", "Q-1"]).update(phone="1")
    entities_refresh(today=TODAY)
    then = entity_changes(someone, "participants", first.cursor)
    assert not then.complete
    [(place, line)] = then.rows
    assert (place, line[:36]) == (1, str(entity_of("P-2").uuid))
    assert held_after(first, then) == entity_list(someone, "participants").csv
    assert entity_changes(someone, "participants", then.cursor).rows == ()


def test_what_a_browser_holds_is_the_list_whoever_is_called_otherwise() -> None:
    """Names decide the order; a name may have lines of its own."""
    someone = technician()
    answers = [entity_changes(someone, "participants")]
    for code, name in (("P-3", 'Ab "A"'), ("P-1", "Zoila,\nZ"), ("P-2", "Ñu"), ("P-3", "Zz"), ("P-1", "A")):
        Participant.objects.filter(code=code).update(given_names=name)
        entities_refresh(today=TODAY)
        answers.append(entity_changes(someone, "participants", answers[-1].cursor))
        assert len(answers[-1].rows) == 1
        held = held_after(*answers)
        assert held == entity_list(someone, "participants").csv
        assert hashlib.sha256(held).hexdigest() == answers[-1].sha256
    whole = held_after(answers[0], entity_changes(someone, "participants", answers[0].cursor))
    assert whole == held_after(*answers), "also after being away for all of it"


@pytest.mark.parametrize("cursor", ["", "x", "12", "12.", "-1.abc", "٣.abc"])
def test_a_strange_cursor_gets_the_whole_list(cursor: str) -> None:
    told = entity_changes(technician(), "participants", cursor)
    assert told.complete
    assert len(told.rows) == 3


@pytest.mark.parametrize("seen", ["", "x", "-1", "٣"])
def test_so_does_one_that_is_strange_in_part(seen: str) -> None:
    someone = technician()
    _, _, known = entity_changes(someone, "participants").cursor.partition(".")
    assert entity_changes(someone, "participants", f"{seen}.{known}").complete


def test_a_browser_is_told_the_whole_list_when_somebody_left_it() -> None:
    someone = technician()
    cursor = entity_changes(someone, "participants").cursor
    Participant.objects.filter(code="P-1").update(group=None)
    told = entity_changes(someone, "participants", cursor)
    assert told.complete
    assert {line[:36] for _, line in told.rows} == {str(entity_of(code).uuid) for code in ("P-2", "P-3")}


def test_two_hundred_people_are_far_below_two_megabytes() -> None:
    group = Group.objects.get(code="CAC-1")
    for index in range(200):
        plot(f"PL-LARGA-{index:09d}", person(f"GT-LARGO-{index:09d}", group=group, phone="+502 5555-0000",
                                             given_names="María de los Ángeles Guadalupe",
                                             family_names="Hernández Domínguez de León"))  # fmt: skip
    entities_refresh(today=TODAY)
    someone = technician()
    size = sum(len(entity_list(someone, name).csv) for name in ("participants", "plots", "groups"))
    assert len(codes(someone, "plots")) == 203
    assert size < 200_000


def test_what_a_phone_made_is_on_its_user_s_phones_alone_until_it_is_gone() -> None:
    maker, other = technician("T-1"), technician("T-2")
    send(creation(maker, label="Ana"), creation(maker, 2, "nurseries", label="Vivero"))
    for name in ("participants", "nurseries"):
        assert NEW in rows(maker, name)
        assert NEW not in rows(other, name)
        assert integrity(other, name, [NEW]) == {NEW: True}
    Entity.objects.filter(uuid=NEW).update(deleted_at=NOW)
    for name in ("participants", "nurseries"):
        assert NEW not in rows(maker, name)
