"""A programme's rulebook as values: what a folder of TOML says once it has been read and found in order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from ceiba.core.kernel.month import Month

CONSEQUENCES: Final = ("refuse", "hold", "warn")
VERDICTS: Final = ("pass", "fail", "unknown")
ASSUMPTION: Final = "assumption"

Text = Mapping[str, str]
"""A text for people: language -> words, in every language of `errors.LANGUAGES`."""


class Dated(Protocol):
    """Something that holds from a month until another (None: no end set)."""

    @property
    def valid_from(self) -> Month: ...  # noqa: D102 - the protocol's fields say it
    @property
    def valid_until(self) -> Month | None: ...  # noqa: D102


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated number of the programme.

    `value` holds everywhere, or `values` by `by` ("country" or "variant"). `basis` is where the number is laid
    down, or "assumption": then pages show it so.
    """

    name: str
    unit: str
    meaning: Text
    basis: str
    valid_from: Month
    valid_until: Month | None = None
    value: int | None = None
    by: str | None = None
    values: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_assumption(self) -> bool:
        """Whether nobody has established the number."""
        return self.basis.startswith(ASSUMPTION)

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the greatest value it takes anywhere."""
        numbers = [self.value] if self.value is not None else list(self.values.values())
        return min(numbers), max(numbers)


@dataclass(frozen=True, slots=True)
class Case:
    """A worked case: facts (name -> value or None) and what must come out, a verdict or an amount."""

    facts: Mapping[str, object]
    expect: str | int


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition in SQL over facts and parameters; true passes, false takes `otherwise`, null is no evidence."""

    id: str
    stage: str
    require: str
    otherwise: str
    basis: str
    title: Text
    message: Text
    unknown: Text
    valid_from: Month
    valid_until: Month | None = None
    cases: tuple[Case, ...] = ()

    @property
    def is_assumption(self) -> bool:
        """Whether the rule's legal basis has not been established."""
        return self.basis.startswith(ASSUMPTION)


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the support, with its whole amount in minor units as SQL; `to` is "participant" or "savings"."""

    id: str
    name: Text
    amount: str
    to: str
    basis: str
    valid_from: Month
    valid_until: Month | None = None
    cases: tuple[Case, ...] = ()

    @property
    def reason(self) -> str:
        """The id under which an amount that cannot be known holds the month."""
        return f"amount.{self.id}"


@dataclass(frozen=True, slots=True)
class RequiredDocument:
    """A document without which nobody becomes active; only for `tenures` and `countries`, when given."""

    id: str
    name: Text
    tenures: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PathwayStage:
    """A stage of the pathway. `proposal` marks what has no legal basis and must be shown so."""

    id: str
    name: Text
    text: Text
    months: int | None
    proposal: bool


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything a programme publishes; `digest` is of the folder's bytes."""

    code: str
    name: Text
    summary: Text
    currency: str
    countries: tuple[str, ...]
    variants: Mapping[str, Text]
    calendar: Mapping[str, int]
    staffing: Mapping[str, int]
    parameters: tuple[Parameter, ...]
    rules: tuple[Rule, ...]
    components: tuple[Component, ...]
    documents: tuple[RequiredDocument, ...]
    pathway: tuple[PathwayStage, ...]
    digest: str = ""

    def at(self, month: Month, stage: str = "month") -> "RuleSet":
        """What holds in `month` for the rules of `stage`."""
        return RuleSet(
            rulebook=self,
            month=month,
            stage=stage,
            rules=tuple(rule for rule in valid(self.rules, month) if rule.stage == stage),
            parameters={parameter.name: parameter for parameter in valid(self.parameters, month)},
            components=tuple(valid(self.components, month)) if stage == "month" else (),
        )


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules, parameters and components of one stage that hold in one month."""

    rulebook: Rulebook
    month: Month
    stage: str
    rules: tuple[Rule, ...]
    parameters: Mapping[str, Parameter]
    components: tuple[Component, ...]


def valid(items: Iterable[D], month: Month) -> list[D]:
    """The items that hold in `month`, in their order."""
    return [
        item
        for item in items
        if item.valid_from <= month and (item.valid_until is None or month <= item.valid_until)
    ]
