"""What phones propose and a person decides, within what a user may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from django.db.models import Q, QuerySet

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.core.entities import GEOMETRY, LABEL, Reason
from ceiba.core.forms.shapes import shape_points
from ceiba.core.geometry import area_m2
from ceiba.entities.models import Entity, EntityVersion, Proposal, ProposalState
from ceiba.registry.models import Plot
from ceiba.registry.selectors import groups_in, participants_in

PAGE_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A property of a proposal: what the register says now, what the phone had, what is proposed."""

    name: str
    now: str
    seen: str
    proposed: str

    @property
    def moved(self) -> bool:
        """Whether the register says something else by now than the phone had."""
        return self.now != self.seen


@dataclass(frozen=True, slots=True)
class Land:
    """An outline with its area on the ellipsoid; `shape` is None for what cannot be read as one."""

    shape: shapely.Geometry | None
    measured_m2: int | None


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """A page of proposals, and the number after which the next begins; None on the last."""

    rows: tuple[Proposal, ...]
    next: int | None


def proposals_in(scope: Scope) -> QuerySet[Proposal]:
    """The proposals about people whom a scope reaches; of those about nobody in the register, the ones of its areas.

    Technicians see of the latter what they sent themselves.
    """
    of_nobody = scope.areas_q("area_code")
    if scope.role == Role.TECHNICIAN and scope.code:
        of_nobody = Q(update__sent_by__code=scope.code, update__sent_by__role=scope.role)
    about = Q(participant__in=participants_in(scope)) | Q(participant=None) & of_nobody
    found = Proposal.objects.filter(about)
    return found.select_related("entity", "update__sent_by", "participant", "decided_by")


def new_beside(proposal: Proposal, list_name: str) -> tuple[Proposal, ...]:
    """What else the same submission made of a list, as far as it is still to be decided."""
    beside = Proposal.objects.filter(update__submission=proposal.update.submission, state=ProposalState.OPEN)
    made = beside.filter(entity__list_name=list_name, entity__row=None, reason=Reason.NEW)
    return tuple(made.exclude(pk=proposal.pk).select_related("entity", "update").order_by("pk"))


def proposals_page(scope: Scope, state: str = ProposalState.OPEN, after: int = 0) -> ProposalPage:
    """Proposals of a state, those that have waited longest first."""
    rows = proposals_in(scope).filter(state=state, pk__gt=after).order_by("pk")[: PAGE_ROWS + 1]
    found = tuple(rows)
    return ProposalPage(found[:PAGE_ROWS], found[PAGE_ROWS - 1].pk if len(found) > PAGE_ROWS else None)


def labels_of(proposals: tuple[Proposal, ...]) -> dict[int, str]:
    """What the entities of proposals are called now, by the entities' numbers."""
    numbers = {(each.entity_id, each.entity.version) for each in proposals}
    rows = EntityVersion.objects.filter(entity__in={entity for entity, _ in numbers})
    return {
        entity: label
        for entity, number, label in rows.values_list("entity_id", "number", "label")
        if (entity, number) in numbers
    }


def values_of(entity: Entity) -> dict[str, str]:
    """What an entity says now, its label among its properties."""
    version = EntityVersion.objects.get(entity=entity, number=entity.version)
    return {LABEL: version.label, **version.properties}


def lines_of(proposal: Proposal) -> tuple[Line, ...]:
    """The properties of a proposal beside what holds.

    An outline is drawn instead (`land_now`, `land_proposed`), and what a phone measured of it does not become ours.
    """
    now = values_of(proposal.entity)
    drawn = (GEOMETRY, "measured_ha", "lon", "lat") if GEOMETRY in proposal.proposed else ()
    return tuple(
        Line(name, now.get(name, ""), proposal.seen.get(name, ""), value)
        for name, value in proposal.proposed.items()
        if name not in drawn
    )


def row_with(list_name: str, code: str, scope: Scope) -> int | None:
    """The number of the row of the register with a code, within a scope."""
    rows: Mapping[str, QuerySet[Any]] = {
        "participants": participants_in(scope),
        "plots": Plot.objects.filter(participant__in=participants_in(scope)),
        "groups": groups_in(scope),
    }
    found = rows[list_name].filter(code=code).values_list("pk", flat=True).first()
    return None if found is None else int(found)


def label_of_row(list_name: str, row: int) -> str:
    """What phones call a row of the register; empty while it has not been drawn."""
    entity = Entity.objects.filter(list_name=list_name, row=row, deleted_at=None).first()
    return values_of(entity)[LABEL] if entity else ""


def land_now(proposal: Proposal) -> Land | None:
    """The outline that the register has of the proposal's plot; None where it has none."""
    if proposal.entity.list_name != "plots" or proposal.entity.row is None:
        return None
    plot = Plot.objects.filter(pk=proposal.entity.row).only("geometry", "measured_m2").first()
    return None if plot is None or plot.shape is None else Land(plot.shape, plot.measured_m2)


def land_proposed(proposal: Proposal) -> Land | None:
    """The outline that the phone walked; None where none is proposed."""
    text = proposal.proposed.get(GEOMETRY)
    if text is None:
        return None
    shape = polygon_of(text)
    if shape is None:
        return Land(None, None)
    return Land(shape, int(area_m2(np.array([shape], dtype=object))[0]))


def polygon_of(text: str) -> shapely.Polygon | None:
    """The polygon of a geoshape as phones write it; None for what is none."""
    points = shape_points(text)
    if points is None or len(set(points)) < 3:
        return None
    return shapely.Polygon(points)
