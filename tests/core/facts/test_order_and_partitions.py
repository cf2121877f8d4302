import random
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.facts import MONTH_FACTS
from ceiba.core.facts.building import month_facts
from ceiba.core.facts.catalogue import RECORD_FACTS
from ceiba.core.kernel.digest import frame_digest
from tests.core.facts.evidence import CUTOFF, MARCH, documents_of_people, evidence_records, frames, people

Records = list[dict[str, Any]]
REGISTER = pl.concat(
    [people(1, area="GT-0101"), people(2, area="GT-0201", enrolled_months=2), people(3, area="HN")]
)


def built(records: Records, documents: pl.DataFrame, register: pl.DataFrame = REGISTER) -> pl.DataFrame:
    return month_facts(register, frames(*records), RECORD_FACTS.empty(), documents, MARCH, CUTOFF)


@given(evidence_records(), documents_of_people, st.randoms(use_true_random=False))
def test_the_order_of_anything_changes_no_byte(
    records: Records, documents: pl.DataFrame, order: random.Random
) -> None:
    shuffled = order.sample(records, len(records))
    seed = order.randrange(1000)
    other = built(
        shuffled,
        documents.sample(fraction=1, shuffle=True, seed=seed),
        REGISTER.sample(fraction=1, shuffle=True, seed=seed),
    )
    assert frame_digest(other, MONTH_FACTS) == frame_digest(built(records, documents), MONTH_FACTS)


@given(evidence_records(), documents_of_people)
def test_people_built_apart_are_as_built_together(records: Records, documents: pl.DataFrame) -> None:
    apart = pl.concat([built(records, documents, REGISTER.filter(participant_id=i)) for i in (1, 2, 3)])
    assert apart.equals(built(records, documents))


@given(evidence_records(ids=(1, 2)), evidence_records(ids=(3,)), documents_of_people)
def test_evidence_about_somebody_else_changes_nothing_for_me(
    mine: Records, theirs: Records, documents: pl.DataFrame
) -> None:
    others = [r | {"key": f"other {r['key']}"} for r in theirs if r["kind"] != "list_receipt"]
    me = pl.col("participant_id") < 3
    assert built(mine + others, documents).filter(me).equals(built(mine, documents).filter(me))
