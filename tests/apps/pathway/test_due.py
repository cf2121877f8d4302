"""What comes of batches by itself: nothing before its day, all of it on its day, once, and in the audit log."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from procrastinate.contrib.django import app as queue
from typer.testing import CliRunner

from ceiba.audit.models import Event
from ceiba.cli import pathway as commands
from ceiba.core.referrals import Said
from ceiba.pathway import tasks
from ceiba.pathway.models import Answer, Batch, Closing, Drawing, OutsideNumber, Place
from ceiba.pathway.selectors.batches import state_of
from ceiba.pathway.services import answer_record, batches_keep, places_refer
from ceiba.pathway.services import batches as closing
from ceiba.pathway.services import due as keeping
from tests.apps.pathway.given import CLOSED_AT, CLOSES, DRAWN_AT, NUMBERED_AT, Pathway

EVENING = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2027, 1, 1, tzinfo=UTC)
ANSWER_BY = date(2027, 2, 1)
LATE = datetime(2027, 2, 2, tzinfo=UTC)


def acts() -> list[tuple[str, str, int | None]]:
    names = ("batch.closed", "batch.drawn", "answer.recorded")
    found = Event.objects.filter(action__in=names).order_by("pk")
    return [(event.action, event.subject, event.actor_id) for event in found]


def test_a_list_closes_when_its_day_has_ended_and_is_drawn_a_day_after_its_number(way: Pathway) -> None:
    for person in way.people:
        way.agree(person)
    batch = way.opened()
    assert batches_keep(now=EVENING) == 0
    assert batches_keep(now=MIDNIGHT) == 1
    assert (batches_keep(now=MIDNIGHT), batches_keep(now=DRAWN_AT)) == (0, 0), "there is no outside number"
    way.numbered(batch)
    assert batches_keep(now=NUMBERED_AT) == 0
    assert batches_keep(now=datetime(2027, 1, 5, tzinfo=UTC)) == 1
    assert batches_keep(now=DRAWN_AT) == 0
    assert (Closing.objects.get().by, Drawing.objects.get().by, Place.objects.count()) == (None, None, 12)
    subject = f"batch:{batch.pk}"
    assert acts() == [("batch.closed", subject, None), ("batch.drawn", subject, None)]


def test_who_answered_stays_answered_and_who_did_not_frees_a_place_on_the_day_after(way: Pathway) -> None:
    batch = way.drawn(3)
    places_refer(batch=batch, answer_by=ANSWER_BY, by=way.office, now=DRAWN_AT)
    first, second, _third, fourth, *_ = way.listed(batch)
    for who, said in ((first, Said.ACCEPTED), (second, Said.DECLINED)):
        answer_record(who=who, said=said, on=DRAWN_AT.date(), source="Oficio", by=way.office, now=DRAWN_AT)
    (later,) = places_refer(batch=batch, answer_by=ANSWER_BY + timedelta(days=9), by=way.office, now=DRAWN_AT)
    assert later.entry_id == fourth.entry.pk
    before = Event.objects.count()
    assert batches_keep(now=LATE - timedelta(seconds=1)) == 0
    assert batches_keep(now=LATE) == 1
    assert batches_keep(now=LATE) == 0
    answers = [who.answer for who in way.listed(batch)[:4]]
    assert [each and (each.said, each.by, each.on) for each in answers] == [
        ("accepted", way.office, DRAWN_AT.date()), ("declined", way.office, DRAWN_AT.date()),
        ("no_answer", None, LATE.date()), None,
    ]  # fmt: skip
    assert Event.objects.count() == before + 1
    assert acts()[-1] == ("answer.recorded", f"referral:{answers[2].referral_id}", None)  # type: ignore[union-attr]
    third = way.listed(batch)[2]
    answer_record(
        who=third, said=Said.ACCEPTED, on=ANSWER_BY, source="Oficio que llegó tarde", by=way.office, now=LATE,
        why="La respuesta era del último día",
    )  # fmt: skip
    assert batches_keep(now=LATE) == 0, "what was corrected is not ended again"


def test_one_batch_that_breaks_keeps_no_other_waiting(way: Pathway, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = way.opened(), way.opened(area_code="HN")
    real = keeping.batch_close

    def broken(*, batch: Batch, now: datetime) -> object:
        if batch.pk == first.pk:
            raise OSError
        return real(batch=batch, now=now)

    monkeypatch.setattr(keeping, "batch_close", broken)
    with pytest.raises(ExceptionGroup) as raised:
        batches_keep(now=CLOSED_AT)
    assert [type(each) for each in raised.value.exceptions] == [OSError]
    assert list(Closing.objects.values_list("batch", flat=True)) == [second.pk]


def test_one_that_is_broken_off_was_not_done_and_is_done_the_next_time(
    way: Pathway, monkeypatch: pytest.MonkeyPatch
) -> None:
    way.agree(way.people[0])
    batch = way.opened()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(closing, "batch_told", killed)
    with pytest.raises(KeyboardInterrupt):
        batches_keep(now=CLOSED_AT)
    assert (state_of(Batch.objects.get(pk=batch.pk), CLOSED_AT), batch.entries.count()) == ("due", 0)
    monkeypatch.undo()
    assert batches_keep(now=CLOSED_AT) == 1
    assert Closing.objects.get().entrants == 1


def test_the_worker_does_it_by_the_clock_and_the_command_by_hand(
    way: Pathway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "open_database", lambda: None)
    periodic = {each.task.name: each.cron for each in queue.periodic_registry.periodic_tasks.values()}
    assert periodic[tasks.BATCHES_TASK] == "*/5 * * * *"
    opened = datetime.now(UTC) - timedelta(days=3)
    way.opened(now=opened, closes_on=opened.date(), season_from=CLOSES, season_until=CLOSES)
    tasks.keep(0)
    assert Closing.objects.count() == 1
    way.opened(now=opened, closes_on=opened.date(), season_from=CLOSES, season_until=CLOSES)
    found = CliRunner().invoke(commands.app, ["keep", "--json"])
    assert (found.exit_code, json.loads(found.output)) == (0, {"steps": 1}), found.output
    assert Closing.objects.count() == 2
    assert not Answer.objects.exists()
    assert not OutsideNumber.objects.exists()
