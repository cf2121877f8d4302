"""The list of who is trusted: issuers, their keys and times; logs, their keys and witnesses. Signed, and cached.

A verifier holds the root keys; the list is fetched when there is a network and used until it expires. Its number
only grows, so that an old list with a key since taken off cannot be put back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs import jose, keys
from ceiba.proofs.checkpoints import LogTrust
from ceiba.proofs.claims import count, moment, text
from ceiba.proofs.keys import PublicKey, Signer, key_name
from ceiba.proofs.note_keys import read_note_key
from ceiba.proofs.problems import refused

TYPE: Final = "ceiba-trust+jwt"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues: a did:web, the name that people read, and every key it signs or signed with."""

    did: str
    name: str
    keys: tuple[PublicKey, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A key and whose it is."""

    issuer: Issuer
    key: PublicKey


@dataclass(frozen=True)
class Trust:
    """A trust list: `number` grows with each one published. `logs` are those whose receipts can be verified."""

    number: int
    issued: datetime
    expires: datetime
    issuers: tuple[Issuer, ...]
    logs: tuple[LogTrust, ...] = ()

    @cached_property
    def _by_name(self) -> dict[str, Held]:
        return {key_name(i.did, key): Held(i, key) for i in self.issuers for key in i.keys}

    @cached_property
    def _by_short_name(self) -> dict[bytes, Held]:
        return {held.key.short_name: held for held in self._by_name.values()}

    def held(self, kid: str) -> Held:
        """The key of a JOSE `kid`, a DID URL. Raises CeibaError (proof.issuer_unknown, proof.key_unknown)."""
        if kid in self._by_name:
            return self._by_name[kid]
        did = kid.partition("#")[0]
        if did in {issuer.did for issuer in self.issuers}:
            raise refused("proof.key_unknown")
        raise refused("proof.issuer_unknown", issuer=did[:80])

    def held_short(self, kid: bytes) -> Held:
        """The key of a card's `kid`, the first bytes of its thumbprint. Raises CeibaError (proof.key_unknown)."""
        if kid not in self._by_short_name:
            raise refused("proof.key_unknown")
        return self._by_short_name[kid]


def signed(trust: Trust, root: Signer) -> str:
    """The list as its keeper publishes it."""
    payload = {
        "number": trust.number,
        "iat": int(trust.issued.timestamp()),
        "exp": int(trust.expires.timestamp()),
        "issuers": [
            {"id": i.did, "name": i.name, "keys": [keys.published(key) for key in i.keys]}
            for i in trust.issuers
        ],
        **({"logs": [_written_log(log) for log in trust.logs]} if trust.logs else {}),
    }
    return jose.signed(root, TYPE, payload, kid=root.public.thumbprint)


def opened(token: str, roots: Sequence[PublicKey], now: datetime, cached: Trust | None = None) -> Trust:
    """Verify a list by one of the root keys; `cached` is the list held until now.

    Raises CeibaError (proof.* as `jose.opened`, trust.list, trust.expired, trust.older).
    """

    def find(kid: str) -> PublicKey:
        found = [root for root in roots if root.thumbprint == kid]
        if not found:
            raise refused("proof.key_unknown")
        return found[0]

    payload, kid = jose.opened(token, TYPE, find)
    trust = _of(payload)
    if not find(kid).in_use(trust.issued):
        raise refused("proof.key_period", issued=trust.issued)
    if trust.expires <= now:
        raise refused("trust.expired", expires=trust.expires)
    if cached is not None and trust.number < cached.number:
        raise refused("trust.older", number=trust.number, held=cached.number)
    return trust


def _of(payload: dict[str, Any]) -> Trust:
    try:
        trust = Trust(
            count(payload["number"]),
            moment(payload["iat"]),
            moment(payload["exp"]),
            tuple(_issuer(raw) for raw in payload["issuers"]),
            tuple(_log(raw) for raw in payload.get("logs", ())),
        )
    except (KeyError, TypeError, ValueError, OverflowError, OSError, CeibaError) as error:
        raise refused("trust.list", what=type(error).__name__) from error
    _distinct(issuer.did for issuer in trust.issuers)
    _distinct(key.short_name.hex() for issuer in trust.issuers for key in issuer.keys)
    _distinct(log.origin for log in trust.logs)
    return trust


def _issuer(raw: dict[str, Any]) -> Issuer:
    keys.web_base(text(raw["id"]))
    return Issuer(text(raw["id"]), text(raw["name"]), tuple(keys.read(jwk) for jwk in raw["keys"]))


def _written_log(log: LogTrust) -> dict[str, Any]:
    return {
        "origin": log.origin,
        "keys": [key.text() for key in log.keys],
        "witnesses": [key.text() for key in log.witnesses],
        "witnesses_min": log.witnesses_min,
    }


def _log(raw: dict[str, Any]) -> LogTrust:
    keys_, witnesses = (
        tuple(read_note_key(text(each)) for each in raw[name]) for name in ("keys", "witnesses")
    )
    return LogTrust(text(raw["origin"]), keys_, witnesses, count(raw["witnesses_min"]))


def _distinct(names: Iterable[str]) -> None:
    found = list(names)
    if len(set(found)) != len(found):
        raise refused("trust.list", what="twice")
