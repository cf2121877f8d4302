"""Every way a file can be wrong: a clear problem, placed, in both languages, and nothing written."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ceiba.core.kernel.errors import CeibaError
from ceiba.evidence.models import Drop, Evidence
from ceiba.evidence.services import drop_preview
from tests.apps.evidence.helpers import NOW, drop_file, register, row, take, take_rows

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_half_written(data_dir: Path) -> Iterator[None]:
    register()
    yield
    assert not Evidence.objects.exists()
    assert not Drop.objects.exists()
    assert not [p for p in data_dir.rglob("*") if p.is_file()]


def refused(path: Path, **more: Any) -> list[tuple[str, int | None, str | None]]:
    """(code, row, column) of every problem, each of which has its text in both languages."""
    with pytest.raises(CeibaError) as raised:
        take(path, **more)
    for problem in raised.value.problems:
        assert all(problem.text(language).startswith(path.name) for language in ("es", "en"))
    return [(p.code, p.where.row, p.where.column) for p in raised.value.problems]


JUNE = date(2026, 6, 1)
ROWS = [
    ("cell.bounds", "visit", "plan_done", {"plan_done": -1}),
    ("cell.bounds", "survival", "sampled", {"sampled": 0, "alive": 0}),
    ("cell.bounds", "planting", "plants", {"plants": 100_001}),
    ("cell.bounds", "visit", "accuracy_m", {"accuracy_m": -3}),
    ("cell.required", "visit", "plan_due", {"plan_due": None}),
    ("cell.required", "visit", "participant", {"participant": None}),
    ("cell.required", "visit", "key", {"key": " "}),
    ("cell.choice", "planting", "plant_class", {"plant_class": "cactus"}),
    ("cell.choice", "list_receipt", "list", {"list": "births"}),
    ("cell.too_long", "visit", "key", {"key": "k" * 121}),
    ("cell.control", "sanction", "cause", {"cause": "a\x00b"}),
    ("cell.formula", "sanction", "cause", {"cause": '=HYPERLINK("http://x")'}),
    ("cell.formula", "visit", "reporter", {"reporter": "@SUM(A1)"}),
    ("cell.future", "visit", "month", {"month": JUNE}),
    ("cell.future", "visit", "observed_at", {"observed_at": datetime(2026, 6, 1, tzinfo=UTC)}),
    ("cell.future", "death", "died_on", {"died_on": JUNE}),
    ("evidence.more_than", "visit", "plan_done", {"plan_done": 11}),
    ("evidence.more_than", "attendance", "sessions_attended", {"sessions_attended": 5}),
    ("evidence.more_than", "survival", "alive", {"alive": 101}),
    ("evidence.unknown_group", "goods", "group", {"group": "CAC-9"}),
    ("evidence.group_elsewhere", "goods", "area", {"area": "HN"}),
    ("evidence.more_than", "task", "done", {"done": 4}),
    ("evidence.more_than", "assembly", "present", {"present": 26}),
    ("evidence.more_than", "harvest", "sold_kg", {"sold_kg": 121}),
    ("evidence.more_than", "nursery", "ready", {"ready": 431}),
    ("evidence.more_than", "goods", "rejected", {"rejected": 1_001}),
    ("cell.choice", "planting", "source", {"source": "the moon"}),
    ("cell.choice", "flag", "flag", {"flag": "dislike"}),
    ("cell.choice", "review", "decision", {"decision": "shrug"}),
    ("cell.too_long", "review", "subject", {"subject": "k" * 121}),
    ("cell.future", "incident", "happened_on", {"happened_on": JUNE}),
    ("evidence.unknown_participant", "visit", "participant", {"participant": "P-99"}),
    ("evidence.unknown_area", "visit", "area", {"area": "XX"}),
    ("evidence.area_missing", "list_receipt", "area", {"area": None}),
    ("evidence.person_given", "list_receipt", "participant", {"participant": "P-1"}),
    ("evidence.month_apart", "visit", "month", {"month": date(2026, 1, 1)}),
    ("evidence.corrects_itself", "visit", "corrects", {"key": "k", "corrects": "k"}),
    ("evidence.withdraws_nothing", "death", "died_on", {"died_on": None}),
    ("cell.choice", "absence", "cause", {"cause": "a fever of 39"}),
    ("cell.choice", "absence", "attested_by", {"attested_by": "a cousin"}),
    ("cell.future", "absence", "since", {"since": JUNE}),
    ("evidence.ends_before", "absence", "until", {"until": date(2026, 3, 1)}),
    ("evidence.absence_long", "absence", "until", {"until": date(2027, 3, 4)}),
    ("evidence.absence_month", "absence", "month", {"month": date(2026, 2, 1)}),
    ("evidence.month_apart", "absence", "month", {"month": date(2025, 2, 1), "since": date(2025, 2, 10)}),
]


@pytest.mark.parametrize(("code", "kind", "column", "says"), ROWS, ids=[f"{c}-{k}" for c, k, *_ in ROWS])
def test_a_row_is_refused(tmp_path: Path, code: str, kind: str, column: str, says: dict[str, Any]) -> None:
    good = row(kind, "P-2", **({"area": "GT"} if kind == "list_receipt" else {})) | {"key": "good"}
    path = drop_file(tmp_path, kind, good, row(kind, **({"key": "bad"} | says)))
    assert refused(path) == [(code, 2, column)]


def test_what_is_observed_after_it_was_received_is_refused(tmp_path: Path) -> None:
    late = {"observed_at": datetime(2026, 3, 18, tzinfo=UTC)}
    path = drop_file(tmp_path, "visit", row("visit", **late))
    assert refused(path) == [("evidence.observed_after_receipt", 1, "observed_at")]


def test_a_month_that_had_not_begun_when_it_was_received_is_refused(tmp_path: Path) -> None:
    path = drop_file(tmp_path, "visit", row("visit", month=date(2026, 4, 1)))
    assert refused(path) == [("evidence.month_future", 1, "month")]


def test_every_unknown_person_is_listed_with_the_row(tmp_path: Path) -> None:
    path = drop_file(tmp_path, "visit", row("visit", "P-98"), row("visit"), row("visit", "P-99"))
    with pytest.raises(CeibaError) as raised:
        take(path)
    assert [(p.where.row, p.values["text"]) for p in raised.value.problems] == [(1, "P-98"), (3, "P-99")]


def test_the_same_key_twice_in_a_file_is_refused(tmp_path: Path) -> None:
    path = drop_file(tmp_path, "visit", row("visit"), row("visit", "P-2", key="visit-P-1"))
    assert refused(path) == [("sheet.repeated", 2, "key")]


def test_all_problems_of_all_rows_come_at_once(tmp_path: Path) -> None:
    path = drop_file(
        tmp_path, "visit", row("visit", plan_done=11, area="XX"), row("visit", "P-99", plan_due=-1)
    )
    assert [code for code, _, _ in refused(path)] == [
        "evidence.unknown_area", "evidence.more_than", "cell.bounds", "evidence.unknown_participant",
    ]  # fmt: skip


def test_a_date_that_can_be_read_two_ways_is_refused(tmp_path: Path) -> None:
    path = drop_file(tmp_path, "death", row("death"), name="death.csv")
    path.write_text(path.read_text().replace("2026-03-20", "02/03/2026"))
    assert refused(path) == [("cell.date_ambiguous", 1, "died_on")]


def test_a_formula_in_a_csv_is_refused(tmp_path: Path) -> None:
    path = drop_file(tmp_path, "sanction", row("sanction", cause="=cmd|' /C calc'!A0"), name="sanction.csv")
    assert refused(path) == [("cell.formula", 1, "cause")]


def test_another_encoding_is_named(tmp_path: Path) -> None:
    path = drop_file(tmp_path, "sanction", row("sanction", cause="reincidió"), name="sanction.csv")
    path.write_bytes(path.read_text().encode("cp1252"))
    assert refused(path) == [("file.encoding", None, None)]


def test_a_truncated_parquet_is_refused(tmp_path: Path) -> None:
    path = drop_file(tmp_path, "visit", *(row("visit", key=f"k{i}") for i in range(500)))
    whole = path.read_bytes()
    for length in (len(whole) // 2, len(whole) - 1, 4):
        path.write_bytes(whole[:length])
        assert [code for code, _, _ in refused(path)] == ["file.broken"]


def test_a_parquet_that_is_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "visit.parquet"
    pl.DataFrame({"x": [1]}).write_parquet(path)
    assert {code for code, _, _ in refused(path)} == {"sheet.heading_missing", "sheet.heading_unknown"}


def test_a_file_of_two_gigabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "visit.csv"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)  # sparse: takes no room
    assert refused(path) == [("file.too_big", None, None)]


def test_a_file_of_no_known_kind_is_refused_unless_the_kind_is_given(tmp_path: Path) -> None:
    path = drop_file(tmp_path, "visit", row("visit", plan_done=11), name="marzo.parquet")
    assert refused(path) == [("evidence.kind_unknown", None, None)]
    assert refused(path, kind="visit") == [("evidence.more_than", 1, "plan_done")]
    assert refused(path, kind="visita") == [("evidence.kind_unknown", None, None)]


def test_the_preview_finds_the_same_problems(tmp_path: Path) -> None:
    path = drop_file(tmp_path, "visit", row("visit", plan_done=11), row("visit", "P-99"))
    preview = drop_preview(path=path, name=path.name, now=NOW)
    with pytest.raises(CeibaError) as raised:
        take(path)
    assert preview.problems == raised.value.problems
    assert preview.rows == 2


def test_a_preview_of_a_good_file_writes_nothing_either(tmp_path: Path) -> None:
    path = drop_file(tmp_path, "visit", row("visit"), row("visit", "P-2"))
    preview = drop_preview(path=path, name=path.name, now=NOW)
    assert (preview.kind, preview.new, preview.known, preview.problems) == ("visit", 2, 0, ())


def test_problems_are_told_in_the_users_language(tmp_path: Path) -> None:
    with pytest.raises(CeibaError) as raised:
        take_rows(tmp_path, "visit", row("visit", "P-99"))
    assert "No hay nadie con la clave «P-99»" in raised.value.text("es")
    assert 'Nobody in the register has the code "P-99"' in raised.value.text("en")
