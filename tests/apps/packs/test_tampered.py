"""Any byte of a pack that was changed is found, and where: which file, which person, which column."""

import csv
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ceiba.core.kernel.errors import CeibaError, Problem
from ceiba.core.kernel.plain import slices_digest
from ceiba.packs.layout import MANIFEST, Manifest, read_manifest
from ceiba.packs.plain import read_part, rows_digest
from ceiba.packs.verifying import verify_pack
from tests.apps.packs.conftest import Packed


def wrong_with(folder: Path) -> list[Problem]:
    try:
        return verify_pack(folder).wrong
    except CeibaError as error:
        return list(error.problems)


def listed_again(folder: Path) -> None:
    """What a forger does who knows how packs are made: the manifest says the new hashes."""
    manifest = read_manifest(folder)
    files = {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }
    (folder / MANIFEST).write_bytes(Manifest(manifest.about, manifest.parts, files).written())


def csv_changed(path: Path, row: int, column: str, value: str) -> str:
    """Change one value of a table; returns the participant's number."""
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    rows[row][column] = value
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return rows[row].get("participant_id", "")


@pytest.fixture(scope="module")
def flipped(packed: Packed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(packed.pack, tmp_path_factory.mktemp("flip") / "pack"))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_one_bit_of_any_file_is_found_and_the_file_named(flipped: Path, data: st.DataObject) -> None:
    name = data.draw(
        st.sampled_from(sorted(p.relative_to(flipped).as_posix() for p in flipped.rglob("*") if p.is_file()))
    )
    path = flipped / name
    whole = path.read_bytes()
    if not whole:
        return
    place = data.draw(st.integers(0, len(whole) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    path.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
    try:
        assert name in {problem.where.file for problem in wrong_with(flipped)}
    finally:
        path.write_bytes(whole)


def test_files_added_missing_and_linked_are_named(pack: Path) -> None:
    (pack / "parts" / "extra.csv").write_text("x")
    (pack / "parts" / "due.csv").unlink()
    (pack / "README.md").rename(pack.parent / "README.md")
    (pack / "README.md").symlink_to(pack.parent / "README.md")
    found = {(problem.code, problem.where.file) for problem in wrong_with(pack)}
    assert ("pack.file_added", "parts/extra.csv") in found
    assert ("pack.file_missing", "parts/due.csv") in found
    assert ("pack.file_altered", "README.md") in found
    (pack / MANIFEST).unlink()
    assert [problem.code for problem in wrong_with(pack)] == ["pack.none"]


def test_a_value_changed_in_csv_is_located(pack: Path) -> None:
    person = csv_changed(pack / "parts" / "snapshot.csv", 2, "plan_done", "99")
    (cell,) = (problem for problem in wrong_with(pack) if problem.code == "pack.cell")
    assert cell.where.file == "parts/snapshot.csv"
    assert cell.where.item == f"participant_id {person}"
    assert cell.where.column == "plan_done"
    assert cell.values["found"] == 99


def test_a_value_changed_in_parquet_is_located(pack: Path) -> None:
    path = pack / "parts" / "result.parquet"
    changed = pl.when(pl.int_range(pl.len()) == 1).then(77_700).otherwise("amount_minor")
    rows = pl.read_parquet(path).with_columns(changed.cast(pl.Int64).alias("amount_minor"))
    rows.write_parquet(path)
    listed_again(pack)
    found = wrong_with(pack)
    (cell,) = (problem for problem in found if problem.code == "pack.cell")
    assert (cell.where.file, cell.where.column) == ("parts/result.parquet", "amount_minor")
    assert cell.where.item == f"participant_id {rows['participant_id'][1]}"
    assert "pack.decided" in {problem.code for problem in found}


def both_changed(pack: Path, part: str, column: str, value: int) -> str:
    """The same value in CSV and Parquet, and the manifest written again."""
    person = csv_changed(pack / "parts" / f"{part}.csv", 0, column, str(value))
    path = pack / "parts" / f"{part}.parquet"
    rows = pl.read_parquet(path)
    first = pl.int_range(pl.len()) == 0
    rows.with_columns(
        pl.when(first).then(value).otherwise(column).cast(rows.schema[column]).alias(column)
    ).write_parquet(path)
    listed_again(pack)
    return person


def test_a_forger_of_both_is_held_to_the_seal_and_of_the_seal_to_the_log(pack: Path) -> None:
    person = both_changed(pack, "lines", "amount_minor", 9_900)
    found = wrong_with(pack)
    assert {"pack.slice", "pack.totals", "pack.decided"} <= {problem.code for problem in found}
    (decided,) = (problem for problem in found if problem.code == "pack.decided")
    assert (decided.where.item or "").startswith(f"participant_id {person}")
    seal = json.loads((pack / "seal.json").read_text())
    rows = read_part(pack / "parts" / "lines.csv", read_manifest(pack).parts["lines"])
    seal["slices"]["lines"][next(iter(seal["slices"]["lines"]))] = rows_digest(
        rows, read_manifest(pack).parts["lines"]
    )
    seal["digests"]["slices"] = slices_digest(seal["slices"])
    (pack / "seal.json").write_text(json.dumps(seal))
    listed_again(pack)
    log = [problem for problem in wrong_with(pack) if problem.code == "pack.log_proof"]
    assert [problem.where.file for problem in log] == ["log/seal.jsonl"]


def called_older(pack: Path) -> None:
    """A seal that says to be of the format that had no slices, and rows that were changed."""
    seal = json.loads((pack / "seal.json").read_text())
    (pack / "seal.json").write_text(json.dumps(seal | {"format": "ceiba-sealed-month/1"}))
    both_changed(pack, "snapshot", "plan_done", 99)


def hash_changed(pack: Path) -> None:
    shown = next(csv.DictReader(io.StringIO((pack / "sample/records.csv").read_text())))
    path = pack / "evidence.csv"
    path.write_text(path.read_text().replace(shown["sha256"], "0" * 64))


def rules_changed(pack: Path) -> None:
    (path,) = (pack / "rulebooks").glob("*/rules.toml")
    path.write_text(path.read_text() + "\n")


def lines_changed(pack: Path, change: Callable[[list[str]], list[str]]) -> None:
    path = pack / "log" / "determinations.jsonl"
    path.write_text("".join(change(path.read_text().splitlines(keepends=True))))


def line_changed(pack: Path, member: str, value: object) -> None:
    lines_changed(pack, lambda lines: [json.dumps(json.loads(lines[0]) | {member: value}) + "\n", *lines[1:]])


def line_dropped(pack: Path) -> None:
    lines_changed(pack, lambda lines: lines[1:])


def key_changed(pack: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from ceiba.proofs.note_keys import KeyKind, ed25519_signer

    signer = ed25519_signer("ejemplo.org/log", KeyKind.LOG, Ed25519PrivateKey.from_private_bytes(b"7" * 32))
    (pack / "log" / "keys").write_text(f"{signer.key.text()}\n")


def part_emptied(pack: Path) -> None:
    path = pack / "parts" / "late.csv"
    path.write_text(path.read_text().splitlines(keepends=True)[0])


Change = Callable[[Path], object]
FORGED: dict[str, tuple[Change, str]] = {
    "totals": (lambda p: csv_changed(p / "totals.csv", 0, "amount_minor", "1"), "pack.totals"),
    "drawn": (lambda p: csv_changed(p / "sample/drawn.csv", 0, "key", "1 2020-01"), "pack.sample"),
    "hash": (hash_changed, "pack.record"),
    "people": (lambda p: csv_changed(p / "people.csv", 0, "area", "GT-0101"), "pack.slice"),
    "outside": (lambda p: csv_changed(p / "people.csv", 0, "area", "HN-LE"), "pack.outside"),
    "rules": (rules_changed, "pack.rulebook"),
    "salt": (lambda p: line_changed(p, "salt", "A" * 43 + "="), "pack.log_opening"),
    "index": (lambda p: line_changed(p, "index", 0), "pack.log_proof"),
    "unproven": (line_dropped, "pack.log_lacks"),
    "other_key": (key_changed, "pack.log_signature"),
    "dropped": (part_emptied, "pack.slice"),
    "older_format": (called_older, "pack.slice"),
    "no_seal": (lambda p: (p / "seal.json").write_text("[1]"), "pack.unreadable"),
    "no_rules": (lambda p: shutil.rmtree(p / "rulebooks"), "pack.unreadable"),
    "cut": (lambda p: (p / "parts/lines.csv").write_text("participant_id\n1\n"), "pack.unreadable"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forgery_that_the_manifest_agrees_with_is_refused(pack: Path, name: str) -> None:
    change, code = FORGED[name]
    change(pack)
    listed_again(pack)
    assert code in {problem.code for problem in wrong_with(pack)}


def test_the_folder_verifies_itself_with_the_standard_library_alone(pack: Path) -> None:
    told = told_by(pack)
    assert (told["right"], told["status"]) == (True, 0)
    assert {"pack.ok_files", "pack.ok_parts", "pack.ok_totals", "pack.ok_log", "pack.ok_sample"} == {
        problem["code"] for problem in told["checked"]
    }
    assert {"pack.not_decided", "pack.not_signed"} == {problem["code"] for problem in told["unchecked"]}
    csv_changed(pack / "parts" / "lines.csv", 0, "amount_minor", "1")
    told = told_by(pack, "--lang", "en")
    assert told["status"] == 1
    assert {"parts/lines.csv", "totals.csv"} <= {problem["file"] for problem in told["wrong"]}


def test_the_folder_decides_again_where_polars_is(pack: Path) -> None:
    command = [sys.executable, "-I", str(pack / "verify.pyz"), "--json"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert "pack.ok_decided" in {problem["code"] for problem in told["checked"]}


def test_the_command_says_it_in_both_languages_with_its_status(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from ceiba.cli.app import app

    csv_changed(pack / "parts" / "lines.csv", 0, "amount_minor", "1")
    for language, words in (("es", "NO es el que se hizo"), ("en", "is NOT the one")):
        monkeypatch.setenv("CEIBA_LANG", language)
        result = CliRunner().invoke(app, ["pack", "verify", str(pack)])
        assert (result.exit_code, words in result.output) == (1, True)
        assert "parts/lines.csv" in result.output
        assert "byte por byte" not in result.output
    assert CliRunner().invoke(app, ["pack", "verify", str(pack / "parts")]).exit_code == 2


def told_by(pack: Path, *more: str) -> dict[str, object]:
    command = [sys.executable, "-I", "-S", str(pack / "verify.pyz"), "--json", *more]
    return dict(json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout))
