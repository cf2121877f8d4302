from pathlib import Path

from ceiba.core.evidence import KINDS
from ceiba.core.facts import FACTS
from ceiba.core.facts.document import facts_document, source_rule, source_title
from ceiba.core.facts.standing import COMBINATIONS
from ceiba.core.facts.tracing import kinds_of

DOCUMENT = Path(__file__).parents[3] / "docs" / "facts.md"


def test_the_document_is_the_catalogues() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == facts_document(), "run scripts/document-facts"


def test_every_fact_is_in_it_once() -> None:
    for name in FACTS:
        assert facts_document().count(f"| `{name}` |") == 1


def test_every_source_is_told_in_both_languages() -> None:
    for source in {fact.source for fact in FACTS.values()}:
        assert set(source_title(source)) == set(source_rule(source)) == {"es", "en"}


def test_every_kind_that_facts_are_drawn_from_says_how_it_combines_and_no_other() -> None:
    drawn_from = {kind for fact in FACTS for kind in kinds_of(fact)}
    assert set(COMBINATIONS) == drawn_from <= set(KINDS)
