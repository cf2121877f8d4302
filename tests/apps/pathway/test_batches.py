"""Batches from opening to return: nobody moves up, no quota is exceeded, and the database draws again."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from typer.testing import CliRunner

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope, scope_of
from ceiba.cli.pathway import app
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.referral_list import list_problems, read_list
from ceiba.core.referrals import Moved, Said, commitment_of
from ceiba.pathway.models import (
    Answer,
    Batch,
    Closing,
    Drawing,
    Entry,
    Leaving,
    Movement,
    OutsideNumber,
    Place,
    Referral,
    Seed,
)
from ceiba.pathway.selectors.batches import people_of, progress_of, published, state_of, turns_of
from ceiba.pathway.selectors.sharing import consents_of
from ceiba.pathway.services import (
    answer_record,
    batch_close,
    batch_draw,
    consent_withdraw,
    movement_record,
    places_refer,
)
from ceiba.registry.models import Enrolment
from ceiba.service_record.models import ServiceRecord
from tests.apps.pathway.given import CLOSED_AT, CLOSES, DRAWN_AT, NOW, NUMBERED_AT, SEASON, Pathway

ANSWER_BY = date(2027, 2, 1)
OFFERED_AT = DRAWN_AT + timedelta(hours=1)
ANSWERED_AT = datetime(2027, 1, 20, tzinfo=UTC)
LATE = datetime(2027, 2, 2, tzinfo=UTC)
GONE = datetime(2027, 9, 30, tzinfo=UTC)


def code_of(make: object) -> str:
    with pytest.raises(CeibaError) as raised, transaction.atomic():
        make()  # type: ignore[operator]
    return raised.value.problems[0].code


def refused(make: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make()  # type: ignore[operator]


def refer(way: Pathway, batch: Batch, now: datetime = OFFERED_AT) -> list[str]:
    return [
        each.entry.number for each in places_refer(batch=batch, answer_by=ANSWER_BY, by=way.office, now=now)
    ]


def answer(way: Pathway, batch: Batch, place: int, said: Said, **changed: object) -> Answer:
    who = way.listed(batch)[place - 1]
    given = {"on": ANSWERED_AT.date(), "source": "Oficio 12", "by": way.office, "now": ANSWERED_AT} | changed
    return answer_record(who=who, said=said, **given)  # type: ignore[arg-type]


def move(way: Pathway, batch: Batch, place: int, moved: Moved, on: date, now: datetime = GONE) -> Movement:
    who = way.listed(batch)[place - 1]
    return movement_record(who=who, moved=moved, on=on, source="Llamada", by=way.office, now=now)


class TestOpening:
    def test_terms_that_cannot_be(self, way: Pathway) -> None:
        for changed, code in (
            ({"stage": "citizenship"}, "batch.stage"), ({"places": 0}, "batch.places"),
            ({"closes_on": NOW.date() - timedelta(days=1)}, "batch.closes"), ({"outside": " "}, "batch.outside"),
            ({"class_months": 0}, "batch.classes"), ({"season_until": None}, "batch.season"),
            ({"season_until": date(2027, 9, 1)}, "batch.season"), ({"season_from": CLOSES}, "batch.season"),
            ({"season_from": CLOSES, "season_until": CLOSES}, "batch.closes"),
            ({"stage": "residence"}, "batch.season"),
        ):  # fmt: skip
            assert code_of(lambda c=changed: way.opened(**c)) == code, changed
        assert not Batch.objects.exists()

    def test_the_seed_is_promised_and_told_to_nobody(self, way: Pathway) -> None:
        batch = way.opened()
        seed = batch.secret.seed
        assert batch.seed_sha256 == commitment_of(seed)
        assert seed not in json.dumps(published(batch, NOW))
        refused(lambda: Seed.objects.create(batch=way.opened(), seed="00" * 32))

    def test_the_database_refuses_a_long_season_and_a_closing_day_that_is_past(self, way: Pathway) -> None:
        batch = way.opened()
        for changed in ({"season_until": date(2027, 9, 1)}, {"closes_on": NOW.date() - timedelta(days=1)}):
            row = {
                f.attname: getattr(batch, f.attname) for f in Batch._meta.fields if f.attname != "id"
            } | changed
            refused(lambda r=row: Batch.objects.create(**r))


class TestClosing:
    def test_on_the_list_is_who_consented_in_time_and_has_reached_the_stage(self, way: Pathway) -> None:
        batch = way.opened()
        people = way.people
        evening = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
        way.agree(people[0], now=evening)
        way.agree(people[1], now=evening + timedelta(minutes=1))  # too late
        consent_withdraw(consent=way.agree(people[2]), by=way.office, now=evening)
        way.agree(people[3], until=CLOSES - timedelta(days=1))
        way.agree(people[4], way.ministry)
        way.agree(people[5], stage="record")
        way.agree(people[6])
        ServiceRecord.objects.filter(participant=people[6]).update(months_accepted=35)
        way.agree(people[7])
        Enrolment.objects.filter(participant=people[7]).update(variant="amexcid")
        consent = way.agree(people[8])
        consent_withdraw(consent=consent, by=way.office, now=evening + timedelta(minutes=2))  # after the day
        stranger = way.world.people_in("HN")[0]
        ServiceRecord.objects.filter(participant=stranger).update(months_accepted=60, break_months_longest=0)
        way.agree(stranger)
        closing = batch_close(batch=batch, now=CLOSED_AT)
        entries = Entry.objects.filter(batch=batch)
        assert {entry.participant_id for entry in entries} == {people[0].pk, people[8].pk}
        assert closing.entrants == 2
        assert {entry.klass for entry in entries} == {3, 4}

    def test_before_its_day_and_twice(self, way: Pathway) -> None:
        batch = way.opened()
        evening = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
        assert batch_close(batch=batch, now=evening) is None
        assert (state_of(batch, evening), state_of(batch, CLOSED_AT)) == ("open", "due")
        assert batch_close(batch=batch, now=CLOSED_AT) is not None
        assert batch_close(batch=batch, now=CLOSED_AT) is None

    def test_the_database_refuses_who_did_not_consent_another_class_and_another_digest(
        self, way: Pathway
    ) -> None:
        batch = way.opened()
        way.agree(way.people[0])
        entry = {
            "batch": batch,
            "participant": way.people[0],
            "number": "00000000",
            "months_accepted": 36,
            "klass": 3,
        }
        refused(lambda: Entry.objects.create(**(entry | {"participant": way.people[1]})))
        refused(lambda: Entry.objects.create(**(entry | {"klass": 4})))
        refused(lambda: Entry.objects.create(**(entry | {"batch": way.opened(area_code="HN")})))
        closing = {"batch": batch, "entrants": 0, "entries_sha256": "00" * 32, "at": CLOSED_AT}
        refused(lambda: Closing.objects.create(**closing))
        made = batch_close(batch=batch, now=CLOSED_AT)
        way.agree(way.people[1])
        refused(
            lambda: Entry.objects.create(**(entry | {"participant": way.people[1], "number": "00000001"}))
        )
        early = {"batch": way.opened(area_code="HN"), "entries_sha256": made.entries_sha256, "at": NOW}
        refused(lambda: Closing.objects.create(**(closing | early)))


class TestDrawing:
    def test_not_before_it_is_closed_nor_with_a_number_that_was_known_then(self, way: Pathway) -> None:
        way.agree(way.people[0])
        batch = way.opened()
        assert code_of(lambda: way.numbered(batch)) == "batch.not_closed"
        batch_close(batch=batch, now=CLOSED_AT)
        for day in (CLOSED_AT.date(), DRAWN_AT.date()):
            assert code_of(lambda d=day: way.numbered(batch, on=d)) == "batch.outside_on"
        for number, source in (
            (" ", "acta"), ("1", ""), ("9" * 81, "acta"), ("52-817", "acta"), ("５２８１７", "acta"),
            ("52\u200b817", "acta"),
        ):  # fmt: skip
            assert (
                code_of(lambda n=number, s=source: way.numbered(batch, n, source=s)) == "batch.outside_number"
            )
        row = {"batch": batch, "number": "1", "source": "acta", "by": way.office, "at": NUMBERED_AT}
        for day in (CLOSED_AT.date(), DRAWN_AT.date()):
            refused(lambda d=day: OutsideNumber.objects.create(**row, on=d))
        assert batch_draw(batch=batch, now=DRAWN_AT) is None, "there is no number"
        assert not Drawing.objects.exists()

    def test_a_number_is_published_a_day_before_and_corrected_with_the_reason_until_then(
        self, way: Pathway
    ) -> None:
        way.agree(way.people[0])
        batch = way.opened()
        batch_close(batch=batch, now=CLOSED_AT)
        wrong = way.numbered(batch, "52871")
        assert state_of(batch, NUMBERED_AT) == "numbered"
        assert code_of(lambda: way.numbered(batch)) == "batch.outside_why"
        right = way.numbered(batch, " 52 817", now=DRAWN_AT, why="Cifras cambiadas")
        assert batch_draw(batch=batch, now=DRAWN_AT) is None, "a correction is published for a day too"
        row = {
            "batch_id": batch.pk, "seed": batch.secret.seed, "outside_number": right.number, "outside_on": right.on,
            "source": right.source, "at": DRAWN_AT + timedelta(days=1),
        }  # fmt: skip
        for changed in (
            {"seed": "00" * 32}, {"outside_number": wrong.number}, {"source": "otra"}, {"at": DRAWN_AT},
            {"outside_on": CLOSED_AT.date()},
        ):  # fmt: skip
            refused(lambda c=changed: Drawing.objects.create(**(row | c)))
        listed = published(batch, DRAWN_AT)
        assert (listed["outside_number"], listed["seed"]) == ("52817", "")
        assert [(each["number"], each["why"]) for each in listed["outside_corrected"]] == [
            ("52871", "Cifras cambiadas")
        ]
        next_day = DRAWN_AT + timedelta(days=1)
        drawn = batch_draw(batch=batch, now=next_day)
        assert drawn is not None
        assert (drawn.outside_number, drawn.by) == ("52817", None)
        assert batch_draw(batch=batch, now=next_day) is None
        assert code_of(lambda: way.numbered(batch, now=next_day, why="otra vez")) == "batch.drawn"
        late = {"batch": batch, "number": "1", "on": right.on, "source": "x", "replaces": right, "why": "x"}
        refused(lambda: OutsideNumber.objects.create(**late, by=way.office, at=next_day))

    def test_anyone_draws_it_again_from_what_is_published(self, way: Pathway) -> None:
        batch = way.drawn(3)
        refer(way, batch)
        listed = published(batch, OFFERED_AT)
        data = json.dumps(listed).encode()
        assert list_problems(read_list(data)) == ()
        assert [each["referred"] for each in listed["entries"]] == [True] * 3 + [False] * 9
        for person in way.people:
            assert person.code not in data.decode()
            assert person.family_names not in json.dumps(listed, ensure_ascii=False)

    def test_the_command_draws_a_published_list_again(self, way: Pathway, tmp_path: Path) -> None:
        batch = way.drawn(3)
        refer(way, batch)
        drawn, before = published(batch, OFFERED_AT), tmp_path / "before.json"
        before.write_text(json.dumps(drawn | {"seed": "", "outside_number": ""}))
        fewer = drawn | {"entries": drawn["entries"][:-1]}
        for listed, args, status in (
            (drawn, [], 0), (drawn, ["--closed", str(before)], 0), (fewer, [], 1),
            (drawn | {"outside_number": "1"}, [], 1),
            (drawn | {"places": 4}, ["--closed", str(before)], 1), (json.loads(before.read_text()), [], 1),
        ):  # fmt: skip
            file = tmp_path / "list.json"
            file.write_text(json.dumps(listed))
            found = CliRunner().invoke(app, ["draw-verify", str(file), "--json", *args])
            assert found.exit_code == status, found.output
            assert json.loads(found.output)["fair"] is (status == 0)

    def test_the_database_refuses_every_other_order(self, way: Pathway) -> None:
        batch = way.drawn(3)
        other = way.opened()
        batch_close(batch=other, now=CLOSED_AT)
        outside = way.numbered(other, "7")
        Drawing.objects.create(
            batch=other, seed=other.secret.seed, outside_number="7", outside_on=outside.on, source=outside.source,
            at=DRAWN_AT,
        )  # fmt: skip
        entries = list(Entry.objects.filter(batch=other).order_by("klass"))
        fewest_first = [Place(entry=entry, batch=other, place=n) for n, entry in enumerate(entries, 1)]
        refused(lambda: Place.objects.bulk_create(fewest_first))
        refused(lambda: Place.objects.bulk_create(fewest_first[:3]))
        with pytest.raises(IntegrityError), transaction.atomic():
            Place.objects.filter(batch=batch).update(place=1)
        classes = [who.entry.klass for who in way.listed(batch)]
        assert classes == sorted(classes, reverse=True)


class TestReferring:
    def test_places_go_in_the_order_and_those_not_taken_to_the_next(self, way: Pathway) -> None:
        batch = way.drawn(3)
        order = [who.entry.number for who in way.listed(batch)]
        assert refer(way, batch) == order[:3]
        assert code_of(lambda: refer(way, batch)) == "referral.none"
        answer(way, batch, 1, Said.ACCEPTED)
        answer(way, batch, 2, Said.REFUSED)
        answer(way, batch, 3, Said.NO_ANSWER, now=LATE, on=LATE.date())
        assert refer(way, batch, ANSWERED_AT) == order[3:5]
        progress = progress_of(batch, scope_of(way.office), LATE)
        assert (progress.referred, progress.waiting, progress.free) == (5, 7, 0)
        assert progress.said == {"accepted": 1, "refused": 1, "no_answer": 1, "declined": 0}
        assert list_problems(read_list(json.dumps(published(batch, LATE)).encode())) == ()

    def test_who_withdrew_leaves_when_it_is_their_turn_and_who_replaced_a_consent_does_not(
        self, way: Pathway
    ) -> None:
        batch = way.drawn(2)
        listed = way.listed(batch)
        for place in (1, 4):
            (given,) = consents_of(listed[place - 1].entry.participant_id, OFFERED_AT)
            consent_withdraw(consent=given.consent, by=way.office, now=DRAWN_AT)
        way.agree(listed[1].entry.participant, now=DRAWN_AT, parts=("plots",))
        order = [who.entry.number for who in listed]
        assert refer(way, batch) == order[1:3]
        assert list(Leaving.objects.values_list("entry__number", flat=True)) == order[:1]
        way.agree(listed[0].entry.participant, now=OFFERED_AT)  # back too late for this list
        answer(way, batch, 2, Said.DECLINED)
        assert refer(way, batch, ANSWERED_AT) == order[4:5]
        assert list_problems(read_list(json.dumps(published(batch, LATE)).encode())) == ()

    def test_the_database_refuses_to_pass_anybody_over_and_a_place_too_many(self, way: Pathway) -> None:
        batch = way.drawn(2)
        listed = way.listed(batch)
        row = {"batch": batch, "answer_by": ANSWER_BY, "by": way.office, "at": OFFERED_AT}
        refused(lambda: Referral.objects.create(entry=listed[1].entry, **row))
        refused(lambda: Leaving.objects.create(entry=listed[0].entry, by=way.office, at=OFFERED_AT))
        refused(
            lambda: Referral.objects.bulk_create([Referral(entry=who.entry, **row) for who in listed[:3]])
        )
        refused(lambda: Referral.objects.create(entry=listed[0].entry, **(row | {"answer_by": NOW.date()})))
        refer(way, batch)
        refused(lambda: Referral.objects.create(entry=listed[2].entry, **row))
        refused(lambda: Leaving.objects.create(entry=listed[0].entry, by=way.office, at=OFFERED_AT))
        (given,) = consents_of(listed[2].entry.participant_id, OFFERED_AT)
        consent_withdraw(consent=given.consent, by=way.office, now=OFFERED_AT)
        answer(way, batch, 1, Said.DECLINED)
        refused(lambda: Referral.objects.create(entry=listed[2].entry, **(row | {"at": ANSWERED_AT})))

    def test_a_day_to_answer_by_that_is_past(self, way: Pathway) -> None:
        batch = way.drawn(1)
        late = ANSWER_BY + timedelta(days=1)
        assert code_of(lambda: refer(way, batch, datetime(late.year, late.month, late.day, tzinfo=UTC))) == (
            "referral.answer_by"
        )


class TestAnswers:
    def test_what_cannot_have_come_back(self, way: Pathway) -> None:
        batch = way.drawn(1)
        refer(way, batch)
        for place, said, changed, code in (
            (2, Said.ACCEPTED, {}, "answer.not_referred"), (1, Said.NO_ANSWER, {}, "answer.early"),
            (1, Said.ACCEPTED, {"source": " "}, "answer.source"),
            (1, Said.ACCEPTED, {"on": DRAWN_AT.date() - timedelta(days=1)}, "answer.day"),
            (1, Said.ACCEPTED, {"on": ANSWERED_AT.date() + timedelta(days=1)}, "answer.day"),
        ):  # fmt: skip
            assert code_of(lambda p=place, s=said, c=changed: answer(way, batch, p, s, **c)) == code
        entry = way.listed(batch)[0].entry
        row = {
            "referral_id": entry.pk, "said": "no_answer", "on": ANSWERED_AT.date(), "source": "x", "by": way.office,
            "at": ANSWERED_AT,
        }  # fmt: skip
        refused(lambda: Answer.objects.create(**row))
        refused(lambda: Answer.objects.create(**(row | {"said": "accepted", "on": date(2026, 1, 1)})))
        by_itself = row | {"said": "accepted", "by": None, "source": ""}  # only silence comes by itself
        for changed in ({}, {"source": "Oficio"}, {"by": way.office}):
            refused(lambda c=changed: Answer.objects.create(**(by_itself | c)))

    def test_a_correction_says_why_and_takes_no_place_that_has_gone(self, way: Pathway) -> None:
        batch = way.drawn(1)
        refer(way, batch)
        answer(way, batch, 1, Said.REFUSED)
        assert code_of(lambda: answer(way, batch, 1, Said.ACCEPTED)) == "answer.why"
        answer(way, batch, 1, Said.ACCEPTED, why="Se leyó mal el oficio")
        answer(way, batch, 1, Said.REFUSED, why="Se leyó bien")
        refer(way, batch, ANSWERED_AT)
        assert code_of(lambda: answer(way, batch, 1, Said.ACCEPTED, why="otra vez")) == "answer.places"
        kept = [(each.said, bool(each.why)) for each in Answer.objects.order_by("pk")]
        assert kept == [("refused", False), ("accepted", True), ("refused", True)]
        assert [who.answer.said for who in way.listed(batch) if who.answer] == ["refused"]


class TestSeasons:
    def test_departure_return_and_who_did_not_go(self, way: Pathway) -> None:
        batch = way.drawn(3)
        refer(way, batch)
        for place in (1, 2):
            answer(way, batch, place, Said.ACCEPTED)
        since, until = SEASON
        for place, moved, on in (
            (3, Moved.DEPARTED, since), (1, Moved.RETURNED, until), (1, Moved.DEPARTED, until + timedelta(days=1)),
            (1, Moved.DEPARTED, since - timedelta(days=1)), (1, Moved.DEPARTED, GONE.date() + timedelta(days=1)),
        ):  # fmt: skip
            assert code_of(lambda p=place, m=moved, o=on: move(way, batch, p, m, o)) == "movement.refused"
        move(way, batch, 1, Moved.DEPARTED, since)
        assert code_of(lambda: move(way, batch, 1, Moved.NO_SHOW, since)) == "movement.refused"
        assert (
            code_of(lambda: move(way, batch, 1, Moved.RETURNED, since - timedelta(days=1)))
            == "movement.refused"
        )
        assert code_of(lambda: answer(way, batch, 1, Said.REFUSED, why="x")) == "answer.gone"
        move(way, batch, 1, Moved.RETURNED, until + timedelta(days=9))  # late, and written down as it was
        move(way, batch, 2, Moved.NO_SHOW, until)
        assert code_of(lambda: move(way, batch, 2, Moved.DEPARTED, since)) == "movement.refused"
        assert progress_of(batch, scope_of(way.office), GONE).moved == {
            "departed": 1,
            "returned": 1,
            "no_show": 1,
        }
        for said, referral in (("departed", 3), ("returned", 2)):
            entry = way.listed(batch)[referral - 1].entry
            row = {"moved": said, "on": since, "source": "x", "by": way.office, "at": GONE}
            refused(lambda e=entry, r=row: Movement.objects.create(referral_id=e.pk, **r))

    def test_nobody_is_away_more_than_six_months_a_year(self, way: Pathway) -> None:
        first, second = way.drawn(12), None
        second = way.opened(12, season_from=date(2027, 7, 1), season_until=date(2027, 9, 1))
        batch_close(batch=second, now=CLOSED_AT)
        way.numbered(second, "3")
        batch_draw(batch=second, now=DRAWN_AT)
        second = Batch.objects.get(pk=second.pk)
        person = way.people[0].pk
        place = {}
        for batch in (first, second):
            refer(way, batch)
            listed = way.listed(batch)
            place[batch.pk] = 1 + next(
                i for i, who in enumerate(listed) if who.entry.participant_id == person
            )
            answer(way, batch, place[batch.pk], Said.ACCEPTED)
        move(way, first, place[first.pk], Moved.DEPARTED, SEASON[0])
        again = date(2027, 8, 20)
        assert code_of(lambda: move(way, second, place[second.pk], Moved.DEPARTED, again)) == "movement.year"
        move(way, first, place[first.pk], Moved.RETURNED, date(2027, 7, 15))
        move(way, second, place[second.pk], Moved.DEPARTED, again)
        assert [who.moved for who in turns_of(person)] == [{"departed"}, {"departed", "returned"}]


def test_people_of_a_list_are_those_of_the_scope(way: Pathway) -> None:
    batch = way.drawn(1)
    everybody = {who.entry.participant_id for who in people_of(batch, Scope(Role.OFFICE, ("GT",)))}
    assert everybody == {person.pk for person in way.people}
    some = {who.entry.participant.area_id for who in people_of(batch, Scope(Role.OFFICE, ("GT-13",)))}
    assert some == {"GT-1301", "GT-1304"}
    for scope in (
        Scope(Role.OFFICE, ("HN",)),
        Scope(Role.FUNDER, ("GT",)),
        Scope(Role.CONSULAR, (), "CONSUL-EEUU"),
    ):
        assert people_of(batch, scope) == []
    told = progress_of(batch, Scope(Role.FUNDER, ("GT",)), DRAWN_AT)
    assert (told.entrants, told.waiting) == (10, 10)


def test_nothing_of_a_batch_is_ever_changed(way: Pathway) -> None:
    batch = way.drawn(1)
    refer(way, batch)
    answer(way, batch, 1, Said.ACCEPTED)
    move(way, batch, 1, Moved.DEPARTED, SEASON[0])
    for model in (Batch, Seed, Closing, Entry, OutsideNumber, Drawing, Place, Referral, Answer, Movement):
        refused(lambda m=model: m.objects.all().delete())
        column = next(f.name for f in model._meta.fields if not f.primary_key)
        refused(lambda m=model, c=column: m.objects.update(**{c: m.objects.values_list(c, flat=True)[0]}))
