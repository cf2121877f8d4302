"""The referrals of `ceiba demo`: a consulate, and a batch at each state, the oldest from opening to returns home.

Everything is made up: the consulate, the lottery and its numbers, and that anybody was accepted. Each batch is taken
as far as it says, on the days on which an office and the worker would have.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from ceiba.core.dossier import Part, Reading
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.referrals import Moved, Said

if TYPE_CHECKING:
    from ceiba.accounts.models import User
    from ceiba.core.rules.rulebook import Rulebook
    from ceiba.pathway.models import Batch, Recipient
    from ceiba.pathway.selectors.batches import OnList

CONSULATE: Final = "CONSUL-MUESTRA"
"""With whom the demonstration's people share, and to which its consulate is tied."""
LOTTERY: Final = "Primer premio de la lotería de muestra, del primer sorteo tras el cierre"
SOURCE: Final = "Oficio de muestra"
PEOPLE_MOST: Final = 24
"""So many share with the consulate; the rest of those who could were not asked."""
ANSWERED: Final = (Said.ACCEPTED, Said.ACCEPTED, Said.DECLINED, Said.ACCEPTED, Said.ACCEPTED, None)
"""What came back of the oldest batch's offers, in their order; None: nothing, and the offer ended by itself."""
MOVED: Final[tuple[tuple[tuple[Moved, int], ...], ...]] = (
    ((Moved.DEPARTED, 42), (Moved.RETURNED, 186)), ((Moved.DEPARTED, 42), (Moved.RETURNED, 199)),
    ((Moved.DEPARTED, 45),), ((Moved.NO_SHOW, 60),),
)  # fmt: skip
"""What became of who was accepted: on which day after the opening. The season is of days 40 to 190."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A batch: opened how many days ago, with how many places, and taken how far (`_taken_on`)."""

    days_ago: int
    places: int
    steps: int


BATCHES: Final = (Staged(300, 6, 5), Staged(20, 4, 4), Staged(5, 3, 2), Staged(3, 3, 1), Staged(1, 5, 0))


def demo_referrals(programme: str) -> None:
    """Make them once, all or none. Where nobody has done what a seasonal stage asks for, the consulate is alone."""
    from django.db import transaction

    with transaction.atomic():
        _made(programme)


def _made(programme: str) -> None:
    from ceiba.pathway.models import Recipient
    from ceiba.pathway.services import recipient_register
    from ceiba.rulebook.selectors import latest_version, rulebook_of

    if Recipient.objects.filter(code=CONSULATE).exists():
        return
    now = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    by = _user("oficina")
    recipient = recipient_register(
        code=CONSULATE, kind="consulate", name="Consulado de muestra", country="US", by=by, now=now
    )
    book = rulebook_of(latest_version(programme))
    _participant_shares(book, recipient)
    stage = next((each.id for each in book.pathway if each.months_a_year), None)
    if stage is None or not _agreed(book, stage, recipient, now - timedelta(days=301)):
        return
    for staged in BATCHES:
        opened = now - timedelta(days=staged.days_ago)
        _taken_on(_opened(book, stage, recipient, staged, opened), staged.steps, opened)


def _participant_shares(book: "Rulebook", recipient: "Recipient") -> None:
    """What the demo's participant shares, on their own page."""
    from ceiba.pathway.selectors.stages import pathways_of
    from ceiba.pathway.services import ConsentGiven, consent_give
    from ceiba.registry.models import Participant

    by = _user("sembradora")
    person = Participant.objects.get(code=by.code)
    if book.code in {found.code for found, _ in pathways_of(person.pk)}:
        now = datetime.now(UTC)
        parts, until = (Part.CONSTANCIA, Part.PLOTS), now.date() + timedelta(days=365)
        given = ConsentGiven(recipient, book.code, book.pathway[0].id, parts, until)
        consent_give(participant=person, given=given, by=by, now=now)


def _agreed(book: "Rulebook", stage: str, recipient: "Recipient", now: datetime) -> int:
    """Consents given at the office by people of the first country who have done what the stage asks; how many."""
    from ceiba.pathway.services import ConsentGiven, consent_give
    from ceiba.registry.models import Participant
    from ceiba.service_record.selectors import stages_reached

    reached = stages_reached(book.code, stages=[stage]).filter(state="reached")["participant_id"].to_list()
    people = Participant.objects.filter(pk__in=reached, area__code__startswith=book.countries[0]).order_by(
        "code"
    )
    parts, until = (Part.CONSTANCIA, Part.RECORD), now.date() + timedelta(days=700)
    given = ConsentGiven(recipient, book.code, stage, parts, until, Reading.ALOUD, "español")
    asked = people[:PEOPLE_MOST]
    for person in asked:
        consent_give(participant=person, given=given, by=_user("oficina"), now=now)
    return len(asked)


def _opened(
    book: "Rulebook", stage: str, recipient: "Recipient", staged: Staged, opened: datetime
) -> "Batch":
    """A batch that closes the day it was opened, or in two weeks where it is to be open still."""
    from ceiba.pathway.services import batch_open
    from ceiba.pathway.services.batches import BatchTerms

    day = opened.date()
    terms = BatchTerms(
        book.code, stage, recipient, book.countries[0], staged.places,
        day if staged.steps else day + timedelta(days=15), LOTTERY,
        season_from=day + timedelta(days=40), season_until=day + timedelta(days=190),
    )  # fmt: skip
    return batch_open(terms=terms, by=_user("oficina"), now=opened)


def _taken_on(batch: "Batch", steps: int, opened: datetime) -> None:
    """Closed (1), numbered (2), drawn (3), its places offered (4), answered, with departures and returns (5)."""
    from ceiba.pathway.services import batch_close, batch_draw, outside_number_record, places_refer

    by, day = _user("oficina"), timedelta(days=1)
    if steps >= 1:
        batch_close(batch=batch, now=opened + day)
    if steps >= 2:
        # One that is to stay undrawn for the demonstration's day is written down on it.
        at = opened + (2 * day if steps > 2 else datetime.now(UTC) - opened)
        on = (opened + 2 * day).date()
        outside_number_record(
            batch=batch, number=f"{52_817 + batch.pk}", on=on, source="Acta de muestra", by=by, now=at
        )
    if steps >= 3:
        batch_draw(batch=batch, now=opened + 3 * day)
    if steps >= 4:
        answer_by = (opened + (14 if steps > 4 else 30) * day).date()
        places_refer(batch=batch, answer_by=answer_by, by=by, now=opened + 4 * day)
    if steps >= 5:
        _answered(batch, opened)


def _answered(batch: "Batch", opened: datetime) -> None:
    """What came back, and what became of who was accepted."""
    from ceiba.pathway.services import answer_record, batches_keep, movement_record, places_refer

    by = _user("oficina")
    told = opened + timedelta(days=10)
    for who, said in zip(_offered(batch), ANSWERED, strict=False):
        if said is not None:
            answer_record(who=who, said=said, on=told.date(), source=SOURCE, by=by, now=told)
    at = opened + timedelta(days=15)
    batches_keep(now=at)
    with suppress(CeibaError):  # of a small country nobody waits any more
        places_refer(batch=batch, answer_by=at.date(), by=by, now=at)
    for who in _offered(batch):
        if who.answer is None:
            answer_record(who=who, said=Said.ACCEPTED, on=at.date(), source=SOURCE, by=by, now=at)
    accepted = (who for who in _offered(batch) if who.answer and who.answer.said == Said.ACCEPTED)
    for who, moved in zip(accepted, MOVED, strict=False):
        for what, days in moved:
            at = opened + timedelta(days=days)
            (found,) = [each for each in _offered(batch) if each.entry.pk == who.entry.pk]
            movement_record(who=found, moved=what, on=at.date(), source=SOURCE, by=by, now=at)


def _offered(batch: "Batch") -> "list[OnList]":
    from ceiba.accounts.selectors import scope_of
    from ceiba.pathway.selectors.batches import people_of

    return [who for who in people_of(batch, scope_of(_user("oficina"))) if who.referral is not None]


def _user(username: str) -> "User":
    from ceiba.accounts.models import User

    return User.objects.get(username=username)
