"""What the log is of: for each kind of entry where its rows come from, as `core.log_data.LOGGED`.

A source tells what waits to be logged, and, for verifying, everything that must have been, in spans of keys that
together cover them all.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Final, NamedTuple

import polars as pl

from ceiba.accounts.powers import POWER_CHANGES
from ceiba.audit.selectors import events_of
from ceiba.core.kernel.month import Month
from ceiba.core.log_data import (
    LOGGED,
    credential_rows,
    event_rows,
    evidence_rows,
    row_key,
    run_rows,
    seal_rows,
)
from ceiba.core.log_entries import EntryKind
from ceiba.credentials.selectors.logged import happened, happened_numbers
from ceiba.determinations.selectors.logged import (
    determination_of,
    determinations_in,
    determinations_of,
    first_of,
    months_decided,
    seals_all,
)
from ceiba.evidence.hashes import hashes_after, hashes_again
from ceiba.payments.selectors.logged import runs_logged, runs_released
from ceiba.runs.selectors import all_decided
from ceiba.transparency.selectors.entries import keys_of, keys_there, last_key

BATCH_ROWS: Final = 200_000  # of evidence; what a month decided is one batch, however much it is
_LAST_KEY: Final = "~"  # behind every key


class Span(NamedTuple):
    """Entries of a kind with keys from `first` to below `end`, and how to read the rows they stand for (`LOGGED`)."""

    first: str
    end: str
    rows: Callable[[], pl.DataFrame]


class Source(NamedTuple):
    """A kind: the next rows that wait to be logged (none: nothing waits), all that must be there, one by its key."""

    kind: EntryKind
    waiting: Callable[[], pl.DataFrame]
    spans: Callable[[], Iterator[Span]]
    one: Callable[[str], pl.DataFrame]


def _evidence_waiting() -> pl.DataFrame:
    return evidence_rows(hashes_after(_last_evidence(), BATCH_ROWS))


def _evidence_spans() -> Iterator[Span]:
    last = _last_evidence()
    for after in range(0, last, BATCH_ROWS):
        until = min(after + BATCH_ROWS, last)
        end = _LAST_KEY if until == last else row_key(until + 1)
        first = row_key(after + 1) if after else ""
        yield Span(first, end, partial(_evidence_again, after, until))


def _evidence_again(after: int, until: int) -> pl.DataFrame:
    return evidence_rows(hashes_again(after, until))


def _evidence_one(key: str) -> pl.DataFrame:
    return _evidence_again(int(key) - 1, int(key))


def _last_evidence() -> int:
    return int(last_key(EntryKind.EVIDENCE) or 0)


def _decided_waiting() -> pl.DataFrame:
    """What one run decided: a run decides in one transaction, so it is in the log whole or not at all."""
    for run in _runs_waiting():
        return determinations_of(run.number, run.programme, run.month).sort("key")
    return LOGGED.empty()


def _decided_spans() -> Iterator[Span]:
    waiting = [run.number for run in _runs_waiting()]
    months = months_decided()
    for month, following in zip(months, [*months[1:], None], strict=True):
        first = "" if month == months[0] else str(Month.of(month))
        end = _LAST_KEY if following is None else str(Month.of(following))
        yield Span(first, end, partial(_decided_in, month, waiting))


def _decided_in(month: date, waiting: list[int]) -> pl.DataFrame:
    return determinations_in(month, waiting)


def _decided_one(key: str) -> pl.DataFrame:
    month, participant, revision, programme = key.split("/")
    first_day = Month.parse(month).first_day
    return determination_of(first_day, int(participant), int(revision), programme)


class _Run(NamedTuple):
    number: int
    programme: str
    month: date


def _runs_waiting() -> Iterator[_Run]:
    """Runs that have decided and are not in the log; the first of a run's determinations stands for all of them."""
    for run in all_decided():
        first = first_of(run.pk, run.programme_id, run.month)
        if first is None:
            continue
        key = determination_key(first.month, first.participant_id, first.revision, first.programme_id)
        if not keys_there(EntryKind.DETERMINATION, [key]):
            yield _Run(run.pk, run.programme_id, run.month)


def determination_key(month: date, participant: int, revision: int, programme: str) -> str:
    """The key of a determination in the log."""
    return row_key(str(Month.of(month)), participant, revision, programme)


def _few(kind: EntryKind, numbers: Callable[[], Collection[int]], read: "_Read") -> Source:
    """A kind of which there are so few that all their numbers are looked at each time."""

    def waiting() -> pl.DataFrame:
        there = keys_of(kind)
        wanted = [number for number in numbers() if row_key(number) not in there]
        return read(wanted) if wanted else LOGGED.empty()

    def spans() -> Iterator[Span]:
        there = keys_of(kind)
        logged = [number for number in numbers() if row_key(number) in there]
        yield Span("", _LAST_KEY, lambda: read(logged))

    return Source(kind, waiting, spans, lambda key: read([int(key)]))


_Read = Callable[[Collection[int]], pl.DataFrame]


def _seal_numbers() -> list[int]:
    return seals_all()["id"].to_list()


def _event_numbers() -> list[int]:
    return events_of(POWER_CHANGES)["event"].to_list()


def _seals(numbers: Collection[int]) -> pl.DataFrame:
    return seal_rows(seals_all().filter(pl.col("id").is_in(list(numbers))))


def _runs(numbers: Collection[int]) -> pl.DataFrame:
    return run_rows(runs_logged(numbers))


def _happened(numbers: Collection[int]) -> pl.DataFrame:
    return credential_rows(happened(numbers))


def _events(numbers: Collection[int]) -> pl.DataFrame:
    return event_rows(events_of(POWER_CHANGES).filter(pl.col("event").is_in(list(numbers))))


# In the order in which a batch takes them: what was decided comes after the evidence it rests on.
SOURCES: Final = (
    Source(EntryKind.EVIDENCE, _evidence_waiting, _evidence_spans, _evidence_one),
    Source(EntryKind.DETERMINATION, _decided_waiting, _decided_spans, _decided_one),
    _few(EntryKind.SEALED_MONTH, _seal_numbers, _seals),
    _few(EntryKind.PAYMENT_RUN, runs_released, _runs),
    _few(EntryKind.CREDENTIAL, happened_numbers, _happened),
    _few(EntryKind.ROLE_CHANGE, _event_numbers, _events),
)
BY_KIND: Final[Mapping[EntryKind, Source]] = {source.kind: source for source in SOURCES}
