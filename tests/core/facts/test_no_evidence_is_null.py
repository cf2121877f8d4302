from hypothesis import given

from ceiba.core.facts import EVIDENCE_FACTS
from tests.core.facts.evidence import evidence_records, facts_of, people, record, required


def test_without_evidence_every_fact_of_evidence_is_null() -> None:
    facts = facts_of(documents=required({"document": "id"}))
    assert {facts[name] for name in EVIDENCE_FACTS} == {None}


def test_a_zero_that_was_reported_is_a_zero() -> None:
    facts = facts_of(record("visit", plan_done=0), record("planting", plants=0))
    assert (facts["plan_done"], facts["plants_planted"]) == (0, 0)


def test_what_a_record_leaves_open_stays_null() -> None:
    facts = facts_of(record("visit", accuracy_m=None))
    assert (facts["plan_done"], facts["visit_accuracy_m"]) == (9, None)


@given(evidence_records(ids=(2, 3)))
def test_evidence_about_others_gives_me_nothing(records: list[dict[str, object]]) -> None:
    others = [r for r in records if r["kind"] != "list_receipt"]
    facts = facts_of(*others, register=people(1, 2, 3))
    assert {facts[name] for name in EVIDENCE_FACTS} == {None}
