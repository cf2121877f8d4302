"""Who was erased, and what the register has of a person."""

from collections.abc import Mapping
from datetime import date

from ceiba.core.register import ENDED
from ceiba.registry.models import Document, Enrolment, EnrolmentSpan, Officer, Participant, Plot


def erased_people() -> list[int]:
    """The numbers of those whose data were erased."""
    return list(Participant.objects.exclude(erased_at=None).values_list("pk", flat=True))


def register_held(participant: int) -> Mapping[str, int]:
    """How many rows of each kind the register has of a person."""
    plots = Plot.objects.filter(participant=participant)
    return {
        "identity": Participant.objects.filter(pk=participant, erased_at=None).count(),
        "documents": Document.objects.filter(participant=participant).count(),
        "offices": Officer.objects.filter(participant=participant).count(),
        "outlines": plots.exclude(geometry=None).count(),
        "plots": plots.count(),
        "enrolments": Enrolment.objects.filter(participant=participant).count(),
        "spans": EnrolmentSpan.objects.filter(enrolment__participant=participant).count(),
    }


def is_enrolled(participant: int) -> bool:
    """Whether a person is in a programme, or on the way into one."""
    return Enrolment.objects.filter(participant=participant).exclude(state__in=ENDED).exists()


def active_until(participant: int) -> Mapping[str, date | None]:
    """Programme -> the day on which the person's last active time ended (excluded); None: it has not."""
    spans = EnrolmentSpan.objects.filter(enrolment__participant=participant, state="active").order_by("since")
    return dict(spans.values_list("enrolment__programme", "until"))
