from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.facts import EVIDENCE_FACTS, FACTS
from ceiba.core.facts.tracing import kinds_of, trace
from tests.core.facts.evidence import (
    MARCH,
    documents_of_people,
    evidence_records,
    facts_of,
    frames,
    people,
    record,
    required,
)

Records = list[dict[str, Any]]


def standings(fact: str, *records: dict[str, Any], documents: pl.DataFrame | None = None) -> dict[str, str]:
    """key -> standing of the records behind a fact of person 1 in March."""
    traced = trace(fact, frames(*records), people(1), required() if documents is None else documents, MARCH)
    return dict(traced.select("key", pl.col("standing").cast(pl.String)).rows())


def test_a_visit_overruled_a_visit_corrected_a_visit_of_another_month() -> None:
    assert standings(
        "plan_done",
        record("visit", key="counts", at="2026-03-20"),
        record("visit", key="earlier", at="2026-03-02"),
        record("visit", key="wrong", at="2026-03-25"),
        record("visit", key="right", at="2026-03-03", corrects="wrong"),
        record("visit", key="february", month="2026-02"),
        record("visit", 2, key="somebody else's"),
    ) == {
        "counts": "counts",
        "earlier": "overruled",
        "wrong": "corrected",
        "right": "overruled",
        "february": "outside",
    }  # fmt: skip


def test_alive_rests_on_the_receipt_and_deceased_on_the_notice() -> None:
    receipt, notice = record("list_receipt", key="list"), record("death", key="notice")
    elsewhere = record("list_receipt", key="elsewhere", area="HN")
    assert standings("deceased", receipt, elsewhere) == {"list": "counts", "elsewhere": "outside"}
    assert standings("deceased", receipt, notice) == {"list": "overruled", "notice": "counts"}


def test_a_check_the_register_overruled_is_shown_so() -> None:
    seen_since = required({"document": "id", "held": True, "seen_on": date(2026, 3, 20)})
    check = record("document_check", key="check", at="2026-03-02", held=False)
    assert standings("documents_missing", check, documents=seen_since) == {"check": "overruled"}


@pytest.mark.parametrize("fact", ["age_years", "months_accepted"])
def test_facts_of_the_register_and_the_record_have_no_evidence(fact: str) -> None:
    assert kinds_of(fact) == ()
    assert standings(fact, record("visit")) == {}


@given(evidence_records(), documents_of_people, st.sampled_from(EVIDENCE_FACTS))
def test_the_records_that_count_give_the_fact_and_the_others_do_not(
    records: Records, documents: pl.DataFrame, fact: str
) -> None:
    whole = facts_of(*records, documents=documents)[fact]
    traced = trace(fact, frames(*records), people(1), documents, MARCH)
    counting = set(traced.filter(pl.col("standing") == "counts").select("kind", "key").rows())
    kept = [r for r in records if (r["kind"], r["key"]) in counting]
    assert facts_of(*kept, documents=documents)[fact] == whole
    for left_out in kept:
        without = [r for r in kept if r is not left_out]
        if FACTS[fact].source in (
            "visit",
            "attendance",
            "planting",
            "survival",
            "land_check",
            "proof_of_life",
        ):
            assert (
                facts_of(*without, documents=documents)[fact] != whole
                or left_out.get("plants") == 0
                or whole is None
            )


@given(evidence_records(), documents_of_people, st.sampled_from(EVIDENCE_FACTS))
def test_everything_of_the_person_is_shown_once(records: Records, documents: pl.DataFrame, fact: str) -> None:
    traced = trace(fact, frames(*records), people(1), documents, MARCH)
    mine = {
        (r["kind"], r["key"]) for r in records if r["kind"] == FACTS[fact].source and r["participant_id"] == 1
    }
    shown = traced.filter(pl.col("kind") != "list_receipt").select("kind", "key").rows()
    assert sorted(shown) == sorted(mine)
