"""Updates from phones: what changes at once, what waits, what goes to a person."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from ceiba.accounts.models import Role, User
from ceiba.audit.models import Event
from ceiba.core.entities import Update
from ceiba.entities.models import Entity, EntityUpdate, EntityVersion, Proposal
from ceiba.entities.selectors import entity_list, integrity
from ceiba.entities.services import Taken, entities_refresh, entity_updates_force
from ceiba.registry.models import Group, Participant
from tests.apps.entities.helpers import NOW, TODAY, codes, country, entity_of, rows, technician
from tests.apps.entities.sending import NEW, apart, creation, send, update
from tests.apps.registry.helpers import user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mine() -> User:
    country()
    return technician("T-1")


def present(entity: Entity) -> EntityVersion:
    entity.refresh_from_db()
    return EntityVersion.objects.get(entity=entity, number=entity.version)


def proposal() -> Proposal:
    return Proposal.objects.select_related("update").get()


class TestWhatMustNotHappen:
    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("code", "P-9"),
            ("group", "CAC-9"),
            ("given_names", "Otra"),
            ("geometry", "0 0 0 0"),
            ("age_75", "1"),
        ],
    )
    def test_identity_is_not_changed_by_a_phone(self, mine: User, name: str, said: str) -> None:
        entity = entity_of("P-1")
        before = Participant.objects.values().get(code="P-1")
        taken = send(update(entity, mine, values={name: said}))
        assert present(entity).number == 1
        assert Participant.objects.values().get(code="P-1") == before
        assert taken.proposals == {1: (proposal().pk,)}
        assert proposal().proposed == {name: said}
        assert (proposal().reason, proposal().participant_id) == ("guarded", before["id"])

    def test_another_technician_s_phone_changes_nothing_and_only_proposes(self) -> None:
        entity = entity_of("P-1")
        taken = send(update(entity, technician("T-9"), values={"phone": "9", "last_visit": "2026-04-14"}))
        assert Participant.objects.get(code="P-1").phone == ""
        assert present(entity).number == 1
        assert list(taken.proposals) == [1]
        assert (proposal().reason, proposal().area_code) == ("outside", "GT-0901")

    @pytest.mark.parametrize("role", [Role.PAYMENTS, Role.FUNDER, Role.PARTICIPANT])
    def test_neither_does_somebody_whose_scope_does_not_reach(self, role: str) -> None:
        someone = user(role, areas=("HN",), code="P-2")
        send(update(entity_of("P-1"), someone, values={"phone": "9"}))
        assert Participant.objects.get(code="P-1").phone == ""

    def test_nor_a_sender_nobody_knows(self) -> None:
        send(update(entity_of("P-1"), None, values={"phone": "9"}))
        assert proposal().reason == "outside"
        unknown = Update(9, 0, "nurseries", NEW, NOW, creates=True, updates=False, label="Vivero")
        send(unknown)
        send(replace(unknown, submission=10, creates=False, updates=True, base_version=1, label="Zacate"))
        assert present(Entity.objects.get(uuid=NEW)).label == "Vivero"

    def test_what_another_phone_made_is_not_one_s_own(self, mine: User) -> None:
        send(creation(mine, list_name="nurseries", label="Vivero", values={"trees": "10"}))
        entity = Entity.objects.get(uuid=NEW)
        send(update(entity, technician("T-9"), 2, values={"trees": "99"}))
        assert present(entity).properties == {"trees": "10"}
        assert proposal().reason == "outside"

    def test_what_is_deleted_is_not_changed(self, mine: User) -> None:
        entity = entity_of("PL-P-1", "plots")
        Entity.objects.filter(pk=entity.pk).update(deleted_at=NOW)
        send(update(entity, mine, values={"note": "x"}))
        assert present(entity).number == 1
        assert proposal().reason == "outside"

    def test_the_same_again_changes_nothing(self, mine: User) -> None:
        entity = entity_of("P-1")
        said = update(entity, mine, values={"phone": "9", "group": "CAC-9"})
        send(said, said)
        before = EntityVersion.objects.count(), EntityUpdate.objects.count(), Proposal.objects.count()
        assert send(said) == Taken()
        assert (
            EntityVersion.objects.count(),
            EntityUpdate.objects.count(),
            Proposal.objects.count(),
        ) == before

    @pytest.mark.parametrize(
        "wrong",
        [{"entity": "P-1"}, {"entity": ""}, {"list_name": ""}, {"list_name": "x" * 65}, {"branch": "x" * 65}],
    )
    def test_what_names_nothing_is_told_and_holds_up_nobody(self, mine: User, wrong: dict[str, str]) -> None:
        good = update(entity_of("P-2"), mine, 2, values={"phone": "2"})
        taken = send(replace(update(entity_of("P-1"), mine, values={"phone": "9"}), **wrong), good)
        assert taken.unreadable == {1}
        assert [each.submission for each in EntityUpdate.objects.all()] == [2]

    def test_an_id_is_the_same_however_it_is_written(self, mine: User) -> None:
        entity = entity_of("P-1")
        said = replace(update(entity, mine, values={"phone": "9"}), entity=f"uuid:{str(entity.uuid).upper()}")
        assert send(said) == Taken()
        assert EntityUpdate.objects.get().uuid == entity.uuid
        assert Participant.objects.get(code="P-1").phone == "9"

    def test_what_was_sent_cannot_be_changed_nor_versions(self, mine: User) -> None:
        send(update(entity_of("P-1"), mine, values={"phone": "9"}))
        for statement in (
            "UPDATE entities_entityupdate SET values = '{}'",
            "UPDATE entities_entityupdate SET fate = 'waiting'",
            "DELETE FROM entities_entityupdate",
            "UPDATE entities_entityversion SET label = ''",
            "DELETE FROM entities_entityversion",
        ):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


class TestWhatIsHarmless:
    def test_a_telephone_reaches_register_and_phones_and_is_written_down(self, mine: User) -> None:
        entity = entity_of("P-1")
        assert (
            send(update(entity, mine, values={"phone": "5555-9999", "last_visit": "2026-04-14"})) == Taken()
        )
        assert Participant.objects.get(code="P-1").phone == "5555-9999"
        row = rows(technician("T-2"))[str(entity.uuid)]
        assert (row["phone"], row["last_visit"], row["__version"]) == ("5555-9999", "2026-04-14", "2")
        event = Event.objects.get(action="participant.contact_set")
        assert (event.actor, event.subject) == (mine, f"participant {entity.row}")
        assert "5555" not in str(event.detail)
        assert entities_refresh(today=TODAY) == 0, "register and entity say the same"
        assert present(entity).update is not None

    def test_what_only_phones_say_outlives_a_change_of_the_register(self, mine: User) -> None:
        entity = entity_of("P-1")
        send(update(entity, mine, values={"last_visit": "2026-04-14", "plan_due": "9"}))
        Participant.objects.filter(code="P-1").update(phone="1")
        entities_refresh(today=NOW.date())
        row = rows(mine)[str(entity.uuid)]
        assert (row["last_visit"], row["plan_due"], row["phone"], row["__version"]) == (
            "2026-04-14",
            "9",
            "1",
            "3",
        )

    def test_what_the_register_says_later_holds(self, mine: User) -> None:
        entity = entity_of("P-1")
        Participant.objects.filter(code="P-1").update(phone="office")
        send(
            update(entity, mine, values={"phone": "phone"}), now=NOW
        )  # observed the day before, and not drawn yet
        assert Participant.objects.get(code="P-1").phone == "office"
        assert EntityUpdate.objects.get().lost == ["phone"]
        assert present(entity).number == 3, "the phone's count does not stay ahead"

    def test_a_plain_list_needs_no_code(self, mine: User) -> None:
        send(creation(mine, list_name="nurseries", label="Vivero", values={"trees": "10", "place": "x"}))
        lines = entity_list(mine, "nurseries").csv.decode().splitlines()
        assert lines == ["name,label,__version,place,trees", f"{NEW},Vivero,1,x,10"]
        assert integrity(technician("T-9"), "nurseries", [NEW]) == {NEW: True}
        send(update(Entity.objects.get(uuid=NEW), mine, 2, values={"trees": "20"}))
        assert rows(mine, "nurseries")[NEW]["trees"] == "20"


class TestChains:
    def chain(self, mine: User) -> list:
        entity = entity_of("P-1")
        return [
            update(
                entity,
                mine,
                1 + i,
                base_version=1 + i,
                trunk_version=1,
                values={"phone": str(i), "plan_due": str(i)},
            )
            for i in range(4)
        ]

    @pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2), (2, 0, 3, 1)])
    def test_a_chain_ends_the_same_in_any_order(self, mine: User, order: tuple[int, ...]) -> None:
        chain = self.chain(mine)
        apart(chain[i] for i in order)
        entity = entity_of("P-1")
        told = EntityVersion.objects.filter(entity=entity).order_by("number")
        assert [row.properties["phone"] for row in told] == ["", "0", "1", "2", "3"]
        assert Participant.objects.get(code="P-1").phone == "3"
        assert not EntityUpdate.objects.filter(fate="waiting").exists()
        assert not Proposal.objects.exists()

    def test_who_waits_and_who_is_released_is_told(self, mine: User) -> None:
        chain = self.chain(mine)
        assert send(chain[2]).waiting == {3}
        assert send(chain[1]).waiting == {2, 3}
        taken = send(chain[0])
        assert (taken.waiting, taken.released) == (frozenset(), {2, 3})

    def test_updates_follow_what_the_phone_itself_made(self, mine: User) -> None:
        then = update(Entity(uuid=NEW, list_name="participants", version=1), mine, 2, trunk_version=None,
                      values={"phone": "2"})  # fmt: skip
        assert send(then).waiting == {2}
        taken = send(creation(mine, label="Ana Ixcoy", values={"group": "CAC-9", "phone": "1"}))
        assert taken.released == {2}
        assert rows(mine)[NEW]["phone"] == "2"
        asked = proposal()
        assert (asked.reason, asked.area_code, asked.participant_id) == ("new", "GT-0902", None)
        assert integrity(mine, "participants", [NEW]) == {NEW: False}
        assert "Q-1" not in codes(mine)
        assert NEW not in rows(technician("T-9"))

    def test_somebody_new_without_a_group_is_of_the_sender_s_area(self, mine: User) -> None:
        send(creation(mine, label="Ana"))
        assert proposal().area_code == "GT-0901"

    def test_what_waits_too_long_goes_to_a_person_and_lets_the_rest_go_on(self, mine: User) -> None:
        chain = self.chain(mine)
        send(chain[1], chain[2])
        assert entity_updates_force(now=NOW + timedelta(days=30)) == Taken()
        taken = entity_updates_force(now=NOW + timedelta(days=30, seconds=1))
        assert taken.released == {2, 3}
        asked = Proposal.objects.order_by("pk").values_list("reason", "seen", "proposed")
        assert list(asked) == [
            ("forced", {"phone": "", "plan_due": ""}, {"phone": "1", "plan_due": "1"}),
            ("conflict", {"plan_due": "1"}, {"plan_due": "2"}),
        ]
        entity = entity_of("P-1")
        assert present(entity).properties["phone"] == "2"
        send(chain[0])
        assert EntityUpdate.objects.filter(fate="waiting").count() == 0
        assert present(entity).properties["phone"] == "2", "observed earlier"

    def test_forcing_what_was_never_made_makes_something_to_decide_on(self, mine: User) -> None:
        then = update(Entity(uuid=NEW, list_name="participants", version=1), mine, 2, trunk_version=None,
                      values={"phone": "2"})  # fmt: skip
        send(then)
        entity_updates_force(now=NOW + timedelta(days=31))
        entity = Entity.objects.get(uuid=NEW)
        assert (present(entity).properties, present(entity).label) == ({}, "")
        assert proposal().proposed == {"phone": "2"}
        send(creation(mine, label="Ana", values={"phone": "1"}))
        assert present(entity).label == "Ana", "the creation may still come"


def test_two_branches_that_say_other_things_of_the_plan_ask_a_person(mine: User) -> None:
    entity = entity_of("P-1")
    first = update(entity, mine, 1, branch="a", values={"plan_due": "9"})
    second = update(entity, technician("T-2"), 2, branch="b", values={"plan_due": "12"})
    apart([first, second])
    assert present(entity).properties["plan_due"] == "9"
    asked = proposal()
    assert (asked.reason, asked.seen, asked.proposed) == ("conflict", {"plan_due": ""}, {"plan_due": "12"})


def test_a_group_is_reached_by_its_technicians(mine: User) -> None:
    entity = entity_of("CAC-1", "groups")
    send(update(entity, mine, values={"members": "25"}))
    assert proposal().reason == "guarded"
    send(update(entity, technician("T-9"), 2, values={"members": "25"}))
    assert Proposal.objects.filter(reason="outside", area_code="GT-0901").count() == 1
    assert Group.objects.get(code="CAC-1").participants.count() == 3
