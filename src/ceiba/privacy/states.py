"""The codes of a request for erasure: how it stands, why it was asked for, why it was refused, what bars it."""

from enum import StrEnum


class ErasureState(StrEnum):
    """How a request stands."""

    ASKED = "asked"
    CONFIRMED = "confirmed"  # and done, in the same transaction
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by whoever asked


class AskedFor(StrEnum):
    """Why somebody's data are to be erased."""

    PERSON_ASKED = "person_asked"
    FAMILY_ASKED = "family_asked"  # of somebody who died
    IN_ERROR = "in_error"  # they were entered by mistake
    ORDERED = "ordered"  # an authority or a court ordered it


class RefusedFor(StrEnum):
    """Why a second person refuses it."""

    NOT_ASKED = "not_asked"  # the person says that they did not ask for it
    IDENTITY = "identity"  # it is not certain who asks
    MUST_KEEP = "must_keep"  # an authority or a court asked to keep the data
    NOT_FINISHED = "not_finished"  # something of theirs is still to be done


class Bar(StrEnum):
    """What of a person must come to its end first."""

    ENROLLED = "enrolled"
    MONTH_OPEN = "month_open"
    FORMS_WAITING = "forms_waiting"
    CHANGE_OPEN = "change_open"
    UNSETTLED = "unsettled"
    DUE = "due"
    HELD = "held"
    SAVINGS_LEFT = "savings_left"
    ACCOUNT_WAITS = "account_waits"
    ITEM_OPEN = "item_open"
    REVOCATION_WAITS = "revocation_waits"
    REFERRAL_LIVE = "referral_live"
