"""Forms as pages show them: questions under their groups, and what each gives, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ceiba.core.evidence import KINDS
from ceiba.core.facts import FACTS, Fact
from ceiba.core.facts.building import facts_drawn
from ceiba.core.form_effects import ASPECTS_SAID, facts_given
from ceiba.core.forms.changes import QuestionChange
from ceiba.core.forms.definition import Field, FormDefinition, Group
from ceiba.core.forms.gives import gives_said
from ceiba.core.forms.words import Words, said
from ceiba.core.kernel.errors import LANGUAGES
from ceiba.forms.models import FormVersion
from ceiba.forms.selectors import definition_of

Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Given:
    """One thing that a question gives: its word, what that means, and the facts that rest on it."""

    word: str
    text: Text
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as a row: its words in both languages, and what it gives."""

    field: Field
    es: str
    en: str
    choices: tuple[tuple[str, Text], ...]
    given: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that stand together; `names` are those of the groups around them, the outermost first."""

    names: tuple[Text, ...]
    repeats: bool
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A form in the list: the version that phones are offered, and what it is about."""

    version: FormVersion
    questions: int
    languages: tuple[str, ...]
    kinds: tuple[Text, ...]
    facts: int
    versions: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A question that changes, and what of it, in words."""

    change: QuestionChange
    es: str
    en: str
    aspects: tuple[Text, ...]


def listed(version: FormVersion, versions: int) -> Listed:
    """The form as a line of the list."""
    definition = definition_of(version)
    kinds = dict.fromkeys(word.partition(".")[0] for word in definition.given)
    return Listed(
        version=version,
        questions=len(definition.asked),
        languages=definition.languages,
        kinds=tuple({"es": KINDS[k].es, "en": KINDS[k].en} for k in kinds if k in KINDS),
        facts=len(facts_given(definition.given)),
        versions=versions,
    )


def sections_of(definition: FormDefinition) -> list[Section]:
    """The form's questions in its order, in the groups they stand in; what the phone fills in by itself is left out
    unless it gives something.
    """
    groups = {group.path: group for group in definition.groups}
    sections: list[tuple[str, list[Question]]] = []
    for field in definition.fields:
        if not (field.widget or field.gives):
            continue
        home = field.path.rpartition("/")[0]
        if not sections or sections[-1][0] != home:
            sections.append((home, []))
        sections[-1][1].append(_question(field))
    return [_section(home, questions, groups) for home, questions in sections]


def changes_shown(changes: tuple[QuestionChange, ...]) -> list[Changed]:
    """The changes of questions to a person: of what the phone fills in by itself only what it gives."""
    return [
        Changed(
            change,
            said(change.field.label, "es"),
            said(change.field.label, "en"),
            tuple(ASPECTS_SAID[aspect] for aspect in change.aspects),
        )
        for change in changes
        if change.field.widget or change.field.gives or "gives" in change.aspects
    ]


def _section(home: str, questions: list[Question], groups: Mapping[str, Group]) -> Section:
    around = [groups[path] for path in _around(home) if path in groups]
    return Section(
        names=tuple(_texts(group.label, group.name) for group in around),
        repeats=any(group.repeats for group in around),
        questions=tuple(questions),
    )


def _question(field: Field) -> Question:
    return Question(
        field=field,
        es=_plain(said(field.label, "es")),
        en=_plain(said(field.label, "en")),
        choices=tuple((choice.value, _texts(choice.label, choice.value)) for choice in field.choices),
        given=tuple(_given(word) for word in field.gives),
    )


def _given(word: str) -> Given:
    kind, _, column = word.partition(".")
    facts = facts_drawn(kind, column) if kind in KINDS else ()
    return Given(word, gives_said(word), tuple(FACTS[name] for name in facts))


def _texts(words: Words, otherwise: str) -> Text:
    return {language: _plain(said(words, language)) or otherwise for language in LANGUAGES}


def _around(path: str) -> Iterator[str]:
    """`/data/a` and `/data/a/b` of `/data/a/b`: what is below the root."""
    parts = path.split("/")
    return ("/".join(parts[: n + 1]) for n in range(2, len(parts)))


def _plain(text: str) -> str:
    """A label without the marks by which phones set words in bold."""
    return text.replace("**", "")
