"""Submissions for those who analyse them: a row for each that was first sent, as it stands after its edits.

A submission and those that replace it are a *family* (`Standing.root`). A user sees of a family what lies within
their reach and nothing else, so the same row may have fewer versions for one than for another. The version that is
shown is the last that counts (taken, or not looked at yet), else the last that came. An edit shows once it has been
looked at.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.db import connection

from ceiba.accounts.models import Role, User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import USER_NAME, Scope
from ceiba.frames.walking import (
    ALL,
    CHUNK_ROWS,
    NEWEST,
    Columns,
    Condition,
    Order,
    Rows,
    count,
    embedded,
    walk,
)
from ceiba.registry.selectors import groups_in, participants_in
from ceiba.submissions.models import Attachment, Submission

_SQL: Final = Path(__file__).parent / "sql"
_FAMILIES, _HEADS, _VISIBLE = (
    (_SQL / f"{name}.sql").read_text() for name in ("families", "heads", "visible")
)
_SELECT: Final = f"""
    s.id, s.instance_id, s.received_at, s.user_id, {USER_NAME}, d.username, v.family, v.edits, v.updated_at, c.id,
    c.instance_id, c.form_version, c.xml,
    ARRAY(SELECT DISTINCT a.name FROM submissions_attachment a WHERE a.submission_id = ANY(v.family))
"""  # noqa: S608 - our own text
_BESIDE: Final = """
    JOIN submissions_submission c ON c.id = v.current
    JOIN accounts_user u ON u.id = s.user_id
    LEFT JOIN devices_device d ON d.id = s.device_id
"""
CURRENT: Final = "v.current"
"""In SQL, the number of the version that is shown."""
EDITED: Final = "v.edits > 0"
"""In SQL, whether there is more than one version."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which submissions a user reaches: `visible` is SQL of the aliases {s} (submission) and {st} (standing).

    `state` is SQL for how a submission stands in its review, of `CURRENT`.
    """

    visible: str
    params: Mapping[str, Any]
    state: str

    @property
    def columns(self) -> Columns:
        """What may be asked for by name."""
        return {
            "submissionDate": ("s.received_at", "timestamptz"),
            "updatedAt": ("v.updated_at", "timestamptz"),
            "deletedAt": ("NULL::timestamptz", "timestamptz"),
            "submitterId": ("s.user_id", "bigint"),
            "reviewState": (self.state, "text"),
        }


@dataclass(frozen=True, slots=True)
class Kept:
    """A family as a user sees it. `instance_id` names it; `current_*` and `xml` are of the version that is shown.

    `family` are the numbers of its versions, `files` the names of the attachments that came with any of them.
    """

    id: int
    instance_id: str
    received_at: datetime
    submitter_id: int
    submitter: str
    device: str | None
    family: Sequence[int]
    edits: int
    updated_at: datetime | None
    current_id: int
    current_instance_id: str
    form_version: str
    xml: bytes
    files: Sequence[str]
    state: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """One of a family's submissions."""

    id: int
    instance_id: str
    form_version: str
    submitter_id: int
    device: str | None
    received_at: datetime
    xml: bytes


@dataclass(frozen=True, slots=True)
class File:
    """An attachment; its bytes are a blob."""

    name: str
    sha256: str
    content_type: str


def reach_of(user: User, scope: Scope, countries: Sequence[str], state: str = "NULL::text") -> Reach:
    """What a user who may export evidence reaches of the submissions of a programme, whose countries are given.

    By area: what is of the people, groups and areas in the scope; what says neither of whom nor where it is, those
    alone whose scope covers all `countries`. Technicians: what is of their portfolio, and what they sent.
    """
    allowed = may(user, Action.EXPORT_EVIDENCE)
    by_area = allowed and not scope.is_portfolio
    people, of_people = embedded("people", participants_in(scope).values("pk"))
    groups, of_groups = embedded("groups", groups_in(scope).values("code"), "text")
    params = {
        **of_people,
        **of_groups,
        "may": allowed,
        "areas": list(scope.areas) if by_area else [],
        "everywhere": by_area and covers_all(scope, countries),
        "own": user.pk if scope.role == Role.TECHNICIAN else None,
    }
    return Reach(_VISIBLE.replace("{people}", people).replace("{groups}", groups), params, state)


def covers_all(scope: Scope, countries: Sequence[str]) -> bool:
    """Whether a scope covers every one of a programme's countries; nobody is known to where none is."""
    return bool(countries) and all(scope.covers(country) for country in countries)


def kept(
    reach: Reach,
    form_code: str,
    condition: Condition = ALL,
    order: Order = NEWEST,
    *,
    after: int | None = None,
    skip: int = 0,
    chunk: int = CHUNK_ROWS,
) -> Iterator[Kept]:
    """The families of a form that are reached, as `frames.walking.walk` goes over them."""
    rows = _heads(reach, form_code, f"{_SELECT}, {reach.state}", _BESIDE)
    for row in walk(rows, condition, order, after=after, skip=skip, chunk=chunk):
        values = list(row)
        values[12] = bytes(values[12])
        yield Kept(*values)


def kept_count(reach: Reach, form_code: str, condition: Condition = ALL) -> int:
    """How many families of a form are reached."""
    return count(_heads(reach, form_code), condition)


def kept_one(reach: Reach, form_code: str, instance_id: str) -> Kept | None:
    """The family of that name, if it is reached."""
    condition = Condition("s.instance_id = %(instance)s", {"instance": instance_id})
    return next(kept(reach, form_code, condition), None)


def submitters(reach: Reach, form_code: str) -> list[tuple[int, str]]:
    """Who sent what is reached of a form: number and name, by number."""
    rows = _heads(reach, form_code)
    statement = f"""SELECT DISTINCT s.user_id, {USER_NAME} {rows.tables} JOIN accounts_user u ON u.id = s.user_id
        WHERE {rows.where} ORDER BY 1"""
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(rows.params))
        return [(number, name) for number, name in cursor.fetchall()]


def versions_of(row: Kept) -> list[Version]:
    """The versions of a family, the latest first."""
    columns = ("pk", "instance_id", "form_version", "user_id", "device__username", "received_at", "xml")
    rows = Submission.objects.filter(pk__in=row.family).order_by("-pk").values_list(*columns)
    return [Version(*(*values[:-1], bytes(values[-1]))) for values in rows]


def files_of(versions: Sequence[int]) -> list[File]:
    """The files that came with any of these versions: of each name the one that came last with the latest version."""
    rows = Attachment.objects.filter(submission__in=versions).order_by("submission", "pk")
    found = {each.name: File(each.name, each.sha256, each.content_type) for each in rows}
    return list(found.values())


def _heads(reach: Reach, form_code: str, select: str = "s.id", beside: str = "") -> Rows:
    visible = {
        f"visible_{alias}": reach.visible.format(s=alias, st=standing)
        for alias, standing in (("s", "st"), ("e", "est"), ("r", "rst"))
    }
    return Rows(
        select=select,
        tables=_FAMILIES.format(**visible),
        where=_HEADS.format(**visible),
        number="s.id",
        columns=reach.columns,
        params={**reach.params, "form": form_code},
        beside=beside,
    )
