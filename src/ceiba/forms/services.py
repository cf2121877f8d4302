"""Publishing forms: a version is compiled, checked and stored whole, and never changes afterwards."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.blobs.drafts import drafted
from ceiba.core.forms.definition import ITEMSETS
from ceiba.core.kernel.errors import CeibaError, Problem
from ceiba.forms.compiling import SOURCE_BYTES_MAX, Compiled
from ceiba.forms.looking import form_look
from ceiba.forms.models import Form, FormFile, FormVersion
from ceiba.frames.postgres import execute

FOLDER_SUFFIXES: Final = (".md", ".xlsx", ".xls")
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('ceiba forms'))"  # one publication at a time


def form_publish(
    *,
    programme: str,
    name: str,
    data: bytes,
    actor: User | None,
    at: datetime,
    files: Mapping[str, bytes] | None = None,
    apart: bool = True,
) -> FormVersion:
    """Publish the XLSForm `data`, which its sender calls `name`, as a version of a form of `programme`.

    `files` are those it needs beside it, by name. Phones are offered it from then on; versions published before stay
    accepted. The same bytes again are the version that is there: nothing is stored and nothing is audited. `apart` is
    as for `xlsform_compile`.

    Raises CeibaError with every problem (form.*, xlsform.*, rulebook.none); nothing is stored then.
    """
    files = dict(files or {})
    with transaction.atomic():
        execute(_LOCK)
        if (known := _known(programme, data, files)) is not None:
            return known
        look = form_look(programme=programme, name=name, data=data, files=files, now=at, apart=apart)
        if look.again is not None:
            return look.again
        version = _stored(programme, name, data, look.compiled, actor, at)
        _files_stored(version, _with_itemsets(look.compiled, files))
        event_record(
            actor=actor,
            action="form.published",
            subject=f"form:{look.definition.code}:{version.version}",
            detail={"md5": version.xform_md5, "source": hashlib.sha256(data).hexdigest()},
        )
    return version


@transaction.atomic
def forms_publish_folder(
    *, programme: str, folder: Path, actor: User | None, at: datetime
) -> list[FormVersion]:
    """Publish every XLSForm of `folder` (.md, .xlsx, .xls), by name; all of them or none. No folder is no form.

    What `visit.md` shows lies in the folder `visit-media`, as ODK has it. Raises CeibaError with the problems of all.
    """
    published: list[FormVersion] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*")):
        if path.suffix.lower() not in FOLDER_SUFFIXES:
            continue
        try:
            version = form_publish(
                programme=programme,
                name=path.name,
                data=_bytes(path),
                actor=actor,
                at=at,
                files=_media(path),
                apart=False,
            )
        except CeibaError as error:
            problems += error.problems
        else:
            published.append(version)
    if problems:
        raise CeibaError(problems)
    return published


def _known(programme: str, data: bytes, files: Mapping[str, bytes]) -> FormVersion | None:
    """The version that was published of exactly these bytes."""
    versions = FormVersion.objects.select_related("form").filter(form__programme=programme, source=data)
    for version in versions:
        kept = dict(version.files.exclude(name=ITEMSETS).values_list("name", "sha256"))
        if kept == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}:
            return version
    return None


def _stored(
    programme: str, name: str, data: bytes, compiled: Compiled, actor: User | None, at: datetime
) -> FormVersion:
    definition = compiled.definition
    form, _ = Form.objects.get_or_create(code=definition.code, defaults={"programme_id": programme})
    return FormVersion.objects.create(
        form=form,
        version=definition.version,
        title=definition.title[:200],
        source_name=name[-200:],
        source=data,
        xform=compiled.xform,
        xform_md5=hashlib.md5(compiled.xform, usedforsecurity=False).hexdigest(),
        published_at=at,
        published_by=actor,
    )


def _with_itemsets(compiled: Compiled, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {**files, **({ITEMSETS: compiled.itemsets} if compiled.itemsets else {})}


def _files_stored(version: FormVersion, files: Mapping[str, bytes]) -> None:
    """The files kept as blobs, and their names. A blob is there before the row that names it."""
    for name, content in sorted(files.items()):
        with drafted(BytesIO(content), name) as draft:
            draft.keep()
            FormFile.objects.create(
                version=version, name=name, sha256=draft.sha256, size_bytes=draft.size_bytes
            )


def _bytes(path: Path) -> bytes:
    """The file's bytes, or so many of them as show that it is too large."""
    with path.open("rb") as opened:
        return opened.read(SOURCE_BYTES_MAX + 1)


def _media(path: Path) -> dict[str, bytes]:
    folder = path.with_name(f"{path.stem}-media")
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*")) if file.is_file()}
