"""What the codes of absences are called on pages."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ABSENCE_GROUPS: Final[Mapping[str, Mapping[str, str | Promise]]] = {
    "absence": {
        "illness": pgettext_lazy("an absence", "Illness"),
        "maternity": pgettext_lazy("an absence", "Maternity"),
        "disaster": pgettext_lazy("an absence", "Disaster"),
    },
    "attestor": {
        "health_centre": _("Health centre, hospital or doctor"),
        "midwife": _("Midwife"),
        "civil_protection": _("Civil protection"),
        "authority": _("Authority of the community or the municipality"),
    },
    "absence_cell": {
        "cause": _("Cause"),
        "since": _("From"),
        "until": _("Until"),
        "attested_by": _("Who attests it"),
        "paper": _("The paper"),
        "month": _("Month"),
    },
}
