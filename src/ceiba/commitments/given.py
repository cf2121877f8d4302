"""What a person gives to the register, as services take it: texts trimmed, numbers exact, empty where not told."""

from dataclasses import dataclass
from decimal import Decimal

from ceiba.core.commitments import Answered, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceGiven:
    """A source. `text` is what was pasted of it, perhaps nothing."""

    title: str
    language: str
    publisher: str = ""
    address: str = ""
    published_on: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where an entry is from. `sentence` is looked up in the source's text, where there is one."""

    source: int
    sentence: str = ""
    place: str = ""
    found_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsGiven:
    """What was promised. `promiser` and `receiver` are numbers of parties; `said_on` and `due_on` partial dates."""

    cited: Citation
    promiser: int
    kind: Kind
    said_on: str
    receiver: int | None = None
    quantity: Decimal | None = None
    unit: str = ""
    subject_es: str = ""
    subject_en: str = ""
    due_on: str = ""
    agreement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryGiven:
    """Evidence of delivery; `unit` is the commitment's where a quantity is given."""

    cited: Citation
    on: str
    quantity: Decimal | None = None
    unit: str = ""
    completes: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGiven:
    """What was said afterwards."""

    cited: Citation
    on: str
    said: Answered
    note: str = ""
