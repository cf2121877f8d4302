"""What anybody may ask the log: who asks wrongly is refused, and the rest verifies without the database."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ceiba.accounts.models import Role, User
from ceiba.accounts.services import scope_set
from ceiba.audit.models import Event
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.merkle.tree import leaf_hash
from ceiba.core.merkle.verifying import verify_inclusion
from ceiba.determinations.models import Determination
from ceiba.proofs.base64_text import decoded, encoded
from ceiba.proofs.logged import verify_logged
from ceiba.proofs.note_keys import KeyKind, ed25519_signer
from ceiba.proofs.notes import read_note
from ceiba.proofs.receipt import read_receipt, verify_receipt
from ceiba.proofs.squeezed import unsqueezed
from ceiba.proofs.trust import Trust
from ceiba.proofs.witnessing import believed, read_proof, witnessed
from ceiba.transparency import limits, trusted
from ceiba.transparency.keys import log_trust
from ceiba.transparency.models import Cosignature
from ceiba.transparency.selectors.checkpoints import witness_keys
from ceiba.transparency.selectors.entries import log_size
from ceiba.transparency.services.appending import entries_append
from ceiba.transparency.services.checkpoints import checkpoint_sign
from ceiba.transparency.services.erasing import salts_erase
from ceiba.transparency.services.witnesses import witness_add, witness_retire
from tests.factories import World, user_make

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SEEN = int(NOW.timestamp())


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def asked(name: str, **query: object) -> tuple[int, dict[str, object]]:
    answer = Client().get(reverse(f"transparency:{name}"), query)
    return answer.status_code, json.loads(answer.content)


@pytest.fixture
def size(made: World) -> int:
    checkpoint_sign(now=NOW)
    return log_size()


@pytest.mark.parametrize(
    ("name", "query", "code"),
    [
        ("consistency", {"first": 0, "second": 5}, "merkle.sizes"),
        ("consistency", {"first": 6, "second": 5}, "merkle.sizes"),
        ("consistency", {"first": 1, "second": 10**9}, "log.beyond"),
        ("consistency", {"first": -1, "second": 5}, "log.number"),
        ("consistency", {"first": 1}, "log.number"),
        ("consistency", {"first": 1, "second": "9" * 19}, "log.number"),
        ("inclusion", {"index": 5, "size": 5}, "merkle.index"),
        ("inclusion", {"index": 0, "size": 0}, "merkle.index"),
        ("inclusion", {"index": 0, "size": 10**9}, "log.beyond"),
        ("inclusion", {"index": "١"}, "log.number"),
        ("inclusion", {"value": "ab"}, "log.hash"),
        ("inclusion", {"value": "00" * 32}, "log.not_there"),
        ("entries", {"start": 10**9}, "log.beyond"),
        ("entries", {"start": 0, "count": "all"}, "log.number"),
        ("checkpoint", {"size": 3}, "log.no_checkpoint"),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_both_languages(
    size: int, name: str, query: dict[str, object], code: str
) -> None:
    status, answer = asked(name, **query)
    assert (status, answer["code"]) == (400, code)
    assert answer["es"] != answer["en"]


def test_before_anything_is_signed_there_is_nothing_to_prove(made: World) -> None:
    for name, query in (
        ("checkpoint", {}),
        ("consistency", {"first": 1, "second": 2}),
        ("entries", {"start": 0}),
    ):
        assert asked(name, **query)[1]["code"] == "log.nothing_signed"
    assert Client().get(reverse("transparency:index")).status_code == 200


def test_proofs_verify_with_nothing_but_the_answers(size: int, made: World) -> None:
    note = Client().get(reverse("transparency:checkpoint"))
    older = believed(note.content, log_trust())
    for index in (0, size // 2, size - 1):
        _, found = asked("inclusion", index=index)
        leaf = str(found["leaf"]).encode()
        verify_inclusion(leaf_hash(leaf), index, size, read_proof(json.dumps(found).encode()), older.root)
        value = json.loads(leaf).get("commitment") or json.loads(leaf)["digest"]
        assert asked("inclusion", value=value)[1]["index"] == index
    _, page = asked("entries", start=size - 3, count=5000)
    assert len(page["leaves"]) == 3  # type: ignore[arg-type]
    scope_set(user=made.users[Role.OFFICE], areas=["HN"])
    entries_append()
    assert asked("inclusion", index=size)[1]["code"] == "merkle.index", "not signed, so not told"
    checkpoint_sign(now=NOW)
    answer = Client().get(reverse("transparency:consistency"), {"first": size, "second": size + 1})
    assert "immutable" in answer["Cache-Control"]
    signer = ed25519_signer("ngo.example", KeyKind.WITNESS, Ed25519PrivateKey.generate())
    newer = Client().get(reverse("transparency:checkpoint")).content
    seen = witnessed(newer, older, read_proof(answer.content), log_trust(), signer, SEEN)
    assert seen.checkpoint.size == size + 1
    with pytest.raises(CeibaError, match="what was logged has changed"):
        witnessed(
            newer, older, tuple(bytes(32) for _ in read_proof(answer.content)), log_trust(), signer, SEEN
        )
    with pytest.raises(CeibaError, match="no fewer than the first"):
        witnessed(note.content, seen.checkpoint, (), log_trust(), signer, SEEN)


def test_who_asks_too_often_waits(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ASKED_MAX", 3)
    statuses = [Client().get(reverse("transparency:checkpoint")) for _ in range(4)]
    assert [each.status_code for each in statuses] == [200, 200, 200, 429]
    assert int(statuses[-1]["Retry-After"]) > 0
    assert Client().get(reverse("transparency:index"), {"entry": "0"}).context.get("entry") is None
    assert Client(REMOTE_ADDR="10.0.0.9").get(reverse("transparency:checkpoint")).status_code == 200


def test_only_a_registered_witness_s_true_signature_is_taken_and_shown(size: int, made: World) -> None:
    ours = Client().get(reverse("transparency:checkpoint")).content
    signer = ed25519_signer("ngo.example", KeyKind.WITNESS, Ed25519PrivateKey.generate())
    time = int(timezone.now().timestamp())

    def sent(data: bytes) -> tuple[int, dict[str, object]]:
        answer = Client(enforce_csrf_checks=True).post(
            reverse("transparency:cosign"), data, content_type="text/plain"
        )
        return answer.status_code, json.loads(answer.content)

    note = witnessed(ours, None, (), log_trust(), signer, time).note.written()
    assert sent(note.encode())[1]["code"] == "note.unknown_keys"
    witness_add(name="Una ONG", key=signer.key.text(), by=made.users[Role.OFFICE], now=NOW)
    with pytest.raises(CeibaError, match="There is a witness"):
        witness_add(name="Otra", key=signer.key.text(), by=None, now=NOW)
    with pytest.raises(CeibaError, match="no witness's"):
        witness_add(name="Otra", key=log_trust().keys[0].text(), by=None, now=NOW)
    late = witnessed(ours, None, (), log_trust(), signer, time + 3600).note.written()
    forged = note.replace(f"\n{size}\n", f"\n{size - 1}\n", 1)
    line = note.splitlines()[-1]
    spoiled = note.replace(line, line[:-8] + "AAAAAAA=")
    for data, code in (
        (late, "note.future"), (forged, "witness.other_log"), (spoiled, "note.signature"), ("x", "note.form"),
        ("x" * 30_000, "log.too_long"),
    ):  # fmt: skip
        assert sent(data.encode())[1]["code"] == code, code
    assert not Cosignature.objects.exists()
    for _ in range(2):
        assert sent(note.encode()) == (200, {"taken": ["Una ONG"]})
    assert Cosignature.objects.count() == 1
    shown = read_note(Client().get(reverse("transparency:checkpoint")).content)
    assert [signature.name for signature in shown.signatures] == [log_trust().origin, "ngo.example"]
    assert "Una ONG" in Client().get(reverse("transparency:index")).content.decode()
    witness_retire(name="Una ONG", by=None, now=NOW)
    assert sent(note.encode())[1]["code"] == "note.unknown_keys"


MAY = {Role.OFFICE, Role.PAYMENTS, Role.TREASURY, Role.AUDITOR, Role.PARTICIPANT}


def paths(made: World, person: int) -> list[str]:
    parts = [made.people[person].code, "ca", made.month]
    return [reverse(f"transparency:{name}", args=parts) for name in ("receipt", "receipt_file")]


def test_a_receipt_is_for_the_person_and_for_who_may_see_their_money(size: int, made: World) -> None:
    for path in paths(made, 0):
        assert Client().get(path)["Location"].startswith("/accounts/sign-in/")
        for role, user in made.users.items():
            assert signed_in(user).get(path).status_code == (200 if role in MAY else 403), (role, path)
    for role in MAY - {Role.PARTICIPANT}:
        outside = user_make(f"fuera-{role}", role, areas=("SV",))
        assert {signed_in(outside).get(path).status_code for path in paths(made, 0)} == {404}, role
    other = signed_in(made.users[Role.PARTICIPANT])
    assert {other.get(path).status_code for path in paths(made, 1)} == {404}
    missing = reverse("transparency:receipt", args=[made.people[0].code, "ca", date(2031, 1, 1)])
    assert other.get(missing).status_code == 404


def test_whoever_was_not_paid_can_prove_it(size: int, made: World) -> None:
    row = Determination.objects.exclude(outcome="pay").filter(month=made.month, area_code__startswith="GT")[0]
    person = next(number for number, each in enumerate(made.people) if each.pk == row.participant_id)
    own = user_make("ella", Role.PARTICIPANT, areas=(), code=made.people[person].code)
    page, file = (signed_in(own).get(path) for path in paths(made, person))
    proven = verify_receipt(read_receipt(file.content), log_trust())
    said = json.loads(proven.data or "")
    assert (said["participant"], said["outcome"], said["month"]) == (
        own.code,
        row.outcome,
        f"{row.month:%Y-%m}",
    )
    assert said["failed"] + said["unknown"] == row.failed + row.unknown
    assert Event.objects.filter(action="log.receipt_taken", actor=own).count() == 1
    check = reverse("transparency:check")
    for text in (file.content.decode(), page.context["text"]):
        found = Client().post(check, {"receipt": text}).context
        assert found["checked"].data["outcome"] == row.outcome
        for forged in (text[:-9], text.replace("0", "1"), "[]", '{"log": 3}', ""):
            answer = Client().post(check, {"receipt": forged})
            assert answer.context.get("checked") is None, forged
            assert answer.context["refused"]
    receipt = read_receipt(file.content)
    assert receipt.opening is not None
    older = {"log": log_trust().origin, "index": receipt.index, "salt": encoded(receipt.opening.salt)}
    assert Client().post(check, {"receipt": json.dumps(older | {"data": proven.data})}).context["checked"]
    for data in (5, None, ["pay"], "\ud800"):
        short = json.dumps(older | {"data": data})
        assert Client().post(check, {"receipt": short}).context["refused"]
    assert own.code not in Client().get(reverse("transparency:index"), {"entry": "0"}).content.decode()
    salts_erase(participant=row.participant_id, by=None)
    assert verify_receipt(read_receipt(file.content), log_trust()) == proven, "what they hold stays true"
    page, again = (signed_in(own).get(path) for path in paths(made, person))
    assert (page.context["text"], again.status_code) == ("", 404)
    index = read_receipt(file.content).index
    assert decoded(asked("inclusion", index=index)[1]["proof"][0])  # type: ignore[index]


def test_the_explorer_shows_what_stands_where_and_nothing_of_anybody(size: int, made: World) -> None:
    page = Client().get(reverse("transparency:index"), {"entry": "0"})
    assert page.context["entry"]["kind"] == "evidence"
    assert (
        Client()
        .get(reverse("transparency:index"), {"entry": page.context["entry"]["value"]})
        .context["entry"]["index"]
        == 0
    )
    for wrong in ("-1", "x", "9" * 20, str(size), "0" * 64):
        answer = Client().get(reverse("transparency:index"), {"entry": wrong})
        assert answer.context.get("entry") is None, wrong
        assert answer.context["problem"]
    assert not any(person.code in page.content.decode() for person in made.people)


def test_the_list_of_who_is_trusted_names_this_log_and_its_receipts_hold_by_that_list_alone(
    size: int, made: World, settings: Any
) -> None:
    (log,) = trusted.logs()
    assert log.origin == settings.LOG_ORIGIN and log.witnesses == witness_keys()
    now = timezone.now()
    held = Trust(1, now, now + timedelta(days=30), (), (log,))
    user = made.users[Role.PARTICIPANT]
    page, file = (signed_in(user).get(path) for path in paths(made, 0))
    for proof in (page.context["text"], file.content):
        logged = verify_logged(unsqueezed(proof), held, now)
        assert logged.said["participant"] == user.code and logged.size == size
        assert [p.code for p in logged.not_checked] == [
            "unchecked.witnesses",
            "unchecked.later",
            "unchecked.code",
        ]
    assert page.context["picture"].startswith("data:image/svg+xml") and "/verify/" in page.content.decode()
    assert "verify" in Client().get(reverse("transparency:index")).content.decode()
    other = replace(log, origin="otro.org/registro")
    with pytest.raises(CeibaError) as refusal:
        verify_logged(file.content, replace(held, logs=(other,)), now)
    assert refusal.value.problems[0].code == "receipt.log_unknown"
    settings.LOG_KEY_PASSPHRASE = (
        "otra frase de paso, que no abre"  # a revocation must be published all the same
    )
    settings.LOG_ORIGIN = "sin.clave/registro"
    assert trusted.logs() == ()
