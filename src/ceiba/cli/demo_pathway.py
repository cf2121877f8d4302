"""What follows the months in `ceiba demo`: who signs in, what people share, a batch that was drawn and one open.

Looks first at what is there, so that a demo that was broken off goes on, and one that is whole stays.
"""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from ceiba.core.dossier import Part, Reading
from ceiba.core.referrals import Moved, Said

if TYPE_CHECKING:
    from ceiba.accounts.models import User
    from ceiba.core.rules.rulebook import PathwayStage
    from ceiba.pathway.models import Batch, Recipient

CONSULATE: Final = "CONSUL-MUESTRA"
"""With whom the demonstration's people share, and to which its consulate is tied."""
_SHARE: Final = 12
_PLACES: Final = 4
_SOURCE: Final = "Dato de muestra: no hay tal documento"
_OUTSIDE: Final = "Primer premio de una lotería de muestra, la primera después del cierre"


def demo_participant(programme: str) -> str:
    """Code of the participant who signs in: with the months of a certificate, paid by bank and of late, else anybody.

    Empty where nobody takes part.
    """
    from django.db.models import Count, Q

    from ceiba.payments.models import PaymentLine
    from ceiba.registry.models import Participant

    late = PaymentLine.objects.filter(programme=programme).order_by("-month").values_list("month", flat=True)
    months = list(late.distinct()[:5])
    paid = Count("payment_lines", distinct=True, filter=Q(payment_lines__month__in=months))
    by_bank = Count("payee_accounts", filter=Q(payee_accounts__scheme="local"), distinct=True)
    reached = Participant.objects.filter(pk__in=_reached(programme, 0)).annotate(paid=paid, by_bank=by_bank)
    found = reached.order_by("-by_bank", "-paid", "code").first()
    if found is None:
        found = Participant.objects.filter(enrolments__state="active").order_by("code").first()
    return found.code if found else ""


def _reached(programme: str, place: int) -> list[int]:
    """Who has reached a stage of the pathway, by its place; nobody before the first month is decided."""
    from ceiba.service_record.selectors.stages import stages_reached

    stages = _stages(programme)
    if place >= len(stages):
        return []
    found = stages_reached(programme, stages=[stages[place].id])
    return found.filter(state="reached")["participant_id"].to_list()


def _stages(programme: str) -> "tuple[PathwayStage, ...]":
    from ceiba.rulebook.selectors import latest_version, rulebook_of

    return tuple(rulebook_of(latest_version(programme)).pathway)


def demo_pathway(programme: str) -> None:
    """A consulate, what people share with it, and two referral batches; a programme without a pathway has none."""
    from ceiba.pathway.models import Recipient
    from ceiba.pathway.services import recipient_register

    if Recipient.objects.filter(code=CONSULATE).exists():
        return
    now = datetime.now(UTC)
    consulate = recipient_register(
        code=CONSULATE, kind="consulate", name="Consulado de muestra", country="US", by=_user("oficina"), now=now
    )  # fmt: skip
    stages = _stages(programme)
    _shared(programme, consulate, now)
    seasonal = next((place for place, stage in enumerate(stages) if stage.months_a_year), None)
    if seasonal is None:
        return
    people = _reached(programme, seasonal)[:_SHARE]
    if people:
        _agreed(programme, consulate, stages[seasonal], people, now - timedelta(days=50))
        _answered(_drawn(programme, consulate, stages[seasonal], now - timedelta(days=45)), now)
    _opened(programme, consulate, stages[seasonal], now, now.date() + timedelta(days=20))


def _shared(programme: str, consulate: "Recipient", now: datetime) -> None:
    """What the participant who signs in shares, on their own page."""
    from ceiba.pathway.selectors.stages import pathways_of
    from ceiba.pathway.services import ConsentGiven, consent_give
    from ceiba.registry.models import Participant

    user = _user("sembradora")
    person = Participant.objects.filter(code=user.code).first()
    for found, book in pathways_of(person.pk) if person else ():
        if person and found.code == programme:
            parts, until = (Part.CONSTANCIA, Part.PLOTS), now.date() + timedelta(days=365)
            given = ConsentGiven(consulate, programme, book.pathway[0].id, parts, until)
            consent_give(participant=person, given=given, by=user, now=now)


def _agreed(
    programme: str, consulate: "Recipient", stage: "PathwayStage", people: list[int], at: datetime
) -> None:
    """What people agreed to share at the office, read aloud to them."""
    from ceiba.pathway.services import ConsentGiven, consent_give
    from ceiba.registry.models import Participant

    until = at.date() + timedelta(days=365)
    parts = (Part.CONSTANCIA, Part.RECORD)
    given = ConsentGiven(consulate, programme, stage.id, parts, until, Reading.ALOUD, "español")
    for person in Participant.objects.filter(pk__in=people).order_by("pk"):
        consent_give(participant=person, given=given, by=_user("oficina"), now=at)


def _opened(
    programme: str, consulate: "Recipient", stage: "PathwayStage", at: datetime, closes_on: date
) -> "Batch":
    """A batch whose season begins forty days after its list is closed."""
    from ceiba.pathway.services.batches import BatchTerms, batch_open
    from ceiba.rulebook.selectors import latest_version, rulebook_of

    begins = closes_on + timedelta(days=40)
    terms = BatchTerms(
        programme, stage.id, consulate, rulebook_of(latest_version(programme)).countries[0], _PLACES, closes_on,
        _OUTSIDE, begins, begins + timedelta(days=150),
    )  # fmt: skip
    return batch_open(terms=terms, by=_user("oficina"), now=at)


def _drawn(programme: str, consulate: "Recipient", stage: "PathwayStage", at: datetime) -> "Batch":
    from ceiba.pathway.models import Batch
    from ceiba.pathway.services.batches import batch_close, batch_draw

    office = _user("oficina")
    batch = _opened(programme, consulate, stage, at, at.date() + timedelta(days=5))
    batch_close(batch=batch, by=office, now=at + timedelta(days=6))
    drawn = at + timedelta(days=9)
    if batch.entries.exists():
        batch_draw(
            batch=batch, outside_number="52817", outside_on=(drawn - timedelta(days=1)).date(), source=_SOURCE,
            by=office, now=drawn,
        )  # fmt: skip
    return Batch.objects.get(pk=batch.pk)


def _answered(batch: "Batch", now: datetime) -> None:
    """The places offered; one is accepted and the person has left, one is refused, two are waited for."""
    from ceiba.accounts.selectors import scope_of
    from ceiba.pathway.selectors.batches import people_of
    from ceiba.pathway.services import answer_record, movement_record, places_refer

    office = _user("oficina")
    if not batch.entries.filter(place__isnull=False).exists():
        return
    offered = now - timedelta(days=30)
    places_refer(batch=batch, answer_by=now.date() + timedelta(days=10), by=office, now=offered)
    on = (now - timedelta(days=12)).date()
    for who, said in zip(people_of(batch, scope_of(office)), (Said.ACCEPTED, Said.REFUSED), strict=False):
        answer_record(who=who, said=said, on=on, source=_SOURCE, by=office, now=now)
    first = people_of(batch, scope_of(office))[0]
    movement_record(who=first, moved=Moved.DEPARTED, on=now.date(), source=_SOURCE, by=office, now=now)


def _user(username: str) -> "User":
    from ceiba.accounts.models import User

    return User.objects.get(username=username)
