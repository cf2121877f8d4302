"""A constancia as pages tell it."""

from dataclasses import dataclass
from datetime import datetime

from ceiba.core.kernel.errors import CeibaError
from ceiba.credentials.formats import card_of, claims_of
from ceiba.credentials.models import Credential
from ceiba.credentials.states import CredentialState
from ceiba.proofs import card
from ceiba.proofs.claims import Constancia
from ceiba.web.words import language

QR_SCALE = 4  # pixels a module: what is drawn scales without loss


@dataclass(frozen=True, slots=True)
class Told:
    """One with its standing today: its state, or "expired" of a valid one whose time is over."""

    credential: Credential
    standing: str

    @property
    def holds(self) -> bool:
        """Whether a verifier would accept it today."""
        return self.standing == CredentialState.VALID


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed: claims, card as a picture (none where the name does not fit), or why there is nothing."""

    claims: Constancia | None
    card: str
    qr: str
    problem: str


def told(credential: Credential, at: datetime) -> Told:
    """How it stands at a moment."""
    over = credential.expires_at <= at and credential.state == CredentialState.VALID
    return Told(credential, "expired" if over else credential.state)


def paper_of(credential: Credential) -> Paper:
    """Opened for whoever may hold it."""
    try:
        claims = claims_of(credential)
    except CeibaError as error:
        return Paper(None, "", "", error.text(language()))
    text = card_of(credential) or ""
    return Paper(claims, text, _drawn(text) if text else "", "")


def _drawn(text: str) -> str:
    """An SVG without styles, which our policy would not let a page use."""
    drawn = card.drawn(text)
    return str(drawn.svg_inline(scale=QR_SCALE, border=4, svgclass="qr-card", lineclass=None, omitsize=True))
