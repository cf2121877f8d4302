"""The run of a month: calls the stages in order, each in one transaction, and goes on where a crash left it.

    started -> snapshot -> decided -> listed -> sealed -> counted

A stage writes its rows and moves the run's state in the same transaction, so either both are there or neither.
What a later stage needs is read from the snapshot and computed again by the same pure functions: a resumed run
gives the same bytes as one that was never interrupted.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

import polars as pl
from django.conf import settings
from django.db import connection, transaction

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import scope_of
from ceiba.audit.services import event_record
from ceiba.core.determinations import compile_rules
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import Rulebook
from ceiba.core.sealed_month import late_result, month_lines, month_result
from ceiba.core.service_record import decided_months
from ceiba.determinations.models import Seal
from ceiba.determinations.services import determinations_store, revisions_store
from ceiba.evidence.selectors import entered_absences
from ceiba.evidence.taking import submissions_take
from ceiba.facts.selectors import LATE, late_causes, late_evidence, late_snapshot, snapshot
from ceiba.facts.services import facts_build, facts_rebuild
from ceiba.frames.sealed import write_sealed
from ceiba.jobs.queue import job_defer
from ceiba.payments.selectors import due_before
from ceiba.payments.services import payment_lines_store
from ceiba.registry.selectors import register_facts
from ceiba.rulebook.models import Programme, RulebookVersion
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.runs.models import Run, RunState
from ceiba.runs.selectors import MONTH_TASK, countries_unseen, cutoff_of, month_key, next_month
from ceiba.service_record.selectors import records_of
from ceiba.service_record.services import records_extend

Progress = Callable[[str], None]

register_messages(
    {
        "run.no_programme": {
            "es": "No hay un programa «{programme}» publicado. Publíquelo con «ceiba programme publish».",
            "en": 'No programme "{programme}" is published. Publish it with "ceiba programme publish".',
        },
        "run.month_open": {
            "es": "{month} recibe evidencia hasta el {cutoff}; decídalo después.",
            "en": "{month} receives evidence until {cutoff}; decide it afterwards.",
        },
        "run.out_of_order": {
            "es": "El mes que sigue es {next}; {month} no se puede decidir ahora.",
            "en": "The next month is {next}; {month} cannot be decided now.",
        },
        "run.busy": {
            "es": "Otra orden está decidiendo un mes de «{programme}»; espere a que termine.",
            "en": 'Another command is deciding a month of "{programme}"; wait for it to finish.',
        },
        "run.first_month": {
            "es": "El primer mes de un programa se elige con «ceiba month run»; los que siguen se deciden aquí.",
            "en": 'The first month of a programme is chosen with "ceiba month run"; those after it are decided here.',
        },
        "run.not_allowed": {
            "es": "Su cuenta no puede decidir un mes; lo hace una oficina.",
            "en": "Your account cannot decide a month; an office does.",
        },
        "run.own_evidence": {
            "es": "Usted registró ausencias que cuentan para este mes. Lo decide otra persona de la oficina.",
            "en": "You entered absences that this month is decided with. Somebody else of the office decides it.",
        },
        "run.not_everywhere": {
            "es": "Un mes se decide para todas las personas a la vez y su cuenta no abarca {countries}. "
            "Lo decide una oficina que abarque todos los países del programa.",
            "en": "A month is decided for everybody at once, and your account does not cover {countries}. "
            "An office that covers every country of the programme decides it.",
        },
    }
)


def month_run(
    *,
    programme: str,
    month: Month,
    now: datetime,
    actor: User | None = None,
    patient: bool = False,
    progress: Progress = lambda _: None,
) -> Run:
    """Decide, list, seal and count a month; one that is done already is returned as it is.

    Raises CeibaError (run.*) when the actor may not (None is the system and may), and when the month is not over or
    not the next one. One that another command is deciding is waited for, or, unless `patient`, refused as well.
    """
    if actor is not None:
        check_actor(actor, programme)
    with _only_one(programme, patient=patient):
        run = _started(programme, month, now, actor)
        if run.state == RunState.STARTED:
            _forms_taken(now)
        work = MonthWork(run, now, actor)
        for reached, stage in STAGES:
            if _before(run.state, reached):
                progress(reached)
                with transaction.atomic():
                    stage(work)
                    Run.objects.filter(pk=run.pk).update(state=reached)
                run.state = reached
        return run


def month_ask(*, programme: str, month: Month, now: datetime, actor: User) -> None:
    """Have the worker decide the next month in the name of `actor`, who is written down; asked twice, done once.

    Raises CeibaError (run.*) when the actor may not, when the month is not over, and when it is not the next one.
    """
    check_actor(actor, programme)
    if next_month(programme) is None:
        raise CeibaError(Problem("run.first_month"))
    _check_turn(programme, month, now)
    with transaction.atomic():
        asked = job_defer(
            task=MONTH_TASK,
            key=month_key(programme, month),
            lock=f"month {programme}",
            arguments={"programme": programme, "month": str(month), "user": actor.pk},
        )
        if asked.is_new:
            subject, detail = f"{programme} {month}", {"job": asked.job}
            event_record(actor=actor, action="month.asked", subject=subject, detail=detail)


@dataclass
class MonthWork:
    """A run at work: its inputs and results, each read or computed when first needed."""

    run: Run
    now: datetime
    actor: User | None

    @property
    def programme(self) -> str:
        """The programme's code."""
        return str(self.run.programme_id)

    @property
    def month(self) -> Month:
        """The month that is decided."""
        return Month.of(self.run.month)

    @cached_property
    def rulebooks(self) -> dict[str, Rulebook]:
        """Digest -> rulebook, of this month and of the earlier ones that are decided again."""
        wanted = {self.run.rulebook.digest, *self.late["rulebook"].unique()}
        versions = RulebookVersion.objects.filter(programme=self.programme, digest__in=wanted)
        return {version.digest: rulebook_of(version) for version in versions}

    @cached_property
    def snapshot(self) -> pl.DataFrame:
        """The facts of everyone active, as stored."""
        return snapshot(self.run)

    @cached_property
    def late_evidence(self) -> pl.DataFrame:
        """The evidence received between the last month's cutoff and this one's, for months already decided."""
        before = Run.objects.filter(programme=self.programme, month=(self.month + -1).first_day).first()
        if before is None:
            return LATE.empty()
        oldest = self.month + -rulebook_of(self.run.rulebook).calendar["late_months_max"]
        return late_evidence(self.programme, before.cutoff, self.run.cutoff, oldest, self.month)

    @cached_property
    def late(self) -> pl.DataFrame:
        """The facts of earlier months that late evidence changed, as stored by this run (`LATE_FACTS`)."""
        digests = dict(Run.objects.filter(programme=self.programme).values_list("month", "rulebook__digest"))
        rows = late_snapshot(self.run)
        return rows.with_columns(rulebook=pl.col("month").replace_strict(digests, return_dtype=pl.String))

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rulebook this month is decided by."""
        return self.rulebooks[self.run.rulebook.digest]

    @cached_property
    def result(self) -> pl.DataFrame:
        """The determinations of the month."""
        return month_result(self.snapshot, self.rulebook, self.month)

    @cached_property
    def late_result(self) -> pl.DataFrame:
        """The determinations of earlier months, again."""
        return late_result(self.late, self.rulebooks)

    @property
    def decided(self) -> pl.DataFrame:
        """What this run decides, of its own month and of earlier ones (`DECIDED`)."""
        excuses = frozenset().union(*(book.excuses for book in self.rulebooks.values()))
        own = decided_months(self.result, pl.lit(self.run.month), excuses)
        return pl.concat([own, decided_months(self.late_result, pl.col("month"), excuses)])

    @cached_property
    def due(self) -> pl.DataFrame:
        """What is due for earlier months; read after this run's own differences have been stored."""
        return due_before(self.programme, self.run.month)

    @cached_property
    def lines(self) -> pl.DataFrame:
        """The payment lines."""
        return month_lines(self.snapshot, self.due, self.result, self.rulebook, self.month)


def _snapshot(work: MonthWork) -> None:
    """Facts of the month, and of earlier months that evidence received since the last cutoff may have changed."""
    run = work.run
    register = register_facts(work.programme, work.month, run.cutoff)
    record = records_of(work.programme)
    facts_build(run=run, register=register, record=record)
    facts_rebuild(run=run, late=work.late_evidence)


def _decided(work: MonthWork) -> None:
    """Determinations of the month, and the differences of earlier months."""
    run, programme = work.run, work.programme
    determinations_store(
        run_id=run.pk, programme=programme, month=run.month, places=work.snapshot, result=work.result
    )
    if work.late.height:
        revisions_store(
            run_id=run.pk,
            programme=programme,
            decided_in=run.month,
            places=work.late,
            result=work.late_result,
            causes=late_causes(work.late_evidence),
        )


def _listed(work: MonthWork) -> None:
    """The payment lines of the month."""
    payment_lines_store(run_id=work.run.pk, programme=work.programme, month=work.run.month, lines=work.lines)


def _sealed(work: MonthWork) -> None:
    """The folder from which anyone can decide the month again, and its digests."""
    run = work.run
    folder = Path("sealed") / work.programme / str(work.month)
    files = {v.digest: v.files for v in RulebookVersion.objects.filter(digest__in=work.rulebooks)}
    parts = {
        "snapshot": work.snapshot,
        "late": work.late,
        "due": work.due,
        "result": work.result,
        "late_result": work.late_result,
        "lines": work.lines,
    }
    about = {
        "programme": work.programme,
        "month": str(work.month),
        "cutoff": run.cutoff.isoformat(),
        "rulebook": run.rulebook.digest,
    }
    schema = compile_rules(work.rulebook.at(work.month)).result_schema
    seal = write_sealed(settings.DATA_DIR / folder, parts, schema, files, about)
    Seal.objects.create(run=run, folder=str(folder), digests=seal["digests"], sealed_at=work.now)
    Run.objects.filter(pk=run.pk).update(sealed_at=work.now)
    event_record(
        actor=work.actor,
        action="month.seal",
        subject=f"{work.programme} {work.month}",
        detail=seal["digests"],
    )


def _counted(work: MonthWork) -> None:
    """Everyone's service record. Last, so that nobody's pay waits for it."""
    records_extend(programme=work.programme, month=work.month, decided=work.decided)


STAGES: Final = (
    (RunState.SNAPSHOT, _snapshot),
    (RunState.DECIDED, _decided),
    (RunState.LISTED, _listed),
    (RunState.SEALED, _sealed),
    (RunState.COUNTED, _counted),
)


def _before(state: str, reached: RunState) -> bool:
    order = RunState.values
    return order.index(state) < order.index(reached)


def _forms_taken(now: datetime) -> None:
    """Take in what phones sent and nobody has looked at yet: it must not be late for having waited here."""
    while submissions_take(now=now) is not None:
        pass


def _started(programme: str, month: Month, now: datetime, actor: User | None) -> Run:
    """The run of the month, begun if it is the next one and its evidence is closed."""
    known = Run.objects.filter(programme=programme, month=month.first_day).select_related("rulebook").first()
    if known is not None:
        return known
    _check_turn(programme, month, now)
    version = latest_version(programme)
    return Run.objects.create(
        programme_id=programme,
        month=month.first_day,
        rulebook=version,
        cutoff=cutoff_of(month, rulebook_of(version)),
        started_at=now,
        started_by=actor,
    )


def check_actor(actor: User, programme: str) -> None:
    """Raises CeibaError unless the actor is of an office that covers every country of the programme.

    And has entered none of the absences that the next month is decided with: nobody does both.
    """
    if not may(actor, Action.RUN_MONTH):
        raise CeibaError(Problem("run.not_allowed"))
    _check_programme(programme)
    if unseen := countries_unseen(programme, scope_of(actor)):
        raise CeibaError(Problem("run.not_everywhere", values={"countries": ", ".join(unseen)}))
    if entered_absences(actor, programme):
        raise CeibaError(Problem("run.own_evidence"))


def _check_turn(programme: str, month: Month, now: datetime) -> None:
    """Raises CeibaError unless the month is the next one and its evidence is closed."""
    _check_programme(programme)
    following = next_month(programme)
    if following is not None and month != following.month:
        raise CeibaError(Problem("run.out_of_order", values={"next": following.month, "month": month}))
    cutoff = following.cutoff if following else cutoff_of(month, rulebook_of(latest_version(programme)))
    if now < cutoff:
        values = {"month": month, "cutoff": f"{cutoff:%Y-%m-%d %H:%M} UTC"}
        raise CeibaError(Problem("run.month_open", values=values))


def _check_programme(programme: str) -> None:
    if not Programme.objects.filter(pk=programme).exists():
        raise CeibaError(Problem("run.no_programme", values={"programme": programme}))


@contextmanager
def _only_one(programme: str, *, patient: bool) -> Iterator[None]:
    """One run of a programme at a time, in the whole database; the lock goes with the connection."""
    lock = f"ceiba month {programme}"
    with connection.cursor() as cursor:
        if patient:
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [lock])
        else:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [lock])
            if not cursor.fetchone()[0]:
                raise CeibaError(Problem("run.busy", values={"programme": programme}))
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [lock])
