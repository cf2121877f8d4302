"""What is asked of the generator, checked before anything is made."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.month import Month
from ceiba.synth.programmes import PROGRAMMES

MAX_MONTHS: Final = 60
MAX_PARTICIPANTS: Final = 5_000_000
MAX_RATE: Final = 0.2  # above this the faults would be the programme

register_messages(
    {
        "synth.participants": {
            "es": "Se pidieron {found} participantes; elija de 1 a {limit}.",
            "en": "{found} participants were asked for; choose 1 to {limit}.",
        },
        "synth.months": {
            "es": "Se pidieron {found} meses; elija de 1 a {limit}.",
            "en": "{found} months were asked for; choose 1 to {limit}.",
        },
        "synth.seed": {
            "es": "La semilla {found} es negativa; elija 0 o más.",
            "en": "The seed {found} is negative; choose 0 or more.",
        },
        "synth.programme": {
            "es": "No hay programa «{found}»; elija uno de: {choices}.",
            "en": 'There is no programme "{found}"; choose one of: {choices}.',
        },
        "synth.rate": {
            "es": "La tasa de {name} es {found}; elija de 0 a {limit}.",
            "en": "The rate of {name} is {found}; choose 0 to {limit}.",
        },
    }
)


@dataclass(frozen=True, slots=True)
class FaultRates:
    """How often each fault is planted; counts are rounded up: a rate above 0 plants at least one."""

    dead: float = 0.002  # of the people active at the end: died, and reported on all the same
    very_old: float = 0.0005  # of the people active at the end: 97 to 109 years old, no proof of life
    overlapping_plots: float = 0.004  # of plots: drawn inside the plot of somebody else
    two_names: float = 0.003  # of participants: the same person as another participant
    copied_counts: float = 0.01  # of groups: every survival count the same as the first one's
    regular_technicians: float = 0.02  # of productive technicians: perfect visits, at the same hour
    missing_evidence: float = 0.01  # of the months of active people: neither visit nor attendance
    shared_accounts: float = 0.002  # of payee accounts: the account of somebody else
    wrong_check_digits: float = 0.001  # of payee accounts: a digit is wrong, in a file apart
    working_absences: float = 0.03  # of absences: attested, and all the month's work was done all the same
    missing_lists: float = 0.005  # of the monthly lists of deaths, a state each: never received


@dataclass(frozen=True, slots=True)
class SynthOptions:
    """One country to make. The same options give the same bytes.

    Raises CeibaError with every option that cannot be: synth.participants, .months, .seed, .programme, .rate.
    """

    participants: int
    seed: int = 1
    programme: str = "ca"
    months: int = 36
    last_month: Month = field(default_factory=lambda: Month(2026, 10))
    faults: FaultRates = field(default_factory=FaultRates)

    def __post_init__(self) -> None:
        problems = []
        if not 1 <= self.participants <= MAX_PARTICIPANTS:
            problems.append(_problem("participants", self.participants, limit=MAX_PARTICIPANTS))
        if not 1 <= self.months <= MAX_MONTHS:
            problems.append(_problem("months", self.months, limit=MAX_MONTHS))
        if self.seed < 0:
            problems.append(_problem("seed", self.seed))
        if self.programme not in PROGRAMMES:
            problems.append(_problem("programme", self.programme, choices=", ".join(PROGRAMMES)))
        for rate in fields(self.faults):
            if not 0 <= (value := getattr(self.faults, rate.name)) <= MAX_RATE:
                problems.append(_problem("rate", value, name=rate.name, limit=MAX_RATE))
        if problems:
            raise CeibaError(problems)

    @property
    def first_month(self) -> Month:
        """The month of the first evidence."""
        return self.last_month + (1 - self.months)

    def as_json(self) -> dict[str, Any]:
        """The options as the manifest tells them."""
        return asdict(self) | {"last_month": str(self.last_month)}


def _problem(code: str, found: object, **values: object) -> Problem:
    return Problem(f"synth.{code}", values={"found": found, **values})
