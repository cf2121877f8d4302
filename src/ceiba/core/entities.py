"""Entities: what a phone carries of people, plots and groups, and what becomes of the updates it sends back.

The words are those of the ODK entities specification 2024.1 (https://getodk.github.io/xforms-spec/entities): a phone
that updates an entity offline opens a *branch* at the version it was given (the *trunk*) and counts its own versions
on from there. An update whose base is the trunk follows on what the server has; any other follows on the update of
the same branch whose base is one lower.

Every update is answered by one version, so that no phone's count stays ahead of ours for ever (a phone keeps its own
values while its number is the higher one): by the version it makes, or by the one that a person's decision makes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

LABEL: Final = "label"  # the specification reserves the word, so it can stand among the properties
GEOMETRY: Final = "geometry"
RESERVED: Final = ("name", LABEL)
NAME_LENGTH_MAX: Final = 64
_FROM_REGISTER: Final = "R"  # ends a stamp that the register gave; sorts after the same moment of a phone


class Guard(StrEnum):
    """How a property may change by an update from a phone."""

    FREE = "free"  # what was observed last holds
    CHECKED = (
        "checked"  # it counts for compliance: at once while nobody else changed it, else a person decides
    )
    HELD = "held"  # identity, geometry, what is computed: a person decides


@dataclass(frozen=True, slots=True)
class Property:
    """A column of a list on the phone. `length` is the longest text that the register keeps of it."""

    name: str
    guard: Guard = Guard.HELD
    length: int = 200


@dataclass(frozen=True, slots=True)
class EntityList:
    """A list that is drawn from the register: its properties in the order phones get them."""

    name: str
    properties: tuple[Property, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the properties."""
        return tuple(each.name for each in self.properties)

    @property
    def free(self) -> tuple[str, ...]:
        """The names of the properties of which what was observed last holds."""
        return tuple(each.name for each in self.properties if each.guard is Guard.FREE)


def _held(*names: str) -> tuple[Property, ...]:
    return tuple(Property(name) for name in names)


# In the order in which they are drawn: plots name their people by the people's entities. Birth dates, documents and
# outlines are not here: a phone is lost more easily than a register, and outlines would be most of its size.
LISTS: Final[Mapping[str, EntityList]] = {
    each.name: each
    for each in (
        EntityList(
            "participants",
            (
                *_held("code", "group", "plot_count", "age_75"),
                Property("last_visit", Guard.FREE, 40),
                Property("phone", Guard.FREE, 32),
                Property("plan_due", Guard.CHECKED, 12),
            ),
        ),
        EntityList(
            "plots",
            _held(
                "code", "participant", "participant_code", "group", "nominal_ha", "measured_ha", "lon", "lat"
            ),
        ),
        EntityList("groups", _held("code", "members", "technician")),
    )
}
OTHER_LISTS: Final = ("returned", "second_visits")
"""Lists that forms may ask for beside those: drawn for each technician, and no entities."""

_DECLARED: Final = {(name, each.name): each for name, about in LISTS.items() for each in about.properties}


@dataclass(frozen=True, slots=True)
class Update:
    """What one submission says of one entity. Versions are None, texts empty, where the phone sent none.

    `values` are the properties it saves; an empty one says nothing, for a question that was not asked is empty too.
    `sent_by` is the number of the user whose phone sent it.
    `submission` and `block` name the update: the same again is the same update.
    """

    submission: int
    block: int
    list_name: str
    entity: str
    observed_at: datetime
    creates: bool = False
    updates: bool = True
    base_version: int | None = None
    trunk_version: int | None = None
    branch: str = ""
    label: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    sent_by: int | None = None

    @property
    def is_creation(self) -> bool:
        """Whether the entity begins with it: a form that makes or changes names no base when it makes."""
        return self.creates and (not self.updates or self.base_version is None)

    @property
    def key(self) -> tuple[int, int]:
        """What makes it this update."""
        return self.submission, self.block

    @property
    def stated(self) -> Mapping[str, str]:
        """Label and properties, those that say something."""
        said = {
            **{name: value for name, value in self.values.items() if name not in RESERVED},
            LABEL: self.label,
        }
        return {name: value for name, value in said.items() if value}

    @property
    def stamp(self) -> str:
        """When it was observed, as a text that sorts as time does."""
        return stamp_of(self.observed_at)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an entity: its last version, and what is needed of those before.

    `values` hold the label too. `stamps` say when what holds of a free property was observed. `versions` are the
    values of earlier versions by number, as far as updates name them; `branches`, the updates decided of the
    branches in question. An entity is backed when a row of the register stands behind it; the others are free.
    """

    version: int
    values: Mapping[str, str]
    stamps: Mapping[str, str] = field(default_factory=dict)
    backed: bool = False
    versions: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    branches: tuple[Update, ...] = ()


class Reason(StrEnum):
    """Why a person decides."""

    NEW = "new"  # somebody to be enrolled
    GUARDED = "guarded"  # identity or geometry, which are the register's to say
    CONFLICT = "conflict"  # somebody else changed it meanwhile
    OUTSIDE = "outside"  # whoever sent it does not reach the entity any more
    FORCED = "forced"  # what it follows on never arrived


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of an update.

    `version` is the one it made, None where only a person's decision will make one. `lost` holds what was observed
    earlier than what holds: kept with the update, and no more. `proposed` goes to a person, beside `seen`, what the
    phone had before. `after` is the entity then.
    """

    update: Update
    after: Known
    version: int | None = None
    applied: Mapping[str, str] = field(default_factory=dict)
    lost: Mapping[str, str] = field(default_factory=dict)
    proposed: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """An entity after its updates: what was decided, in the order it was, and what still waits."""

    known: Known | None
    decisions: tuple[Decision, ...]
    waiting: tuple[Update, ...]


def stamp_of(moment: datetime) -> str:
    """A moment as a text that sorts as time does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def register_stamp(moment: datetime) -> str:
    """The stamp of what the register said at a moment."""
    return stamp_of(moment) + _FROM_REGISTER


def is_named(list_name: str, entity: str, branch: str) -> bool:
    """Whether list, entity and branch are names that can be kept: the entity's a uuid, the others not too long."""
    try:
        UUID(entity)
    except ValueError:
        return False
    return 0 < len(list_name) <= NAME_LENGTH_MAX and len(branch) <= NAME_LENGTH_MAX


def version_number(text: str) -> int | None:
    """A version as a phone writes it; None for none, and for what is no version."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= 9 else None


def guard_of(list_name: str, name: str, *, backed: bool) -> Guard:
    """How a property changes: freely where no register stands behind it, else as its list says, else held."""
    if not backed or list_name not in LISTS:
        return Guard.FREE
    declared = _DECLARED.get((list_name, name))
    return Guard.HELD if declared is None else declared.guard


def settle(
    known: Known | None, updates: Iterable[Update], *, outside: frozenset[tuple[int, int]] = frozenset()
) -> Settled:
    """Decide the updates of one entity as far as they follow on one another.

    In whatever order and in whatever parts a chain arrives, it is decided in its own order. `outside` are the keys
    of updates whose sender does not reach the entity: all they say goes to a person. The same update twice is one.
    """
    left = sorted({each.key: each for each in updates}.values(), key=_order)
    made: list[Decision] = []
    while ready := next((each for each in left if is_ready(known, each)), None):
        left.remove(ready)
        decision = _decided(known, ready, is_outside=ready.key in outside)
        known = decision.after
        made.append(decision)
    return Settled(known, tuple(made), tuple(left))


def force(known: Known | None, update: Update) -> Decision:
    """Give an update whose predecessor never came to a person, whole; what follows on it is ready then."""
    return _proposed(known or Known(1, {}), update, update.stated, Reason.FORCED)


def is_ready(known: Known | None, update: Update) -> bool:
    """Whether what the update follows on is there."""
    if known is None:
        return update.is_creation
    base = update.base_version
    if not update.branch or base is None or base == update.trunk_version:
        return True
    if base == 1 and update.trunk_version is None:  # on what the same phone made
        return True
    return any(each.branch == update.branch and each.base_version == base - 1 for each in known.branches)


def _order(update: Update) -> tuple[int, str, tuple[int, int]]:
    return update.base_version or 0, update.stamp, update.key


def _decided(known: Known | None, update: Update, *, is_outside: bool) -> Decision:
    if known is None:
        return _created(update)
    view = _view(known, update)
    had = {
        **known.values,
        **view,
    }  # where it is not known what the phone had, what holds already is no change
    changed = {name: value for name, value in update.stated.items() if value != had.get(name)}
    if is_outside and changed:
        return _proposed(known, update, changed, Reason.OUTSIDE)
    return _updated(known, update, view, changed)


def _created(update: Update) -> Decision:
    """A new entity. One of a list of the register waits for somebody to enrol it, and is there meanwhile."""
    values = update.stated
    known = Known(1, values, dict.fromkeys(values, update.stamp), branches=(update,))
    if update.list_name in LISTS:
        return Decision(update, known, 1, applied=values, proposed=values, reason=Reason.NEW)
    return Decision(update, known, 1, applied=values)


def _proposed(known: Known, update: Update, said: Mapping[str, str], reason: Reason) -> Decision:
    view = _view(known, update)
    after = replace(known, branches=(*known.branches, update))
    return Decision(
        update, after, proposed=said, seen={name: view.get(name, "") for name in said}, reason=reason
    )


def _updated(known: Known, update: Update, view: Mapping[str, str], changed: Mapping[str, str]) -> Decision:
    sorts = {name: _sort(known, update, view.get(name), name, value) for name, value in changed.items()}
    applied, lost, proposed = (
        {name: changed[name] for name, sort in sorts.items() if sort in wanted}
        for wanted in (("applied",), ("lost",), ("held", "conflict"))
    )
    version = known.version + 1 if applied or not proposed else None
    reason = None
    if proposed:
        reason = Reason.CONFLICT if "conflict" in sorts.values() else Reason.GUARDED
    seen = {name: view.get(name, "") for name in proposed}
    after = _after(known, update, applied, version)
    return Decision(update, after, version, applied, lost, proposed, seen, reason)


def _sort(known: Known, update: Update, had: str | None, name: str, value: str) -> str:
    """What becomes of a property that the phone `had` and changed: applied, lost, held or in conflict."""
    now = known.values.get(name)
    guard = guard_of(update.list_name, name, backed=known.backed)
    if guard is Guard.HELD or (known.backed and len(value) > _DECLARED[update.list_name, name].length):
        return "held"
    if guard is Guard.CHECKED:
        return "applied" if now in (had, value) else "conflict"
    stamp = known.stamps.get(name, "")
    if (update.stamp, value) >= (stamp, now or ""):
        return "applied"
    # A phone that had seen what the register says goes by that, even if its clock runs a little behind.
    return "applied" if stamp.endswith(_FROM_REGISTER) and now == had else "lost"


def _view(known: Known, update: Update) -> Mapping[str, str]:
    """The entity as the phone had it before the update: its trunk, and on it the branch so far."""
    base = update.trunk_version if update.branch and update.trunk_version else update.base_version
    if update.branch and update.trunk_version is None:
        base = None  # made on the phone: the branch begins with its creation
    trunk = known.versions.get(base, {}) if base is not None else {}
    if base == known.version and not trunk:
        trunk = known.values
    branch = [each for each in known.branches if _precedes(each, update)]
    return {**trunk, **{n: v for each in sorted(branch, key=_order) for n, v in each.stated.items()}}


def _precedes(earlier: Update, update: Update) -> bool:
    """Whether an update, or the creation, is of the same branch and before."""
    if earlier.key == update.key or not update.branch or update.base_version is None:
        return False
    if earlier.is_creation:
        return update.trunk_version is None
    return earlier.branch == update.branch and (earlier.base_version or 0) < (update.base_version or 0)


def _after(known: Known, update: Update, applied: Mapping[str, str], version: int | None) -> Known:
    values = {**known.values, **applied}
    stamps = dict(known.stamps)
    for name in applied:
        if guard_of(update.list_name, name, backed=known.backed) is Guard.FREE:
            stamps[name] = max(stamps.get(name, ""), update.stamp)
    return replace(
        known,
        version=version or known.version,
        values=values,
        stamps=stamps,
        versions={**known.versions, known.version: known.values, (version or known.version): values},
        branches=(*known.branches, update),
    )
