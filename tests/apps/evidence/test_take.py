from pathlib import Path

import pytest

from ceiba.accounts.models import Role, User
from ceiba.audit.models import Event
from ceiba.blobs.store import blob_bytes
from ceiba.evidence.models import Drop, Evidence
from tests.apps.evidence.helpers import NOW, drop_file, register, row, take

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["visit.parquet", "visit-2026-03.csv", "VISIT marzo.parquet"])
def test_it_works(tmp_path: Path, name: str) -> None:
    (ana, *_) = register()
    actor = User.objects.create(username="office", role=Role.OFFICE)
    path = drop_file(tmp_path, "visit", row("visit"), row("visit", "P-2", accuracy_m=None), name=name)
    taken = take(path, actor=actor)
    assert (taken.again, taken.known, taken.drop.rows, taken.drop.accepted) == (False, 0, 2, 2)
    drop = Drop.objects.get()
    assert (drop.kind, drop.file_name, drop.taken_at, drop.taken_by) == ("visit", name, NOW, actor)
    record = Evidence.objects.get(participant=ana)
    assert record.body == {"plan_due": 10, "plan_done": 9, "accuracy_m": 5}
    assert (record.reporter, record.area_code, record.corrects, record.drop) == ("T-1", "GT-0101", "", drop)
    assert (record.month, record.observed_at, record.received_at) == (
        row("visit")["month"], row("visit")["observed_at"], row("visit")["received_at"],
    )  # fmt: skip
    assert blob_bytes(drop.sha256) == path.read_bytes()
    assert Event.objects.get(action="evidence.take").detail["rows"] == 2


def test_a_value_that_is_not_there_is_left_out_of_the_body(tmp_path: Path) -> None:
    register()
    take(drop_file(tmp_path, "visit", row("visit", accuracy_m=None)))
    assert Evidence.objects.get().body == {"plan_due": 10, "plan_done": 9}


def test_a_receipt_is_of_an_area_and_of_nobody(tmp_path: Path) -> None:
    register()
    take(drop_file(tmp_path, "list_receipt", row("list_receipt", area="GT")))
    record = Evidence.objects.get()
    assert (record.participant, record.area_code) == (None, "GT")


def test_times_in_other_zones_are_the_same_instants(tmp_path: Path) -> None:
    register()
    path = drop_file(tmp_path, "visit", row("visit"), name="visit.csv")
    path.write_text(path.read_text().replace("2026-03-15T10:00:00+00:00", "2026-03-15T04:00:00-06:00"))
    take(path)
    assert Evidence.objects.get().observed_at == row("visit")["observed_at"]
