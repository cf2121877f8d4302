"""Which stages of the pathway people have reached: the one answer that every page and desk goes by."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import polars as pl

from ceiba.core import pathway
from ceiba.core.determinations import compile_rules
from ceiba.core.kernel.month import Month
from ceiba.core.pathway import PATHWAY_FACTS, REACHED, rules_of_stage
from ceiba.core.rules.rulebook import PathwayStage, Rulebook, Text
from ceiba.core.service_record import breaks
from ceiba.determinations.selectors import RuleLine, last_decided, rule_lines
from ceiba.registry.selectors import enrolled_places
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.service_record.selectors.records import records_of
from ceiba.service_record.selectors.seasons import completed_of


@dataclass(frozen=True, slots=True)
class StageOfPerson:
    """A stage of the pathway and how one person stands to it, as of `month`, with every rule it asks.

    `state` is one of `core.pathway.STATES`. Whoever stands to a `proposal` as "reached" has done what was proposed to
    ask for, and has no right to anything.
    """

    stage: PathwayStage
    state: str
    month: Month
    rules: tuple[RuleLine, ...]

    @property
    def reached(self) -> bool:
        """Whether everything it asks is met."""
        return self.state == "reached"

    @property
    def missing(self) -> tuple[RuleLine, ...]:
        """The rules that keep it from being reached: those that exclude first."""
        return tuple(sorted((r for r in self.rules if r.decides), key=lambda r: r.otherwise != "refuse"))

    @property
    def met(self) -> tuple[RuleLine, ...]:
        """The rules that are met."""
        return tuple(rule for rule in self.rules if rule.verdict == "pass")

    @property
    def reasons(self) -> tuple[Text, ...]:
        """Why it is not reached, in words (language -> text)."""
        return tuple(rule.text for rule in self.missing)


def stages_reached(
    programme: str, participant_ids: Iterable[int] | None = None, *, stages: Collection[str] | None = None
) -> pl.DataFrame:
    """How far people of a programme have come along its pathway (`core.pathway.REACHED`, sorted by its key).

    Everyone who is or was enrolled, or those of `participant_ids` who are; a row for each of `stages` (all if None).
    By the rulebook published last and the rules that hold in the last month decided (`month_of_record`).
    Raises CeibaError (rulebook.none).
    """
    month = month_of_record(programme)
    if month is None:
        return REACHED.empty()
    book = rulebook_of(latest_version(programme))
    return pathway.stages_reached(pathway_facts(programme, participant_ids), book, month, stages)


def stages_of_person(book: Rulebook, participant_id: int) -> tuple[StageOfPerson, ...]:
    """How one person stands to each stage, with every rule and its reason in words; none who is not in the programme.

    Says what `stages_reached` says by the same rulebook, and why.
    """
    month = month_of_record(book.code)
    facts = pathway_facts(book.code, [participant_id])
    if month is None or facts.is_empty():
        return ()
    states = pathway.stages_reached(facts, book, month)
    state_of = dict(zip(states["stage"], states["state"], strict=True))
    return tuple(
        StageOfPerson(stage, state_of[stage.id], month, _lines(facts, book, stage, month))
        for stage in book.pathway
    )


def pathway_facts(programme: str, participant_ids: Iterable[int] | None = None) -> pl.DataFrame:
    """What rules of the pathway are decided on (`PATHWAY_FACTS`, sorted): the register's word, the record's, and
    what is known of seasons.

    Whoever is enrolled and of whom no month has been decided is there, with nulls.
    """
    people = None if participant_ids is None else sorted(set(participant_ids))
    record = records_of(programme, people=people)
    facts = enrolled_places(programme, people)
    for known in (record, breaks(record), completed_of(programme, people)):
        facts = facts.join(known, on="participant_id", how="left")
    columns = (
        pl.col(name) if name in facts.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in PATHWAY_FACTS.dtypes.items()
    )
    return PATHWAY_FACTS.check(facts.select(columns).sort("participant_id"))


def month_of_record(programme: str) -> Month | None:
    """The last month that has been decided in a programme: as of it records speak. None before the first."""
    last = last_decided(programme)
    return Month.of(last) if last else None


def _lines(facts: pl.DataFrame, book: Rulebook, stage: PathwayStage, month: Month) -> tuple[RuleLine, ...]:
    rules = rules_of_stage(book, stage, month)
    return rule_lines(facts, rules, compile_rules(rules))
