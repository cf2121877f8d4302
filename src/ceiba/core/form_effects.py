"""What a version of a form changes for facts, and through them for the rules: told before it is published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ceiba.core.evidence import KINDS
from ceiba.core.facts import FACTS
from ceiba.core.facts.building import facts_drawn
from ceiba.core.forms.changes import GivenChange
from ceiba.core.forms.definition import Field
from ceiba.core.forms.gives import gives_said
from ceiba.core.kernel.errors import Problem, Where, register_messages
from ceiba.core.kernel.month import Month
from ceiba.core.rules.expression import names_in
from ceiba.core.rules.rulebook import LEAVES_PAY, Rulebook

register_messages(
    {
        "form_effect.lost": {
            "es": "«{name}» ({es}): ya no la contesta ninguna pregunta de ningún formulario. No tendrá evidencia, "
            "salvo la que llegue en archivos.",
            "en": '"{name}" ({en}): no question of any form answers it any more. It will have no evidence but what '
            "comes in files.",
        },
        "form_effect.lost_rules": {
            "es": "«{name}» ({es}): ya no la contesta ninguna pregunta de ningún formulario. No tendrá evidencia, "
            "salvo la que llegue en archivos, y sin ella dejan el mes en espera: {rules}.",
            "en": '"{name}" ({en}): no question of any form answers it any more. It will have no evidence but what '
            "comes in files, and without it the month is held by: {rules}.",
        },
        "form_effect.left_to_others": {
            "es": "«{name}» ({es}): este formulario ya no la contesta; la siguen contestando: {forms}.",
            "en": '"{name}" ({en}): this form no longer answers it; these still do: {forms}.',
        },
        "form_effect.gained": {
            "es": "«{name}» ({es}): ahora la contesta la pregunta «{now}».",
            "en": '"{name}" ({en}): the question "{now}" answers it from now on.',
        },
        "form_effect.gained_rules": {
            "es": "«{name}» ({es}): ahora la contesta la pregunta «{now}». La usan las reglas: {rules}.",
            "en": '"{name}" ({en}): the question "{now}" answers it from now on. Rules that use it: {rules}.',
        },
        "form_effect.moved": {
            "es": "«{name}» ({es}): la contestaba la pregunta «{before}» y ahora la contesta «{now}».",
            "en": '"{name}" ({en}): the question "{before}" answered it, and now "{now}" does.',
        },
        "form_effect.asked_otherwise": {
            "es": "«{name}» ({es}): la pregunta «{now}» se hace de otra manera: {aspects_es}.",
            "en": '"{name}" ({en}): the question "{now}" is asked in another way: {aspects_en}.',
        },
    }
)

ASPECTS_SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "asked_as": {"es": "su tipo", "en": "its type"},
    "required": {"es": "si es obligatoria", "en": "whether it is required"},
    "relevant": {"es": "cuándo se pregunta", "en": "when it is asked"},
    "constraint": {"es": "qué respuestas acepta", "en": "which answers it accepts"},
    "calculate": {"es": "cómo se calcula", "en": "how it is calculated"},
    "choices": {"es": "sus opciones", "en": "its choices"},
    "repeat": {"es": "en qué repetición está", "en": "which repeat it is in"},
    "gives": {"es": "lo que da", "en": "what it gives"},
    "label": {"es": "sus palabras", "en": "its words"},
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of a fact, or of a part of every record's head; `holds`: months will be held for it."""

    name: str
    message: Problem
    holds: bool = False

    def text(self, language: str) -> str:
        """In a sentence."""
        return self.message.text(language)


def form_effects(
    changes: Iterable[GivenChange],
    elsewhere: Mapping[str, Iterable[str]],
    rulebook: Rulebook | None,
    month: Month,
) -> tuple[Effect, ...]:
    """What the changes of a form mean, what holds months first.

    `elsewhere`: what is given -> codes of the programme's other forms that give it. Rules count that hold in `month`
    or later.
    """
    found: dict[str, Effect] = {}
    for change in changes:
        kind, _, column = change.word.partition(".")
        for name in facts_drawn(kind, column) if kind in KINDS else (change.word,):
            effect = _effect(
                name, change, sorted(elsewhere.get(change.word, ())), _rules(name, rulebook, month)
            )
            if name not in found or effect.holds:
                found[name] = effect
    return tuple(sorted(found.values(), key=lambda effect: not effect.holds))


def facts_given(words: Iterable[str]) -> tuple[str, ...]:
    """The facts that rest on what is given, in the catalogue's order."""
    parts = (word.partition(".") for word in words)
    drawn = {fact for kind, _, column in parts if kind in KINDS for fact in facts_drawn(kind, column)}
    return tuple(name for name in FACTS if name in drawn)


def _effect(name: str, change: GivenChange, others: list[str], rules: tuple[list[str], list[str]]) -> Effect:
    naming, holding = rules
    said = gives_said(name) if name not in FACTS else _fact_said(name)
    values: dict[str, object] = {
        "name": name,
        **said,
        "before": _name(change.before),
        "now": _name(change.now),
    }
    if change.now is None and others:
        return _told(name, "left_to_others", values | {"forms": ", ".join(others)})
    if change.now is None:
        code = "lost_rules" if holding else "lost"
        return _told(name, code, values | {"rules": ", ".join(holding)}, holds=bool(holding))
    if change.before is None:
        return _told(name, "gained_rules" if naming else "gained", values | {"rules": ", ".join(naming)})
    if change.aspects:
        aspects = {
            f"aspects_{lang}": ", ".join(ASPECTS_SAID[a][lang] for a in change.aspects)
            for lang in ("es", "en")
        }
        return _told(name, "asked_otherwise", values | aspects)
    return _told(name, "moved", values)


def _told(name: str, code: str, values: Mapping[str, object], *, holds: bool = False) -> Effect:
    return Effect(name, Problem(f"form_effect.{code}", Where(), values), holds)


def _rules(name: str, rulebook: Rulebook | None, month: Month) -> tuple[list[str], list[str]]:
    """The rules and amounts that name a fact, and those of them that hold a month when it is not known."""
    if rulebook is None or name not in FACTS:
        return [], []
    rules = [r for r in rulebook.rules if _is_ahead(r.valid_until, month) and name in names_in(r.require)]
    amounts = [
        c.reason
        for c in rulebook.components
        if _is_ahead(c.valid_until, month) and name in names_in(c.amount)
    ]
    holding = [rule.id for rule in rules if rule.otherwise not in LEAVES_PAY and rule.stage == "month"]
    return _once([*(rule.id for rule in rules), *amounts]), _once([*holding, *amounts])


def _is_ahead(until: Month | None, month: Month) -> bool:
    return until is None or month <= until


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _fact_said(name: str) -> Mapping[str, str]:
    return {"es": FACTS[name].es, "en": FACTS[name].en}


def _name(field: Field | None) -> str:
    return field.name if field else ""
