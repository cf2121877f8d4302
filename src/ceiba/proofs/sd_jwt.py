"""The constancia as an SD-JWT VC: its holder shows "36 months" and withholds the rest.

SD-JWT is RFC 9901; the profile is draft-ietf-oauth-sd-jwt-vc (`dc+sd-jwt`, `vct`). `processed` follows RFC 9901,
section 7.1, whole: unlike libraries we tried, it rejects disclosures that nothing signed refers to. Each of the six
things said of the person can be shown or withheld; issuer, times and status cannot.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs import jose
from ceiba.proofs.base64url import packed, read_json, unpacked, written
from ceiba.proofs.claims import (
    FIELDS,
    NO_RIGHT,
    Claimed,
    Constancia,
    count,
    json_subject,
    moment,
    only,
    text,
    value,
)
from ceiba.proofs.keys import PublicKey, Signer, key_name
from ceiba.proofs.problems import refused
from ceiba.proofs.trust import Held, Trust

TYPE: Final = "dc+sd-jwt"
BINDING_TYPE: Final = "kb+jwt"
VCT: Final = "urn:ceiba:constancia:1"
HASH: Final = "sha-256"
SALT_BYTES: Final = 16  # RFC 9901, section 9.3: 128 bits
BINDING_LASTS: Final = timedelta(minutes=10)
ALWAYS_SHOWN: Final = frozenset({"iss", "iat", "exp", "vct", "status", "description", "cnf"})
NEVER_APART: Final = ALWAYS_SHOWN | {"nbf", "vct#integrity", "_sd", "_sd_alg", "..."}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a verifier asked a wallet: whoever presents must have signed this very request."""

    nonce: str
    audience: str


@dataclass(frozen=True, slots=True)
class Parts:
    """An SD-JWT taken apart: `binding` is the key-binding JWT, or empty; `bound` is the text it vouches for."""

    token: str
    disclosures: tuple[str, ...]
    binding: str
    bound: str


def written_sd(
    constancia: Constancia, signer: Signer, salts: Sequence[bytes], holder: PublicKey | None = None
) -> str:
    """The SD-JWT with every disclosure, as its holder keeps it; `salts` are random, one a field, 16 bytes or more.

    With `holder`, presenting it takes that key's signature. Raises CeibaError (sd.salts).
    """
    if len(set(salts)) != len(FIELDS) or min(map(len, salts)) < SALT_BYTES:
        raise refused("sd.salts", count=len(FIELDS))
    said = json_subject(constancia)
    disclosures = [
        packed(written([packed(salt), name, found]))
        for salt, (name, found) in zip(salts, said.items(), strict=True)
    ]
    payload = {
        "iss": constancia.issuer,
        "iat": int(constancia.issued.timestamp()),
        "exp": int(constancia.expires.timestamp()),
        "vct": VCT,
        "description": NO_RIGHT["es"],
        "status": {"bitstring_status_list": {"uri": constancia.status_list, "idx": constancia.status_index}},
        **({"cnf": {"jwk": dict(holder.jwk)}} if holder else {}),
        "_sd_alg": HASH,
        "_sd": sorted(map(digest, disclosures)),  # sorted, so that their order says nothing
    }
    token = jose.signed(signer, TYPE, payload, kid=key_name(constancia.issuer, signer.public))
    return "~".join([token, *disclosures, ""])


def presented(sd_jwt: str, fields: Collection[str]) -> str:
    """The SD-JWT with the disclosures of `fields` alone, as its holder shows it."""
    parts = taken_apart(sd_jwt)
    shown = [d for d in parts.disclosures if _contents(d, 3)[1] in fields]
    return "~".join([parts.token, *shown, ""])


def bound(presentation: str, holder: Signer, asked: Asked, now: datetime) -> str:
    """A presentation with its holder's signature over it and over what the verifier asked."""
    payload = {
        "iat": int(now.timestamp()),
        "aud": asked.audience,
        "nonce": asked.nonce,
        "sd_hash": digest(presentation),
    }
    return presentation + jose.signed(holder, BINDING_TYPE, payload)


def taken_apart(sd_jwt: str) -> Parts:
    """Issuer's JWT, disclosures, key binding. Raises CeibaError (proof.damaged)."""
    token, *disclosures, binding = sd_jwt.split("~") if "~" in sd_jwt else ("", "")
    if not token or not all(disclosures):
        raise refused("proof.damaged", what="SD-JWT")
    return Parts(token, tuple(disclosures), binding, sd_jwt.removesuffix(binding))


def opened(sd_jwt: str, trust: Trust, asked: Asked | None, now: datetime) -> tuple[Claimed, Held, bool]:
    """Verify signature, disclosures and key binding, and read; true where its holder proved to present it.

    Raises CeibaError (proof.*, sd.*); sd.no_binding when the verifier `asked` and there is no answer.
    """
    parts = taken_apart(sd_jwt)
    payload, kid = jose.opened(parts.token, TYPE, lambda name: trust.held(name).key)
    payload = processed(payload, parts.disclosures)
    if payload.get("vct") != VCT:
        raise refused("sd.vct", found=str(payload.get("vct"))[:60])
    return _claimed(payload), trust.held(kid), holder_proved(parts, payload.get("cnf"), asked, now)


def processed(payload: Mapping[str, Any], disclosures: Sequence[str]) -> dict[str, Any]:
    """The processed payload of RFC 9901, section 7.1, step 3 to 5: digests replaced by what they are digests of.

    Raises CeibaError (sd.hash, malformed, repeated, digest_twice, unreferenced, reserved, overlap; proof.damaged).
    """
    if (found := payload.get("_sd_alg", HASH)) != HASH:
        raise refused("sd.hash", found=str(found)[:40])
    by_digest = {digest(disclosure): disclosure for disclosure in disclosures}
    if len(by_digest) != len(disclosures):
        raise refused("sd.repeated")
    walk = _Walk(by_digest)
    result = walk.members({name: raw for name, raw in payload.items() if name != "_sd_alg"})
    if set(by_digest) - walk.seen:
        raise refused("sd.unreferenced")
    return result


def digest(text_: str) -> str:
    """base64url of the SHA-256 of an ASCII text."""
    return packed(hashlib.sha256(text_.encode()).digest())


@dataclass(slots=True)
class _Walk:
    """One pass over a payload; `seen` are the digests met so far, of disclosures or decoys."""

    by_digest: Mapping[str, str]
    seen: set[str] = field(default_factory=set)

    def anything(self, raw: Any) -> Any:
        if isinstance(raw, dict):
            return self.members(raw)
        return self.items(raw) if isinstance(raw, list) else raw

    def members(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        if "..." in raw:
            raise refused("sd.malformed", what="...")
        result = {name: self.anything(inner) for name, inner in raw.items() if name != "_sd"}
        digests = raw.get("_sd", [])
        if not isinstance(digests, list):
            raise refused("sd.malformed", what="_sd")
        for one in digests:
            if (disclosure := self.meet(one)) is None:
                continue
            _, name, inner = _contents(disclosure, 3)
            if not isinstance(name, str) or name in NEVER_APART:
                raise refused("sd.reserved", claim=str(name)[:40])
            if name in result:
                raise refused("sd.overlap", claim=name[:40])
            result[name] = self.anything(inner)
        return result

    def items(self, raw: Sequence[Any]) -> list[Any]:
        result = []
        for item in raw:
            if not isinstance(item, dict) or "..." not in item:
                result.append(self.anything(item))
            elif len(item) != 1:
                raise refused("sd.malformed", what="...")
            elif (disclosure := self.meet(item["..."])) is not None:
                result.append(self.anything(_contents(disclosure, 2)[1]))
        return result

    def meet(self, one: object) -> str | None:
        """The disclosure of a digest, None for a decoy or what is withheld."""
        if not isinstance(one, str):
            raise refused("sd.malformed", what="_sd")
        if one in self.seen:
            raise refused("sd.digest_twice")
        self.seen.add(one)
        return self.by_digest.get(one)


def _contents(disclosure: str, length: int) -> list[Any]:
    """[salt, name, value] or [salt, value]."""
    try:
        found = read_json(unpacked(disclosure))
    except CeibaError as error:
        raise refused("sd.malformed", what="base64url") from error
    if not isinstance(found, list) or len(found) != length or not isinstance(found[0], str):
        raise refused("sd.malformed", what="disclosure")
    return found


def _claimed(payload: Mapping[str, Any]) -> Claimed:
    only(payload, ALWAYS_SHOWN | set(FIELDS))
    match payload.get("status"):
        case {"bitstring_status_list": {"uri": uri, "idx": index, **more}, **others} if (
            not more and not others
        ):
            pass
        case _:
            raise refused("proof.claim", claim="status")
    return Claimed(
        subject={name: value(name, read, payload[name]) for name, read in FIELDS.items() if name in payload},
        issuer=value("issuer", text, payload.get("iss")),
        issued=value("issued", moment, payload.get("iat")),
        expires=value("expires", moment, payload.get("exp")),
        status_list=value("status_list", text, uri),
        status_index=value("status_index", count, index),
    )


def holder_proved(parts: Parts, cnf: object, asked: Asked | None, now: datetime) -> bool:
    """RFC 9901, section 7.3: whether the holder's key signed this presentation, and what was asked.

    An answer to a question that we did not ask is verified and counts for nothing. Raises CeibaError (sd.no_binding,
    sd.binding).
    """
    if not parts.binding:
        if asked is not None:
            raise refused("sd.no_binding")
        return False
    try:
        key = PublicKey.of_jwk(cnf["jwk"], now)  # type: ignore[index]
        payload, _ = jose.opened(parts.binding, BINDING_TYPE, lambda _: key, kid=False)
    except (CeibaError, KeyError, TypeError) as error:
        raise refused("sd.binding", what="kb+jwt") from error
    if payload.get("sd_hash") != digest(parts.bound):
        raise refused("sd.binding", what="sd_hash")
    if asked is None:
        return False
    signed_at = value("iat", moment, payload.get("iat"))
    for name, sound in (
        ("nonce", payload.get("nonce") == asked.nonce),
        ("aud", payload.get("aud") == asked.audience),
        ("iat", abs(now - signed_at) <= BINDING_LASTS),
    ):
        if not sound:
            raise refused("sd.binding", what=name)
    return True
