"""Every message of the pages has its Spanish, and the file holds no others."""

import re

import pytest
from django.utils import translation
from django.utils.translation import gettext

from ceiba.core.evidence import DECISIONS, FLAGS, KINDS
from ceiba.core.facts import FACTS
from ceiba.core.register import ENROLMENT_STATES, EXIT_CAUSES, OFFICES, SEXES, TECHNICIAN_KINDS, TENURES
from ceiba.core.rules.rulebook import CONSEQUENCES, UNITS, VERDICTS
from ceiba.runs.models import AT_WORK, RunState
from ceiba.web import labels
from ceiba.web.catalogue import catalogue, compile_messages, messages

FOUND = {(m.context, m.id if isinstance(m.id, str) else m.id[0]) for m in messages()}
PLACE = re.compile(r"%\((\w+)\)s")


def translated() -> dict[tuple[str | None, str], object]:
    return {(m.context, m.id if isinstance(m.id, str) else m.id[0]): m.string for m in catalogue() if m.id}


def test_every_message_has_spanish_and_no_translation_is_left_over() -> None:
    there = translated()
    assert not FOUND - set(there), "run scripts/messages, then translate"
    assert not set(there) - FOUND, "run scripts/messages"
    for key, string in there.items():
        texts = string if isinstance(string, tuple | list) else (string,)
        assert all(texts), key


def test_translations_fill_the_same_places() -> None:
    for message in catalogue():
        if message.id:
            ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
            strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
            wanted = {place for text in ids for place in PLACE.findall(text)}
            assert {place for text in strings for place in PLACE.findall(str(text))} <= wanted, message.id


def test_the_compiled_file_is_in_use() -> None:
    compile_messages()
    with translation.override("es"):
        assert gettext("Sign in") == "Entrar"
    with translation.override("en"):
        assert gettext("Sign in") == "Sign in"


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("tenure", TENURES),
        ("state", ENROLMENT_STATES),
        ("cause", EXIT_CAUSES),
        ("sex", SEXES),
        ("office", OFFICES),
        ("technician", TECHNICIAN_KINDS),
        ("verdict", VERDICTS),
        ("flag", FLAGS),
        ("review_state", DECISIONS),
        ("consequence", CONSEQUENCES),
        ("outcome", ("pay", "hold", "refuse", "none")),
        ("run", RunState.values),
    ],
)
def test_every_code_has_a_label(group: str, codes: tuple[str, ...]) -> None:
    assert set(codes) <= set(labels.GROUPS[group])


def test_what_is_done_on_the_way_to_every_stage_is_said() -> None:
    assert list(AT_WORK) == RunState.values[1:]
    for words in AT_WORK.values():
        assert words["es"]
        assert words["en"]


def test_every_unit_of_facts_and_parameters_has_words() -> None:
    known = {*labels.UNIT, *labels.COUNTED, "m2", "m²", "minor"}
    assert {fact.unit for fact in FACTS.values()} <= known
    assert set(UNITS) <= known


def test_facts_and_kinds_of_evidence_speak_both_languages() -> None:
    for named in [*FACTS.values(), *KINDS.values()]:
        assert named.es
        assert named.en
