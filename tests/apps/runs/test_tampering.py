"""A sealed month that was changed is found out, and where."""

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import override_settings

from ceiba.core.kernel.digest import frame_digest
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.frames import FrameSchema
from ceiba.core.kernel.plain import slices_digest
from ceiba.determinations.verification import verify_month
from ceiba.frames.sealed import FORMATS, PARTS
from ceiba.runs.services import month_run
from tests.apps.modules import kept_for_module
from tests.apps.runs.conftest import FIRST, NOW, received, register


@pytest.fixture(scope="module")
def sealed_once(
    country: Path,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Path:
    """A sealed month, of which the database knows nothing any more."""
    data = tmp_path_factory.mktemp("data")
    with kept_for_module(django_db_blocker.unblock), override_settings(DATA_DIR=data):
        register(country)
        received(country, FIRST)
        return data / month_run(programme="ca", month=FIRST, now=NOW).seal.folder


@pytest.fixture
def sealed(sealed_once: Path, tmp_path: Path) -> Path:
    """A copy to tamper with."""
    return shutil.copytree(sealed_once, tmp_path / "sealed")


def rewritten(folder: Path, part: str, change: pl.Expr) -> None:
    path = folder / f"{part}.parquet"
    pl.read_parquet(path).with_columns(change).write_parquet(path)


def sealed_without(folder: Path, *facts: str) -> None:
    """Seal the month as a version of Ceiba did whose catalogue lacked `facts`."""
    seal = json.loads((folder / "seal.json").read_text())
    for part in ("snapshot", "late"):
        path = folder / f"{part}.parquet"
        pl.read_parquet(path).drop(facts).write_parquet(path)
        columns = tuple(column for column in PARTS[part] if column.name not in facts)
        schema = FrameSchema(part, columns, PARTS[part].key)
        seal["digests"][part] = frame_digest(pl.read_parquet(path), schema)
    unsliced(seal)
    (folder / "seal.json").write_text(json.dumps(seal))


def unsliced(seal: dict[str, Any]) -> None:
    """Make a seal what seals were before they had slices."""
    seal["format"] = FORMATS[0]
    del seal["slices"], seal["digests"]["slices"]


def first_person(column: str, value: object) -> pl.Expr:
    return pl.when(pl.int_range(pl.len()) == 0).then(value).otherwise(column).cast(pl.Int64).alias(column)


def test_an_amount_raised_in_the_result_is_found_and_located(sealed: Path) -> None:
    rewritten(sealed, "result", first_person("amount_minor", 99_999))
    found = verify_month(sealed)
    part, area_slice = found.altered
    assert part == "result"
    assert area_slice.startswith("slices/result/")  # and in which area
    assert found.difference is not None
    assert (found.difference.part, found.difference.column) == ("result", "amount_minor")
    assert found.difference.sealed == 99_999


def test_a_forger_who_also_corrects_the_digest_is_found_by_deciding_again(sealed: Path) -> None:
    """The seal's own digests are only as good as where they are kept; the decision itself cannot be talked round."""
    rewritten(sealed, "lines", first_person("amount_minor", 1))
    seal = json.loads((sealed / "seal.json").read_text())
    seal["digests"]["lines"] = frame_digest(pl.read_parquet(sealed / "lines.parquet"), PARTS["lines"])
    (sealed / "seal.json").write_text(json.dumps(seal))
    found = verify_month(sealed)
    assert [name.split("/")[:2] for name in found.altered] == [["slices", "lines"]]
    assert found.difference is not None
    assert (found.difference.part, found.difference.column) == ("lines", "amount_minor")


def test_changed_facts_are_found(sealed: Path) -> None:
    rewritten(sealed, "snapshot", (pl.col("plan_done") + 1).alias("plan_done"))
    assert "snapshot" in verify_month(sealed).altered


def test_a_changed_rulebook_is_found(sealed: Path) -> None:
    (rules,) = (sealed / "rulebooks").glob("*/rules.toml")
    rules.write_text(rules.read_text().replace("sanctions = 0", "sanctions <= 1"))
    found = verify_month(sealed)
    assert any(name.startswith("rulebook/") for name in found.altered)


def test_a_month_sealed_before_a_fact_was_in_the_catalogue_verifies_as_it_did(sealed: Path) -> None:
    sealed_without(sealed, "flags_open", "review_state")
    assert verify_month(sealed).identical
    rewritten(sealed, "snapshot", (pl.col("plan_done") + 1).alias("plan_done"))
    assert verify_month(sealed).altered == ("snapshot",)


def test_slices_taken_out_of_a_seal_or_changed_in_it_are_missed(sealed: Path) -> None:
    path = sealed / "seal.json"
    seal = json.loads(path.read_text())
    area = next(iter(seal["slices"]["result"]))
    forged = {**seal, "slices": {**seal["slices"], "result": {**seal["slices"]["result"], area: "0" * 64}}}
    path.write_text(json.dumps(forged))
    assert verify_month(sealed).altered == ("slices",)
    forged["digests"] = {**seal["digests"], "slices": slices_digest(forged["slices"])}
    path.write_text(json.dumps(forged))
    assert verify_month(sealed).altered == (f"slices/result/{area}",)
    path.write_text(json.dumps({name: value for name, value in seal.items() if name != "slices"}))
    assert verify_month(sealed).altered == ("slices",)


def test_a_fact_taken_out_of_a_sealed_month_is_missed(sealed: Path) -> None:
    path = sealed / "snapshot.parquet"
    pl.read_parquet(path).drop("review_state").write_parquet(path)
    assert "snapshot" in verify_month(sealed).altered


@pytest.mark.parametrize("part", ["snapshot", "result", "lines", "late", "due", "late_result"])
def test_a_missing_or_truncated_part_is_named(sealed: Path, part: str) -> None:
    path = sealed / f"{part}.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CeibaError) as truncated:
        verify_month(sealed)
    path.unlink()
    with pytest.raises(CeibaError) as missing:
        verify_month(sealed)
    assert truncated.value.problems[0].code == "seal.unreadable"
    assert missing.value.problems[0].code == "seal.missing"
    assert part in truncated.value.text("es")


def test_a_folder_that_is_no_sealed_month_says_so(tmp_path: Path) -> None:
    with pytest.raises(CeibaError, match="no sealed month"):
        verify_month(tmp_path)
    (tmp_path / "seal.json").write_text('{"format": "other/9"}')
    with pytest.raises(CeibaError, match="other/9"):
        verify_month(tmp_path)


def test_a_copy_verifies_anywhere(sealed: Path, tmp_path: Path) -> None:
    assert verify_month(Path(shutil.copytree(sealed, tmp_path / "copy"))).identical
