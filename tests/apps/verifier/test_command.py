"""`ceiba verify`: what a file proves, with files alone; refused ones end with status 1 and their reason."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from ceiba.cli.app import app
from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs import card, vc
from ceiba.proofs.claims import NO_RIGHT
from ceiba.proofs.logged import NO_RIGHT as NO_RIGHT_OF_RECEIPT
from ceiba.proofs.squeezed import LONGEST, drawn, squeezed
from ceiba.verifier.pictures import scanned
from tests.proofs import logs, vectors
from tests.proofs import made as m
from tests.proofs.helpers import witness_key
from tests.proofs.test_card_forgeries import DATA, GOOD, flipped

AT = f"{m.NOW:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return vectors.mirror_write(tmp_path_factory.mktemp("mirror"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "card.txt"
    path.write_text(GOOD + "\n")
    return path


def run(*arguments: object, language: str = "en") -> tuple[int, str]:
    result = CliRunner().invoke(app, ["verify", *map(str, arguments)], env={"CEIBA_LANG": language})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout


def told(*arguments: object) -> dict[str, object]:
    code, text = run(*arguments, "--json")
    found: dict[str, object] = json.loads(text)
    assert code == (0 if found["verified"] else 1)
    return found


def reason(*arguments: object) -> str:
    found = told(*arguments)
    assert found["verified"] is False
    return found["problems"][0]["code"]  # type: ignore[index,no-any-return]


def test_it_reads_out_what_is_proven_by_whom_as_of_when_and_that_no_right_follows(
    lists: Path, file: Path
) -> None:
    for language, verified, name, unchecked in (
        ("es", "Verificado", f"Nombre: {m.constancia().name}", "documento con foto"),
        ("en", "Verified", f"Name: {m.constancia().name}", "document with a photo"),
    ):
        code, text = run(file, "--trust", lists, "--at", AT, language=language)
        lines = text.splitlines()
        assert (code, lines[0], lines[1], lines[-1]) == (0, verified, name, NO_RIGHT[language])
        assert unchecked in text and m.DID in text and "2026-04-30" in text


def test_a_picture_of_the_printed_code_is_read(lists: Path, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    drawn = tmp_path / "card.png"
    card.drawn(GOOD).save(drawn, scale=6, border=4)
    on_paper = Image.new("RGB", (1600, 1300), "#d8d2c4")
    with Image.open(drawn) as code:
        on_paper.paste(code.convert("RGB"), (300, 200))
    on_paper.rotate(7, expand=True, fillcolor="#777").save(photo, quality=70)
    for picture in (drawn, photo):
        assert told(picture, "--trust", lists, "--at", AT)["form"] == "card"
    card.drawn(GOOD).save(tmp_path / "card.svg")
    assert reason(tmp_path / "card.svg", "--trust", lists) == "verifier.no_code"


def test_two_codes_in_one_picture_are_told_apart_by_people(tmp_path: Path) -> None:
    both = Image.new("L", (1600, 800), 255)
    for at, text in ((0, GOOD), (800, vectors.PRESENTED[:200])):
        card.segno.make_qr(text).save(tmp_path / "one.png", scale=6)
        with Image.open(tmp_path / "one.png") as one:
            both.paste(one.convert("L"), (at, 0))
    both.save(tmp_path / "both.png")
    with pytest.raises(CeibaError) as refusal:
        scanned((tmp_path / "both.png").read_bytes())
    assert refusal.value.problems[0].code == "verifier.codes"


def test_a_forged_one_is_refused_with_status_1(lists: Path, file: Path) -> None:
    file.write_text(flipped(len(DATA) - 1))
    assert reason(file, "--trust", lists, "--at", AT) == "proof.signature"
    code, text = run(file, "--trust", lists, "--at", AT)
    assert code == 1 and text.startswith("Not verified")
    assert m.constancia().name not in text


def test_credentials_and_presentations_are_read_and_what_is_withheld_is_named(
    lists: Path, tmp_path: Path
) -> None:
    path = tmp_path / "proof"
    for proof, form in (
        (vc.written_cose(m.constancia(), m.WALLET_KEY), "vc+cose"),
        (vc.written_jose(m.constancia(), m.KEY).encode(), "vc+jwt"),
        (vectors.PRESENTED.encode(), "dc+sd-jwt"),
    ):
        path.write_bytes(proof)
        found = told(path, "--trust", lists, "--at", AT)
        assert found["form"] == form
    assert found["proven"] == {"months_accepted": 36}
    assert "name" in found["withheld"]  # type: ignore[operator]


def test_an_answer_holds_for_what_was_asked_alone(lists: Path, tmp_path: Path) -> None:
    path, asked = tmp_path / "answer", vectors.jose.ASKED
    path.write_text(squeezed(vectors.jose.binding()))
    who = ("--audience", asked.audience, "--trust", lists, "--at", AT)
    assert told(path, "--nonce", asked.nonce, *who)["not_checked"] == []
    assert reason(path, "--nonce", "another", *who) == "sd.binding"
    assert reason(path, "--nonce", asked.nonce, *who[2:]) == "sd.binding"
    path.write_text(vectors.PRESENTED)
    assert reason(path, "--nonce", asked.nonce, *who) == "sd.no_binding"


def test_the_lists_decide_and_what_lacks_is_told(lists: Path, file: Path, tmp_path: Path) -> None:
    files = ("--trust", lists / "trust.jwt", "--roots", lists / "trust-roots.json", "--at", AT)
    found = told(file, *files)
    assert [each["code"] for each in found["not_checked"]] == ["unchecked.status"] * 2 + ["unchecked.holder"]  # type: ignore[attr-defined]
    revoked = vectors.mirror_write(tmp_path / "revoked", vectors.STATUSES["revoked"])
    assert reason(file, *files, "--status", revoked / "status/1/revocation") == "proof.revoked"
    assert reason(file, "--trust", revoked, "--at", AT) == "proof.revoked"
    assert reason(file, *files, "--status", file) == "proof.damaged"
    assert reason(file) == reason(file, "--trust", lists / "trust.jwt") == "verifier.no_trust"
    late = f"{m.TRUST.expires + timedelta(days=1):%Y-%m-%d}"
    assert reason(file, "--trust", lists, "--at", late) == "trust.expired"


def test_other_roots_than_the_trust_lists_own_trust_nobody(lists: Path, file: Path, tmp_path: Path) -> None:
    (tmp_path / "roots.json").write_text(json.dumps(vectors.keys.jwk_set([m.STRANGER.public])))
    assert (
        reason(file, "--trust", lists, "--roots", tmp_path / "roots.json", "--at", AT) == "proof.key_unknown"
    )


def test_a_receipt_needs_the_logs_keys_and_its_witnesses(tmp_path: Path) -> None:
    receipt, trusted = tmp_path / "receipt.json", tmp_path / "log.txt"
    receipt.write_text(logs.Log().receipt(5).written())
    assert reason(receipt) == "verifier.no_log"
    known = [logs.LOG.key, *(witness.key for witness in logs.WITNESSES)]
    trusted.write_text("# the programme's log\n" + "\n".join(key.text() for key in known))
    found = told(receipt, "--log", trusted, "--at", "2026-12-31")
    assert found["kind"] == "determination" and json.loads(str(found["data"]))["outcome"] == "hold"
    assert len(found["witnesses"]) == 2  # type: ignore[arg-type]
    assert reason(receipt, "--log", trusted, "--at", "2020-01-01") == "note.future"
    trusted.write_text("\n".join(key.text() for key in (*known, witness_key("nadie.org").key)))
    assert reason(receipt, "--log", trusted) == "checkpoint.witnesses"
    code, text = run(receipt, "--log", trusted, "--witnesses", 0, "--at", "2026-12-31")
    assert code == 0 and "no right" in text
    receipt.write_text(logs.Log().receipt(5).written().replace("hold", "pay"))
    trusted.write_text("\n".join(key.text() for key in known))
    assert reason(receipt, "--log", trusted, "--at", "2026-12-31") == "receipt.opening"


def test_a_receipt_holds_by_the_list_of_who_is_trusted_as_a_file_and_as_its_printed_code(
    lists: Path, tmp_path: Path
) -> None:
    folder = vectors.mirror_write(tmp_path / "mirror")
    (folder / "trust.jwt").write_text(vectors.trust.signed(vectors.LOG_TRUST, m.ROOT))
    file, picture = tmp_path / "receipt.json", tmp_path / "receipt.png"
    file.write_text(vectors.receipts.GOOD.written())
    words = squeezed(file.read_text())
    code = drawn(words)
    assert code is not None and drawn(words + "0" * LONGEST) is None
    code.save(picture, scale=4, border=4)
    at = f"{vectors.LOG_NOW:%Y-%m-%dT%H:%M:%SZ}"
    for receipt in (file, picture):
        found = told(receipt, "--trust", folder, "--at", at)
        assert (found["form"], found["as_of"]) == ("receipt", at)
        assert [each["code"] for each in found["not_checked"]] == [  # type: ignore[attr-defined]
            "unchecked.later", "unchecked.code", "unchecked.trust_old"
        ]  # fmt: skip
    for language, outcome, kind in (
        (
            "es",
            "Decisión: no se le pagó: quedó retenido",
            "Qué se registró: Lo decidido de una persona en un mes",
        ),
        ("en", "Decision: not paid: held", "What was logged: What was decided of a person for a month"),
    ):
        status, text = run(picture, "--trust", folder, "--at", at, language=language)
        assert status == 0 and {outcome, kind} < set(text.splitlines())
        assert text.splitlines()[-1] == NO_RIGHT_OF_RECEIPT[language]
    assert reason(file, "--trust", lists, "--at", AT) == "receipt.log_unknown"
    late = f"{vectors.LOG_TRUST.expires + timedelta(days=1):%Y-%m-%d}"
    assert reason(file, "--trust", folder, "--at", late) == "trust.expired"


def test_it_needs_neither_django_nor_a_database(lists: Path, file: Path) -> None:
    script = (
        "import sys; from ceiba.cli.app import app\n"
        f"try: app({['verify', str(file), '--trust', str(lists), '--at', AT]!r})\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "from django.apps import apps; assert not apps.ready"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
