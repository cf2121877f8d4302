"""An agreement's money as the parts of the flow picture: promised, arrived, paid by component, and where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ceiba.core.rules.rulebook import Text
from ceiba.funding.selectors import Money, PaidCell
from ceiba.reports.results.flow import Flow, Link, Part, flow
from ceiba.web import words

PLACES_SHOWN: Final = 10
OTHERS: Final = "…"

Paid = dict[tuple[str, str], int]
"""Minor units by component and place."""


@dataclass(frozen=True, slots=True)
class PaidRow:
    """What the picture says of a component in a place, as a row."""

    component: str
    place: str
    code: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawing, and what it says as rows; a drawing of nothing is None."""

    drawing: Flow | None
    rows: tuple[PaidRow, ...]


def picture(
    money: Money,
    cells: Iterable[PaidCell],
    components: Mapping[str, Text],
    places: Mapping[str, str],
    currency: str,
) -> Picture:
    """The flow of an agreement's money; `cells` are told as the viewer may be told of them."""
    paid = {
        (cell.component, cell.department): cell.amount_minor
        for cell in cells
        if cell.component is not None and cell.department is not None and (cell.amount_minor or 0) > 0
    }
    told: Paid = {key: minor for key, minor in paid.items() if minor is not None}
    names = {code: words.words(name) for code, name in components.items()}
    rows = (
        PaidRow(names.get(component, component), places.get(place, place), place, minor)
        for (component, place), minor in told.items()
    )
    columns = _columns(money, _few_places(told), names, places, currency)
    ordered = sorted(rows, key=lambda row: (row.component, -row.amount_minor, row.code))
    return Picture(flow(columns, _links(columns, _few_places(told), currency)), tuple(ordered))


def _few_places(paid: Paid) -> Paid:
    """The same with all but the largest places as one."""
    largest = sorted(_summed(paid, 1).items(), key=lambda item: (-item[1], item[0]))
    shown = {place for place, _ in largest[:PLACES_SHOWN]}
    few: Paid = {}
    for (component, place), minor in paid.items():
        key = (component, place if place in shown else OTHERS)
        few[key] = few.get(key, 0) + minor
    return few


def _columns(
    money: Money, paid: Paid, names: Mapping[str, str], places: Mapping[str, str], currency: str
) -> list[list[Part]]:
    """The parts of each column, without those of nothing."""

    def part(key: str, label: str, value: int | None, css: str) -> Part:
        minor = max(value or 0, 0)
        return Part(key, label, minor, css, words.amount(minor, currency, whole=True))

    promised = max(money.committed_minor, money.received_minor)
    spent = [
        part(f"c:{code}", names.get(code, code), minor, "fill-pay")
        for code, minor in _summed(paid, 0).items()
    ]
    where = [
        part(f"p:{code}", _("other places") if code == OTHERS else places.get(code, code), minor, "fill-pay")
        for code, minor in _summed(paid, 1).items()
    ]
    columns = [
        [part("promised", pgettext("money", "Promised"), promised, "fill-none")],
        [
            part("arrived", pgettext("money", "Arrived"), money.received_minor, "fill-well-2"),
            part("to come", _("Not arrived"), money.to_come_minor, "fill-none"),
        ],
        [
            *spent,
            part("ordered", _("Ordered"), money.pending_minor, "fill-hold"),
            part("left", pgettext("money", "Left"), money.left_minor, "fill-well-2"),
        ],
        sorted(where, key=lambda each: (each.key == f"p:{OTHERS}", -each.value)),
    ]
    return [[each for each in column if each.value] for column in columns]


def _links(columns: Sequence[Sequence[Part]], paid: Paid, currency: str) -> list[Link]:
    """What goes from column to column: all of the second from the first, of the third from what arrived."""

    def link(source: Part, target: Part, minor: int) -> Link:
        amount = words.amount(minor, currency, whole=True)
        return Link(source.key, target.key, minor, f"{source.label} → {target.label}: {amount}")

    promised, arrived, spent, where = columns
    links = [link(promised[0], each, each.value) for each in arrived]
    if arrived and arrived[0].key == "arrived":
        links += [link(arrived[0], each, each.value) for each in spent]
    links += [
        link(component, place, minor)
        for component in spent
        for place in where
        if (minor := paid.get((component.key.removeprefix("c:"), place.key.removeprefix("p:")), 0))
    ]
    return links


def _summed(paid: Paid, by: int) -> dict[str, int]:
    """Sums by component (0) or by place (1), the largest first."""
    sums: dict[str, int] = {}
    for key, minor in paid.items():
        sums[key[by]] = sums.get(key[by], 0) + minor
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))
