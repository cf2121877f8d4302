"""100,000 constancias issued (card, SD-JWT and VC each), verified one by one, and a status list of 1,000,000 entries.

    PYTHONPATH=src:.:benchmarks .venv/bin/python benchmarks/credentials.py [--people N] [--processes N]

Beside it, what other makers' libraries take for the same three (python-cwt, sd-jwt, jwcrypto), with a P-256 key, which all
three of them know; a sample, extrapolated. Their time is their own encoding too, not the signature's alone.
"""

import argparse
import gzip
import hashlib
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from uuid import UUID

from ceiba.core.kernel.month import Month
from ceiba.proofs import card, keys, sd_jwt, vc
from ceiba.proofs.base64url import packed, written
from ceiba.proofs.claims import Constancia, json_subject
from ceiba.proofs.keys import Kind, SigningKey
from ceiba.proofs.status_list import Purpose, StatusList, bitstring, list_address, opened, signed
from ceiba.proofs.trust import Issuer, Trust
from ceiba.proofs.verifying import verify

DID = "did:web:constancias.ejemplo.gob"
ADDRESS = "https://constancias.ejemplo.gob/estado/1"
START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=30)
ENTRIES = 1_000_000
SAMPLE = 1_000
PASSPHRASE = "una frase para medir"  # noqa: S105


def constancia(number: int) -> Constancia:
    return Constancia(
        id=UUID(int=number),
        name=f"María Guadalupe Hernández Xitumul {number}",
        birth_date=date(1960, 1, 1) + timedelta(days=number % 15_000),
        programme="Sembrando Vida",
        months_accepted=36,
        first_month=Month(2022, 12),
        last_month=Month(2025, 12),
        issuer=DID,
        issued=START,
        expires=START + timedelta(days=730),
        status_list=ADDRESS,
        status_index=number % ENTRIES,
    )


def salts(number: int) -> list[bytes]:
    """As many random salts as a job would draw; here from a seed, so that runs are alike."""
    return [hashlib.sha256(f"{number}/{field}".encode()).digest()[:16] for field in range(6)]


def issue(key: SigningKey, numbers: range) -> int:
    """Card, SD-JWT and VC of each; the characters written."""
    length = 0
    for number in numbers:
        one = constancia(number)
        length += len(card.written(one, key))
        length += len(sd_jwt.written_sd(one, key, salts(number)))
        length += len(vc.written_jose(one, key))
    return length


def issue_chunk(file: Path, numbers: range) -> float:
    """As a worker does it: the key is read from its file, then used for many. Its seconds of processor."""
    started = time.process_time()
    issue(keys.taken(file, PASSPHRASE, START), numbers)
    return time.process_time() - started


def issued_in(key: SigningKey, people: int, processes: int) -> str:
    started = time.perf_counter()
    share = -(-people // processes)
    chunks = [range(at, min(at + share, people)) for at in range(0, people, share)]
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(processes) as pool:
        keys.kept(key, Path(folder) / "key.pem", PASSPHRASE)
        processor = list(pool.map(issue_chunk, [Path(folder) / "key.pem"] * len(chunks), chunks))
    return f"{time.perf_counter() - started:.1f} s, {sum(processor):.1f} s of processor in all"


def others_issue(key: SigningKey) -> float:
    """Seconds of python-cwt, sd-jwt and jwcrypto for `SAMPLE` people."""
    import cwt
    from jwcrypto.jwk import JWK
    from jwcrypto.jws import JWS
    from sd_jwt.common import SDObj
    from sd_jwt.issuer import SDJWTIssuer

    d = key.private.private_numbers().private_value.to_bytes(32)
    jwk = JWK(**key.public.jwk, d=packed(d))
    cose = cwt.COSEKey.from_jwk({**key.public.jwk, "d": packed(d), "kid": "1", "alg": "ES256"})
    started = time.perf_counter()
    for number in range(SAMPLE):
        one = constancia(number)
        said = json_subject(one)
        cwt.encode({"iss": DID, "exp": 2**31, "iat": 2**30, -65537: list(said.values())}, cose)
        SDJWTIssuer({"iss": DID, **{SDObj(name): found for name, found in said.items()}}, jwk)
        jws = JWS(written(vc.credential(one)))
        jws.add_signature(jwk, protected='{"alg":"ES256","typ":"vc+jwt"}')
        jws.serialize(compact=True)
    return time.perf_counter() - started


def milliseconds(call: Callable[[], object], runs: int = 300) -> str:
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    return f"{median(times):.2f} ms, slowest of {runs} {max(times):.2f} ms"


def status_lists(key: SigningKey) -> list[StatusList]:
    """Both lists of a million entries, one in a hundred set at places that follow no order."""
    taken = sorted(range(ENTRIES), key=lambda i: hashlib.md5(str(i).encode(), usedforsecurity=False).digest())
    bits = bitstring(taken[: ENTRIES // 100], ENTRIES)
    return [
        StatusList(list_address(ADDRESS, p), p, DID, START, NOW + timedelta(days=7), bits) for p in Purpose
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    ours, wallet = keys.made(Kind.ED25519, START), keys.made(Kind.P256, START)

    for key in (ours, wallet):
        took = issued_in(key, asked.people, asked.processes)
        print(f"issued {asked.people:,} x 3 ({key.public.kind}, {asked.processes} processes): {took}")
    started = time.perf_counter()
    issue(wallet, range(SAMPLE))
    alone = time.perf_counter() - started
    others = others_issue(wallet)
    print(
        f"one process, P-256, {SAMPLE:,} people: ours {alone:.2f} s; python-cwt, sd-jwt and jwcrypto {others:.2f} s "
        f"({others / alone:.1f} x; 100,000 in {others * 100_000 / SAMPLE:.0f} s, extrapolated)"
    )

    trust = Trust(1, START, NOW + timedelta(days=9), (Issuer(DID, "Ejemplo", (ours.public, wallet.public)),))
    lists = status_lists(ours)
    token = signed(lists[0], ours)
    print(
        f"status list, {ENTRIES:,} entries, 1 % set: {len(token):,} bytes signed, {len(gzip.compress(token.encode())):,} "
        f"in gzip; opened in {milliseconds(lambda: opened(token, trust), 20)}"
    )
    one = next(constancia(n) for n in range(ENTRIES) if not lists[0].is_set(n))
    for key in (ours, wallet):
        text = card.written(one, key)
        print(
            f"card ({key.public.kind}): {len(text)} characters, QR {card.drawn(text).designator}; verified in "
            + milliseconds(lambda text=text: verify(text, trust, NOW, lists))
        )
    for name, proof in (("vc+jwt", vc.written_jose(one, ours)), ("vc+cose", vc.written_cose(one, ours))):
        print(f"{name}: verified in " + milliseconds(lambda proof=proof: verify(proof, trust, NOW, lists)))
    text = sd_jwt.written_sd(one, ours, salts(0))
    print("SD-JWT: verified in " + milliseconds(lambda: verify(text, trust, NOW, lists)))


if __name__ == "__main__":
    main()
