"""What is in a pack, who may have one, and what they may see in it."""

import json
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from ceiba.accounts.models import Role
from ceiba.accounts.permissions import MATRIX, Action
from ceiba.audit.models import Event
from ceiba.core.audit_sample import sample
from ceiba.core.kernel.errors import CeibaError
from ceiba.packs.layout import read_manifest
from ceiba.packs.making import PackAsked, pack_make
from ceiba.packs.plain import read_table
from ceiba.packs.sampling import SampleAsked
from ceiba.packs.verifying import verify_pack
from ceiba.transparency.models import Entry
from tests.apps.packs.conftest import FORM, LAST, NOW, PHOTO, SAMPLE, Packed
from tests.factories import user_make


def refused(asked: PackAsked, to: Path) -> str:
    """The code with which a pack is refused; nothing was written."""
    with pytest.raises(CeibaError) as error:
        pack_make(asked=asked, to=to, now=NOW)
    assert [path.name for path in to.parent.iterdir() if "pack" in path.name] == []
    return error.value.problems[0].code


def test_an_auditor_of_guatemala_gets_nothing_of_honduras(packed: Packed, tmp_path: Path) -> None:
    asked = PackAsked("ca", LAST, packed.elsewhere, None, packed.auditor)
    assert refused(asked, tmp_path / "pack") == "pack.no_area"
    assert refused(PackAsked("ca", LAST, "XX", None, packed.auditor), tmp_path / "pack") == "pack.no_area"
    own = PackAsked("ca", LAST, "GT", SAMPLE, packed.auditor)
    pack_make(asked=own, to=tmp_path / "pack", now=NOW)
    areas = {row["area"] for row in read_table(tmp_path / "pack" / "people.csv")}
    assert len(areas) > 1
    assert all(area.startswith("GT") for area in areas)
    listed = {row["area"] for row in read_table(tmp_path / "pack" / "evidence.csv")}
    assert not any(area.startswith("HN") for area in listed)
    assert verify_pack(tmp_path / "pack").is_right


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR, Role.OFFICE}))
def test_other_roles_get_no_pack(packed: Packed, role: str, tmp_path: Path) -> None:
    user = user_make("otra", role, areas=["GT"])
    asked = PackAsked("ca", LAST, packed.area, None, user)
    assert refused(asked, tmp_path / "pack") == "pack.not_allowed"


def test_a_closed_account_an_open_month_and_a_folder_that_is_there_are_refused(
    packed: Packed, tmp_path: Path
) -> None:
    closed = user_make("antes", Role.AUDITOR, areas=["GT"])
    closed.is_active = False
    assert refused(PackAsked("ca", LAST, packed.area, None, closed), tmp_path / "pack") == "pack.not_allowed"
    assert refused(PackAsked("ca", LAST + 1, packed.area), tmp_path / "pack") == "pack.not_sealed"
    assert refused(PackAsked("ca", LAST, "SV"), tmp_path / "pack") in ("pack.nobody", "pack.no_area")
    with pytest.raises(CeibaError) as error:
        pack_make(asked=PackAsked("ca", LAST, packed.area), to=packed.pack, now=NOW)
    assert error.value.problems[0].code == "pack.exists"


def test_rows_that_are_not_as_sealed_are_not_handed_out(packed: Packed, tmp_path: Path) -> None:
    path = packed.sealed / "lines.parquet"
    whole = path.read_bytes()
    try:
        pl.read_parquet(path).with_columns(pl.col("amount_minor") + 1).write_parquet(path)
        assert refused(PackAsked("ca", LAST, packed.area), tmp_path / "pack") == "pack.seal_differs"
    finally:
        path.write_bytes(whole)


def test_the_pack_is_whole_right_and_in_the_audit_log(packed: Packed) -> None:
    verdict = verify_pack(packed.pack, sample=(SAMPLE.size, SAMPLE.seed))
    assert verdict.wrong == []
    assert {problem.code for problem in verdict.checked} == {
        "pack.ok_files", "pack.ok_parts", "pack.ok_totals", "pack.ok_log", "pack.ok_signed", "pack.ok_sample",
        "pack.ok_decided",
    }  # fmt: skip
    assert [problem.code for problem in verdict.unchecked] == ["pack.keys_of_pack"]
    key = (packed.pack / "log" / "keys").read_text().split()[0]
    assert verify_pack(packed.pack, log_keys=(key,)).status(strict=True) == 0
    assert packed.pack.stat().st_mode & 0o077 == 0  # nobody else on that machine
    event = Event.objects.get(action="pack.make")
    assert (event.actor, event.detail["pack"]) == (packed.auditor, verdict.said["pack"])
    assert event.subject == f"ca {LAST} {packed.area}"


def test_the_rows_are_those_of_the_area_with_late_evidence(packed: Packed) -> None:
    manifest = read_manifest(packed.pack)
    snapshot = pl.read_parquet(packed.sealed / "snapshot.parquet")
    own = snapshot.filter(pl.col("area").str.starts_with(packed.area))["participant_id"].to_list()
    for part in manifest.parts:
        rows = pl.read_parquet(packed.pack / "parts" / f"{part}.parquet")
        whole = pl.read_parquet(packed.sealed / f"{part}.parquet")
        assert rows.height == whole.filter(pl.col("participant_id").is_in(own)).height
    assert pl.read_parquet(packed.pack / "parts" / "late_result.parquet").height > 0
    evidence = read_table(packed.pack / "evidence.csv")
    assert {int(row["participant_id"]) for row in evidence if row["participant_id"] not in ("", "\\")} <= set(
        own
    )


def test_the_sample_shows_what_the_account_may_see(packed: Packed, tmp_path: Path) -> None:
    drawn = [row["key"] for row in read_table(packed.pack / "sample" / "drawn.csv")]
    assert len(drawn) == SAMPLE.size
    people = {int(key.split(" ")[0]) for key in drawn}
    named = read_table(packed.pack / "sample" / "people.csv")
    assert {int(row["participant_id"]) for row in named} == people
    assert all(row["given_names"] for row in named)
    assert {row["shown"] for row in read_table(packed.pack / "sample" / "records.csv")} == {"shown"}
    pack_make(asked=PackAsked("ca", LAST, packed.area, SAMPLE), to=tmp_path / "pack", now=NOW)
    assert not (tmp_path / "pack" / "sample" / "people.csv").exists()  # nobody's: no names, no texts
    assert (tmp_path / "pack" / "sample" / "evidence.jsonl").read_bytes() == b""
    verdict = verify_pack(tmp_path / "pack")
    assert verdict.wrong == []
    assert "pack.not_shown" in {problem.code for problem in verdict.unchecked}


def test_forms_and_photos_are_there_for_who_may_take_them_and_else_by_their_hash(
    packed: Packed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, photo = sha256(FORM).hexdigest(), sha256(PHOTO).hexdigest()
    everybody = PackAsked("ca", LAST, packed.area, SampleAsked(500, "s"), packed.auditor)
    pack_make(asked=everybody, to=tmp_path / "pack", now=NOW)
    assert (tmp_path / "pack/sample/forms" / f"{form}.xml").read_bytes() == FORM
    assert (tmp_path / "pack/sample/files" / f"{photo}.jpg").read_bytes() == PHOTO
    assert verify_pack(tmp_path / "pack").is_right
    lesser = MATRIX[Role.AUDITOR] - {Action.EXPORT_EVIDENCE, Action.VIEW_PEOPLE}
    monkeypatch.setattr("ceiba.accounts.permissions.MATRIX", {Role.AUDITOR: lesser})
    pack_make(asked=everybody, to=tmp_path / "less", now=NOW)
    (row,) = (row for row in read_table(tmp_path / "less/sample/records.csv") if row["form"])
    assert (row["form"], row["files"], row["forms_shown"], row["shown"]) == (form, photo, "false", "shown")
    there = {path.name for path in (tmp_path / "less" / "sample").iterdir()}
    assert there == {"drawn.csv", "records.csv", "evidence.jsonl"}  # no form, no photo, no name


def test_evidence_of_somebody_who_moved_out_of_the_scope_is_not_shown(packed: Packed, tmp_path: Path) -> None:
    from ceiba.registry.models import Participant

    row = read_table(packed.pack / "sample" / "drawn.csv")[0]
    Participant.objects.filter(pk=row["participant_id"]).update(area_id=packed.elsewhere)
    pack_make(asked=PackAsked("ca", LAST, packed.area, SAMPLE, packed.auditor), to=tmp_path / "pack", now=NOW)
    records = read_table(tmp_path / "pack" / "sample" / "records.csv")
    shown = {record["participant_id"]: record["shown"] for record in records}
    assert shown.pop(row["participant_id"]) == "not_in_scope"
    assert set(shown.values()) == {"shown"}
    named = {each["participant_id"] for each in read_table(tmp_path / "pack" / "sample" / "people.csv")}
    assert row["participant_id"] not in named
    assert verify_pack(tmp_path / "pack").is_right


def test_another_seed_draws_others_and_asking_for_it_finds_out(packed: Packed) -> None:
    keys = [f"{person} {LAST}" for person in range(500)]
    assert sample(keys, 20, "a") == sample(reversed(keys), 20, "a") != sample(keys, 20, "b")
    assert len(sample(keys[:3], 20, "a")) == 3
    wrong = verify_pack(packed.pack, sample=(SAMPLE.size, "otra semilla")).wrong
    assert [problem.code for problem in wrong] == ["pack.sample_other"]


def test_a_month_that_is_not_logged_says_so(
    packed: Packed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ceiba.packs.log_proofs.newest_signed", lambda: None)
    pack_make(asked=PackAsked("ca", LAST, packed.area), to=tmp_path / "pack", now=NOW)
    verdict = verify_pack(tmp_path / "pack")
    assert verdict.wrong == []
    assert "pack.not_logged" in {problem.code for problem in verdict.unchecked}


def test_a_month_that_was_sealed_without_slices_says_so(packed: Packed, tmp_path: Path) -> None:
    path = packed.sealed / "seal.json"
    whole = path.read_text()
    seal = json.loads(whole)
    seal["format"] = "ceiba-sealed-month/1"
    del seal["slices"], seal["digests"]["slices"]
    try:
        path.write_text(json.dumps(seal))
        pack_make(asked=PackAsked("ca", LAST, packed.area), to=tmp_path / "old", now=NOW)
    finally:
        path.write_text(whole)
    verdict = verify_pack(tmp_path / "old")
    assert "pack.not_sliced" in {problem.code for problem in verdict.unchecked}


def test_a_salt_that_was_erased_is_told_and_the_pack_stands(packed: Packed, tmp_path: Path) -> None:
    person = int(read_table(packed.pack / "people.csv")[0]["participant_id"])
    Entry.objects.filter(participant_id=person).update(salt=None, participant_id=None)
    pack_make(asked=PackAsked("ca", LAST, packed.area), to=tmp_path / "pack", now=NOW)
    verdict = verify_pack(tmp_path / "pack")
    assert verdict.wrong == []
    assert "pack.not_opened" in {problem.code for problem in verdict.unchecked}


def test_the_pages_are_in_both_languages_without_scripts(packed: Packed) -> None:
    spanish, english = ((packed.pack / name).read_text() for name in ("index.html", "index.en.html"))
    assert "Paquete de auditoría" in spanish
    assert "Audit pack" in english
    for page in (spanish, english):
        assert "<script" not in page
        assert " style=" not in page
        assert "default-src 'none'" in page
        assert SAMPLE.seed in page


def test_asking_for_a_sample_of_a_seed_with_markup_is_written_as_text(packed: Packed, tmp_path: Path) -> None:
    asked = PackAsked("ca", LAST, packed.area, SampleAsked(1, "<b>&"), packed.auditor)
    pack_make(asked=asked, to=tmp_path / "pack", now=NOW)
    assert "<b>&" not in (tmp_path / "pack" / "index.html").read_text()
    assert verify_pack(tmp_path / "pack").is_right
