"""What the database itself refuses, whoever writes."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from ceiba.evidence.models import Drop, Evidence
from ceiba.evidence.services import evidence_close
from tests.apps.evidence.helpers import NOW, month, register, row, take_rows

pytestmark = pytest.mark.django_db
Write = Callable[..., Evidence]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    ana, *_ = register()
    take_rows(tmp_path, "visit", row("visit"))
    drop = Drop.objects.get()

    def write(**says: object) -> Evidence:
        head = {
            "drop_id": drop.pk,
            "kind": "visit",
            "key": "k",
            "participant_id": ana.pk,
            "month": month("2026-03").first_day,
        }
        times = {"observed_at": NOW, "received_at": NOW}
        with transaction.atomic():
            return Evidence.objects.create(**(head | times | {"body": {}, "sha256": b""} | says))

    return write


@pytest.mark.parametrize(
    "says",
    [{"drop_id": 0}, {"participant_id": 0}, {"area_code": "XX"}, {"participant_id": None}],
    ids=lambda says: next(iter(says)),
)
def test_what_refers_to_nothing(write: Write, says: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="is of no file or form, person or area"):
        write(**says)
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize(
    ("says", "name"),
    [
        ({"kind": "rumour"}, "kind_known"),
        ({"month": NOW.date() + timedelta(1)}, "first_day"),
        ({"submission_id": 1}, "evidence_came_in_one"),
        ({"drop_id": None}, "evidence_came_in_one"),
    ],
)
def test_what_is_no_kind_or_month_or_came_in_two(write: Write, says: dict[str, object], name: str) -> None:
    with pytest.raises(IntegrityError, match=name):
        write(**says)


def test_what_would_enter_a_month_that_is_decided(write: Write) -> None:
    evidence_close(programme="ca", month=month("2026-02"), cutoff=NOW)
    with pytest.raises(IntegrityError, match="before a cut-off that has been decided with"):
        write(received_at=NOW)
    write(received_at=NOW + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("area", "refused"), [("GT", True), ("GT-0101", True), ("GT-02", False), ("HN", False)]
)
def test_a_list_that_would_enter_a_month_that_is_decided(write: Write, area: str, refused: bool) -> None:
    evidence_close(programme="ca", month=month("2026-02"), cutoff=NOW)
    says = {"kind": "list_receipt", "participant_id": None, "area_code": area, "received_at": NOW}
    if refused:
        with pytest.raises(IntegrityError, match="before a cut-off that has been decided with"):
            write(**says)
    else:
        write(**says)
