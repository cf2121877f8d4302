"""What the codes of requests for erasure are called on pages; `labels.GROUPS` holds them too."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

Label = str | Promise

ERASURE: Final[Mapping[str, Label]] = {
    "asked": pgettext_lazy("an erasure", "Waits for a second person"),
    "confirmed": pgettext_lazy("an erasure", "Erased"),
    "refused": pgettext_lazy("an erasure", "Refused"),
    "withdrawn": pgettext_lazy("an erasure", "Taken back"),
}
ERASURE_REASON: Final[Mapping[str, Label]] = {
    "person_asked": pgettext_lazy("an erasure", "the person asked for it"),
    "family_asked": pgettext_lazy("an erasure", "the person died, and the family asked for it"),
    "in_error": pgettext_lazy("an erasure", "they were entered by mistake"),
    "ordered": pgettext_lazy("an erasure", "an authority or a court ordered it"),
}
ERASURE_REFUSAL: Final[Mapping[str, Label]] = {
    "not_asked": pgettext_lazy("an erasure", "the person says that they did not ask for it"),
    "identity": pgettext_lazy("an erasure", "it is not certain who asks"),
    "must_keep": pgettext_lazy("an erasure", "an authority or a court asked to keep the data"),
    "not_finished": pgettext_lazy("an erasure", "something of theirs is still to be done"),
}
PACK_STANDING: Final[Mapping[str, Label]] = {
    "working": pgettext_lazy("an audit pack", "Being made"),
    "ready": pgettext_lazy("an audit pack", "Ready"),
    "expired": pgettext_lazy("an audit pack", "No longer kept"),
    "refused": pgettext_lazy("an audit pack", "Not made"),
}
PRIVACY_GROUPS: Final[Mapping[str, Mapping[str, Label]]] = {
    "erasure": ERASURE,
    "erasure_reason": ERASURE_REASON,
    "erasure_refusal": ERASURE_REFUSAL,
    "pack_standing": PACK_STANDING,
}
