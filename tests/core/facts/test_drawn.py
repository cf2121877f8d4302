"""Which facts rest on which columns of evidence: what officers are told before a form changes."""

import pytest

from ceiba.core.evidence import KINDS
from ceiba.core.facts import FACTS
from ceiba.core.facts.building import facts_drawn


@pytest.mark.parametrize(
    ("kind", "column", "facts"),
    [
        ("planting", "species", ()),
        ("nursery", "sown", ()),
        ("planting", "plants", ("plants_planted",)),
        ("planting", "holds", ("plants_planted",)),
        ("visit", "accuracy_m", ("visit_accuracy_m",)),
        ("survival", "replanted", ("survival_age_months",)),
        ("proof_of_life", "holds", ("life_age_months",)),
        ("sanction", "until", ("sanctions",)),
    ],
)
def test_a_fact_rests_on_the_columns_it_is_made_of(kind, column, facts):
    assert facts_drawn(kind, column) == facts


def test_every_fact_of_evidence_rests_on_something_of_its_kind():
    for fact in FACTS.values():
        if fact.source in KINDS:
            columns = [*(c.name for c in KINDS[fact.source].body), "holds"]
            assert any(fact.name in facts_drawn(fact.source, column) for column in columns), fact.name
