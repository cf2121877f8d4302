"""Opens a referral batch and closes its list. What the order depends on is published first."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Sum

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.referrals import CLASS_MONTHS_DEFAULT, commitment_of, entrants_digest
from ceiba.core.rules.rulebook import PathwayStage
from ceiba.frames.postgres import execute
from ceiba.pathway.models import Batch, Closing, Entry, Recipient, Seed
from ceiba.pathway.selectors.batches import consented, entrants_of, state_of
from ceiba.pathway.selectors.stages import stage_of
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.service_record.models import ServiceRecord
from ceiba.service_record.selectors import stages_reached

register_messages(
    {
        "batch.stage": {
            "es": "«{stage}» no es una etapa del camino de este programa.",
            "en": '"{stage}" is no stage of this programme\'s pathway.',
        },
        "batch.places": {
            "es": "escriba cuántos lugares hay: al menos 1.",
            "en": "write how many places there are: at least 1.",
        },
        "batch.quota": {
            "es": "la etapa tiene {quota} lugares al año y ya se abrieron {opened}; quedan {left}.",
            "en": "the stage has {quota} places a year and {opened} were opened already; {left} are left.",
        },
        "batch.closes": {
            "es": "el día de cierre es hoy o después, y antes de la temporada.",
            "en": "the closing day is today or later, and before the season.",
        },
        "batch.season": {
            "es": "esta etapa es de temporada: diga desde y hasta cuándo, a lo más {months} meses.",
            "en": "this stage is of a season: say from when to when, at most {months} months.",
        },
        "batch.outside": {
            "es": "diga qué número externo se usará: uno que publique alguien ajeno al programa, como una lotería.",
            "en": "say which outside number will be used: one that somebody outside the programme publishes, "
            "such as a lottery.",
        },
        "batch.classes": {
            "es": "los meses por clase van de 1 a 120.",
            "en": "the months of a class are 1 to 120.",
        },
    }
)
_NUMBER_BYTES = 4


@dataclass(frozen=True, slots=True)
class BatchTerms:
    """What a batch is opened with."""

    programme: str
    stage: str
    recipient: Recipient
    area_code: str
    places: int
    closes_on: date
    outside: str
    season_from: date | None = None
    season_until: date | None = None
    class_months: int = CLASS_MONTHS_DEFAULT


@transaction.atomic
def batch_open(*, terms: BatchTerms, by: User, now: datetime) -> Batch:
    """Open a batch and publish what its order will follow from, with the SHA-256 of a seed that nobody is told.

    Raises CeibaError (batch.*) with everything that is wrong.
    """
    version = latest_version(terms.programme)
    stage = stage_of(rulebook_of(version), terms.stage)
    if stage is None:
        raise CeibaError(Problem("batch.stage", values={"stage": terms.stage}))
    problems = [*_terms_problems(terms, stage, now), *_quota_problems(terms, stage)]
    if problems:
        raise CeibaError(problems)
    seed = secrets.token_hex(32)
    made = Batch.objects.create(
        programme_id=terms.programme,
        rulebook=version,
        stage=terms.stage,
        recipient=terms.recipient,
        area_code=terms.area_code,
        places=terms.places,
        closes_on=terms.closes_on,
        class_months=terms.class_months,
        season_from=terms.season_from,
        season_until=terms.season_until,
        outside=terms.outside.strip(),
        seed_sha256=commitment_of(seed),
        by=by,
        at=now,
    )
    Seed.objects.create(batch=made, seed=seed)
    batch_told(by, "batch.opened", made, {"places": made.places, "seed_sha256": made.seed_sha256})
    return made


@transaction.atomic
def batch_close(*, batch: Batch, now: datetime) -> Closing | None:
    """Close the list with whoever consented until the end of its closing day and has reached what the stage asks.

    Each gets an anonymous number. However late it is closed, the list is of that day. By itself (`due`); None when it
    is not due, or somebody else was faster.
    """
    _found, state = batch_locked(batch, now)
    if state != "due":
        return None
    months = _eligible(batch)
    numbers = _numbers(len(months))
    Entry.objects.bulk_create(
        Entry(
            batch=batch, participant_id=person, number=number, months_accepted=accepted,
            klass=accepted // batch.class_months,
        )
        for (person, accepted), number in zip(months.items(), numbers, strict=True)
    )  # fmt: skip
    entrants = entrants_of(batch)
    made = Closing.objects.create(
        batch=batch, entrants=entrants.height, entries_sha256=entrants_digest(entrants), at=now
    )
    batch_told(None, "batch.closed", batch, {"entrants": made.entrants, "sha256": made.entries_sha256})
    return made


def _eligible(batch: Batch) -> dict[int, int]:
    """Months accepted by person, of those who consented and have reached the stage."""
    until = datetime.combine(batch.closes_on + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)
    people = list(consented(batch, until))
    found = stages_reached(batch.programme_id, people, stages=[batch.stage])
    reached = found.filter(state="reached")["participant_id"].to_list()
    records = ServiceRecord.objects.filter(programme=batch.programme_id, participant__in=reached)
    return dict(records.order_by("participant").values_list("participant", "months_accepted"))


def _numbers(count: int) -> list[str]:
    """So many anonymous numbers, each another."""
    found: set[str] = set()
    while len(found) < count:
        found.add(secrets.token_hex(_NUMBER_BYTES))
    return list(found)


def batch_locked(batch: Batch, now: datetime) -> tuple[Batch, str]:
    """A batch as it is now, and its state; nobody else moves it on before the caller's transaction ends."""
    execute("SELECT pg_advisory_xact_lock(hashtext('pathway_batch'), %(batch)s::int)", {"batch": batch.pk})
    found = Batch.objects.select_related("closing", "drawing", "secret").get(pk=batch.pk)
    return found, state_of(found, now)


def _terms_problems(terms: BatchTerms, stage: PathwayStage, now: datetime) -> Iterable[Problem]:
    if terms.places < 1:
        yield Problem("batch.places")
    if terms.closes_on < now.astimezone(UTC).date():
        yield Problem("batch.closes")
    if not 1 <= terms.class_months <= 120:
        yield Problem("batch.classes")
    if not terms.outside.strip():
        yield Problem("batch.outside")
    yield from _season_problems(terms, stage)


def _season_problems(terms: BatchTerms, stage: PathwayStage) -> Iterable[Problem]:
    since, until, most = terms.season_from, terms.season_until, stage.months_a_year
    if most is None and since is None and until is None:
        return
    if most is None or since is None or until is None or not since <= until < _months_after(since, most):
        yield Problem("batch.season", values={"months": most or 0})
    elif since <= terms.closes_on:
        yield Problem("batch.closes")


def _quota_problems(terms: BatchTerms, stage: PathwayStage) -> Iterable[Problem]:
    """Places of batches that close in the same year, against what the stage has a year; nobody said: no bound."""
    if stage.places_a_year is None:
        return
    same = Batch.objects.filter(
        programme=terms.programme, stage=stage.id, closes_on__year=terms.closes_on.year
    )
    opened = same.aggregate(places=Sum("places"))["places"] or 0
    left = stage.places_a_year - opened
    if terms.places > left:
        yield Problem(
            "batch.quota", values={"quota": stage.places_a_year, "opened": opened, "left": max(0, left)}
        )


def _months_after(day: date, months: int) -> date:
    """The same day so many months on; of a month that has no such day, the first of the next."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)


def batch_told(by: User | None, action: str, batch: Batch, detail: dict[str, object]) -> None:
    """Write an act on a batch into the audit log; `by` null: it came by itself."""
    event_record(actor=by, action=action, subject=f"batch:{batch.pk}", detail=detail)
