"""JWS in compact form (RFC 7515): the header says algorithm, kid and type, and nothing that we do not expect."""

from collections.abc import Callable
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError

from ceiba.proofs.base64url import packed, read_object, unpacked, written
from ceiba.proofs.keys import JOSE_ALGORITHMS, PublicKey, Signer
from ceiba.proofs.problems import refused

ALGORITHMS: Final = frozenset(JOSE_ALGORITHMS.values())


def signed(signer: Signer, typ: str, payload: dict[str, Any], **header: str) -> str:
    """The compact JWS of `payload` as JSON. The signature is the signer's own, which may be a token's."""
    said = {"alg": signer.public.algorithm, "typ": typ, **header}
    text = f"{packed(written(said))}.{packed(written(payload))}"
    return f"{text}.{packed(signer.sign(text.encode()))}"


def opened(
    token: str, typ: str, find: Callable[[str], PublicKey], cty: str | None = None, kid: bool = True
) -> tuple[dict[str, Any], str]:
    """Verify and open: the payload, and the kid that was found to have signed it.

    Raises CeibaError (proof.damaged, type, critical, header, algorithm, key_name, signature) and what `find` raises
    for a kid that it does not know. With `kid` false the key is known beforehand, and the header need not name it.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise refused("proof.damaged", what="JWS")
    payload, _ = unpacked(parts[1]), unpacked(parts[2])
    said = _header(unpacked(parts[0]), typ, cty, kid)
    key = find(said["kid"])
    if key.algorithm != said["alg"]:
        raise refused("proof.algorithm", found=said["alg"])
    try:
        jws.deserialize_compact(token, key.held, algorithms=[key.algorithm])
    except (JoseError, ValueError) as error:
        raise refused("proof.signature") from error
    return read_object(payload), said["kid"]


def _header(data: bytes, typ: str, cty: str | None, kid: bool) -> dict[str, str]:
    said = read_object(data)
    if "crit" in said:
        raise refused("proof.critical", what=str(said["crit"])[:40])
    if not isinstance(said.get("alg"), str) or said["alg"] not in ALGORITHMS:
        raise refused("proof.algorithm", found=str(said.get("alg"))[:40])
    if said.get("typ") != typ or said.get("cty", cty) != cty:
        raise refused("proof.type", found=str(said.get("typ"))[:40])
    if not isinstance(said.setdefault("kid", None if kid else ""), str):
        raise refused("proof.key_name")
    if extra := sorted(set(said) - {"alg", "kid", "typ", "cty"}):
        raise refused("proof.header", what=extra[0][:40])
    return said
