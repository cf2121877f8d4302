"""The same file, and the same record, come in once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from ceiba.core.kernel.errors import CeibaError
from ceiba.evidence.models import Drop, Evidence
from ceiba.evidence.services import Taken, drop_preview
from tests.apps.evidence.helpers import NOW, drop_file, register, row, take, take_rows


@pytest.mark.django_db
def test_the_same_file_again_adds_nothing(tmp_path: Path) -> None:
    register()
    path = drop_file(tmp_path, "visit", row("visit"))
    first, second = take(path), take(path, name="visit-again.parquet", now=NOW + timedelta(days=9))
    assert (first.again, second.again) == (False, True)
    assert first.drop == second.drop
    assert Evidence.objects.count() == Drop.objects.count() == 1


@pytest.mark.django_db
def test_a_record_in_another_file_is_counted_and_not_added(tmp_path: Path) -> None:
    register()
    take_rows(tmp_path, "visit", row("visit"))
    path = drop_file(tmp_path, "visit", row("visit"), row("visit", "P-2"), name="visit-more.parquet")
    assert drop_preview(path=path, name=path.name, now=NOW).new == 1
    taken = take(path)
    assert (taken.known, taken.drop.rows, taken.drop.accepted) == (1, 2, 1)
    assert Evidence.objects.count() == 2


@pytest.mark.django_db
def test_a_record_sent_again_later_is_the_same_record(tmp_path: Path) -> None:
    register()
    take_rows(tmp_path, "visit", row("visit"))
    again = row("visit", received_at=row("visit")["received_at"] + timedelta(days=2))
    assert take_rows(tmp_path, "visit", again).known == 1
    assert Evidence.objects.get().received_at == row("visit")["received_at"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "says", [{"plan_done": 3}, {"participant": "P-2"}, {"reporter": None}, {"corrects": "x"}]
)
def test_a_key_that_says_something_else_is_refused(tmp_path: Path, says: dict[str, object]) -> None:
    register()
    take_rows(tmp_path, "visit", row("visit"))
    with pytest.raises(CeibaError, match="was received, and says something else") as raised:
        take_rows(tmp_path, "visit", row("visit", "P-3"), row("visit", **says))
    assert [(p.code, p.where.row) for p in raised.value.problems] == [("evidence.key_taken", 2)]
    assert Evidence.objects.count() == 1


@pytest.mark.django_db
def test_a_key_is_of_its_kind(tmp_path: Path) -> None:
    register()
    take_rows(tmp_path, "visit", row("visit", key="k"))
    take_rows(tmp_path, "attendance", row("attendance", key="k"))
    assert Evidence.objects.filter(key="k").count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_file_many_times_at_once_is_taken_once(tmp_path: Path) -> None:
    register()
    path = drop_file(tmp_path, "visit", *(row("visit", key=f"k{i}") for i in range(50)))

    def taking(_: int) -> Taken:
        try:
            return take(path)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(taking, range(8)))
    assert sorted(t.again for t in taken) == [False] + [True] * 7
    assert (Drop.objects.count(), Evidence.objects.count()) == (1, 50)


@pytest.mark.django_db(transaction=True)
def test_files_that_share_records_taken_at_once_add_each_record_once(tmp_path: Path) -> None:
    register()
    shared = [row("visit", key=f"k{i}") for i in range(20)]
    paths = [
        drop_file(tmp_path, "visit", *shared, row("visit", key=f"own-{n}"), name=f"visit-{n}.parquet")
        for n in range(4)
    ]

    def taking(path: Path) -> int:
        try:
            return take(path).drop.accepted
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        accepted = list(pool.map(taking, paths))
    assert sorted(accepted) == [1, 1, 1, 21]
    assert Evidence.objects.count() == 24
