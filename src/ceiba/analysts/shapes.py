"""The JSON of ODK Central for what there is here, field by field."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ceiba.accounts.models import User
from ceiba.analysts.models import Project
from ceiba.analysts.odata.schema import Node, identifier
from ceiba.analysts.services import Opened
from ceiba.core.forms.values import Values
from ceiba.core.kernel.errors import LANGUAGES
from ceiba.forms.models import FormVersion
from ceiba.submissions.exporting import Kept, Version

Shape = dict[str, Any]
SYSTEM: Final = (
    "submissionDate", "updatedAt", "deletedAt", "submitterId", "submitterName", "attachmentsPresent",
    "attachmentsExpected", "status", "reviewState", "deviceId", "edits", "formVersion",
)  # fmt: skip


def moment(when: datetime | None) -> str | None:
    """A moment in UTC with milliseconds."""
    if when is None:
        return None
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def session_shape(opened: Opened) -> Shape:
    """A session with its token."""
    session = opened.session
    return {
        "token": opened.token,
        "createdAt": moment(session.made_at),
        "expiresAt": moment(session.expires_at),
    }


def user_shape(user: User) -> Shape:
    """A user."""
    return {
        "id": user.pk,
        "type": "user",
        "email": user.email or user.username,
        "displayName": user.get_full_name() or user.username,
        "createdAt": moment(user.date_joined),
        "updatedAt": None,
        "lastLoginAt": moment(user.last_login),
    }


def project_shape(project: Project, language: str) -> Shape:
    """A programme as a project."""
    programme = project.programme
    made = programme.versions.order_by("published_at").values_list("published_at", flat=True).first()
    return {
        "id": project.pk,
        "name": programme.name.get(language) or programme.name.get(LANGUAGES[0]) or programme.code,
        "description": programme.code,
        "archived": None,
        "keyId": None,
        "createdAt": moment(made or datetime(1970, 1, 1, tzinfo=UTC)),
        "updatedAt": None,
        "deletedAt": None,
    }


def form_shape(project: int, version: FormVersion, began: Mapping[str, datetime]) -> Shape:
    """A form in one of its versions. `began` is when the first version of each form was published, by code."""
    return {
        "projectId": project,
        "xmlFormId": version.form.code,
        "name": version.title,
        "version": version.version,
        "state": "open",
        "hash": version.xform_md5,
        "keyId": None,
        "enketoId": None,
        "enketoOnceId": None,
        "draftToken": None,
        "createdAt": moment(began[version.form.code]),
        "publishedAt": moment(version.published_at),
        "updatedAt": moment(version.published_at),
    }


def fields_shape(root: Node, *, odata: bool) -> list[Shape]:
    """Every place of a form, each before what it holds; `odata`: with the names that OData has."""
    return [
        {
            "path": "/" + "/".join(identifier(name) if odata else name for name in node.path.split("/")[1:]),
            "name": node.odata if odata else node.name,
            "type": node.kind if node.is_structural or node.kind in _KNOWN else "string",
            "binary": True if node.kind == "binary" else None,
            "selectMultiple": True if node.selects_many else None,
        }
        for node in root.walk()
    ]


def submission_shape(row: Kept) -> Shape:
    """A submission without what it says."""
    return {
        "instanceId": row.instance_id,
        "submitterId": row.submitter_id,
        "deviceId": row.device,
        "userAgent": None,
        "reviewState": row.state,
        "createdAt": moment(row.received_at),
        "updatedAt": moment(row.updated_at),
        "currentVersion": {
            "instanceId": row.current_instance_id,
            "current": True,
            "submitterId": row.submitter_id,
            "deviceId": row.device,
            "createdAt": moment(row.updated_at or row.received_at),
        },
    }


def version_shape(version: Version, row: Kept) -> Shape:
    """A version of a submission."""
    return {
        "instanceId": version.instance_id,
        "instanceName": None,
        "current": version.id == row.current_id,
        "submitterId": version.submitter_id,
        "deviceId": version.device,
        "userAgent": None,
        "createdAt": moment(version.received_at),
        "formVersion": version.form_version,
    }


def system_shape(row: Kept, named: Iterable[str]) -> Shape:
    """`__system` of a row of OData. `named` are the files that the answers name."""
    expected = set(named)
    return {
        "submissionDate": moment(row.received_at),
        "updatedAt": moment(row.updated_at),
        "deletedAt": None,
        "submitterId": str(row.submitter_id),
        "submitterName": row.submitter,
        "attachmentsPresent": len(expected & set(row.files)),
        "attachmentsExpected": len(expected),
        "status": None,
        "reviewState": row.state,
        "deviceId": row.device,
        "edits": row.edits,
        "formVersion": row.form_version,
    }


def files_named(node: Node, values: Mapping[str, Any]) -> list[str]:
    """The files that answers name, each once, in the form's order."""
    return list(dict.fromkeys(_named(node, values)))


def _named(node: Node, values: Values | Mapping[str, Any]) -> Iterable[str]:
    for child in node.children.values():
        value = values.get(child.name)
        if child.kind == "binary" and value:
            yield value
        elif child.kind == "structure":
            yield from _named(child, value or {})
        elif child.kind == "repeat":
            for each in value or ():
                yield from _named(child, each)


_KNOWN: Final = (
    "int", "decimal", "string", "boolean", "date", "time", "dateTime", "geopoint", "geotrace", "geoshape",
    "binary", "barcode", "intent",
)  # fmt: skip
