"""Whether what the questions of a form give is what evidence takes (decision 0016): checked before publishing."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final

import polars as pl

from ceiba.core.cells import ColumnSpec
from ceiba.core.evidence import KINDS, BodyColumn, EvidenceKind
from ceiba.core.forms.definition import Field, FormDefinition
from ceiba.core.forms.enrolling import COLUMNS, HOME
from ceiba.core.forms.plan import HEAD, HOLDS
from ceiba.core.kernel.errors import Problem, Where, register_messages

register_messages(
    {
        "form.gives_unknown": {
            "es": "«{gives}» no es nada que se pueda dar. {near}",
            "en": '"{gives}" is nothing that can be given. {near}',
        },
        "form.gives_unknown_near": {
            "es": "«{gives}» no es nada que se pueda dar. ¿Quiso decir «{near}»?",
            "en": '"{gives}" is nothing that can be given. Did you mean "{near}"?',
        },
        "form.gives_of_area": {
            "es": "«{gives}» no es de una persona ni de una CAC: no llega por formularios. Quítelo.",
            "en": '"{gives}" is neither of a person nor of a group: it does not come in forms. Take it out.',
        },
        "form.gives_twice": {
            "es": "«{gives}» ya lo da la pregunta «{other}». Deje una sola; si son alternativas, júntelas "
            "en un cálculo.",
            "en": '"{gives}" is given by the question "{other}" already. Keep one; put alternatives together in a '
            "calculation.",
        },
        "form.gives_type": {
            "es": "La pregunta es de tipo {asked} y «{gives}» necesita {wanted}.",
            "en": 'The question is of type {asked} and "{gives}" needs {wanted}.',
        },
        "form.gives_choices": {
            "es": "Las opciones {wrong} no se aceptan en «{gives}». Se aceptan: {allowed}.",
            "en": 'The choices {wrong} are not accepted in "{gives}". Accepted are: {allowed}.',
        },
        "form.gives_apart": {
            "es": "Las preguntas de «{kind}» están en repeticiones distintas ({repeats}). Póngalas en una sola.",
            "en": 'The questions of "{kind}" are in different repeats ({repeats}). Put them into one.',
        },
        "form.gives_incomplete": {
            "es": "Se da «{kind}» sin «{missing}», que es obligatorio. Agregue la pregunta que lo da.",
            "en": '"{kind}" is given without "{missing}", which is required. Add the question that gives it.',
        },
        "form.gives_nobody": {
            "es": "Se da «{kind}» y no se pregunta de quién. Agregue una pregunta con «head.participant», fuera de "
            "otras repeticiones.",
            "en": '"{kind}" is given and it is not asked of whom. Add a question with "head.participant", outside of '
            "other repeats.",
        },
        "form.gives_repeated": {
            "es": "«{gives}» es de todo el envío y la pregunta está en una repetición. Sáquela de ella.",
            "en": '"{gives}" is of the whole submission and the question is in a repeat. Take it out of it.',
        },
    }
)

_HEAD_TYPES: Final = {
    "participant": ("select_one", "text", "barcode", "calculate"),
    "group": ("select_one", "text", "barcode", "calculate"),
    "plot": ("select_one", "text", "barcode", "calculate"),
    "month": ("date", "dateTime", "calculate"),
    "observed_at": ("dateTime", "start", "end", "calculate"),
    "place": ("geopoint", "start-geopoint", "calculate"),
}
_IN_REPEATS: Final = ("participant", "group", "plot")
_TRUTHS: Final = ("yes", "no", "true", "false", "1", "0")
_HOLDS_TYPES: Final = ("select_one", "acknowledge", "boolean", "calculate")
ALL: Final = (
    *(f"head.{name}" for name in HEAD),
    *(f"{k.code}.{c.name}" for k in KINDS.values() if k.by_form for c in k.body),
    *(f"{k.code}.{HOLDS}" for k in KINDS.values() if k.by_form),
    *COLUMNS,
)
"""Everything that a question may give."""

HEAD_SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "participant": {"es": "de quién es cada registro", "en": "whom each record is about"},
    "group": {"es": "de qué CAC es el envío", "en": "which group the submission is about"},
    "plot": {"es": "de qué parcela es el envío", "en": "which plot the submission is about"},
    "month": {
        "es": "de qué mes habla; sin ella, del mes en que se observó",
        "en": "which month it speaks of; without it, the month it was observed in",
    },
    "observed_at": {
        "es": "cuándo se observó; sin ella, al terminar el formulario",
        "en": "when it was observed; without it, when the form was finished",
    },
    "place": {"es": "dónde se observó", "en": "where it was observed"},
}
"""What of every record's head is given, in words."""


def gives_said(word: str) -> Mapping[str, str]:
    """What is given, in words: `visit.plan_done` is "Monthly work plan and visit: tasks done"."""
    kind, _, name = word.partition(".")
    if kind == "head":
        return HEAD_SAID[name]
    if word in COLUMNS:
        return {"es": f"Padrón: {COLUMNS[word].es}", "en": f"Register: {COLUMNS[word].en}"}
    about = KINDS[kind]
    if name == HOLDS:
        return {"es": about.es, "en": about.en}
    column = next(column for column in about.body if column.name == name)
    return {"es": f"{about.es}: {column.es}", "en": f"{about.en}: {column.en}"}


def gives_problems(definition: FormDefinition) -> tuple[Problem, ...]:
    """What is wrong with what the form's questions give, placed by the question's name."""
    found: list[Problem] = []
    for each in definition.fields:
        for word in each.gives:
            found += _of_word(definition, each, word)
    kinds = {word.partition(".")[0] for word in definition.given if word in ALL}
    for kind in KINDS:
        if kind in kinds:
            found += _of_kind(definition, KINDS[kind])
    return tuple(found)


def _of_word(definition: FormDefinition, each: Field, word: str) -> Iterator[Problem]:
    where = Where(item=each.name)
    kind, _, column = word.partition(".")
    if kind in KINDS and not KINDS[kind].by_form:
        yield Problem("form.gives_of_area", where, {"gives": word})
    elif word not in ALL:
        near = get_close_matches(word, ALL, 1, 0.6)
        code = "form.gives_unknown_near" if near else "form.gives_unknown"
        yield Problem(code, where, {"gives": word, "near": near[0] if near else ", ".join(ALL)})
    else:
        if (first := definition.given[word]).path != each.path:
            yield Problem("form.gives_twice", where, {"gives": word, "other": first.name})
        is_whole = word in COLUMNS or (kind == "head" and column not in _IN_REPEATS)
        if each.repeat and is_whole:
            yield Problem("form.gives_repeated", where, {"gives": word})
        yield from _of_answer(each, word, where)


def _of_answer(each: Field, word: str, where: Where) -> Iterator[Problem]:
    """Whether the question's answers are of the type, and among the choices, that is taken."""
    wanted, choices = _wanted(word)
    if each.asked_as not in wanted:
        values = {"asked": each.asked_as, "gives": word, "wanted": " / ".join(wanted)}
        yield Problem("form.gives_type", where, values)
        return
    taken = {choice.lower() for choice in choices}
    wrong = [choice.value for choice in each.choices if choices and choice.value.lower() not in taken]
    if wrong:
        values = {"wrong": ", ".join(wrong), "gives": word, "allowed": ", ".join(choices)}
        yield Problem("form.gives_choices", where, values)


def _wanted(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The types of questions that can give it, and the values that their choices may have; none: any."""
    kind, _, name = word.partition(".")
    if kind == "head":
        return _HEAD_TYPES[name], ()
    if word == HOME:
        return _HEAD_TYPES["place"], ()
    if word in COLUMNS:
        return _types(COLUMNS[word]), COLUMNS[word].choices
    if name == HOLDS:
        return _HOLDS_TYPES, _TRUTHS
    column = next(c for c in KINDS[kind].body if c.name == name)
    return _types(column), _TRUTHS if column.dtype == pl.Boolean else column.choices


def _types(column: BodyColumn | ColumnSpec) -> tuple[str, ...]:
    if column.dtype.is_integer():
        measured = ("geopoint",) if column.name == "accuracy_m" else ()
        return ("integer", "range", "calculate", *measured)
    if column.dtype == pl.Boolean:
        return ("select_one", "boolean", "calculate")
    if column.dtype == pl.Date:
        return ("date", "calculate")
    return ("select_one", "text", "calculate") if not column.choices else ("select_one", "calculate")


def _of_kind(definition: FormDefinition, kind: EvidenceKind) -> Iterator[Problem]:
    """Whether the kind's questions make up whole records."""
    giving = [f for word, f in definition.given.items() if word.partition(".")[0] == kind.code]
    inner = max((f.repeat for f in giving), key=len)
    where = Where(item=next(f.name for f in giving if f.repeat == inner))
    if any(not _around(f.repeat, inner) for f in giving):
        repeats = ", ".join(sorted({f.repeat.rpartition("/")[2] for f in giving if f.repeat}))
        yield Problem("form.gives_apart", where, {"kind": kind.code, "repeats": repeats})
    for column in kind.body:
        if not column.nullable and f"{kind.code}.{column.name}" not in definition.given:
            yield Problem("form.gives_incomplete", where, {"kind": kind.code, "missing": column.name})
    person = definition.given.get("head.participant")
    if not kind.of_person:
        return
    if person is None or not _around(person.repeat, inner):
        yield Problem("form.gives_nobody", where, {"kind": kind.code})


def _around(outer: str, inner: str) -> bool:
    """Whether what is in the repeat `outer` is seen from the repeat `inner`: the same one, or one around it."""
    return not outer or inner == outer or inner.startswith(f"{outer}/")
