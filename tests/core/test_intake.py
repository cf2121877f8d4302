import json
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from ceiba.core.cells import ROW
from ceiba.core.evidence import KINDS
from ceiba.core.intake import KNOWN, canonical_record, correction_problems, kind_of, received
from tests.core.helpers import frame

NOW = datetime(2026, 4, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
VISIT = {
    "key": "v-1", "participant": "P-1", "month": date(2026, 3, 1), "observed_at": NOW - 5 * HOUR,
    "received_at": NOW - HOUR, "plan_due": 10, "plan_done": 9,
}  # fmt: skip


def canonical(**says: object) -> str:
    kind = KINDS["visit"]
    return str(frame(kind.schema, VISIT | says).select(canonical_record(kind)).item())


def test_the_canonical_record_says_everything_the_sender_said_and_nothing_else() -> None:
    assert json.loads(canonical()) == {
        "kind": "visit", "key": "v-1", "participant": "P-1", "month": "2026-03-01",
        "observed_at": "2026-03-31T19:00:00.000000Z", "body": {"plan_done": 9, "plan_due": 10},
    }  # fmt: skip


def test_the_time_of_receipt_is_not_of_the_record() -> None:
    assert canonical(received_at=NOW) == canonical()
    assert canonical(observed_at=NOW) != canonical()


@pytest.mark.parametrize(
    ("stated", "cutoff", "holds"),
    [
        (NOW - HOUR, None, True),
        (NOW, None, True),
        (NOW + HOUR, None, False),
        (NOW - HOUR, NOW - 2 * HOUR, True),
        (NOW - HOUR, NOW - HOUR, False),
        (NOW - 2 * HOUR, NOW - HOUR, False),
    ],
)
def test_the_stated_time_of_receipt_holds_after_the_cutoff_and_not_after_now(
    stated: datetime, cutoff: datetime | None, holds: bool
) -> None:
    time = pl.Datetime("us", "UTC")
    rows = pl.DataFrame(
        {"received_at": [stated], "cutoff": [cutoff]}, schema={"received_at": time, "cutoff": time}
    )
    assert received(rows, NOW, as_stated=True)["received_at"].item() == (stated if holds else NOW)
    assert received(rows, NOW, as_stated=False)["received_at"].item() == NOW


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("visit.parquet", "visit"),
        ("Visit-2026-03.CSV", "visit"),
        ("document_check 3.xlsx", "document_check"),
        ("marzo.csv", None),
        ("", None),
    ],
)
def test_the_kind_is_in_the_files_name(name: str, kind: str | None) -> None:
    found = kind_of(name)
    assert (found and found.code) == kind


def test_the_first_correction_of_a_record_is_named_to_the_second() -> None:
    rows = [{"key": "b", "corrects": "a"}, {"key": "c", "corrects": "a"}]
    new = pl.DataFrame(rows).with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW),
        participant_id=pl.lit(1, pl.Int64), area=pl.lit(None, pl.String),
    )  # fmt: skip
    problems = correction_problems(new, frame(KNOWN))
    assert problems.select(ROW, "code", "text", "detail").rows() == [
        (2, "evidence.corrected_already", "a", "b")
    ]
