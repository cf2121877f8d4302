"""What the codes of the pathway are called on pages; `labels.GROUPS` holds them too."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = str | Promise

PART: Final[Mapping[str, Label]] = {
    "identity": _("Name, birth date and code"),
    "constancia": _("What the certificate says: months accepted"),
    "record": _("Service record: months accepted and decided, and breaks"),
    "plots": _("Plots: how many, and the hectares measured"),
    "contact": _("Telephone, language and municipality"),
}
READING: Final[Mapping[str, Label]] = {
    "own": _("Read on their own page"),
    "aloud": _("Read aloud to the person"),
    "interpreted": _("Put into the person's language by somebody"),
    "paper": _("Read by the person on paper"),
}
CONSENT: Final[Mapping[str, Label]] = {
    "live": pgettext_lazy("a consent", "Shared now"),
    "withdrawn": pgettext_lazy("a consent", "Withdrawn"),
    "replaced": pgettext_lazy("a consent", "Replaced by another"),
    "ended": pgettext_lazy("a consent", "Its last day is past"),
}
RECIPIENT: Final[Mapping[str, Label]] = {"consulate": _("Consulate"), "ministry": _("Ministry")}
BATCH: Final[Mapping[str, Label]] = {
    "open": pgettext_lazy("a batch", "Open: people may still agree to be on it"),
    "due": pgettext_lazy("a batch", "Its closing day is past: about to be closed"),
    "closed": pgettext_lazy("a batch", "Closed: waiting for the outside number"),
    "numbered": pgettext_lazy("a batch", "Closed: the outside number is published"),
    "drawn": pgettext_lazy("a batch", "Drawn"),
}
SAID: Final[Mapping[str, Label]] = {
    "accepted": pgettext_lazy("a referral", "Accepted"),
    "refused": pgettext_lazy("a referral", "Refused"),
    "no_answer": pgettext_lazy("a referral", "No answer by the day"),
    "declined": pgettext_lazy("a referral", "The person did not take it"),
}
MOVED: Final[Mapping[str, Label]] = {
    "departed": pgettext_lazy("a season", "Departed"),
    "returned": pgettext_lazy("a season", "Returned home"),
    "no_show": pgettext_lazy("a season", "Did not depart"),
}
SEASON: Final[Mapping[str, Label]] = {
    "completed": pgettext_lazy("a season", "Completed: it counts"),
    "same_year": pgettext_lazy("a season", "Back on time; another of that year counts"),
    "late": pgettext_lazy("a season", "Back after its last day: it does not count"),
    "no_return": pgettext_lazy("a season", "Departed; no return is on record"),
    "no_show": pgettext_lazy("a season", "Did not depart: it does not count"),
    "to_come": pgettext_lazy("a season", "Accepted; no departure is on record"),
}
PATHWAY_GROUPS: Final[Mapping[str, Mapping[str, Label]]] = {
    "part": PART,
    "reading": READING,
    "consent": CONSENT,
    "recipient": RECIPIENT,
    "batch": BATCH,
    "said": SAID,
    "moved": MOVED,
    "season": SEASON,
}
