"""A programme's rulebook as values: what a folder of TOML says once it has been read and found in order."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Protocol, TypeVar

from ceiba.core.kernel.month import Month

CONSEQUENCES: Final = ("refuse", "hold", "warn", "excuse")
EXCUSE: Final = "excuse"
"""A rule with this consequence that is false excuses the month, if it is not accepted, in the service record."""

LEAVES_PAY: Final = ("warn", EXCUSE)
"""The consequences that change nothing of whether a month is paid."""

VERDICTS: Final = ("pass", "fail", "unknown")
ASSUMPTION: Final = "assumption"
RECIPIENTS: Final = ("participant", "savings")
VARIES_BY: Final = ("country", "variant")
CAP: Final = "cap_minor"
RECOVERY_PERCENT_MAX: Final = "recovery_percent_max"
UNITS: Final[dict[str, Mapping[str, str]]] = {
    "minor": {"es": "centavos", "en": "cents"},
    "percent": {"es": "%", "en": "%"},
    "m2": {"es": "m²", "en": "m²"},
    "m": {"es": "m", "en": "m"},
    "months": {"es": "meses", "en": "months"},
    "years": {"es": "años", "en": "years"},
    "days": {"es": "días", "en": "days"},
    "people": {"es": "personas", "en": "people"},
    "plants": {"es": "plantas", "en": "plants"},
    "grade": {"es": "grado (1 a 5)", "en": "grade (1 to 5)"},
    "basis_points": {"es": "centésimas de 1 %", "en": "hundredths of 1 %"},
    "option": {"es": "opción", "en": "option"},
}
"""The units a parameter may have; "minor" is minor units of the programme's currency."""

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
class Setting:
    """A number of the programme that the software or its offices go by, rather than a rule."""

    name: str
    low: int
    high: int
    es: str
    en: str
    required: bool = False


CALENDAR: Final = {
    setting.name: setting
    for setting in (
        Setting(
            "cutoff_day",
            1,
            28,
            "día del mes siguiente hasta cuyas 06:00 (UTC) se recibe la evidencia del mes",
            "day of the following month until 06:00 (UTC) of which the month's evidence is received",
            required=True,
        ),
        Setting(
            "pay_day",
            1,
            28,
            "día del mes siguiente en que se paga",
            "day of the following month to pay",
            True,
        ),
        Setting(
            "late_months_max",
            0,
            60,
            "meses hacia atrás que reabre la evidencia tardía",
            "months back that late evidence reopens",
            required=True,
        ),
        Setting(
            "appeal_working_days",
            1,
            365,
            "días hábiles para inconformarse; decide otra oficina",
            "working days to appeal; another office decides",
        ),
    )
}
STAFFING: Final = {
    setting.name: setting
    for setting in (
        Setting("group_members", 1, 1_000, "personas por comunidad (CAC)", "people a group (CAC)"),
        Setting(
            "people_per_productive",
            1,
            10_000,
            "personas por técnico productivo",
            "people a productive technician",
        ),
        Setting("people_per_social", 1, 10_000, "personas por técnico social", "people a social technician"),
        Setting("people_per_facilitator", 1, 100_000, "personas por facilitador", "people a facilitator"),
        Setting("interns_per_group", 0, 100, "becarias y becarios por comunidad", "interns a group"),
        Setting(
            "second_visit_percent",
            0,
            100,
            "visitas que otra persona repite por sorteo, %",
            "visits that somebody else repeats, drawn by lot, %",
        ),
    )
}


VARIANCE: Final = {
    setting.name: setting
    for setting in (
        Setting(
            "people_percent",
            0,
            1_000,
            "personas pagadas de más o de menos que el mes anterior en un área, %: desde ahí se explica",
            "people paid more or fewer than the month before in an area, %: above it somebody explains",
        ),
        Setting(
            "amount_percent",
            0,
            1_000,
            "monto de más o de menos que el mes anterior en un área, %: desde ahí se explica",
            "amount above or below the month before in an area, %: above it somebody explains",
        ),
        Setting(
            "new_accounts_percent",
            0,
            100,
            "personas de un área que estrenan cuenta, %: desde ahí se explica",
            "people of an area with a new account, %: above it somebody explains",
        ),
        Setting(
            "people_min",
            1,
            10_000,
            "personas que un área debe tener para que se compare",
            "people that an area must have to be compared",
        ),
        Setting(
            "account_people_max",
            1,
            1_000,
            "personas que pueden cobrar en una misma cuenta",
            "people who may be paid to one account",
        ),
        Setting(
            "phone_people_max",
            1,
            1_000,
            "personas que pueden tener un mismo teléfono",
            "people who may have one telephone",
        ),
    )
}
"""What a payment run is compared by (`core.variance.Thresholds`); what is left out has the defaults there."""


def is_assumption(basis: str) -> bool:
    """Whether `basis` says that nobody has established what it stands behind."""
    return basis.startswith(ASSUMPTION)


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
        return is_assumption(self.basis)

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the greatest value it takes anywhere."""
        numbers = [self.value] if self.value is not None else list(self.values.values())
        return min(numbers), max(numbers)


@dataclass(frozen=True, slots=True)
class Case:
    """A worked case: facts (name -> value; one not named is null) and what must come out, a verdict or an amount.

    Without a `month` it must come out in every month in which its rule holds.
    """

    facts: Mapping[str, object]
    expect: str | int
    month: Month | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition in SQL over facts and parameters; true passes, false takes `otherwise`, null is no evidence.

    Without evidence there is nothing to excuse: null passes where `otherwise` is "excuse".
    """

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
        return is_assumption(self.basis)


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
    basis: str = ASSUMPTION


@dataclass(frozen=True, slots=True)
class PathwayStage:
    """A stage of the pathway. `proposal` marks what has no legal basis and must be shown so.

    It asks what its `rules` (ids, of stage "pathway") ask, and what the stage before it (`after`) does. `since` is
    when it was laid down or proposed; `decides` says who grants what it leads to. `months_a_year` and `years` bound
    what is granted, `places_a_year` how many people it can be granted to; None: nobody has said.
    """

    id: str
    name: Text
    text: Text
    months: int | None
    proposal: bool
    basis: str = ASSUMPTION
    rules: tuple[str, ...] = ()
    after: str | None = None
    since: Month | None = None
    decides: Text | None = None
    months_a_year: int | None = None
    years: int | None = None
    places_a_year: int | None = None

    @property
    def is_assumption(self) -> bool:
        """Whether nobody has established it."""
        return is_assumption(self.basis)

    @property
    def reason(self) -> str:
        """The id under which nobody reaches a stage of which no rule holds."""
        return f"stage.{self.id}"


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything a programme publishes; `digest` is of the folder's bytes.

    `bases` tells where the numbers of the calendar, the staffing and the variance are laid down, by name.
    """

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
    bases: Mapping[str, str] = field(default_factory=dict)
    variance: Mapping[str, int] = field(default_factory=dict)

    @property
    def excuses(self) -> frozenset[str]:
        """The ids of the rules that excuse a month that is not accepted, whenever they hold."""
        return frozenset(rule.id for rule in self.rules if rule.otherwise == EXCUSE)

    @property
    def changes(self) -> list[Month]:
        """The months in which something begins to hold or no longer holds, in order."""
        dated: list[Dated] = [*self.rules, *self.parameters, *self.components]
        begins = {item.valid_from for item in dated}
        ends = {item.valid_until + 1 for item in dated if item.valid_until is not None}
        return sorted(begins | ends)

    def asked_by(self, stage: PathwayStage) -> tuple[str, ...]:
        """The ids of the rules that a stage of the pathway asks for: of the stages before it, then its own."""
        before = next((s for s in self.pathway if s.id == stage.after), None)
        return tuple(dict.fromkeys((*(self.asked_by(before) if before else ()), *stage.rules)))

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

    def only(self, ids: Collection[str]) -> "RuleSet":
        """The same with no rules but those with these ids."""
        return replace(self, rules=tuple(rule for rule in self.rules if rule.id in ids))


def valid(items: Iterable[D], month: Month) -> list[D]:
    """The items that hold in `month`, in their order."""
    return [
        item
        for item in items
        if item.valid_from <= month and (item.valid_until is None or month <= item.valid_until)
    ]


def all_bases(rulebook: Rulebook) -> list[str]:
    """Where each thing the rulebook says is laid down, one basis a thing."""
    bases = [rule.basis for rule in rulebook.rules]
    bases += [parameter.basis for parameter in rulebook.parameters]
    bases += [component.basis for component in rulebook.components]
    bases += [document.basis for document in rulebook.documents]
    bases += [stage.basis for stage in rulebook.pathway]
    return bases + list(rulebook.bases.values())
