"""Who signs in as the participant of `ceiba demo`."""

from typing import Final

_LATE: Final = 5
"""In so many months they were paid, if they can."""


def demo_participant(programme: str) -> str:
    """Code of the participant who signs in: with the months of a certificate, paid by bank and of late, else anybody.

    Before the first month is decided it is whoever is first; empty where nobody takes part.
    """
    from django.db.models import Count

    from ceiba.payees.models import PayeeAccount
    from ceiba.payments.models import PaymentLine
    from ceiba.registry.models import Participant

    reached = _reached(programme)
    lines = PaymentLine.objects.filter(programme=programme)
    months = list(lines.order_by("-month").values_list("month", flat=True).distinct()[:_LATE])
    late = lines.filter(participant__in=reached, month__in=months).values_list("participant")
    paid = dict(late.annotate(months=Count("month", distinct=True)))
    by_bank = set(PayeeAccount.objects.filter(scheme="local").values_list("participant", flat=True))
    people = dict(Participant.objects.filter(pk__in=reached).order_by("code").values_list("pk", "code"))
    if people:
        return people[max(people, key=lambda pk: (pk in by_bank, paid.get(pk, 0)))]
    first = Participant.objects.filter(enrolments__state="active").order_by("code").first()
    return first.code if first else ""


def _reached(programme: str) -> list[int]:
    """Who has reached the first stage of the pathway."""
    from ceiba.rulebook.selectors import latest_version, rulebook_of
    from ceiba.service_record.selectors.stages import stages_reached

    pathway = rulebook_of(latest_version(programme)).pathway
    if not pathway:
        return []
    found = stages_reached(programme, stages=[pathway[0].id])
    return found.filter(state="reached")["participant_id"].to_list()
