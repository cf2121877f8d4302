"""Which stages of the pathway people have reached: rules of the rulebook over facts of the service record.

A stage asks what its own rules ask, and what the stages before it (`after`) do. Rules are decided as those of a
month are, in three values and with all the reasons; nothing here counts months, and nothing here is a right.
"""

from collections.abc import Collection
from typing import Final

import polars as pl

from ceiba.core.determinations import compile_rules, decide
from ceiba.core.facts import SNAPSHOT_KEY, stage_schema
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import PathwayStage, Rulebook, RuleSet

STATES: Final = ("reached", "not_yet", "excluded")
"""Everything asked is met; something is not, or not known, and may come; a rule says that it cannot come."""

State: Final = pl.Enum(STATES)
_STATE_OF: Final = {"pay": "reached", "hold": "not_yet", "refuse": "excluded"}

PATHWAY_FACTS: Final = stage_schema("pathway")
REACHED: Final = FrameSchema(
    "stages reached",
    (
        SNAPSHOT_KEY[0],
        Column("stage", pl.String),
        Column("state", State, meaning="reached, not_yet or excluded"),
        Column("failed", pl.List(pl.String), meaning="ids of the rules that are not met"),
        Column("unknown", pl.List(pl.String), meaning="ids of the rules of which nothing is known"),
    ),
    key=("participant_id", "stage"),
)


def stages_reached(
    facts: pl.DataFrame, rulebook: Rulebook, month: Month, stages: Collection[str] | None = None
) -> pl.DataFrame:
    """How far everyone in `facts` (`PATHWAY_FACTS`) has come by the rules that hold in `month` (`REACHED`).

    A row a person and stage, of the `stages` named or of all, sorted by the key. A stage of which no rule holds is
    reached by nobody: its reason, `stage.<id>`, is unknown.
    """
    facts = PATHWAY_FACTS.check(facts)
    wanted = [stage for stage in rulebook.pathway if stages is None or stage.id in stages]
    found = [_reached(facts, rulebook, stage, month) for stage in wanted]
    return REACHED.check(pl.concat([REACHED.empty(), *found]).sort(REACHED.key))


def rules_of_stage(rulebook: Rulebook, stage: PathwayStage, month: Month) -> RuleSet:
    """The rules that a stage asks for in `month`, those of the stages before it first."""
    return rulebook.at(month, "pathway").only(rulebook.asked_by(stage))


def _reached(facts: pl.DataFrame, rulebook: Rulebook, stage: PathwayStage, month: Month) -> pl.DataFrame:
    asked = rules_of_stage(rulebook, stage, month)
    if not asked.rules:
        nobody = pl.lit([stage.reason], pl.List(pl.String))
        none = pl.lit([], pl.List(pl.String))
        verdict = {"state": pl.lit("not_yet", State), "failed": none, "unknown": nobody}
        return facts.select("participant_id", stage=pl.lit(stage.id), **verdict)
    decided = decide(facts, compile_rules(asked))
    state = pl.col("outcome").cast(pl.String).replace_strict(_STATE_OF, return_dtype=State)
    return decided.select(
        "participant_id", pl.lit(stage.id).alias("stage"), state.alias("state"), "failed", "unknown"
    )
