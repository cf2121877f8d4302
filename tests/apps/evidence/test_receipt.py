"""When evidence counts as received: never before a cut-off that has been decided with."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Signal
from threading import Thread

import pytest
from django.db import connection, transaction

from ceiba.core.kernel.errors import CeibaError
from ceiba.evidence.models import Closing, Evidence
from ceiba.evidence.services import evidence_close
from tests.apps.evidence.helpers import NOW, drop_file, month, register, row, take, take_rows

STATED = row("visit")["received_at"]
AFTER = STATED + timedelta(days=1)


def close(cutoff: datetime, programme: str = "ca") -> None:
    evidence_close(programme=programme, month=month("2026-02"), cutoff=cutoff)


def received(kind: str = "visit") -> datetime:
    return Evidence.objects.get(kind=kind).received_at


@pytest.mark.django_db
def test_the_stated_time_holds_when_it_is_trusted_and_possible(tmp_path: Path) -> None:
    register()
    close(STATED - timedelta(seconds=1))
    take_rows(tmp_path, "visit", row("visit"))
    assert received() == STATED


@pytest.mark.django_db
def test_it_does_not_hold_when_it_is_not_trusted(tmp_path: Path) -> None:
    register()
    take_rows(tmp_path, "visit", row("visit"), as_stated=False)
    assert received() == NOW


@pytest.mark.django_db
def test_it_does_not_hold_after_now(tmp_path: Path) -> None:
    register()
    take_rows(tmp_path, "visit", row("visit", received_at=NOW + timedelta(hours=3)))
    assert received() == NOW


@pytest.mark.django_db
@pytest.mark.parametrize("cutoff", [STATED, AFTER])
def test_what_was_not_here_at_the_cutoff_is_late_whatever_it_says(tmp_path: Path, cutoff: datetime) -> None:
    register()
    close(cutoff)
    take_rows(tmp_path, "visit", row("visit"))
    assert received() == NOW


@pytest.mark.django_db
def test_the_cutoff_of_another_programme_does_not_bear_on_its_people(tmp_path: Path) -> None:
    register()
    register(programme="mx")
    close(AFTER, "mx")
    take_rows(tmp_path, "visit", row("visit"))
    assert received() == STATED


@pytest.mark.django_db
@pytest.mark.parametrize(("area", "time"), [("GT", NOW), ("GT-0101", NOW), ("HN", STATED), ("GT-02", STATED)])
def test_a_list_is_late_where_anybody_in_its_area_was_decided(
    tmp_path: Path, area: str, time: datetime
) -> None:
    register()
    close(AFTER)
    take_rows(tmp_path, "list_receipt", row("list_receipt", area=area))
    assert received("list_receipt") == time


@pytest.mark.django_db
def test_a_clock_before_the_last_cutoff_is_refused(tmp_path: Path) -> None:
    register()
    close(NOW)
    with pytest.raises(CeibaError, match="before the last cut-off"):
        take_rows(tmp_path, "visit", row("visit"))


@pytest.mark.django_db
def test_a_month_is_closed_once_with_its_first_cutoff(tmp_path: Path) -> None:
    register()
    close(STATED)
    close(AFTER)
    assert [c.cutoff for c in Closing.objects.all()] == [STATED]


@pytest.mark.django_db(transaction=True)
def test_evidence_that_comes_while_a_month_is_read_waits_and_is_late(tmp_path: Path) -> None:
    """Without the lock the record would be received before the cut-off and seen by no month at all."""
    register()
    path = drop_file(tmp_path, "visit", row("visit"))
    reading, finished = Signal(), Signal()

    def taking() -> None:
        reading.wait(10)
        try:
            take(path)
        finally:
            finished.set()
            connection.close()

    thread = Thread(target=taking)
    thread.start()
    with transaction.atomic():
        close(datetime(2026, 3, 31, tzinfo=UTC))
        reading.set()
        assert not finished.wait(1)
        assert not Evidence.objects.exists()
    thread.join(20)
    assert received() == NOW
