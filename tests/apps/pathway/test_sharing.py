"""A recipient sees who shares with it, the parts shared, while they are: every combination; and each look is kept."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from ceiba.accounts.models import Role
from ceiba.core.dossier import Part, Reading
from ceiba.core.kernel.errors import CeibaError
from ceiba.pathway.models import Consent, Look, Recipient, Withdrawal
from ceiba.pathway.selectors.sharing import consents_of, looks_of, shared_with
from ceiba.pathway.services import (
    ConsentGiven,
    consent_give,
    consent_withdraw,
    look_record,
    recipient_register,
)
from tests.apps.credentials.helpers import credential_row, key_row, list_row
from tests.apps.pathway.given import EVERY_PART, NOW, STAGE, Pathway
from tests.factories import CODE, user_make

LATER = NOW + timedelta(days=10)


def sees(way: Pathway, officer: object, index: int = 0, at: object = LATER) -> tuple[Part, ...] | None:
    shown = look_record(officer=officer, code=way.people[index].code, now=at)  # type: ignore[arg-type]
    return shown.parts if shown else None


class TestWhoSeesNothing:
    def test_without_a_consent(self, way: Pathway) -> None:
        way.agree(way.people[1])
        assert sees(way, way.officer) is None
        assert look_record(officer=way.officer, code="CA-999999", now=LATER) is None

    def test_another_recipient(self, way: Pathway) -> None:
        way.agree(way.people[0])
        assert sees(way, way.other_officer) is None
        assert shared_with(way.ministry, LATER) == []

    def test_after_the_last_day_and_before_it_was_given(self, way: Pathway) -> None:
        way.agree(way.people[0], until=NOW.date() + timedelta(days=5))
        assert sees(way, way.officer, at=NOW - timedelta(seconds=1)) is None
        assert sees(way, way.officer, at=NOW + timedelta(days=5)) is not None
        assert sees(way, way.officer, at=NOW + timedelta(days=6)) is None
        assert shared_with(way.consulate, NOW + timedelta(days=6)) == []

    def test_at_once_after_a_withdrawal(self, way: Pathway) -> None:
        consent = way.agree(way.people[0])
        assert sees(way, way.officer) is not None
        consent_withdraw(consent=consent, by=way.office, now=LATER)
        assert sees(way, way.officer, at=LATER) is None
        assert shared_with(way.consulate, LATER) == []
        consent_withdraw(consent=consent, by=way.office, now=LATER)  # twice: as it was
        assert [given.standing for given in consents_of(way.people[0].pk, LATER)] == ["withdrawn"]

    def test_who_is_no_officer_of_it(self, way: Pathway) -> None:
        way.agree(way.people[0])
        for role in set(Role) - {Role.CONSULAR}:
            somebody = user_make(f"{role}-x", role, areas=(), code=way.consulate.code)
            assert sees(way, somebody) is None
        gone = user_make("baja", Role.CONSULAR, areas=(), code=way.consulate.code)
        gone.is_active = False
        assert sees(way, gone) is None
        assert not Look.objects.exists()


@pytest.mark.parametrize("part", EVERY_PART)
def test_only_the_part_that_was_shared_is_shown(way: Pathway, part: str) -> None:
    person = way.people[3]
    way.agree(person, parts=(part,))
    shown = look_record(officer=way.officer, code=person.code, now=LATER)
    assert shown is not None
    assert shown.parts == (Part.IDENTITY, part)
    held = {
        "constancia": shown.reached is not None and shown.credentials is not None,
        "record": shown.records is not None,
        "plots": shown.plots is not None, "contact": shown.contact,
    }  # fmt: skip
    assert held == {name: name == part for name in EVERY_PART}
    (look,) = Look.objects.all()
    assert look.parts == ["identity", part]


def test_what_each_part_says(way: Pathway) -> None:
    person = way.people[3]
    key, place = key_row(), list_row()
    issued = credential_row(person, way.office, key, place)
    credential_row(way.people[4], way.office, key, place)
    way.agree(person)
    shown = look_record(officer=way.officer, code=person.code, now=LATER)
    assert shown is not None
    assert shown.reached is not None
    assert [each.stage.id for each in shown.reached] == ["record"], (
        "what is only proposed is reached by nobody"
    )
    assert shown.credentials == (issued,)
    assert shown.records is not None
    assert shown.records[0][1].months_accepted == 42
    assert shown.plots is not None
    assert (shown.plots.count, shown.plots.measured_m2) == (1, 23_412)


def test_every_look_is_told_to_the_person_with_who_when_and_what(way: Pathway) -> None:
    person = way.people[0]
    way.agree(person, parts=("record",))
    way.agree(person, way.ministry, parts=("plots",))
    for officer, minute in ((way.officer, 0), (way.colleague, 1), (way.other_officer, 2)):
        look_record(officer=officer, code=person.code, now=LATER + timedelta(minutes=minute))
    told = [(look.recipient.code, look.by.username, look.parts) for look in looks_of(person.pk)]
    assert told == [
        ("MINTRAB", "ministerio", ["identity", "plots"]),
        ("CONSUL-EEUU", "colega", ["identity", "record"]),
        ("CONSUL-EEUU", "oficial", ["identity", "record"]),
    ]


def test_what_cannot_be_written_down_is_not_answered(way: Pathway, monkeypatch: pytest.MonkeyPatch) -> None:
    way.agree(way.people[0])

    def full(**_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(Look.objects, "create", full)
    with pytest.raises(OSError, match="full"):
        sees(way, way.officer)


def test_a_consent_replaces_the_one_before_to_the_same_recipient_for_the_same_stage(way: Pathway) -> None:
    person = way.people[0]
    way.agree(person, parts=("contact", "plots"))
    way.agree(person, way.ministry, parts=("contact",))
    way.agree(person, stage="record", parts=("record",))
    way.agree(person, parts=("plots",), now=NOW + timedelta(days=1))
    assert sees(way, way.officer) == (Part.IDENTITY, Part.RECORD, Part.PLOTS)
    assert [given.standing for given in consents_of(person.pk, LATER)] == ["live", "live", "live", "replaced"]


def test_who_shares_is_listed_by_code_and_no_name(way: Pathway) -> None:
    way.agree(way.people[1])
    way.agree(way.people[0], parts=())
    listed = shared_with(way.consulate, LATER)
    assert [each.code for each in listed] == sorted(person.code for person in way.people[:2])
    assert not Look.objects.exists()


class TestRefused:
    def consent(self, way: Pathway, **changed: object) -> set[str]:
        given = {
            "recipient": way.consulate, "programme": CODE, "stage": STAGE, "parts": (),
            "until": NOW.date() + timedelta(days=30), "reading": Reading.PAPER, "language": "es",
        } | changed  # fmt: skip
        with pytest.raises(CeibaError) as raised:
            consent_give(
                participant=way.people[0], given=ConsentGiven(**given), by=way.office, now=NOW  # type: ignore[arg-type]
            )  # fmt: skip
        return {problem.code for problem in raised.value.problems}

    def test_a_consent_that_says_too_little_or_lasts_too_long(self, way: Pathway) -> None:
        assert self.consent(way, until=None) == {"consent.until"}
        assert self.consent(way, until=NOW.date() - timedelta(days=1)) == {"consent.until"}
        assert self.consent(way, until=NOW.date() + timedelta(days=733)) == {"consent.until"}
        assert self.consent(way, stage="citizenship") == {"consent.stage"}
        assert self.consent(way, programme="mx") == {"consent.stage"}
        assert self.consent(way, language=" ") == {"consent.reading"}

    def test_a_recipient_without_a_name_or_with_anothers_code(self, way: Pathway) -> None:
        for changed, code in (
            ({"code": "CONSUL EEUU"}, "recipient.code"), ({"code": "consul-eeuu"}, "recipient.taken"),
            ({"name": " "}, "recipient.incomplete"), ({"country": "USA"}, "recipient.incomplete"),
            ({"kind": "party"}, "recipient.incomplete"),
        ):  # fmt: skip
            given = {"code": "NEW", "kind": "consulate", "name": "Nuevo", "country": "US"} | changed
            with pytest.raises(CeibaError) as raised:
                recipient_register(**given, by=way.office, now=NOW)
            assert raised.value.problems[0].code == code


def refused(make: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make()  # type: ignore[operator]


class TestTheDatabaseRefuses:
    def row(self, way: Pathway, **changed: object) -> Consent:
        given = {
            "participant": way.people[0], "recipient": way.consulate, "programme_id": CODE, "stage": STAGE,
            "parts": ["identity"], "until": NOW.date(), "reading": "own", "at": NOW,
            "by": user_make(f"p{Consent.objects.count()}", Role.PARTICIPANT, areas=(), code=way.people[0].code),
        } | changed  # fmt: skip
        return Consent.objects.create(**given)

    def test_a_consent_of_anybody_but_the_person_or_an_office(self, way: Pathway) -> None:
        self.row(way)
        for reading in ("own", "aloud"):
            for somebody in (way.officer, way.world.users[Role.TECHNICIAN], way.world.users[Role.AUDITOR]):
                refused(lambda s=somebody, r=reading: self.row(way, by=s, reading=r, language="es"))
        refused(lambda: self.row(way, by=way.office))
        other = user_make("otra", Role.PARTICIPANT, areas=(), code=way.people[1].code)
        refused(lambda: self.row(way, by=other))

    def test_a_consent_without_identity_language_or_end(self, way: Pathway) -> None:
        refused(lambda: self.row(way, parts=["plots"]))
        refused(lambda: self.row(way, parts=["identity", "diary"]))
        refused(lambda: self.row(way, by=way.office, reading="aloud"))
        refused(lambda: self.row(way, until=NOW.date() - timedelta(days=1)))
        refused(lambda: self.row(way, until=NOW.date() + timedelta(days=733)))

    def test_a_look_at_what_is_not_shared(self, way: Pathway) -> None:
        way.agree(way.people[0], parts=("plots",))
        look = {
            "participant": way.people[0], "recipient": way.consulate, "parts": ["identity", "plots"],
            "by": way.officer, "at": LATER,
        }  # fmt: skip
        for changed in (
            {"parts": ["identity", "record"]}, {"parts": ["plots"]}, {"parts": []}, {"recipient": way.ministry},
            {"participant": way.people[1]}, {"by": way.office}, {"by": way.other_officer},
            {"at": LATER + timedelta(days=400)}, {"at": NOW - timedelta(days=1)},
        ):  # fmt: skip
            refused(lambda c=changed: Look.objects.create(**(look | c)))
        Look.objects.create(**look)

    def test_a_withdrawal_by_a_stranger_and_any_change(self, way: Pathway) -> None:
        consent = way.agree(way.people[0])
        look_record(officer=way.officer, code=way.people[0].code, now=LATER)
        for somebody in (way.officer, way.world.users[Role.AUDITOR]):
            refused(lambda s=somebody: Withdrawal.objects.create(consent=consent, by=s, at=LATER))
        consent_withdraw(consent=consent, by=way.office, now=LATER)
        for model in (Recipient, Consent, Withdrawal, Look):
            refused(lambda m=model: m.objects.all().delete())
            refused(lambda m=model: m.objects.update(at=NOW))
