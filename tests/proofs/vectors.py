"""The vectors that Python and the verifier's page must agree on: what holds, and every forgery with its reason.

    .venv/bin/python -m tests.proofs.vectors FILE     # writes them, for whoever makes another verifier

Keys are made anew each time, so the file is not kept: what is kept is how each forgery is made, in the modules named
below. A vector is an act ("verify", "logged", "trust", "status") on a `text` or, as base64url, on `bytes`; `expected`
is a reason's code, or what the verdict says. Receipts ("logged") have a trust list and a time of their own: `log`.
"""

import json
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import base45
import cbor2

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs import card, keys, sd_jwt, status_list, trust, vc
from ceiba.proofs.base64url import packed
from ceiba.proofs.checkpoints import LogTrust
from ceiba.proofs.logged import Logged, verify_logged
from ceiba.proofs.sd_jwt import Asked, presented
from ceiba.proofs.squeezed import PREFIX, squeezed, unsqueezed
from ceiba.proofs.status_list import Purpose, StatusList, list_address
from ceiba.proofs.verifying import Verdict, verify
from tests.proofs import logs, spellings
from tests.proofs import made as m
from tests.proofs import test_card_forgeries as cards
from tests.proofs import test_forged_receipts as receipts
from tests.proofs import test_jose_forgeries as jose
from tests.proofs import test_lists as lists

Vector = dict[str, Any]
ELSEWHERE = "https://otro.ejemplo/9"
OLD_LISTS = tuple(replace(each, issued=m.NOW - timedelta(days=9)) for each in m.CLEAR)
STATUSES: Mapping[str, tuple[StatusList, ...]] = {
    "clear": m.CLEAR,
    "none": (),
    "revoked": (lists.REVOKED, m.CLEAR[1]),
    "suspended": (m.CLEAR[0], lists.SUSPENDED),
    "old": OLD_LISTS,
    "expired": (m.listed(expires=m.NOW), m.CLEAR[1]),
    "not yet": (m.listed(issued=m.NOW + timedelta(minutes=6)), m.CLEAR[1]),
    "elsewhere": (replace(lists.REVOKED, address=list_address(ELSEWHERE, Purpose.REVOCATION)),),
    "another issuer's": (m.listed(issuer=m.OTHER_DID), m.CLEAR[1]),
    "another issuer's, newer": (
        *m.CLEAR,
        m.listed(issuer=m.OTHER_DID, indexes=(m.INDEX,), issued=m.LISTED + timedelta(hours=1)),
    ),
}
LOG_NOW = datetime.fromtimestamp(receipts.NOW, UTC)
ALONE = logs.Log(origin="solo.org/registro", signer=receipts.log_key("solo.org/registro", "alone"))
LOG_TRUST = replace(
    m.TRUST,
    issued=LOG_NOW - timedelta(days=9),
    expires=LOG_NOW + timedelta(days=21),
    logs=(logs.TRUST, LogTrust(ALONE.origin, (ALONE.signer.key,), (receipts.ONE.key,))),
)
OTHERWISE = {
    "a log of another name": "receipt.log_unknown",
    "a leaf that is no text": "receipt.form",
    "signed by nobody": "note.form",
}
"""Codes for which a receipt is refused as a file, against a list of several logs, where they are others."""
PRESENTED = presented(m.sd(), ["months_accepted"])
LAST_OPEN = cbor2.dumps(cards.CLAIMS, canonical=True).removesuffix(
    cbor2.dumps(m.INDEX)
)  # its place is not said
SPELLED = {
    **dict.fromkeys(spellings.WELL_FORMED.split()),
    **dict.fromkeys(spellings.LONGER.split(), "proof.not_canonical"),
    **dict.fromkeys(spellings.ILL_FORMED.split(), "proof.damaged"),
}
HOSTILE = ("9b7fffffffffffffff", "81" * 3000 + "00", "d2" * 3000 + "00", "bb7fffffffffffffff", "a1")
MORE: Mapping[str, tuple[str | bytes, str]] = {
    "status index that no reader holds": (cards.rest(7, 2**53), "proof.claim"),
    "months beyond any register": (cards.rest(3, 2**64), "proof.claim"),
    "a fraction spelled longer": (
        cards.signed(cbor2.dumps(cards.CLAIMS, canonical=True)[:-5] + b"\xfb" + bytes(8)),
        "proof.not_canonical",
    ),
    "birth date before the calendar": (cards.rest(1, -800_000), "proof.claim"),
    "month of no year": (cards.rest(5, 100), "proof.claim"),
    "a name of two hundred and one letters": (jose.of_subject(name="ñ" * 201), "proof.claim"),
    "the thirtieth of February": (jose.of_subject(birthDate="1969-02-30"), "proof.claim"),
    "the thirteenth month": (jose.of_subject(lastMonth="2026-13"), "proof.claim"),
    "36.0 months": (jose.of_subject(monthsAccepted=36.0), "proof.claim"),
    "a second of sixty": (jose.says(validUntil="2028-03-02T12:00:60Z"), "proof.claim"),
    "status index with a sign": (
        jose.says(credentialStatus=jose.entries(statusListIndex="+1")),
        "proof.claim",
    ),
    "a number of leading zeros": (jose.jws(jose.HEADER, b'{"a":01}'), "proof.damaged"),
    "a comma more": (jose.jws(jose.HEADER, b'{"a":1,}'), "proof.damaged"),
    "a mark of byte order": (jose.jws(jose.HEADER, b"\xef\xbb\xbf{}"), "proof.damaged"),
    "no UTF-8": (jose.jws(jose.HEADER, b'{"a":"\xff"}'), "proof.damaged"),
    "a name of the prototype": (jose.jws(jose.HEADER, b'{"__proto__":{"type":1}}'), "proof.type"),
    "more after it": (jose.jws(jose.HEADER, b"{}{}"), "proof.damaged"),
}


def vectors() -> dict[str, Any]:
    """All of them, and what they are verified with: roots, trust list, status lists, the time."""
    acts = [*holding(), *forged(), *of_lists(), *of_receipts(), *of_squeezed()]
    return {
        "now": _milliseconds(m.NOW),
        "roots": keys.jwk_set([m.ROOT.public]),
        "trust": trust.signed(m.TRUST, m.ROOT),
        "log": {"now": _milliseconds(LOG_NOW), "trust": trust.signed(LOG_TRUST, m.ROOT)},
        "statuses": {name: [_listed(status) for status in found] for name, found in STATUSES.items()},
        "vectors": acts,
    }


def holding() -> Iterator[Vector]:
    """Each format, each key, each state of the lists; refused ones by their lists among them."""
    proofs: dict[str, str | bytes] = {
        **{
            f"{name} by {signer.public.kind}": proof
            for signer in (m.KEY, m.WALLET_KEY)
            for name, proof in _of(signer)
        },
        "months alone": PRESENTED,
        "nothing shown": presented(m.sd(), []),
        "bound to a holder, unasked": jose.BOUND,
        "old key, in its time": cards.of(m.OLD, issued=m.ROTATED - timedelta(seconds=1)),
        "status elsewhere": cards.of(name="Ana", status_list=ELSEWHERE),
        "newline after it": cards.GOOD + "\n",
        "first place of its lists": cards.of(status_index=0),
    }
    for name, proof in proofs.items():
        yield _vector("verify", name, proof)
    for statuses in STATUSES:
        for name in ("card by Ed25519", "dc+sd-jwt by P-256", "vc+cose by P-256"):
            yield _vector("verify", f"{name}, lists: {statuses}", proofs[name], statuses=statuses)
    yield _vector("verify", "revoked elsewhere", proofs["status elsewhere"], statuses="elsewhere")
    yield _vector("verify", "holder answers", jose.binding(), asked=jose.ASKED)


def forged() -> Iterator[Vector]:
    """The forgeries of tests/proofs, with the reason that those tests expect."""
    for form, forgeries in (("card", cards.FORGERIES), ("VC", jose.FORGERIES), ("SD-JWT", jose.SD_FORGERIES)):
        for name, (forge, code) in forgeries.items():
            yield _vector("verify", f"{form}: {name}", forge(), code=code)
    for name, (forge, code) in jose.BINDINGS.items():
        yield _vector("verify", f"asked: {name}", forge(), code=code, asked=jose.ASKED)
    for name, (proof, code) in MORE.items():
        yield _vector("verify", name, proof, code=code)
    for spelling, code in SPELLED.items():
        proof = cards.signed(LAST_OPEN + bytes.fromhex(spelling))
        yield _vector("verify", f"CBOR {spelling}", proof, code=code)
    for name, proof in (*edges_of_cards(), *edges_of_credentials(), *json_spelled()):
        yield _vector("verify", name, proof)
    for hostile in HOSTILE:
        yield _vector("verify", f"hostile {hostile[:12]}", bytes.fromhex(hostile))


def edges_of_cards() -> Iterator[tuple[str, str]]:
    """The last that makes sense and the first that does not, on either side."""
    for number in (-719_163, -719_162, 2_932_896, 2_932_897):
        yield f"birth date {number}", cards.rest(1, number)
    for month in (1900 * 12 - 1, 1900 * 12, 2200 * 12 + 11, 2201 * 12):
        yield f"first month {month}", cards.rest(4, month)
    for moment in (253_402_300_799, 253_402_300_800):
        yield f"expiry {moment}", cards.claiming({card.EXP: moment})
    for number in (0, 2**53 - 1, 2**53):
        yield f"months {number}", cards.rest(3, number)
    for letters in (22, 23, 253, 254):
        yield f"a payload of {letters} letters", cards.signed(cbor2.dumps("x" * letters))


def edges_of_credentials() -> Iterator[tuple[str, str]]:
    """The same, where days and months are text."""
    for field, spelled in (
        ("firstMonth", ("1899-12", "1900-01", "2200-12", "2201-01", "2026-00", "2026-12", "2026-1", "12026-01", 1)),
        ("birthDate", ("0000-12-31", "0001-01-01", "9999-12-31", "10000-01-01", "1969-2-28", "1900-02-29", 7)),
        ("name", ("x" * 200, "\u00a0", "\u200a", "\u2070", "\U0001f333", 7, None)),
        ("monthsAccepted", (0, -0.0, -1, 2**53 - 1, 2**53, 10**30, None)),
    ):  # fmt: skip
        for value in spelled:
            yield f"{field} {value!r}"[:40], jose.of_subject(**{field: value})
    for spelled_ in (
        "0999-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2028-03-02t12:00:00z",
        "2028-03-02T24:00:00Z",
    ):
        yield f"validUntil {spelled_}", jose.says(validUntil=spelled_)


def json_spelled() -> Iterator[tuple[str, str]]:
    """JSON in many spellings, where a credential says what it is and nobody reads: it is taken, or it is damaged."""
    rest = json.dumps({name: said for name, said in jose.PAYLOAD.items() if name != "description"})
    for number, spelled in enumerate(spellings.JSON):
        payload = f'{rest[:-1]}, "description": {spelled}}}'.encode()
        yield f"JSON {number}: {spelled[:30]!r}", jose.jws(jose.HEADER, payload)


def of_lists() -> Iterator[Vector]:
    """Trust lists and status lists: good ones, and those of tests/proofs that are none."""
    yield _vector("trust", "trust list", trust.signed(m.TRUST, m.ROOT))
    yield _vector("status", "status list", status_list.signed(lists.REVOKED, m.KEY))
    for act, test in (
        ("trust", lists.test_a_trust_list_that_is_none_is_refused),
        ("status", lists.test_a_list_that_is_none_is_refused),
    ):
        for number, (token, code) in enumerate(_cases(test)):
            yield _vector(act, f"{act} list forged {number}", token, code=code)


def of_receipts() -> Iterator[Vector]:
    """Receipts of the log that hold, and those of tests/proofs that are forged or are none."""
    short = {"data": logs.held(5), "index": 5, "log": logs.ORIGIN, "salt": receipts.encoded(logs.salt(5))}
    for name, receipt in {
        "not paid": receipts.GOOD,
        "nothing shown": replace(receipts.GOOD, opening=None),
        "a sealed month": receipts.SEALED,
        "no witness": ALONE.receipt(3, ALONE.note()),
        "one witness of one": ALONE.receipt(3, ALONE.note(receipts.ONE)),
    }.items():
        yield _vector("logged", name, receipt.written())
    for name, (receipt, code) in receipts.FORGERIES.items():
        file = receipt.written().encode(errors="surrogatepass")
        yield _vector("logged", name, file, code=OTHERWISE.get(name, code))
    for name, file in receipts.UNREADABLE.items():
        if len(file) < 10_000:
            yield _vector("logged", f"no receipt: {name}", file, code="receipt.form")
    yield _vector("logged", "the short code of a paper", json.dumps(short), code="receipt.short")
    for number, (entry, code) in enumerate(receipts.NO_ENTRIES):
        yield _vector("logged", f"no entry {number}", entry.written(), code=code)


def of_squeezed() -> Iterator[Vector]:
    """What one QR holds of a receipt and of a presentation; and what only looks so."""
    yield _vector("logged", "squeezed", squeezed(receipts.GOOD.written()))
    yield _vector("verify", "squeezed", squeezed(PRESENTED) + "\n")
    yield _vector("verify", "squeezed, holder answers", squeezed(jose.binding()), asked=jose.ASKED)
    replayed = squeezed(jose.binding(asked=Asked("x", jose.ASKED.audience)))
    yield _vector("verify", "squeezed, replayed", replayed, code="sd.binding", asked=jose.ASKED)
    paid = receipts.GOOD.written().replace("hold", "pay")
    yield _vector("logged", "squeezed, paid", squeezed(paid), code="receipt.opening")
    whole = squeezed(PRESENTED)
    for name, words, code in (
        ("cut", whole[:-6], "proof.damaged"),
        ("in small letters", PREFIX + whole.removeprefix(PREFIX).lower(), "proof.damaged"),
        ("no zlib", PREFIX + "QED8WEX0", "proof.damaged"),
        ("more after it", PREFIX + _base45(zlib.compress(b"[]") + b"x"), "proof.damaged"),
        ("without end", PREFIX + _base45(zlib.compress(bytes(5_000_000))), "proof.too_large"),
        ("no list", _squeezed('"abc"'), "proof.damaged"),
        ("two parts", _squeezed("[[],[]]"), "proof.damaged"),
        ("disclosures by name", _squeezed('[["a","b","c"],{"x":1},[]]'), "proof.damaged"),
        ("a number", _squeezed('[["a","b",1],[],[]]'), "proof.damaged"),
        ("a dot in a signature", _squeezed('[["{}","{}","a.b"],[],[]]'), "proof.damaged"),
        ("half a character", _squeezed('[["\\ud800","{}",""],[],[]]'), "proof.damaged"),
    ):
        yield _vector("verify", f"squeezed: {name}", words, code=code)


def python_says(vector: Vector) -> str | dict[str, Any]:
    """The code for which Python refuses a vector, or its verdict as the page tells it."""
    try:
        return _done(vector)
    except CeibaError as error:
        return error.problems[0].code


def _done(vector: Vector) -> dict[str, Any]:
    if vector["act"] == "trust":
        return {"number": trust.opened(vector["proof"], [m.ROOT.public], m.NOW, m.TRUST).number}
    if vector["act"] == "status":
        return {"address": status_list.opened(vector["proof"], m.TRUST).address}
    proof = unsqueezed(vector["proof"])
    if vector["act"] == "logged":
        return told_logged(verify_logged(proof, LOG_TRUST, LOG_NOW))
    asked = Asked(**vector["asked"]) if vector["asked"] else None
    return told(verify(proof, m.TRUST, m.NOW, STATUSES[vector["statuses"]], asked))


def told(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the page holds it."""
    return {
        "form": verdict.form.value,
        "proven": {name: v if isinstance(v, int) else str(v) for name, v in verdict.proven.items()},
        "issuer": verdict.issuer,
        "issuerName": verdict.issuer_name,
        "issued": _milliseconds(verdict.issued),
        "expires": _milliseconds(verdict.expires),
        "asOf": _milliseconds(verdict.as_of),
        "notChecked": [[problem.code, problem.values.get("days")] for problem in verdict.not_checked],
    }


def told_logged(logged: Logged) -> dict[str, Any]:
    """A receipt's verdict as the page holds it."""
    return {
        "form": "receipt",
        "kind": logged.kind.value,
        "data": logged.data,
        "said": logged.said,
        "origin": logged.origin,
        "index": logged.index,
        "size": logged.size,
        "witnesses": [{"name": one.key.name, "time": one.time} for one in logged.witnesses],
        "asOf": logged.as_of and _milliseconds(logged.as_of),
        "notChecked": [[problem.code, problem.values.get("days")] for problem in logged.not_checked],
    }


def written(found: dict[str, Any]) -> str:
    """The file."""
    acts = [{**v, "proof": _spelled(v["proof"]), "expected": python_says(v)} for v in found["vectors"]]
    return json.dumps({**found, "vectors": acts}, ensure_ascii=False, indent=1) + "\n"


def mirror(statuses: Iterable[StatusList] = m.CLEAR) -> dict[str, bytes]:
    """What an issuer publishes, by path, as a mirror holds it: root keys, trust list, status lists."""
    files = {
        "trust-roots.json": json.dumps(keys.jwk_set([m.ROOT.public])),
        "trust.jwt": trust.signed(m.TRUST, m.ROOT),
        **{f"status/1/{status.purpose}": status_list.signed(status, m.KEY) for status in statuses},
    }
    return {path: text.encode() for path, text in files.items()}


def mirror_write(folder: Path, statuses: Iterable[StatusList] = m.CLEAR) -> Path:
    """That, as files."""
    for path, data in mirror(statuses).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def _listed(status: StatusList) -> str:
    return status_list.signed(status, m.KEY if status.issuer == m.DID else m.OTHER)


def _of(signer: keys.SigningKey) -> Iterable[tuple[str, str | bytes]]:
    return (
        ("card", card.written(m.constancia(), signer)),
        ("vc+jwt", vc.written_jose(m.constancia(), signer)),
        ("vc+cose", vc.written_cose(m.constancia(), signer)),
        ("dc+sd-jwt", sd_jwt.written_sd(m.constancia(), signer, m.SALTS)),
    )


def _vector(act: str, name: str, proof: str | bytes, **more: Any) -> Vector:
    asked = more.get("asked")
    return {
        "act": act,
        "name": name,
        "proof": proof,
        "statuses": more.get("statuses", "clear"),
        "asked": {"nonce": asked.nonce, "audience": asked.audience} if asked else None,
        "code": more.get("code"),
    }


def _spelled(proof: str | bytes) -> dict[str, str]:
    return {"text": proof} if isinstance(proof, str) else {"bytes": packed(proof)}


def _squeezed(plain: str) -> str:
    return PREFIX + _base45(zlib.compress(plain.encode()))


def _base45(data: bytes) -> str:
    return str(base45.b45encode(data), "ascii")


def _cases(test: Any) -> list[tuple[str, str]]:
    """What a test is parametrized with."""
    (mark,) = [mark for mark in test.pytestmark if mark.name == "parametrize"]
    return list(mark.args[1])


def _milliseconds(at: Any) -> int:
    return int(at.timestamp() * 1000)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(written(vectors()))
