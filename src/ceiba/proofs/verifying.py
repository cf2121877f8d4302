"""One function that reads a constancia in any of its formats, and says what it proves and what was not looked at.

Nothing is looked up: the list of issuers and the lists of revoked ones come as arguments, however old the verifier
has them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ceiba.core.kernel.errors import Problem
from ceiba.proofs import card, sd_jwt, vc
from ceiba.proofs.claims import FIELDS, NO_RIGHT, Claimed, Value
from ceiba.proofs.problems import refused
from ceiba.proofs.sd_jwt import Asked
from ceiba.proofs.status_list import Purpose, StatusList, list_address
from ceiba.proofs.trust import Held, Trust

LARGEST: Final = 16_384  # bytes of any constancia
SKEW: Final = timedelta(minutes=5)  # how far clocks may differ
STALE: Final = timedelta(days=7)  # after which a list is told to be old

LABELS: Final = {
    "name": ("Nombre", "Name"),
    "birth_date": ("Fecha de nacimiento", "Birth date"),
    "programme": ("Programa", "Programme"),
    "months_accepted": ("Meses aceptados", "Months accepted"),
    "first_month": ("Primer mes", "First month"),
    "last_month": ("Último mes", "Last month"),
    "issuer": ("Emitida por", "Issued by"),
    "issued": ("Emitida el", "Issued on"),
    "expires": ("Vale hasta", "Valid until"),
    "as_of": ("Según lo sabido al", "As known on"),
    "withheld": ("No mostrado por su titular", "Not shown by its holder"),
}


class Form(StrEnum):
    """The formats of a constancia."""

    CARD = "card"
    VC_JOSE = "vc+jwt"
    VC_COSE = "vc+cose"
    SD_JWT = "dc+sd-jwt"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a constancia that holds proves: `proven` of the person, by `issuer`, as of `as_of`.

    `as_of` is the time of the older list it was set against, or of its issue where there was none. `not_checked` are
    problems to read out (`Problem.text`), never empty of what the officer must do by eye.
    """

    form: Form
    proven: Mapping[str, Value]
    issuer: str
    issuer_name: str
    issued: datetime
    expires: datetime
    as_of: datetime
    not_checked: tuple[Problem, ...]

    @property
    def withheld(self) -> tuple[str, ...]:
        """The fields that its holder chose not to show."""
        return tuple(field for field in FIELDS if field not in self.proven)

    def lines(self, language: str = "es") -> list[str]:
        """What to read out: what is proven, by whom, as of when, what was not checked, and that no right follows."""
        at = 0 if language == "es" else 1
        said: dict[str, object] = dict(self.proven)
        if self.withheld:
            said["withheld"] = ", ".join(LABELS[name][at].lower() for name in self.withheld)
        said |= {
            "issuer": f"{self.issuer_name} ({self.issuer})",
            "issued": self.issued.date(),
            "expires": self.expires.date(),
            "as_of": self.as_of.date(),
        }
        return [
            *(f"{LABELS[name][at]}: {found}" for name, found in said.items()),
            *dict.fromkeys(
                problem.text(language) for problem in self.not_checked
            ),  # two lists may lack alike
            NO_RIGHT[language],
        ]


def verify(
    proof: bytes | str,
    trust: Trust,
    now: datetime,
    statuses: Collection[StatusList] = (),
    asked: Asked | None = None,
) -> Verdict:
    """Read a card, `vc+jwt`, `vc+cose` or SD-JWT, and decide whether it holds at `now`.

    `statuses` are lists as `status_list.opened` gives them, those of others among them or none at all. With
    `asked`, an SD-JWT must prove that its holder answers. Raises CeibaError with the one reason for which it is
    refused.
    """
    if trust.expires <= now:
        raise refused("trust.expired", expires=trust.expires)
    form, claimed, held, holder = _opened(proof, trust, asked, now)
    _in_time(claimed, held, now)
    looked_at, not_checked = _status(claimed, statuses, now)
    not_checked += trust_old(trust, now)
    if not holder:
        not_checked.append(_unchecked("unchecked.holder"))
    return Verdict(
        form=form,
        proven=claimed.subject,
        issuer=claimed.issuer,
        issuer_name=held.issuer.name,
        issued=claimed.issued,
        expires=claimed.expires,
        as_of=min((status.issued for status in looked_at), default=claimed.issued),
        not_checked=tuple(not_checked),
    )


def _opened(
    proof: bytes | str, trust: Trust, asked: Asked | None, now: datetime
) -> tuple[Form, Claimed, Held, bool]:
    """Told apart by how it begins, verified and read; true where the holder proved to present it."""
    if len(proof) > LARGEST:
        raise refused("proof.too_large", size=len(proof), most=LARGEST)
    if isinstance(proof, bytes) and proof[:1] >= b"\x80":  # no text begins so, and every COSE message does
        return Form.VC_COSE, *vc.opened_cose(proof, trust), False
    words = _text(proof)
    if words.startswith(card.PREFIX):
        return Form.CARD, *card.opened(words, trust), False
    if "~" in words:
        return Form.SD_JWT, *sd_jwt.opened(words, trust, asked, now)
    if words.count(".") == 2:
        return Form.VC_JOSE, *vc.opened_jose(words, trust), False
    raise refused("proof.unknown_format")


def _text(proof: bytes | str) -> str:
    try:
        words = proof.decode("ascii") if isinstance(proof, bytes) else proof
    except UnicodeDecodeError as error:
        raise refused("proof.unknown_format") from error
    words = words.strip("\r\n")
    if not words.isascii():
        raise refused("proof.unknown_format")
    return words


def _in_time(claimed: Claimed, held: Held, now: datetime) -> None:
    if claimed.issuer != held.issuer.did:
        raise refused("proof.issuer_other", issuer=claimed.issuer[:80])
    if claimed.issued > now + SKEW:
        raise refused("proof.not_yet", issued=claimed.issued)
    if not held.key.in_use(claimed.issued):
        raise refused("proof.key_period", issued=claimed.issued)
    if claimed.expires <= now:
        raise refused("proof.expired", expires=claimed.expires)


def _status(
    claimed: Claimed, statuses: Collection[StatusList], now: datetime
) -> tuple[list[StatusList], list[Problem]]:
    """The lists that it was set against, and what they leave open. Raises when it is revoked or suspended."""
    looked_at: list[StatusList] = []
    open_: list[Problem] = []
    for purpose in Purpose:
        address = list_address(claimed.status_list, purpose)
        found = [status for status in statuses if status.address == address and status.purpose is purpose]
        if not found:
            open_.append(_unchecked("unchecked.status", purpose=purpose))
            continue
        newest = max(found, key=lambda status: (status.issuer == claimed.issuer, status.issued))
        _set_against(newest, claimed, now)
        looked_at.append(newest)
        if now - newest.issued > STALE:
            days = (now - newest.issued).days
            open_.append(_unchecked("unchecked.status_old", purpose=purpose, days=days))
    return looked_at, open_


def _set_against(status: StatusList, claimed: Claimed, now: datetime) -> None:
    if status.issuer != claimed.issuer:
        raise refused("status.issuer")
    if status.issued > now + SKEW:
        raise refused("status.not_yet", issued=status.issued)
    if status.expires <= now:
        raise refused("status.expired", expires=status.expires)
    if status.is_set(claimed.status_index):
        code = "proof.revoked" if status.purpose is Purpose.REVOCATION else "proof.suspended"
        raise refused(code, issued=status.issued)


def trust_old(trust: Trust, now: datetime) -> list[Problem]:
    """What an old list leaves open."""
    old = now - trust.issued
    return [_unchecked("unchecked.trust_old", days=old.days)] if old > STALE else []


def _unchecked(code: str, **values: object) -> Problem:
    return Problem(code, values=values)
