"""The same options give the same bytes; another seed gives another country."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import polars as pl

from ceiba.synth.country import generate
from ceiba.synth.options import FaultRates, SynthOptions

OPTIONS = SynthOptions(participants=400, months=4, seed=7)


def made(folder: Path, options: SynthOptions) -> dict[str, str]:
    generate(options, folder, lambda *_: None)
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_same_seed_same_bytes_and_the_manifest_tells_them(tmp_path):
    first, second = made(tmp_path / "a", OPTIONS), made(tmp_path / "b", OPTIONS)
    assert first == second
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text())
    told = {path: file["sha256"] for path, file in manifest["files"].items()}
    assert told == {path: digest for path, digest in first.items() if path != "manifest.json"}
    assert manifest["options"]["last_month"] == "2026-10"


def test_another_seed_is_another_country(tmp_path):
    first, other = made(tmp_path / "a", OPTIONS), made(tmp_path / "b", replace(OPTIONS, seed=8))
    same = {path for path in first.keys() & other.keys() if first[path] == other[path]}
    assert same <= {"truth/README.md"}


def test_a_fault_more_leaves_what_it_does_not_touch(tmp_path):
    """Streams are named: without missing lists, only the receipts, the truth and the manifest differ."""
    without = replace(OPTIONS, faults=FaultRates(missing_lists=0))
    first, other = made(tmp_path / "a", OPTIONS), made(tmp_path / "b", without)
    differing = {path for path in first if first[path] != other.get(path)}
    assert {Path(path).name for path in differing} == {
        "list_receipt.parquet",
        "faults.parquet",
        "manifest.json",
    }


def test_a_country_of_one_person_and_one_month(tmp_path):
    steps: list[tuple[str, int, int]] = []
    summary = generate(
        SynthOptions(participants=1, months=1), tmp_path / "one", lambda *step: steps.append(step)
    )
    assert summary.register["participants"] == 1
    assert summary.register["plots"] == 1
    assert {name for name, _, _ in steps} == {"register", "evidence", "truth"}
    assert all(done <= total for _, done, total in steps)


def test_more_than_the_term_ends_in_graduations(tmp_path):
    generate(SynthOptions(participants=60, months=42), tmp_path / "out", lambda *_: None)
    states = pl.read_parquet(tmp_path / "out" / "register" / "enrolments.parquet")["state"]
    assert "graduated" in set(states)
