"""Who publishes a programme's IATI files, and under which codes: `programmes/<code>/iati/publisher.toml`.

What nobody has established begins with "assumption" in its `basis`, and is shown so.
"""

from dataclasses import dataclass
from typing import Any, Final

from ceiba.core.iati.elements import HUNDRED
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.rules.rulebook import ASSUMPTION, Text
from ceiba.core.rules.tables import Table, parse_toml

register_messages(
    {
        "publisher.sectors": {
            "es": "los porcentajes de los sectores suman {found}; deben sumar 100.",
            "en": "the percentages of the sectors add up to {found}; they must add up to 100.",
        },
    }
)

FILE: Final = "publisher.toml"
INDICATORS: Final = ("people_paid", "months_accepted", "hectares_measured", "trees_alive")
_IDENTIFIER: Final = r"[A-Za-z0-9]+-[A-Za-z0-9]+-[A-Za-z0-9._-]+"
_IDENTIFIER_MAX, _CODE_MAX = 100, 8
_CODE: Final = r"[A-Z]?[0-9]+"
_YEARS: Final = (2000, 2199)


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation that takes part beside the funders. `role` is of the codelist OrganisationRole."""

    ref: str | None
    name: str
    type: str
    role: str
    basis: str


@dataclass(frozen=True, slots=True)
class SectorShare:
    """A sector (codelist Sector) and its share in hundredths of a percent."""

    code: str
    share: int
    basis: str


@dataclass(frozen=True, slots=True)
class Target:
    """What an indicator is to reach in a calendar year."""

    indicator: str
    year: int
    value: int
    basis: str


@dataclass(frozen=True, slots=True)
class LinkedDocument:
    """A document that is published elsewhere."""

    url: str
    format: str
    category: str
    language: str
    title: Text


@dataclass(frozen=True, slots=True)
class Publisher:
    """The reporting organisation and the codes of the standard that fit the programme."""

    ref: str
    name: str
    type: str
    basis: str
    region: str
    scope: str
    collaboration_type: str
    flow_type: str
    finance_type: str
    aid_type: str
    tied_status: str
    codes_basis: str
    sectors: tuple[SectorShare, ...]
    partners: tuple[Partner, ...]
    targets: tuple[Target, ...]
    documents: tuple[LinkedDocument, ...]

    @property
    def assumed(self) -> bool:
        """Whether the identifier itself is nobody's yet: the files are then an example, not to be published."""
        return self.basis.startswith(ASSUMPTION)


def read_publisher(data: bytes) -> Publisher:
    """The publisher in `data`. Raises CeibaError with every problem (toml.*, table.*, publisher.*)."""
    where, problems = Where(file=FILE), list[Problem]()
    table = Table(parse_toml(data, where), where, problems)
    values = _organisation(table) | _codes(table)
    publisher = Publisher(
        sectors=tuple(_sector(inner) for inner in table.tables("sector")),
        partners=tuple(_partner(inner) for inner in table.tables("partner", required=False)),
        targets=tuple(_target(inner) for inner in table.tables("target", required=False)),
        documents=tuple(_document(inner) for inner in table.tables("document", required=False)),
        **values,
    )
    table.done()
    total = sum(sector.share for sector in publisher.sectors)
    if not problems and total != HUNDRED:
        table.note("publisher.sectors", "sector", found=total / 100)
    if problems:
        raise CeibaError(problems)
    return publisher


def _organisation(table: Table) -> dict[str, Any]:
    inner = table.table("organisation")
    if inner is None:
        return dict.fromkeys(("ref", "name", "type", "basis"), "")
    values = {
        "ref": inner.matching("ref", _IDENTIFIER, "MX-RFC-ABC010101XYZ", _IDENTIFIER_MAX),
        "name": inner.text("name"),
        "type": inner.matching("type", _CODE, "10", _CODE_MAX),
        "basis": inner.basis(),
    }
    inner.done()
    return values


def _codes(table: Table) -> dict[str, Any]:
    names = ("region", "scope", "collaboration_type", "flow_type", "finance_type", "aid_type", "tied_status")
    inner = table.table("codes")
    if inner is None:
        return dict.fromkeys((*names, "codes_basis"), "")
    values = {name: inner.matching(name, _CODE, "110", _CODE_MAX) for name in names}
    values["codes_basis"] = inner.basis()
    inner.done()
    return values


def _sector(inner: Table) -> SectorShare:
    made = SectorShare(
        inner.matching("code", r"[0-9]{5}", "31220", 5), inner.integer("percent", 1, 100) * 100, inner.basis()
    )
    inner.done()
    return made


def _partner(inner: Table) -> Partner:
    ref = (
        inner.matching("ref", _IDENTIFIER, "MX-RFC-ABC010101XYZ", _IDENTIFIER_MAX)
        if "ref" in inner.data
        else None
    )
    made = Partner(
        ref,
        inner.text("name"),
        inner.matching("type", _CODE, "10", _CODE_MAX),
        inner.matching("role", r"[1-4]", "4", 1),
        inner.basis(),
    )
    inner.done()
    return made


def _target(inner: Table) -> Target:
    made = Target(
        inner.one_of("indicator", INDICATORS),
        inner.integer("year", *_YEARS),
        inner.integer("value", 0),
        inner.basis(),
    )
    inner.done()
    return made


def _document(inner: Table) -> LinkedDocument:
    made = LinkedDocument(
        inner.matching("url", r"https?://\S+", "https://example.org/informe.pdf", 500),
        inner.text("format"),
        inner.matching("category", r"[AB][0-9]{2}", "B01", 3),
        inner.matching("language", r"[a-z]{2}", "es", 2),
        inner.texts("title"),
    )
    inner.done()
    return made
