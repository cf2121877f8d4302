"""What a person decides of what phones propose: who must not first, then what comes of it."""

from datetime import timedelta

import pytest

from ceiba.accounts.models import Role, User
from ceiba.audit.models import Event
from ceiba.core.kernel.errors import CeibaError
from ceiba.entities.models import Entity, EntityVersion, Proposal
from ceiba.entities.selectors import integrity
from ceiba.entities.selectors.proposals import land_now, land_proposed, lines_of, proposals_in
from ceiba.entities.services import (
    entities_refresh,
    entity_updates_force,
    proposal_accept,
    proposal_refuse,
)
from ceiba.registry.models import Group, Import, Participant, Plot
from tests.apps.entities.helpers import NOW, TODAY, codes, country, entity_of, plot, rows, technician
from tests.apps.entities.sending import NEW, creation, send, update
from tests.apps.registry.helpers import person, user

pytestmark = pytest.mark.django_db
WALK = (
    "14.8101 -91.5099 0 5;14.8101 -91.5091 0 5;14.8109 -91.5091 0 5;14.8109 -91.5099 0 5;14.8101 -91.5099 0 5"
)


@pytest.fixture(autouse=True)
def mine() -> User:
    country()
    return technician("T-1")


@pytest.fixture
def office() -> User:
    return user(Role.OFFICE, areas=("GT",))


def asked(mine: User, of: str = "P-1", on: str = "participants", **values: str) -> Proposal:
    """A proposal as it comes from a phone."""
    number, label = Proposal.objects.count() + 1, values.pop("label", "")
    send(update(entity_of(of, on), mine, number, branch=f"b{number}", label=label, values=values))
    return Proposal.objects.latest("pk")


def refused(call: object, **given: object) -> str:
    """The code of the problem for which a call is refused."""
    with pytest.raises(CeibaError) as error:
        call(now=NOW, **given)  # type: ignore[operator]
    return error.value.problems[0].code


class TestWhoMayNot:
    @pytest.mark.parametrize("role", [role for role in Role.values if role != Role.OFFICE])
    def test_only_offices_decide(self, mine: User, role: str) -> None:
        proposal = asked(mine, group="CAC-9")
        someone = user(role, areas=("GT",), code="T-1" if role == Role.TECHNICIAN else "P-1")
        assert refused(proposal_accept, proposal=proposal.pk, actor=someone) == "proposal.not_allowed"
        assert (
            refused(proposal_refuse, proposal=proposal.pk, actor=someone, why="x") == "proposal.not_allowed"
        )
        proposal.refresh_from_db()
        assert proposal.state == "open"

    def test_an_office_of_another_area_does_not_find_it(self, mine: User) -> None:
        proposal = asked(mine, group="CAC-9")
        for areas in (("HN",), ("GT-0902",), ()):
            someone = user(Role.OFFICE, areas=areas)
            assert refused(proposal_accept, proposal=proposal.pk, actor=someone) == "proposal.not_found"

    def test_whoever_sent_it_does_not_decide_it(self, mine: User) -> None:
        sender = user(Role.OFFICE, areas=("GT",))
        proposal = asked(sender, group="CAC-9")
        assert refused(proposal_accept, proposal=proposal.pk, actor=sender) == "proposal.own"
        assert refused(proposal_refuse, proposal=proposal.pk, actor=sender, why="x") == "proposal.own"

    def test_nothing_is_decided_twice(self, mine: User, office: User) -> None:
        proposal = asked(mine, group="CAC-9")
        proposal_refuse(proposal=proposal.pk, actor=office, now=NOW, why="no")
        assert refused(proposal_accept, proposal=proposal.pk, actor=office) == "proposal.decided"
        assert Participant.objects.get(code="P-1").group == Group.objects.get(code="CAC-1")

    @pytest.mark.parametrize("why", ["", "  "])
    def test_a_refusal_has_a_reason(self, mine: User, office: User, why: str) -> None:
        proposal = asked(mine, group="CAC-9")
        assert refused(proposal_refuse, proposal=proposal.pk, actor=office, why=why) == "proposal.why"

    def test_what_the_register_cannot_take_stays_open(self, mine: User, office: User) -> None:
        for values in ({"code": "P-77"}, {"age_75": "1"}, {"label": "Otra"}):
            proposal = asked(mine, **values)
            assert refused(proposal_accept, proposal=proposal.pk, actor=office) == "proposal.by_hand"
        proposal = asked(mine, group="CAC-77")
        assert refused(proposal_accept, proposal=proposal.pk, actor=office).startswith("import.unknown")
        proposal = asked(mine, "PL-P-1", "plots", geometry="14 -91 0 0")
        assert refused(proposal_accept, proposal=proposal.pk, actor=office) == "proposal.no_polygon"
        proposal = asked(mine, "PL-P-1", "plots", nominal_ha="mucho")
        assert refused(proposal_accept, proposal=proposal.pk, actor=office).startswith("cell.")
        assert not Import.objects.exists()
        assert not Event.objects.filter(action__startswith="proposal.").exists()


class TestAccepted:
    def test_a_move_goes_into_the_register_and_the_next_version(self, mine: User, office: User) -> None:
        proposal = asked(mine, group="CAC-9")
        entity = entity_of("P-1")
        proposal_accept(proposal=proposal.pk, actor=office, now=NOW)
        assert Participant.objects.get(code="P-1").group == Group.objects.get(code="CAC-9")
        version = EntityVersion.objects.filter(entity=entity).latest("number")
        assert (version.number, version.source, version.update_id) == (2, "person", proposal.update_id)
        assert version.properties["group"] == "CAC-9"
        assert codes(technician("T-9")) == {"P-1", "Q-1"}
        assert Import.objects.get().client_key == f"proposal {proposal.pk}"
        event = Event.objects.get(action="proposal.accepted")
        assert (event.actor, event.subject) == (office, f"proposal {proposal.pk}")
        assert event.detail == {"entity": str(entity.uuid), "list": "participants", "properties": ["group"]}

    def test_a_walk_becomes_the_outline_measured_by_us_and_what_neighbours_share(
        self, mine: User, office: User
    ) -> None:
        shared = plot("PL-N", Participant.objects.get(code="P-2"))
        proposal = asked(mine, "PL-P-1", "plots", geometry=WALK, measured_ha="99")
        land = land_proposed(proposal)
        before = land_now(proposal)
        assert land is not None
        assert before is not None
        assert before.measured_m2 == 11_900
        proposal_accept(proposal=proposal.pk, actor=office, now=NOW)
        row = Plot.objects.get(code="PL-P-1")
        assert row.measured_m2 == land.measured_m2
        assert 7_000 < land.measured_m2 < 8_000
        assert row.overlap_m2 == row.measured_m2, "it lies within others'"
        shared.refresh_from_db()
        assert shared.overlap_m2 > 0
        assert row.nominal_m2 == 25_000, "what was stated is another thing"
        assert (
            rows(mine, "plots")[str(entity_of("PL-P-1", "plots").uuid)]["measured_ha"]
            == f"{land.measured_m2 / 10_000:.4f}"
        )

    def test_another_owner_by_entity(self, mine: User, office: User) -> None:
        proposal = asked(mine, "PL-P-1", "plots", participant=str(entity_of("P-2").uuid))
        proposal_accept(proposal=proposal.pk, actor=office, now=NOW)
        assert Plot.objects.get(code="PL-P-1").participant.code == "P-2"

    def test_a_stated_area(self, mine: User, office: User) -> None:
        proposal = asked(mine, "PL-P-1", "plots", nominal_ha="1.75")
        proposal_accept(proposal=proposal.pk, actor=office, now=NOW)
        assert Plot.objects.get(code="PL-P-1").nominal_m2 == 17_500

    def test_a_conflict_over_the_plan(self, mine: User, office: User) -> None:
        entity = entity_of("P-1")
        send(update(entity, mine, 1, branch="a", values={"plan_due": "9"}))
        send(update(entity, technician("T-2"), 2, branch="b", values={"plan_due": "12"}))
        proposal = Proposal.objects.get()
        (line,) = lines_of(proposal)
        assert (line.name, line.now, line.seen, line.proposed, line.moved) == (
            "plan_due",
            "9",
            "",
            "12",
            True,
        )
        proposal_accept(proposal=proposal.pk, actor=office, now=NOW)
        row = rows(mine)[str(entity.uuid)]
        assert (row["plan_due"], row["__version"]) == ("12", "3")
        assert not Import.objects.exists()

    def test_what_outsiders_heard_holds_against_what_was_heard_before(self, mine: User, office: User) -> None:
        entity = entity_of("P-1")
        proposal = asked(technician("T-9"), phone="9", last_visit="2026-04-14")
        proposal_accept(proposal=proposal.pk, actor=office, now=NOW)
        send(update(entity, mine, 7, branch="z", values={"last_visit": "2026-03-01"}))
        row = rows(mine)[str(entity.uuid)]
        assert (row["phone"], row["last_visit"]) == ("9", "2026-04-14")
        assert Participant.objects.get(code="P-1").phone == "9"

    def test_what_the_register_says_already_is_a_version_all_the_same(self, mine: User, office: User) -> None:
        proposal = asked(mine, group="CAC-9")
        Participant.objects.filter(code="P-1").update(group=Group.objects.get(code="CAC-9"))
        entities_refresh(today=TODAY)
        proposal_accept(proposal=proposal.pk, actor=office, now=NOW)
        assert EntityVersion.objects.filter(entity=entity_of("P-1")).latest("number").number == 3
        assert not Import.objects.exists()


class TestRefused:
    def test_the_phone_is_given_back_what_holds(self, mine: User, office: User) -> None:
        proposal = asked(mine, group="CAC-9")
        entity = entity_of("P-1")
        before = rows(mine)[str(entity.uuid)]
        done = proposal_refuse(proposal=proposal.pk, actor=office, now=NOW, why=" Sigue en su CAC ")
        after = rows(mine)[str(entity.uuid)]
        assert after == {**before, "__version": "2"}, "as high as the phone's own count"
        assert (done.state, done.why, done.decided_by) == ("refused", "Sigue en su CAC", office)
        assert Event.objects.get(action="proposal.refused").actor == office

    def test_whoever_is_not_enrolled_leaves_the_phone(self, mine: User, office: User) -> None:
        send(creation(mine, label="Ana", values={"group": "CAC-1", "code": "GT0000001"}))
        proposal_refuse(proposal=Proposal.objects.get().pk, actor=office, now=NOW, why="Menor de edad")
        assert NEW not in rows(mine)
        assert integrity(mine, "participants", [NEW]) == {NEW: True}


class TestSomebodyNew:
    def made(self, mine: User) -> Proposal:
        send(creation(mine, label="Ana", values={"group": "CAC-1", "code": "GT0000001", "phone": "7"}))
        return Proposal.objects.get()

    def test_the_register_comes_first(self, mine: User, office: User) -> None:
        proposal = self.made(mine)
        for code in ("GT0000001", "", "Q-1 "):
            if code.strip() != "Q-1":
                assert (
                    refused(proposal_accept, proposal=proposal.pk, actor=office, code=code)
                    == "proposal.no_row"
                )
        away = user(Role.OFFICE, areas=("GT-0901",))
        assert refused(proposal_accept, proposal=proposal.pk, actor=away, code="Q-1") == "proposal.no_row"

    def test_the_phone_goes_on_with_the_uuid_it_made(self, mine: User, office: User) -> None:
        proposal = self.made(mine)
        someone = person("GT0000001", group=Group.objects.get(code="CAC-1"), phone="8")
        land = plot("PL-NEW", someone)
        entities_refresh(today=TODAY)
        drawn = entity_of("GT0000001")
        assert str(drawn.uuid) != NEW
        proposal_accept(proposal=proposal.pk, actor=office, now=NOW, code=" GT0000001 ")
        carried = rows(mine)
        assert str(drawn.uuid) not in carried
        assert (carried[NEW]["code"], carried[NEW]["phone"], carried[NEW]["__version"]) == (
            "GT0000001",
            "8",
            "2",
        )
        assert rows(mine, "plots")[str(entity_of("PL-NEW", "plots").uuid)]["participant"] == NEW
        assert entity_of("GT0000001").row == land.participant_id
        assert integrity(mine, "participants", [str(drawn.uuid)]) == {str(drawn.uuid): True}
        send(update(Entity.objects.get(uuid=NEW), mine, 5, values={"phone": "9"}))
        assert Participant.objects.get(code="GT0000001").phone == "9"
        assert codes(technician("T-2")) >= {"GT0000001"}

    def test_one_person_sent_twice_is_not_two(self, mine: User, office: User) -> None:
        self.made(mine)
        other = NEW.replace("aa", "bb")
        send(creation(mine, 2, label="Ana", values={"code": "GT0000001"}, entity=other))
        person("GT0000001", group=Group.objects.get(code="CAC-1"))
        first, second = Proposal.objects.order_by("pk")
        proposal_accept(proposal=first.pk, actor=office, now=NOW, code="GT0000001")
        assert (
            refused(proposal_accept, proposal=second.pk, actor=office, code="GT0000001")
            == "proposal.row_taken"
        )

    def test_what_was_forced_is_written_once_somebody_says_whose_it_is(
        self, mine: User, office: User
    ) -> None:
        then = update(Entity(uuid=NEW, list_name="participants", version=1), mine, 2, trunk_version=None,
                      values={"phone": "2"})  # fmt: skip
        send(then)
        entity_updates_force(now=NOW + timedelta(days=31))
        proposal_accept(proposal=Proposal.objects.get().pk, actor=office, now=NOW, code="P-1")
        assert Participant.objects.get(code="P-1").phone == "2"
        assert rows(mine)[NEW]["phone"] == "2"


def test_a_proposal_is_found_where_its_person_is_now(mine: User, office: User) -> None:
    from ceiba.accounts.selectors import scope_of

    proposal = asked(mine, group="CAC-9")
    Participant.objects.filter(code="P-1").update(area="HN-01")
    assert not proposals_in(scope_of(office)).filter(pk=proposal.pk).exists()
    assert proposals_in(scope_of(user(Role.OFFICE, areas=("HN",)))).filter(pk=proposal.pk).exists()
