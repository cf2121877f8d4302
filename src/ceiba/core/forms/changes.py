"""What another version of a form asks and gives that the one before does not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ceiba.core.forms.definition import Field, FormDefinition

ASPECTS: Final = (
    "asked_as",
    "required",
    "relevant",
    "constraint",
    "calculate",
    "choices",
    "repeat",
    "gives",
    "label",
)
"""What of a question is compared; of choices only the values are."""


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """A question that is new (`before` is None), gone (`now` is None) or asked otherwise in some `aspects`."""

    before: Field | None
    now: Field | None
    aspects: tuple[str, ...] = ()

    @property
    def what(self) -> Literal["added", "removed", "changed"]:
        """In a word."""
        if self.before is None:
            return "added"
        return "removed" if self.now is None else "changed"

    @property
    def field(self) -> Field:
        """The question as it is now, or as it was last."""
        field = self.now or self.before
        assert field is not None  # noqa: S101 - one of the two is there
        return field


@dataclass(frozen=True, slots=True)
class GivenChange:
    """What a form gives ("visit.plan_done"): by which question before and now; None: by none."""

    word: str
    before: Field | None
    now: Field | None
    aspects: tuple[str, ...] = ()


def question_changes(old: FormDefinition | None, new: FormDefinition) -> tuple[QuestionChange, ...]:
    """The questions that differ, in the order of the new form, those that are gone last.

    A question is the same one by its path, or, put elsewhere in the form, by its name where that is of one only.
    """
    before = old.fields if old else ()
    pairs = _paired(before, new.fields)
    known = {was.path for was, _ in pairs if was}
    every = [*pairs, *((was, None) for was in before if was.path not in known)]
    changes = (QuestionChange(was, now, _aspects(was, now)) for was, now in every)
    return tuple(change for change in changes if change.aspects or not (change.before and change.now))


def given_changes(old: FormDefinition | None, new: FormDefinition) -> tuple[GivenChange, ...]:
    """What is given that was not, no longer is, is given by another question, or by one that is asked otherwise."""
    was, now = old.given if old else {}, new.given
    pairs = _paired(old.fields if old else (), new.fields)
    moved = {before.path: field.path for before, field in pairs if before and field}
    changes = []
    for word in dict.fromkeys([*now, *was]):
        before, after = was.get(word), now.get(word)
        same = before and after and moved.get(before.path) == after.path
        aspects = tuple(a for a in _aspects(before, after) if a not in ("gives", "label")) if same else ()
        if aspects or not same:
            changes.append(GivenChange(word, before, after, aspects))
    return tuple(changes)


def _paired(before: Sequence[Field], now: Sequence[Field]) -> list[tuple[Field | None, Field | None]]:
    """Each question of the new form with the one that it was."""
    by_path = {field.path: field for field in before}
    paths = {field.path for field in now}
    left = [field for field in before if field.path not in paths]
    once = Counter(field.name for field in [*left, *(f for f in now if f.path not in by_path)])
    by_name = {field.name: field for field in left if once[field.name] == 2}
    return [(by_path.get(field.path) or by_name.get(field.name), field) for field in now]


def _aspects(before: Field | None, now: Field | None) -> tuple[str, ...]:
    if before is None or now is None:
        return ()
    return tuple(aspect for aspect in ASPECTS if _aspect(before, aspect) != _aspect(now, aspect))


def _aspect(field: Field, aspect: str) -> object:
    if aspect == "choices":
        return tuple(choice.value for choice in field.choices)
    if aspect == "label":
        return dict(field.label)
    return getattr(field, aspect)
