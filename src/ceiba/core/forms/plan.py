"""What is read of the submissions of a form, worked out once for each version, so that each is read in one walk.

Answers go into rows: one for what is outside repeats, one for every entry of a repeat, which begins with the row that
the entry stands in. So everything that an entry can speak of has a place in its own row. The last place of every
row is always empty: it is the place of what the form does not ask.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Final

from ceiba.core.evidence import KINDS
from ceiba.core.forms.definition import EntityDeclaration, Field, FormDefinition

NOWHERE: Final = -1
HOLDS: Final = "holds"

Row = list[str | None]


@dataclass(slots=True)
class Node:
    """An element of a submission: the place of its answer in a row, the repeat it is an entry of, what is in it."""

    place: int = NOWHERE
    scope: int = NOWHERE
    entity: "EntityPlan | None" = None
    children: dict[str, "Node"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntityPlan:
    """Where the values of an entity's properties stand in the row of its scope."""

    declared: EntityDeclaration
    scope: int
    properties: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class KindPlan:
    """How a kind's records are drawn from the rows of a scope.

    `cells` gives, of a row: the participant, whether the record holds, then the columns of the body in their order;
    None for what is not asked. `holds_given` says whether the form asks if the record exists.
    """

    kind: str
    scope: int
    cells: Callable[[Row], tuple[str | None, ...]]
    holds_given: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """How a form's submissions are read. `widths` and `parents` are by scope; scope 0 is outside of repeats.

    `head` are the places in the outermost row of what the head may be given by; `traces` of areas and lines walked;
    `fields` the questions by their place in it.
    """

    root: Node
    widths: tuple[int, ...]
    parents: tuple[int, ...]
    head: Mapping[str, int]
    times: tuple[int, ...]
    traces: tuple[int, ...]
    fields: Mapping[int, Field]
    binaries: tuple[tuple[int, int], ...]
    kinds: tuple[KindPlan, ...]


HEAD: Final = ("participant", "group", "plot", "month", "observed_at", "place")


@lru_cache(maxsize=512)
def plan_of(definition: FormDefinition) -> Plan:
    """The plan of a version of a form; the same object is planned once."""
    return _Planning(definition).plan()


class _Planning:
    """The places of one form's answers: each scope's own follow those of the scope around it."""

    def __init__(self, definition: FormDefinition) -> None:
        self.definition = definition
        self.scopes = {"": 0} | {path: n for n, path in enumerate(definition.repeats, 1)}
        self.parents = [0, *(self.scopes[_around(path, self.scopes)] for path in definition.repeats)]
        self.read = [each for each in definition.fields if _is_read(each)]
        own = [sum(self.scopes[each.repeat] == scope for each in self.read) for scope in self.scopes.values()]
        self.widths = own
        starts = [0]
        for scope in range(1, len(own)):
            starts.append(starts[self.parents[scope]] + own[self.parents[scope]])
        self.places: dict[str, int] = {}
        for each in self.read:
            scope = self.scopes[each.repeat]
            self.places[each.path] = starts[scope]
            starts[scope] += 1

    def plan(self) -> Plan:
        return Plan(
            root=self._root(),
            widths=tuple(self.widths),
            parents=tuple(self.parents),
            head={name: self._place(f"head.{name}") for name in HEAD},
            times=tuple(
                self.places[each.path]
                for preload in ("end", "start")
                for each in self.read
                if each.preload == preload and not each.repeat
            ),
            traces=tuple(
                self.places[each.path]
                for each in self.read
                if each.type in ("geoshape", "geotrace") and not each.repeat
            ),
            fields={self.places[each.path]: each for each in self.read if not each.repeat},
            binaries=tuple(
                (self.scopes[each.repeat], self.places[each.path]) for each in self.definition.binaries
            ),
            kinds=tuple(self._kind(code) for code in KINDS if self._giving(code)),
        )

    def _root(self) -> Node:
        root = Node()
        for path in self.scopes:
            if path:
                self._node(root, path).scope = self.scopes[path]
        for path, place in self.places.items():
            self._node(root, path).place = place
        for declared in self.definition.entities:
            node = self._node(root, declared.path)
            properties = tuple((name, self.places[path]) for name, path in declared.properties.items())
            node.entity = EntityPlan(declared, self.scopes[declared.repeat], properties)
        return root

    def _node(self, root: Node, path: str) -> Node:
        node = root
        for name in path.split("/")[2:]:
            node = node.children.setdefault(name, Node())
        return node

    def _giving(self, kind: str) -> list[Field]:
        return [f for word, f in self.definition.given.items() if word.partition(".")[0] == kind]

    def _kind(self, kind: str) -> KindPlan:
        """The kind's records are entries of the innermost repeat that any of its questions is in."""
        scope = self.scopes[max((f.repeat for f in self._giving(kind)), key=len)]
        words = [f"{kind}.{HOLDS}", *(f"{kind}.{column.name}" for column in KINDS[kind].body)]
        places = [self._place(word) for word in words]
        return KindPlan(
            kind, scope, itemgetter(self._place("head.participant", scope), *places), places[0] != NOWHERE
        )

    def _place(self, word: str, scope: int | None = None) -> int:
        """Where what is given stands; `scope` says from where it is looked for, where that must be seen to."""
        giving = self.definition.given.get(word)
        if giving is None:
            return NOWHERE
        asked_in = self.scopes[giving.repeat]
        if scope is not None and asked_in not in self._chain(scope):
            return NOWHERE
        if word.startswith("head.") and scope is None and asked_in:
            return NOWHERE  # of each entry, not of the submission
        return self.places[giving.path]

    def _chain(self, scope: int) -> list[int]:
        chain = [scope]
        while chain[-1]:
            chain.append(self.parents[chain[-1]])
        return chain


def _is_read(each: Field) -> bool:
    """Whether an answer is needed to take a submission in."""
    return bool(
        each.gives
        or each.save_to
        or each.preload in ("start", "end")
        or each.type in ("binary", "geoshape", "geotrace")
    )


def _around(path: str, scopes: Mapping[str, int]) -> str:
    return max((each for each in scopes if each and path.startswith(f"{each}/")), key=len, default="")
