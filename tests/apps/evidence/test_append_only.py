from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ceiba.evidence.models import Closing, Drop, Evidence
from ceiba.evidence.services import evidence_close
from tests.apps.evidence.helpers import NOW, month, register, row, take_rows

LATER = NOW + timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def taken(tmp_path: Path) -> None:
    register()
    take_rows(tmp_path, "visit", row("visit"))
    evidence_close(programme="ca", month=month("2026-03"), cutoff=NOW)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence_evidence SET body = '{}'",
        "UPDATE evidence_evidence SET received_at = now()",
        "DELETE FROM evidence_evidence",
        "UPDATE evidence_drop SET sha256 = ''",
        "DELETE FROM evidence_drop",
        "UPDATE evidence_closing SET cutoff = now()",
        "DELETE FROM evidence_closing",
    ],
)
def test_the_database_refuses(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert (Evidence.objects.count(), Drop.objects.count(), Closing.objects.count()) == (1, 1, 1)


def test_the_database_refuses_a_key_twice_and_a_second_correction() -> None:
    first = Evidence.objects.get()
    for key, corrects, name in (
        (first.key, "", "evidence_once"),
        ("b", "a", ""),
        ("c", "a", "evidence_corrected_once"),
    ):
        again = Evidence(
            drop=first.drop, kind="visit", key=key, participant=first.participant, month=first.month,
            observed_at=NOW, received_at=LATER, corrects=corrects, body={}, sha256=b"",
        )  # fmt: skip
        if not name:
            again.save(force_insert=True)
            continue
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            again.save(force_insert=True)
