"""What the database refuses on the way from a list to a return, each for its own reason, whoever writes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ceiba.accounts.models import Role
from ceiba.core.referrals import Moved, Said, entrants_digest
from ceiba.pathway.models import (
    Answer,
    Batch,
    Closing,
    Consent,
    Drawing,
    Entry,
    Leaving,
    Look,
    Movement,
    OutsideNumber,
    Recipient,
    Referral,
    Seed,
    Withdrawal,
)
from ceiba.pathway.selectors.batches import entrants_of
from ceiba.pathway.selectors.sharing import consents_of
from ceiba.pathway.services import batch_close, consent_withdraw
from ceiba.registry.models import Participant
from tests.apps.pathway.given import CLOSED_AT, DRAWN_AT, NOW, NUMBERED_AT, SEASON, Pathway
from tests.apps.pathway.test_batches import ANSWER_BY, ANSWERED_AT, GONE, OFFERED_AT, answer, move, refer
from tests.factories import CODE, user_make
from tests.refusals import refused

LATER = NOW + timedelta(days=10)


def withdrawn(way: Pathway, person: Participant, now: datetime) -> None:
    """The person shares nothing any more."""
    for given in consents_of(person.pk, now):
        if given.is_live:
            consent_withdraw(consent=given.consent, by=way.office, now=now)


def test_a_consent_is_the_persons_own_or_an_offices(way: Pathway) -> None:
    person = way.people[0]
    row: dict[str, Any] = {
        "participant": person,
        "recipient": way.consulate,
        "programme_id": CODE,
        "stage": "record",
        "parts": ["identity"],
        "until": NOW.date(),
        "reading": "own",
        "at": NOW,
    }
    with refused("given by the person"):  # somebody who bears the person's code, and is not the person
        Consent.objects.create(by=user_make("t", Role.TECHNICIAN, areas=(), code=person.code), **row)
    own = user_make("p", Role.PARTICIPANT, areas=(), code=person.code)
    with refused("given by the person"):  # an office's way to tell, said by the person alone
        Consent.objects.create(by=own, **row | {"reading": "aloud", "language": "es"})
    with refused("consent_reading_known"):
        Consent.objects.create(by=way.office, **row | {"reading": "guessed", "language": "es"})
    for until in (NOW.date() - timedelta(days=1), NOW.date() + timedelta(days=733)):
        with refused("two years on"):
            Consent.objects.create(by=own, **row | {"until": until})
    Consent.objects.create(by=own, **row | {"until": NOW.date() + timedelta(days=732)})


def test_a_consent_is_taken_back_by_the_person_or_an_office(way: Pathway) -> None:
    person, other = way.people[:2]
    consent = way.agree(person)
    for somebody in (
        user_make("q", Role.PARTICIPANT, areas=(), code=other.code),
        user_make("t", Role.TECHNICIAN, areas=(), code=person.code),
    ):
        with refused("taken back by the person"):
            Withdrawal.objects.create(consent=consent, by=somebody, at=LATER)
    own = user_make("p", Role.PARTICIPANT, areas=(), code=person.code)
    Withdrawal.objects.create(consent=consent, by=own, at=LATER)


def test_a_look_is_an_officers_at_what_is_shared_then(way: Pathway) -> None:
    person = way.people[0]
    way.agree(person, parts=("plots",), until=LATER.date())
    way.agree(person, way.ministry, parts=("record",))
    way.agree(way.people[1], parts=("record",))
    look: dict[str, Any] = {
        "participant": person,
        "recipient": way.consulate,
        "parts": ["identity", "plots"],
        "at": LATER,
    }
    for somebody in (user_make("x", Role.OFFICE, code=way.consulate.code), way.other_officer):
        with refused("officer of the recipient"):
            Look.objects.create(by=somebody, **look)
    for changed in (
        {"parts": ["plots"]}, {"parts": ["identity", "record"]}, {"at": NOW - timedelta(seconds=1)},
        {"at": LATER + timedelta(days=1)},
    ):  # fmt: skip
        with refused("does not share this"):
            Look.objects.create(by=way.officer, **look | changed)
    withdrawn(way, person, LATER)
    with refused("does not share this"):
        Look.objects.create(by=way.officer, **look)
    Look.objects.create(by=way.officer, **look | {"at": LATER - timedelta(seconds=1)})


def test_recipients_and_batches_are_what_they_can_be(way: Pathway) -> None:
    one: dict[str, Any] = {
        "code": "NUEVO",
        "kind": "consulate",
        "name": "N",
        "country": "US",
        "by": way.office,
        "at": NOW,
    }
    for changed, constraint in (
        ({"code": "-A"}, "recipient_code_form"), ({"code": "a"}, "recipient_code_form"),
        ({"kind": "party"}, "recipient_kind_known"), ({"name": ""}, "recipient_named"),
        ({"country": "us"}, "recipient_country_code"), ({"code": way.ministry.code}, "code"),
    ):  # fmt: skip
        with refused(constraint):
            Recipient.objects.create(**one | changed)
    batch = way.opened()
    row = {f.attname: getattr(batch, f.attname) for f in Batch._meta.fields if f.attname != "id"}
    for changed, constraint in (
        ({"places": 0}, "batch_has_places"), ({"class_months": 0}, "batch_class_months"),
        ({"class_months": 121}, "batch_class_months"), ({"seed_sha256": "x" * 64}, "batch_seed_promised"),
        ({"outside": ""}, "batch_outside_named"), ({"season_until": None}, "batch_season_whole"),
        ({"season_from": None}, "batch_season_whole"),
        ({"season_from": row["closes_on"], "season_until": row["closes_on"]}, "batch_season_whole"),
        ({"season_until": SEASON[0] - timedelta(days=1)}, "batch_season_whole"),
        ({"closes_on": NOW.date() - timedelta(days=1)}, "a day to come"),
        ({"season_until": date(2027, 9, 1)}, "six months"),
    ):  # fmt: skip
        with refused(constraint):
            Batch.objects.create(**row | changed)
    with refused("seed that batch"):
        Seed.objects.create(batch=Batch.objects.create(**row), seed="00" * 32)
    with refused("seed_form|seed that batch"):
        Seed.objects.create(batch=Batch.objects.create(**row), seed="x")


def test_a_list_is_of_who_consented_and_closed_as_it_is(way: Pathway) -> None:
    batch, north = way.opened(), way.opened(area_code="HN")
    for person in way.people[:3]:
        way.agree(person)
    way.agree(way.people[3], stage="record")
    withdrawn(way, way.people[2], LATER)
    entry: dict[str, Any] = {
        "batch": batch,
        "participant": way.people[0],
        "number": "0000000a",
        "months_accepted": 36,
        "klass": 3,
    }
    for changed, constraint in (
        ({"klass": 4}, "on a list is who"), ({"batch": north}, "on a list is who"),
        ({"participant": way.people[2]}, "on a list is who"), ({"participant": way.people[3]}, "on a list is who"),
        ({"participant": way.people[4]}, "on a list is who"), ({"number": "0000000G"}, "entry_number_form"),
    ):  # fmt: skip
        with refused(constraint):
            Entry.objects.create(**entry | changed)
    Entry.objects.create(**entry)
    for changed, constraint in (
        ({"number": "0000000b"}, "entry_once"), ({"participant": way.people[1]}, "entry_number_once"),
    ):  # fmt: skip
        with refused(constraint):
            Entry.objects.create(**entry | changed)
    closing: dict[str, Any] = {
        "batch": batch,
        "entrants": 1,
        "entries_sha256": entrants_digest(entrants_of(batch)),
        "by": way.office,
        "at": CLOSED_AT,
    }
    for changed in (
        {"entrants": 2},
        {"entries_sha256": "00" * 32},
        {"at": datetime(2026, 12, 31, 23, tzinfo=UTC)},
    ):
        with refused("is closed after its closing day"):
            Closing.objects.create(**closing | changed)
    withdrawn(
        way, way.people[0], datetime(2026, 12, 31, 22, tzinfo=UTC)
    )  # after entering, before the closing day ends
    with refused("is closed after its closing day"):
        Closing.objects.create(**closing)


def test_nobody_comes_to_a_list_that_is_closed_and_it_is_drawn_by_its_terms(way: Pathway) -> None:
    batch = way.opened()
    for person in way.people[:2]:
        way.agree(person)
    with refused("drawn with its own seed"):
        Drawing.objects.create(**_drawing(way, batch))  # not closed
    batch_close(batch=batch, now=CLOSED_AT)
    way.agree(way.people[2], now=NOW)
    with refused("on a list is who"):
        Entry.objects.create(
            batch=batch, participant=way.people[2], number="0000000c", months_accepted=40, klass=3
        )
    said = {
        "batch": batch, "on": NUMBERED_AT.date(), "source": "acta", "by": way.office, "at": NUMBERED_AT,
    }  # fmt: skip
    for number in ("", "1 ", "A"):
        with refused("outside_number_said"):
            OutsideNumber.objects.create(number=number, **said)
    with refused("outside_number_said"):
        OutsideNumber.objects.create(number="1", **said | {"source": ""})
    OutsideNumber.objects.create(number="1", **said)
    drawing = _drawing(way, batch) | {"outside_on": NUMBERED_AT.date()}
    for changed in (
        {"seed": "00" * 32}, {"outside_on": CLOSED_AT.date()}, {"outside_number": "2"}, {"source": "otra"},
        {"at": NUMBERED_AT},
    ):  # fmt: skip
        with refused("drawn with its own seed"):
            Drawing.objects.create(**drawing | changed)
    Drawing.objects.create(**drawing)


def _drawing(way: Pathway, batch: Batch) -> dict[str, Any]:
    return {
        "batch": batch,
        "seed": batch.secret.seed,
        "outside_number": "1",
        "outside_on": DRAWN_AT.date(),
        "source": "acta",
        "by": way.office,
        "at": DRAWN_AT,
    }


def test_a_place_is_offered_to_who_is_drawn_and_still_consents(way: Pathway) -> None:
    batch = way.drawn(2)
    undrawn = way.opened()
    batch_close(batch=undrawn, now=CLOSED_AT)
    first, second = (who.entry for who in way.listed(batch)[:2])
    elsewhere = Entry.objects.filter(batch=undrawn)[0]
    offer: dict[str, Any] = {"answer_by": ANSWER_BY, "by": way.office, "at": OFFERED_AT}
    still = "somebody on the list who still consents"
    with refused(still):
        Referral.objects.create(entry=first, batch=undrawn, **offer)
    with refused(still):
        Referral.objects.create(entry=elsewhere, batch=undrawn, **offer)
    with refused(still):
        Referral.objects.create(
            entry=first, batch=batch, **offer | {"answer_by": OFFERED_AT.date() - timedelta(days=1)}
        )
    with refused("the next in the order"):
        Referral.objects.create(entry=second, batch=batch, **offer)
    leave: dict[str, Any] = {"by": way.office, "at": OFFERED_AT}
    with refused("nobody leaves"):  # consents
        Leaving.objects.create(entry=first, **leave)
    withdrawn(way, first.participant, DRAWN_AT)
    with refused(still):  # consents no longer
        Referral.objects.create(entry=first, batch=batch, **offer)
    with refused("nobody leaves"):  # of a list that is not drawn
        Leaving.objects.create(entry=Entry.objects.get(batch=undrawn, participant=first.participant), **leave)
    Leaving.objects.create(entry=first, **leave)
    way.agree(first.participant, now=DRAWN_AT)
    with refused(still):  # left, and is back too late
        Referral.objects.create(entry=first, batch=batch, **offer)
    Referral.objects.create(entry=second, batch=batch, **offer)
    withdrawn(way, second.participant, OFFERED_AT)
    with refused("nobody leaves"):  # was offered a place
        Leaving.objects.create(entry=second, **leave)


def test_a_batch_has_no_more_places_than_it_has(way: Pathway) -> None:
    batch = way.drawn(2)
    refer(way, batch)
    for place, said in ((1, Said.ACCEPTED), (2, Said.REFUSED)):
        answer(way, batch, place, said)
    third, fourth = (who.entry for who in way.listed(batch)[2:4])
    offer: dict[str, Any] = {"batch": batch, "answer_by": ANSWER_BY, "by": way.office, "at": ANSWERED_AT}
    with refused("no more places"):
        Referral.objects.bulk_create([Referral(entry=each, **offer) for each in (third, fourth)])
    Referral.objects.create(entry=third, **offer)
    with refused("no more places"):
        Referral.objects.create(entry=fourth, **offer)


def test_an_answer_is_of_its_time_and_before_anybody_departed(way: Pathway) -> None:
    batch = way.drawn(2)
    refer(way, batch)
    first, second = (who.referral for who in way.listed(batch)[:2])
    assert first is not None
    row: dict[str, Any] = {
        "referral": first,
        "said": "accepted",
        "on": ANSWERED_AT.date(),
        "source": "x",
        "by": way.office,
        "at": ANSWERED_AT,
    }
    on_time = "a day since the place was offered"
    for changed, constraint in (
        ({"on": OFFERED_AT.date() - timedelta(days=1)}, on_time),
        ({"on": ANSWERED_AT.date() + timedelta(days=1)}, on_time),
        ({"said": "no_answer"}, on_time),
        (
            {"said": "no_answer", "at": datetime(2027, 2, 1, 23, tzinfo=UTC)},
            on_time,
        ),  # the day it was to come by
        ({"said": "perhaps"}, "answer_said_known"),
        ({"source": ""}, "answer_has_source"),
    ):
        with refused(constraint):
            Answer.objects.create(**row | changed)
    made = Answer.objects.create(**row)
    with refused("answer_first_once"):
        Answer.objects.create(**row)
    with refused("answer_replaces_with_reason"):
        Answer.objects.create(**row | {"replaces": made})
    with refused("replaces one of the same referral"):
        Answer.objects.create(**row | {"referral": second, "replaces": made, "why": "x"})
    Answer.objects.create(**row | {"replaces": made, "why": "x"})
    with refused("replaces_id"):
        Answer.objects.create(**row | {"replaces": made, "why": "x"})
    move(way, batch, 1, Moved.DEPARTED, SEASON[0])
    (last,) = Answer.objects.filter(replaced_by=None)
    with refused("before anybody departed"):
        Answer.objects.create(**row | {"replaces": last, "why": "x"})


def test_a_place_that_has_gone_is_not_taken_back(way: Pathway) -> None:
    batch = way.drawn(1)
    refer(way, batch)
    made = answer(way, batch, 1, Said.REFUSED)
    refer(way, batch, ANSWERED_AT)
    with refused("has gone to the next"):
        Answer.objects.create(
            referral=made.referral, said="accepted", on=made.on, source="x", replaces=made, why="x",
            by=way.office, at=ANSWERED_AT,
        )  # fmt: skip


def test_a_season_is_of_who_was_accepted_and_in_its_order(way: Pathway) -> None:
    for person in way.people:
        way.agree(person, stage="record")
    batch, record = way.drawn(3), way.drawn(1, stage="record", season_from=None, season_until=None)
    for each in (batch, record):
        refer(way, each)
        answer(way, each, 1, Said.ACCEPTED)
    answer(way, batch, 2, Said.REFUSED)
    since, until = SEASON
    first, second, third = (who.entry.pk for who in way.listed(batch)[:3])
    row: dict[str, Any] = {
        "referral_id": first,
        "moved": "departed",
        "on": since,
        "source": "x",
        "by": way.office,
        "at": GONE,
    }
    of_a_season, year = "of a season: who was accepted", "six months a year"
    for changed, constraint in (
        ({"referral_id": second}, of_a_season), ({"referral_id": third}, of_a_season),
        ({"referral_id": way.listed(record)[0].entry.pk}, of_a_season), ({"moved": "returned"}, of_a_season),
        ({"on": GONE.date() + timedelta(days=1)}, of_a_season), ({"on": since - timedelta(days=1)}, year),
        ({"on": until + timedelta(days=1)}, year), ({"source": ""}, "movement_has_source"),
        ({"moved": "hid"}, "movement_known"),
    ):  # fmt: skip
        with refused(constraint):
            Movement.objects.create(**row | changed)
    Movement.objects.create(**row)
    for changed, constraint in (
        ({}, of_a_season), ({"moved": "no_show"}, of_a_season),
        ({"moved": "returned", "on": since - timedelta(days=1)}, "before they departed"),
    ):  # fmt: skip
        with refused(constraint):
            Movement.objects.create(**row | changed)
    Movement.objects.create(**row | {"moved": "returned", "on": since})
    with refused("movement_once|of a season"):
        Movement.objects.create(**row | {"moved": "returned", "on": until})


@pytest.mark.parametrize(
    ("back", "goes"), [(None, False), (date(2027, 8, 31), False), (date(2027, 4, 30), True)]
)
def test_a_year_holds_six_months_away(way: Pathway, back: date | None, goes: bool) -> None:
    """Away 61 days of a season until the return, or all 184 of it; then 63 of another, in the same year."""
    first, second = (
        way.drawn(12),
        way.drawn(12, season_from=date(2027, 10, 30), season_until=date(2027, 12, 31)),
    )
    person = way.people[0].pk
    at = datetime(2028, 1, 2, tzinfo=UTC)
    places = {}
    for batch in (first, second):
        refer(way, batch)
        listed = [who.entry.participant_id for who in way.listed(batch)]
        places[batch.pk] = 1 + listed.index(person)
        answer(way, batch, places[batch.pk], Said.ACCEPTED)
    move(way, first, places[first.pk], Moved.DEPARTED, SEASON[0], at)
    if back:
        move(way, first, places[first.pk], Moved.RETURNED, back, at)
    entry = way.listed(second)[places[second.pk] - 1].entry
    row: dict[str, Any] = {
        "referral_id": entry.pk,
        "moved": "departed",
        "on": date(2027, 10, 30),
        "source": "x",
        "by": way.office,
        "at": at,
    }
    if goes:
        Movement.objects.create(**row)
    else:
        with refused("six months a year"):
            Movement.objects.create(**row)
