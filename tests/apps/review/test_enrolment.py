"""Whom a phone enrolled enters the register in one step: who must not pass first, then everything that follows."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ceiba.accounts.models import Role, User
from ceiba.accounts.selectors import scope_of
from ceiba.audit.models import Event
from ceiba.core.kernel.errors import CeibaError
from ceiba.entities.models import Entity, Proposal
from ceiba.entities.selectors import entity_list
from ceiba.entities.services import proposal_accept, proposal_refuse
from ceiba.evidence.models import Evidence
from ceiba.registry.models import Document, Enrolment, Import, Participant, Plot
from ceiba.registry.selectors import sheet_frame
from ceiba.registry.services import rows_put
from ceiba.review.selectors.enrolment import enrolling
from ceiba.review.services.enrolment import proposal_enter
from ceiba.submissions.models import Standing, State
from tests.apps.entities.sending import send as entity_send
from tests.apps.entities.sending import update
from tests.apps.review.enrolled import CODE, PLOT_UUID, UUID, enrolled, form, intake, sent
from tests.factories import World, user_make
from tests.fieldforms import filled, published

NOW = datetime(2026, 11, 26, 18, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
WALK = ";".join(
    f"{lat} {lon} 0 5" for lon, lat in ((-91.96, 15.4), (-91.959, 15.4), (-91.959, 15.401), (-91.96, 15.4))
)
OWN = {"enrolments.0.variant": "us36"}


@pytest.fixture
def proposal(made: World) -> Proposal:
    return enrolled(made, NOW)


@pytest.fixture
def office(made: World) -> User:
    return made.users["office"]


def enrol(proposal: Proposal, actor: User, *, other: bool = False, **written: str) -> str:
    """Enter the person; cells are given with "__" for the points in them."""
    cells = {key.replace("__", "."): text for key, text in written.items()}
    return proposal_enter(proposal=proposal.pk, written={**OWN, **cells}, other=other, actor=actor, now=NOW)


def refused(proposal: Proposal, actor: User, **given: str) -> list[tuple[str, str | None]]:
    """Each problem's code and cell; and nothing at all may have happened."""
    before = (
        Participant.objects.count(),
        Document.objects.count(),
        Import.objects.count(),
        Event.objects.count(),
    )
    with pytest.raises(CeibaError) as error:
        enrol(proposal, actor, **given)
    assert all(each.text(language) for each in error.value.problems for language in ("es", "en"))
    proposal.refresh_from_db()
    after = (
        Participant.objects.count(),
        Document.objects.count(),
        Import.objects.count(),
        Event.objects.count(),
    )
    assert after == before
    return [(each.code, each.where.item) for each in error.value.problems]


class TestWhoMayNot:
    @pytest.mark.parametrize("role", [role for role in Role.values if role != Role.OFFICE])
    def test_only_offices_enrol(self, made: World, proposal: Proposal, role: str) -> None:
        assert refused(proposal, made.users[role]) == [("proposal.not_allowed", None)]
        assert proposal.state == "open"

    @pytest.mark.parametrize("areas", [("HN",), ("GT-13",)[:0], ("GT-1301",)])
    def test_an_office_of_another_area_does_not_find_them(
        self, proposal: Proposal, areas: tuple[str, ...]
    ) -> None:
        away = user_make("away", Role.OFFICE, areas=areas)
        assert refused(proposal, away) == [("proposal.not_found", None)]

    def test_whoever_sent_it_does_not_enrol(self, made: World) -> None:
        sender = user_make("sends", Role.OFFICE)
        assert refused(enrolled(made, NOW, by=sender), sender) == [("proposal.own", None)]

    def test_nobody_is_enrolled_twice(self, proposal: Proposal, office: User) -> None:
        enrol(proposal, office)
        assert refused(proposal, office) == [("proposal.decided", None)]
        assert Participant.objects.filter(code=CODE).count() == 1

    def test_whoever_was_refused_is_not_enrolled(self, proposal: Proposal, office: User) -> None:
        proposal_refuse(proposal=proposal.pk, actor=office, now=NOW, why="x")
        assert refused(proposal, office) == [("proposal.decided", None)]

    def test_a_plot_does_not_go_in_before_its_person(self, proposal: Proposal, office: User) -> None:
        plot = Proposal.objects.get(entity__list_name="plots")
        assert refused(plot, office) == [("import.unknown", "plots.0.participant")]

    def test_what_is_in_the_register_is_no_newcomer(self, made: World, office: User) -> None:
        enrolled(made, NOW)
        someone = made.people_in("GT-1304")[0]
        entity = Entity.objects.get(list_name="participants", row=someone.pk)
        entity_send(update(entity, made.users["technician"], 77, values={"group": "CAC-9"}), now=NOW)
        assert refused(Proposal.objects.latest("pk"), office) == [("enrolment.not_new", None)]

    def test_whoever_did_not_agree_is_not_enrolled(self, made: World, office: User) -> None:
        proposal = enrolled(made, NOW, agreed="no")
        assert refused(proposal, office) == [("enrolment.no_consent", None)]

    def test_an_office_does_not_enter_people_of_another_area(self, proposal: Proposal) -> None:
        near = user_make("near", Role.OFFICE, areas=("GT-1304",))
        problems = refused(proposal, near, participants__0__area="GT-1301")
        assert ("import.out_of_scope", "participants.0.code") in problems


class TestWhatTheRegisterDoesNotTake:
    def test_each_problem_is_told_by_its_field(self, proposal: Proposal, office: User) -> None:
        given = {
            "participants__0__birth_date": "", "participants__0__area": "GT-1399",
            "participants__0__sex": "Q", "documents__0__expires_on": "mañana",
            "plots__0__nominal_m2": "mucho", "plots__0__tenure": "", "enrolments__0__applied_on": "2027-01-01",
        }  # fmt: skip
        problems = refused(proposal, office, **given)
        assert {item for _, item in problems} == {key.replace("__", ".") for key in given}
        codes = {item: code for code, item in problems}
        assert codes["participants.0.birth_date"] == "cell.required"
        assert codes["plots.0.nominal_m2"] == "cell.whole_number"
        assert codes["participants.0.area"] in ("import.unknown", "import.unknown_near")

    def test_the_under_aged_are_refused_by_the_programmes_own_rule(
        self, proposal: Proposal, office: User
    ) -> None:
        assert refused(proposal, office, participants__0__birth_date="2008-11-27") == [
            ("enrolment.rule", None)
        ]
        enrol(proposal, office, participants__0__birth_date="2008-11-26")

    def test_land_that_is_not_theirs_is_refused_by_the_programmes_own_rule(
        self, made: World, office: User
    ) -> None:
        assert refused(enrolled(made, NOW, possession="no"), office) == [("enrolment.rule", None)]

    def test_a_code_of_somebody_else_changes_nobody(
        self, made: World, proposal: Proposal, office: User
    ) -> None:
        someone = made.people_in("GT-1304")[0]
        problems = refused(proposal, office, participants__0__code=someone.code)
        assert problems == [("enrolment.taken", "participants.0.code")]
        someone.refresh_from_db()
        assert someone.given_names != "Ana Choc"
        away = made.people_in("HN")[0]
        problems = refused(proposal, office, participants__0__code=away.code)
        assert [code for code, item in problems if item == "participants.0.code"] == ["import.out_of_scope"]

    def test_a_plot_of_somebody_else_stays_theirs(
        self, made: World, proposal: Proposal, office: User
    ) -> None:
        plot = made.people_in("GT-1304")[0].plots.get()
        problems = refused(proposal, office, plots__0__code=plot.code)
        assert ("enrolment.taken", "plots.0.code") in problems
        plot.refresh_from_db()
        assert plot.participant == made.people_in("GT-1304")[0]

    def test_a_variant_that_is_none(self, proposal: Proposal, office: User) -> None:
        assert refused(proposal, office, enrolments__0__variant="x") == [
            ("cell.choice", "enrolments.0.variant")
        ]

    def test_what_is_not_asked_is_not_written(self, proposal: Proposal, office: User) -> None:
        """State and holder follow; nobody makes themselves active by writing it."""
        enrol(
            proposal, office, enrolments__0__state="active", documents__1__held="yes", plots__0__participant="x",
            enrolments__0__active_on="2026-11-26",
        )  # fmt: skip
        assert Enrolment.objects.get(participant__code=CODE).state == "applied"
        assert not Document.objects.get(participant__code=CODE, document="commitment_letter").held


class TestDoubles:
    def put(self, office: User, document: str = "", **more: str) -> None:
        """Somebody else in the register, or the same person."""
        row = {
            "code": "GT-OLD", "given_names": "Rosa", "family_names": "Tum", "birth_date": "1970-01-01", "sex": "F",
            "area": "GT-1301", **more,
        }  # fmt: skip
        rows_put(sheet="participants", rows=[row], actor=office, today=NOW.date(), client_key="a")
        if document:
            held = {
                "participant": "GT-OLD", "document": "identity_document", "number": document, "held": "yes",
                "seen_on": "2026-01-01",
            }  # fmt: skip
            rows_put(sheet="documents", rows=[held], actor=office, today=NOW.date(), client_key="b")

    def test_the_same_number_is_looked_at_before(self, proposal: Proposal, office: User) -> None:
        self.put(office, document="1234-56789 0901")
        assert refused(proposal, office, documents__0__number="1234567890901") == [("enrolment.double", None)]
        enrol(proposal, office, other=True, documents__0__number="1234567890901")

    def test_a_number_held_outside_the_areas_is_told_without_whose(
        self, made: World, proposal: Proposal
    ) -> None:
        self.put(made.users["office"], document="1234567890901")
        near = user_make("near", Role.OFFICE, areas=("GT-1304",))
        assert refused(proposal, near, documents__0__number="1234567890901") == [("enrolment.double", None)]

    @pytest.mark.parametrize(
        "more",
        [
            {"given_names": "ANA María", "family_names": "Choc Xol"},
            {"given_names": "Anna", "family_names": "Chóc", "birth_date": "1980-01-01"},
        ],
    )
    def test_the_same_name_or_nearly_with_the_same_birthday(
        self, proposal: Proposal, office: User, more: dict[str, str]
    ) -> None:
        self.put(office, **more)
        assert refused(proposal, office) == [("enrolment.double", None)]

    @pytest.mark.parametrize(
        "more",
        [
            {"birth_date": "1980-01-01"},
            {"given_names": "Ana"},
            {"given_names": "Anna", "family_names": "Chok"},
        ],
    )
    def test_others_are_no_doubles(self, proposal: Proposal, office: User, more: dict[str, str]) -> None:
        self.put(office, **more)
        enrol(proposal, office)


class TestEntered:
    def test_everything_the_phone_wrote_is_in_the_register(
        self, made: World, proposal: Proposal, office: User
    ) -> None:
        assert (
            enrol(proposal, office, documents__0__number="1234 56789 0901", participants__0__language="kek")
            == CODE
        )
        person = Participant.objects.get(code=CODE)
        group = made.people_in("GT-1304")[0].group
        assert (person.given_names, person.family_names, person.birth_date) == (
            "Ana",
            "Choc",
            date(1980, 1, 1),
        )
        assert (person.sex, person.language, person.area_id, person.group) == ("F", "kek", "GT-1304", group)
        plot = person.plots.get()
        assert (plot.code, plot.nominal_m2, plot.tenure, plot.tenure_until, plot.area_id) == (
            "GT0000999-261126", 25_000, "lease", date(2030, 1, 1), "GT-1304",
        )  # fmt: skip
        enrolment = person.enrolments.get()
        assert (enrolment.programme_id, enrolment.variant, enrolment.state) == ("ca", "us36", "applied")
        assert enrolment.applied_on == enrolment.state_since == date(2026, 11, 26)
        assert enrolment.spans.get().recorded_by == office
        held = dict(person.documents.values_list("document", "held"))
        assert held == {
            "identity_document": True, "land_document": True, "commitment_letter": False, "privacy_consent": False,
        }  # fmt: skip
        identity = person.documents.get(document="identity_document")
        assert identity.expires_on == date(2030, 1, 1)
        assert b"1234" not in bytes(identity.number_cipher or b"")
        numbers = sheet_frame("documents", scope_of(office)).filter(participant=CODE)["number"].drop_nulls()
        assert numbers.to_list() == ["1234 56789 0901"]
        assert set(Import.objects.filter(by=office).values_list("sheet", flat=True)) == {
            "participants", "documents", "plots", "enrolments",
        }  # fmt: skip

    def test_the_phone_goes_on_with_the_uuids_it_made(
        self, made: World, proposal: Proposal, office: User
    ) -> None:
        enrol(proposal, office, documents__0__number="1234567890901")
        person, plot = (Entity.objects.get(uuid=uuid) for uuid in (UUID, PLOT_UUID))
        assert person.row == Participant.objects.get(code=CODE).pk
        assert plot.row == Plot.objects.get(participant=person.row).pk
        assert not Proposal.objects.filter(state="open").exists()
        carried = entity_list(made.users["technician"], "participants").csv.decode()
        assert carried.count(CODE) == 2, "its label and its code, once"
        assert UUID in carried
        assert "1234567890901" not in carried
        assert "1980" not in carried

    @pytest.mark.parametrize("walk", [WALK, "14 -91 0 0"])
    def test_what_was_walked_meanwhile_goes_in_with_the_plot_if_it_is_a_polygon(
        self, made: World, proposal: Proposal, office: User, walk: str
    ) -> None:
        plot = Entity.objects.get(uuid=PLOT_UUID)
        entity_send(update(plot, made.users["technician"], 77, values={"geometry": walk}), now=NOW)
        enrol(proposal, office)
        found = Plot.objects.get(participant__code=CODE)
        assert (found.measured_m2 is not None) == (walk == WALK)

    def test_what_waited_is_evidence(self, proposal: Proposal, office: User) -> None:
        assert Standing.objects.get().state == State.WAITING
        enrol(proposal, office)
        intake(NOW + timedelta(minutes=1))
        assert Standing.objects.get().state == State.TAKEN
        kinds = Evidence.objects.filter(participant__code=CODE).values_list("kind", flat=True)
        assert sorted(kinds) == ["consent", *["document_check"] * 4, "land_check"]

    def test_under_another_code_as_well_and_so_is_what_comes_later(
        self, made: World, proposal: Proposal, office: User
    ) -> None:
        enrol(proposal, office, participants__0__code="GT0000998")
        published()
        later = filled("uuid:later", person=CODE, due=8, done=8)
        sent(made, later, LATER)
        assert set(Standing.objects.values_list("state", flat=True)) == {State.TAKEN}
        assert set(
            Evidence.objects.filter(submission__isnull=False).values_list("participant__code", flat=True)
        ) == {"GT0000998"}
        assert Plot.objects.get(code="GT0000999-261126").participant.code == "GT0000998"

    def test_linked_to_somebody_who_was_there_all_along(
        self, made: World, proposal: Proposal, office: User
    ) -> None:
        someone = made.people_in("GT-1304")[0]
        proposal_accept(proposal=proposal.pk, actor=office, now=NOW, code=someone.code)
        intake(NOW + timedelta(minutes=1))
        assert Standing.objects.get().state == State.TAKEN
        assert Standing.objects.get().participant == someone
        plot = Proposal.objects.get(state="open")
        assert (
            proposal_enter(proposal=plot.pk, written={}, other=False, actor=office, now=NOW)
            == "GT0000999-261126"
        )
        found = Plot.objects.get(code="GT0000999-261126")
        assert (found.participant, found.nominal_m2, found.area_id) == (someone, 25_000, someone.area_id)
        assert Entity.objects.get(uuid=PLOT_UUID).row == found.pk

    def test_a_code_that_two_were_enrolled_by_is_of_neither(self, made: World, office: User) -> None:
        first = enrolled(made, NOW)
        enrol(first, office, participants__0__code="GT0000001")
        again = form(
            made.people_in("GT-1304")[0].group.code,
            birth_date="1950-02-02",
            given_names="Berta",
            family_names="Xol",
        )
        for old, new in (("uuid:enrolment-new", "uuid:again"), (UUID, UUID.replace("4000", "4001")),
                         (PLOT_UUID, PLOT_UUID.replace("4000", "4001")), ("261126<", "261127<")):  # fmt: skip
            again = again.replace(old.encode(), new.encode())
        sent(made, again, LATER)
        second = Proposal.objects.filter(entity__list_name="participants", state="open").get()
        enrol(second, office, participants__0__code="GT0000002")
        published()
        sent(made, filled("uuid:whose", person=CODE, due=8, done=8), LATER)
        assert Standing.objects.get(submission__instance_id="uuid:whose").state == State.QUARANTINED

    def test_a_form_without_words_for_the_register_is_filled_in_by_hand(
        self, made: World, office: User
    ) -> None:
        source = """
        | survey |
        | | type | name | label | save_to |
        | | text | code | Code | code |
        | settings |
        | | form_id | form_title | version |
        | | {code} | E | {version} |
        | entities |
        | | list_name | label |
        | | participants | ${code} |
        """
        published("\n".join(line.strip() for line in source.strip().splitlines()), "own", "1")
        xml = (
            '<data id="own" version="1"><code>X-1</code><meta><entity dataset="participants" create="1" id="'
            f'{UUID}"><label>Eva</label></entity><instanceID>uuid:own</instanceID></meta></data>'
        )
        sent(made, xml.encode(), NOW)
        proposal = Proposal.objects.get()
        empty = enrolling(proposal).cells
        assert (empty["participants.0.code"], empty["participants.0.given_names"]) == ("X-1", "")
        cells = {
            "given_names": "Eva", "family_names": "Choc", "birth_date": "1990-05-05", "sex": "F", "area": "GT-1304",
        }  # fmt: skip
        enrol(proposal, office, **{f"participants__0__{name}": text for name, text in cells.items()})
        assert Participant.objects.get(code="X-1").enrolments.get().programme_id == "ca"
