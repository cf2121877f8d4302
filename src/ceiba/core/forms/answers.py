"""What a submission says: whom it is of, where and when, rows to draw records from, its entities, its files.

Read by hundreds a batch, so each in one walk over its elements, along the plan of its form (`plan_of`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite

from lxml import etree

from ceiba.core.forms.definition import FormDefinition
from ceiba.core.forms.instance import InstanceHead, head_of
from ceiba.core.forms.plan import NOWHERE, EntityPlan, Node, Plan, Row, plan_of
from ceiba.core.forms.safe_xml import local_name, read_xml


@dataclass(frozen=True, slots=True)
class Place:
    """A point in degrees, and how far off it may be in metres where that is known."""

    lon: float
    lat: float
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class EntityBlock:
    """What a submission says of one entity. `values` are the properties it saves, "" for what was left empty.

    `entry` is the number of the repeat's entry, from 1; 0 outside of repeats. The version words are as the phone
    sent them, "" where it sent none.
    """

    dataset: str
    entity_id: str
    label: str
    create: bool
    update: bool
    base_version: str
    trunk_version: str
    branch_id: str
    values: Mapping[str, str]
    entry: int = 0


@dataclass(frozen=True, slots=True)
class Answers:
    """A submission as far as it is needed to take it in.

    `rows` are by scope of the plan, each ending in an empty place. Codes are "" where the form asks none; `month`
    and `stated` are as they were written. `attachments` are the names of all its files.
    """

    head: InstanceHead
    rows: tuple[list[Row], ...]
    participant: str
    group: str
    plot: str
    month: str
    stated: str
    place: Place | None
    attachments: tuple[str, ...]
    entities: tuple[EntityBlock, ...]


def read_answers(definition: FormDefinition, source: "bytes | etree._Element") -> Answers:
    """Read a submission of the form. `source` is its XML, or the root of it.

    Elements that the form does not know are passed over. Raises UnsafeXml as `read_xml` and `head_of` do.
    """
    root = read_xml(source) if isinstance(source, bytes) else source
    plan = plan_of(definition)
    walk = _Walk(plan)
    walk.into(root, plan.root, 0)
    rows = walk.rows()
    (outer,) = rows[0]
    return Answers(
        head=head_of(root),
        rows=rows,
        participant=_at(outer, plan, "participant"),
        group=_at(outer, plan, "group"),
        plot=_at(outer, plan, "plot"),
        month=_at(outer, plan, "month"),
        stated=_at(outer, plan, "observed_at") or next((outer[n] or "" for n in plan.times if outer[n]), ""),
        place=_place(outer, plan),
        attachments=tuple(
            dict.fromkeys(name for scope, n in plan.binaries for row in rows[scope] if (name := row[n]))
        ),
        entities=tuple(_entities(walk.entities, rows)) if walk.entities else (),
    )


class _Walk:
    """One walk over a submission: for each scope the entries met, each with the entry it stands in."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.own: list[list[Row]] = [[] for _ in plan.widths]
        self.inside: list[list[int]] = [[] for _ in plan.widths]
        self.entities: list[tuple[EntityPlan, int, etree._Element]] = []
        self.starts = _starts(plan)
        self._open(0, 0)

    def into(self, element: "etree._Element", node: Node, scope: int) -> None:
        """Go through the children of an element, which stands in the entry of `scope` met last."""
        row, start = self.own[scope][-1], self.starts[scope]
        children = node.children
        for child in element:
            below = children.get(child.tag)
            if below is None and (below := children.get(local_name(child))) is None:
                continue
            if below.place != NOWHERE:
                place = below.place - start
                row[place] = row[place] or (child.text or "").strip() or None  # said twice: the first holds
            elif below.scope != NOWHERE:
                self._open(below.scope, len(self.own[scope]) - 1)
                self.into(child, below, below.scope)
            elif below.entity is not None:
                self.entities.append((below.entity, len(self.own[scope]) - 1, child))
            else:
                self.into(child, below, scope)

    def rows(self) -> tuple[list[Row], ...]:
        """The whole rows: what an entry stands in, its own answers, and an empty place."""
        whole = [[*row, None] for row in self.own[0]]
        found = [whole]
        for scope in range(1, len(self.own)):
            around = found[self.plan.parents[scope]]
            found.append(
                [
                    [*around[parent][:-1], *own, None]
                    for parent, own in zip(self.inside[scope], self.own[scope], strict=True)
                ]
            )
        return tuple(found)

    def _open(self, scope: int, parent: int) -> None:
        self.own[scope].append([None] * self.plan.widths[scope])
        self.inside[scope].append(parent)


def _starts(plan: Plan) -> list[int]:
    starts = [0]
    for scope in range(1, len(plan.widths)):
        starts.append(starts[plan.parents[scope]] + plan.widths[plan.parents[scope]])
    return starts


def _at(row: Row, plan: Plan, name: str) -> str:
    return row[plan.head[name]] or ""


def _place(row: Row, plan: Plan) -> Place | None:
    """The place given, else the first point of the first area or line that was walked."""
    if plan.head["place"] != NOWHERE and (text := row[plan.head["place"]]):
        return read_place(text)
    return next((read_place(text.partition(";")[0]) for n in plan.traces if (text := row[n])), None)


def read_place(text: str) -> Place | None:
    """A geopoint, `latitude longitude altitude accuracy`, in degrees and metres; None for what is not on Earth."""
    try:
        lat, lon, *more = (float(part) for part in text.split())
    except ValueError:
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    return Place(lon, lat, more[1] if len(more) > 1 and isfinite(more[1]) else None)


def _entities(
    met: list[tuple[EntityPlan, int, "etree._Element"]], rows: tuple[list[Row], ...]
) -> Iterator[EntityBlock]:
    """The entities that are to be made or changed: a form may say of either that it is not, this time."""
    for plan, index, element in met:
        create, update = (_is_true(element.get(name)) for name in ("create", "update"))
        if not (create or update):
            continue
        row = rows[plan.scope][index]
        yield EntityBlock(
            dataset=element.get("dataset") or plan.declared.dataset,
            entity_id=(element.get("id") or "").strip(),
            label=next(((each.text or "").strip() for each in element if local_name(each) == "label"), ""),
            create=create,
            update=update,
            base_version=element.get("baseVersion") or "",
            trunk_version=element.get("trunkVersion") or "",
            branch_id=element.get("branchId") or "",
            values={name: row[place] or "" for name, place in plan.properties},
            entry=index + 1 if plan.scope else 0,
        )


def _is_true(text: str | None) -> bool:
    return (text or "").strip().lower() in ("1", "true", "true()")
