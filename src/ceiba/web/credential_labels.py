"""What the codes of constancias are called on pages; `labels.GROUPS` holds them too."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = str | Promise

CREDENTIAL: Final[Mapping[str, Label]] = {
    "valid": pgettext_lazy("a certificate", "Valid"),
    "suspended": pgettext_lazy("a certificate", "Suspended"),
    "asked": pgettext_lazy("a certificate", "Revocation to be decided"),
    "revoked": pgettext_lazy("a certificate", "Revoked"),
    "expired": pgettext_lazy("a certificate", "Expired"),
}
CREDENTIAL_EVENT: Final[Mapping[str, Label]] = {
    "issued": pgettext_lazy("a certificate", "Issued"),
    "suspended": pgettext_lazy("a certificate", "Suspended"),
    "reinstated": pgettext_lazy("a certificate", "Reinstated"),
    "asked": pgettext_lazy("a certificate", "Revocation asked for"),
    "refused": pgettext_lazy("a certificate", "Revocation refused"),
    "revoked": pgettext_lazy("a certificate", "Revoked"),
    "superseded": pgettext_lazy("a certificate", "Replaced by a newer one"),
    "erased": pgettext_lazy("a certificate", "Personal data erased"),
}
CREDENTIAL_REASON: Final[Mapping[str, Label]] = {
    "superseded": _("a newer one was issued"),
    "issued_in_error": _("it was issued in error"),
    "identity": _("the identity is in doubt"),
    "record_changed": _("accepted months are being, or were, decided again"),
    "data_wrong": _("the name or birth date is wrong"),
    "lost": _("the paper or telephone was lost"),
    "person_asked": _("the person asked for it"),
    "deceased": _("the person died"),
    "key_leaked": _("the signing key came into other hands"),
    "doubt_cleared": _("the doubt was cleared up"),
    "not_shown": _("what was said was not shown to be so"),
}
CREDENTIAL_STANDING: Final[Mapping[str, Label]] = {
    "ready": pgettext_lazy("people and certificates", "To be issued"),
    "not_yet": pgettext_lazy("people and certificates", "Not yet"),
    "excluded": pgettext_lazy("people and certificates", "Excluded by a rule"),
    "has": pgettext_lazy("people and certificates", "Have one"),
    "suspended": pgettext_lazy("people and certificates", "Have one that is suspended"),
    "asked": pgettext_lazy("people and certificates", "Revocation to be decided"),
    "revoked_before": pgettext_lazy("people and certificates", "One was revoked"),
}
CREDENTIAL_ACT: Final[Mapping[str, Label]] = {
    "suspend": pgettext_lazy("a certificate", "Suspend it"),
    "reinstate": pgettext_lazy("a certificate", "Reinstate it"),
    "ask": pgettext_lazy("a certificate", "Ask for it to be revoked"),
    "confirm": pgettext_lazy("a certificate", "Revoke it for good"),
    "refuse": pgettext_lazy("a certificate", "Refuse the revocation"),
}
CREDENTIAL_GROUPS: Final[Mapping[str, Mapping[str, Label]]] = {
    "credential": CREDENTIAL,
    "credential_event": CREDENTIAL_EVENT,
    "credential_reason": CREDENTIAL_REASON,
    "credential_standing": CREDENTIAL_STANDING,
    "credential_act": CREDENTIAL_ACT,
}
