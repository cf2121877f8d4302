"""How a constancia stands, what happened to it, and the coded reasons for which something may."""

from enum import StrEnum
from typing import Final


class CredentialState(StrEnum):
    """How it stands. One whose revocation was asked for is published as suspended until a second person decides."""

    VALID = "valid"
    SUSPENDED = "suspended"
    ASKED = "asked"
    REVOKED = "revoked"


HELD_BACK: Final = (
    CredentialState.SUSPENDED,
    CredentialState.ASKED,
)  # whose bit is set in the suspension list


class Happening(StrEnum):
    """What happened to a constancia; written by the table's own trigger."""

    ISSUED = "issued"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    ASKED = "asked"  # for its revocation, which is not yet
    REFUSED = "refused"  # the revocation was: it stands as before
    REVOKED = "revoked"
    SUPERSEDED = "superseded"  # revoked because a newer one took its place
    ERASED = "erased"  # name, birth date and card are gone


class Reason(StrEnum):
    """Why. There is no free text: it would hold what is of a person, for good."""

    SUPERSEDED = "superseded"
    ISSUED_IN_ERROR = "issued_in_error"
    IDENTITY = "identity"
    RECORD_CHANGED = "record_changed"
    DATA_WRONG = "data_wrong"
    LOST = "lost"
    PERSON_ASKED = "person_asked"
    DECEASED = "deceased"
    KEY_LEAKED = "key_leaked"
    DOUBT_CLEARED = "doubt_cleared"
    NOT_SHOWN = "not_shown"


SUSPENDS: Final = (
    Reason.IDENTITY,
    Reason.RECORD_CHANGED,
    Reason.DATA_WRONG,
    Reason.LOST,
    Reason.PERSON_ASKED,
)
REINSTATES: Final = (Reason.DOUBT_CLEARED, Reason.PERSON_ASKED)
REVOKES: Final = (
    Reason.ISSUED_IN_ERROR, Reason.IDENTITY, Reason.RECORD_CHANGED, Reason.DATA_WRONG, Reason.LOST,
    Reason.PERSON_ASKED, Reason.DECEASED, Reason.KEY_LEAKED,
)  # fmt: skip
REFUSES: Final = (Reason.NOT_SHOWN, Reason.DOUBT_CLEARED)


class KeyPurpose(StrEnum):
    """What a published key signs."""

    CONSTANCIA = "constancia"
    TRUST = "trust"  # the trust list: a root key


class OfferState(StrEnum):
    """How an offer to a wallet stands. It also ends by itself, with its time."""

    OPEN = "open"
    TAKEN = "taken"  # its code was exchanged for a token, once
    CLOSED = "closed"  # too many wrong transaction codes, a newer offer, or its code came a second time
