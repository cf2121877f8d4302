"""Keys made from their names, so that nothing is random, and what a refusal says."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs.note_keys import KeyKind, NoteSigner, ed25519_signer

ORIGIN = "ejemplo.org/ceiba"
NOW = 1_795_700_000


def private(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def log_key(name: str = ORIGIN, seed: str = "log") -> NoteSigner:
    return ed25519_signer(name, KeyKind.LOG, private(seed))


def witness_key(name: str) -> NoteSigner:
    return ed25519_signer(name, KeyKind.WITNESS, private(name))


def refusal(call, *args) -> str:
    """The code of the refusal, which has its text in two languages."""
    with pytest.raises(CeibaError) as caught:
        call(*args)
    (problem,) = caught.value.problems
    assert caught.value.text("es") != caught.value.text("en")
    return problem.code
