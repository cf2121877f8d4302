"""Where private keys are: files under a passphrase, and a token that never gives them away."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs import card, sd_jwt
from ceiba.proofs.base64url import unpacked
from ceiba.proofs.key_folder import KeyFolder
from ceiba.proofs.keys import Kind
from ceiba.proofs.token import Token
from ceiba.proofs.verifying import verify
from tests.proofs import made as m
from tests.proofs.softhsm import LABEL, LIBRARY, PIN, needs_softhsm, softhsm

PHRASE = "una frase bastante larga"


def code(refusal: pytest.ExceptionInfo[CeibaError]) -> str:
    return refusal.value.problems[0].code


def test_a_key_that_is_not_there_or_is_another_or_under_another_phrase_signs_nothing(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys", PHRASE)
    with pytest.raises(CeibaError) as refusal:
        folder.signer(m.KEY.public)
    assert code(refusal) == "key.absent"
    folder.keep(m.KEY)
    folder.file(m.KEY.public).rename(folder.file(m.OTHER.public))
    with pytest.raises(CeibaError) as refusal:
        folder.signer(m.OTHER.public)
    assert code(refusal) == "key.file"
    folder.keep(m.KEY)
    with pytest.raises(CeibaError) as refusal:
        KeyFolder(folder.folder, "otra frase bastante larga").signer(m.KEY.public)
    assert code(refusal) == "key.file"


@pytest.mark.parametrize("key", [m.KEY, m.OLD], ids=["Ed25519", "P-256"])
def test_a_folder_gives_back_the_key_and_its_time_and_shows_no_passphrase(
    key: object, tmp_path: Path
) -> None:
    folder = KeyFolder(tmp_path / "keys", PHRASE)
    assert stat.S_IMODE(folder.keep(key).stat().st_mode) == 0o600  # type: ignore[arg-type]
    assert stat.S_IMODE(folder.folder.stat().st_mode) == 0o700
    signer = folder.signer(key.public)  # type: ignore[attr-defined]
    assert signer.public == key.public  # type: ignore[attr-defined]
    assert signer.public.verifies(signer.sign(b"x"), b"x")
    assert PHRASE not in repr(folder)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Token]:
    with softhsm(tmp_path_factory.mktemp("token")):
        yield Token(str(LIBRARY), LABEL, PIN)


@needs_softhsm
@pytest.mark.parametrize("kind", Kind)
def test_a_key_made_in_a_token_signs_there_and_never_leaves_it(token: Token, kind: Kind) -> None:
    from pkcs11 import Attribute
    from pkcs11.exceptions import AttributeSensitive

    public = token.make(kind, m.ROTATED)
    signer = token.signer(public)
    for secret in (Attribute.VALUE,):
        with pytest.raises(AttributeSensitive):
            signer.key[secret]
    assert (signer.key[Attribute.SENSITIVE], signer.key[Attribute.EXTRACTABLE]) == (True, False)
    assert PIN not in repr(token)
    trust = m.Trust(8, m.LISTED, m.TRUST.expires, (m.Issuer(m.DID, "Programa", (public,)),))
    for written in (card.written(m.constancia(), signer), sd_jwt.written_sd(m.constancia(), signer, m.SALTS)):
        assert verify(written, trust, m.NOW).proven["months_accepted"] == 36


@needs_softhsm
def test_a_token_refuses_what_it_does_not_hold_and_another_label_or_library(token: Token) -> None:
    from pkcs11 import Attribute

    with pytest.raises(CeibaError) as refusal:
        token.signer(m.KEY.public)
    assert code(refusal) == "key.absent"
    signer = token.signer(token.make(Kind.ED25519, m.START))
    signer.key[Attribute.ID] = unpacked(m.KEY.public.thumbprint)
    with pytest.raises(CeibaError) as refusal:
        token.signer(m.KEY.public)
    assert code(refusal) == "key.file"
    with pytest.raises(CeibaError) as refusal:
        Token(str(LIBRARY), "otro", PIN).signer(m.KEY.public)
    assert code(refusal) == "token.absent"
    with pytest.raises(CeibaError) as refusal:
        Token("/no/such/library.so", LABEL, PIN).signer(m.KEY.public)
    assert code(refusal) == "token.failed"
