"""Who signs in as the participant of `ceiba demo`."""


def demo_participant(programme: str) -> str:
    """Code of the participant who signs in: with the months of a certificate, paid by bank and of late, else anybody.

    Before the first month is decided it is whoever is first; empty where nobody takes part.
    """
    from django.db.models import Count, Q

    from ceiba.payments.models import PaymentLine
    from ceiba.registry.models import Participant

    late = PaymentLine.objects.filter(programme=programme).order_by("-month").values_list("month", flat=True)
    months = list(late.distinct()[:5])
    paid = Count("payment_lines", distinct=True, filter=Q(payment_lines__month__in=months))
    by_bank = Count("payee_accounts", filter=Q(payee_accounts__scheme="local"), distinct=True)
    reached = Participant.objects.filter(pk__in=_reached(programme)).annotate(paid=paid, by_bank=by_bank)
    found = reached.order_by("-by_bank", "-paid", "code").first()
    if found is None:
        found = Participant.objects.filter(enrolments__state="active").order_by("code").first()
    return found.code if found else ""


def _reached(programme: str) -> list[int]:
    """Who has reached the first stage of the pathway."""
    from ceiba.rulebook.selectors import latest_version, rulebook_of
    from ceiba.service_record.selectors.stages import stages_reached

    pathway = rulebook_of(latest_version(programme)).pathway
    if not pathway:
        return []
    found = stages_reached(programme, stages=[pathway[0].id])
    return found.filter(state="reached")["participant_id"].to_list()
