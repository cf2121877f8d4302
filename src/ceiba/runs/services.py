"""The run of a month: calls the stages in order, each in one transaction, and goes on where a crash left it.

    started -> snapshot -> decided -> listed -> sealed -> counted

A stage writes its rows and moves the run's state in the same transaction, so either both are there or neither.
What a later stage needs is read from the snapshot and computed again by the same pure functions: a resumed run
gives the same bytes as one that was never interrupted.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Final

import polars as pl
from django.conf import settings
from django.db import connection, transaction

from ceiba.accounts.models import User
from ceiba.audit.models import Event
from ceiba.core.determinations import compile_rules
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import Rulebook
from ceiba.core.sealed_month import late_result, month_lines, month_result
from ceiba.determinations.models import Seal
from ceiba.determinations.services import determinations_store, revisions_store
from ceiba.facts.selectors import LATE, late_causes, late_evidence, late_snapshot, snapshot
from ceiba.facts.services import facts_build, facts_rebuild
from ceiba.frames.sealed import write_sealed
from ceiba.payments.selectors import due_before
from ceiba.payments.services import payment_lines_store
from ceiba.registry.selectors import register_facts
from ceiba.rulebook.models import Programme, RulebookVersion
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.runs.models import Run, RunState
from ceiba.service_record.selectors import records_of
from ceiba.service_record.services import records_extend

Progress = Callable[[str], None]

register_messages(
    {
        "run.no_programme": {
            "es": "no hay un programa «{programme}» publicado. Publíquelo con «ceiba programme publish».",
            "en": 'no programme "{programme}" is published. Publish it with "ceiba programme publish".',
        },
        "run.month_open": {
            "es": "{month} recibe evidencia hasta el {cutoff}; decídalo después.",
            "en": "{month} receives evidence until {cutoff}; decide it afterwards.",
        },
        "run.out_of_order": {
            "es": "el mes que sigue es {next}; {month} no se puede decidir ahora.",
            "en": "the next month is {next}; {month} cannot be decided now.",
        },
        "run.busy": {
            "es": "otra orden está decidiendo un mes de «{programme}»; espere a que termine.",
            "en": 'another command is deciding a month of "{programme}"; wait for it to finish.',
        },
    }
)

CUTOFF_TIME: Final = time(6, tzinfo=UTC)


def cutoff_of(month: Month, rulebook: Rulebook) -> datetime:
    """When evidence stops counting for `month`: `cutoff_day` of the following month, 06:00 UTC."""
    return datetime.combine((month + 1).first_day.replace(day=rulebook.calendar["cutoff_day"]), CUTOFF_TIME)


def month_run(
    *,
    programme: str,
    month: Month,
    now: datetime,
    actor: User | None = None,
    progress: Progress = lambda _: None,
) -> Run:
    """Decide, list, seal and count a month; one that is done already is returned as it is.

    Raises CeibaError (run.*) when the month is not over, not the next one, or being decided by another command.
    """
    with _only_one(programme):
        run = _started(programme, month, now, actor)
        work = MonthWork(run, now, actor)
        for reached, stage in STAGES:
            if _before(run.state, reached):
                progress(reached)
                with transaction.atomic():
                    stage(work)
                    Run.objects.filter(pk=run.pk).update(state=reached)
                run.state = reached
        return run


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
        own = self.result.select(
            "participant_id", pl.lit(self.run.month).alias("month"), pl.col("outcome").cast(pl.String)
        )
        late = self.late_result.select("participant_id", "month", pl.col("outcome").cast(pl.String))
        return pl.concat([own, late])

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
    Event.objects.create(
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


def _started(programme: str, month: Month, now: datetime, actor: User | None) -> Run:
    """The run of the month, begun if it is the next one and its evidence is closed."""
    known = Run.objects.filter(programme=programme, month=month.first_day).select_related("rulebook").first()
    if known is not None:
        return known
    if not Programme.objects.filter(pk=programme).exists():
        raise CeibaError(Problem("run.no_programme", values={"programme": programme}))
    last = Run.objects.filter(programme=programme).order_by("-month").first()
    if last is not None:
        unfinished = last.state != RunState.COUNTED
        following = Month.of(last.month) if unfinished else Month.of(last.month) + 1
        if month != following:
            raise CeibaError(Problem("run.out_of_order", values={"next": following, "month": month}))
    version = latest_version(programme)
    cutoff = cutoff_of(month, rulebook_of(version))
    if now < cutoff:
        values = {"month": month, "cutoff": f"{cutoff:%Y-%m-%d %H:%M} UTC"}
        raise CeibaError(Problem("run.month_open", values=values))
    return Run.objects.create(
        programme_id=programme,
        month=month.first_day,
        rulebook=version,
        cutoff=cutoff,
        started_at=now,
        started_by=actor,
    )


@contextmanager
def _only_one(programme: str) -> Iterator[None]:
    """One run of a programme at a time, in the whole database; the lock goes with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [f"ceiba month {programme}"])
        if not cursor.fetchone()[0]:
            raise CeibaError(Problem("run.busy", values={"programme": programme}))
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [f"ceiba month {programme}"])
