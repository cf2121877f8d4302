"""XLSForms sent from a page: kept for the session that sent them until they are published, or are a day old.

What is published is what was looked at: a draft goes by the hash of all its bytes.
"""

import hashlib
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from ceiba.accounts.models import User
from ceiba.forms.compiling import SOURCE_BYTES_MAX

KEPT_SECONDS: Final = 86_400
KEPT_A_SESSION: Final = 10
_SESSION: Final = "form_drafts"


@dataclass(frozen=True, slots=True)
class FormDraft:
    """An XLSForm as it was sent: by whom, for which programme, and the names it and the files beside it have."""

    user: int
    programme: str
    digest: str
    name: str
    beside: tuple[str, ...]

    @property
    def source(self) -> bytes:
        """The XLSForm's bytes."""
        return (self._folder / "0").read_bytes()

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files beside it, by name."""
        return {name: (self._folder / str(n)).read_bytes() for n, name in enumerate(self.beside, 1)}

    @property
    def is_kept(self) -> bool:
        """Whether its bytes are there."""
        return self._folder.is_dir()

    @property
    def _folder(self) -> Path:
        """No two senders share one, so none can take it from the other."""
        return _root() / f"{self.user}-{self.digest}"


def draft_keep(
    *,
    programme: str,
    file: "UploadedFile[Any]",
    beside: "Iterable[UploadedFile[Any]]",
    user: User,
    session: Any,
) -> FormDraft:
    """Keep what was sent for the session that sent it; what is a day old is forgotten on the way.

    Of a file larger than any may be, only so much is kept as shows it.
    """
    _forget_old()
    parts = {_name(file): file.read(SOURCE_BYTES_MAX + 1)}
    parts |= {_name(each): each.read(SOURCE_BYTES_MAX + 1) for each in beside}
    digest = hashlib.sha256(programme.encode())
    for name, data in parts.items():
        digest.update(f"\0{name}\0{hashlib.sha256(data).hexdigest()}".encode())
    name, *others = parts
    draft = FormDraft(user.pk, programme, digest.hexdigest(), name, tuple(others))
    _write(draft, list(parts.values()))
    sent = [entry for entry in session.get(_SESSION, []) if entry["digest"] != draft.digest]
    session[_SESSION] = [*sent, asdict(draft)][-KEPT_A_SESSION:]
    return draft


def draft_find(*, digest: str, session: Any) -> FormDraft | None:
    """The session's draft of this hash, if it is still kept."""
    for entry in session.get(_SESSION, []):
        draft = FormDraft(**(entry | {"beside": tuple(entry["beside"])}))
        if draft.digest == digest and draft.is_kept:
            return draft
    return None


def draft_forget(*, draft: FormDraft) -> None:
    """Let go of a draft that has been published."""
    shutil.rmtree(draft._folder, ignore_errors=True)


def _write(draft: FormDraft, parts: list[bytes]) -> None:
    """All of its files, in a folder that is there at once or not at all."""
    if draft.is_kept:
        return
    _root().mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = Path(mkdtemp(dir=_root()))
    for n, data in enumerate(parts):
        (folder / str(n)).write_bytes(data)
    try:
        folder.rename(draft._folder)
    except OSError:  # the same was sent at the same time
        shutil.rmtree(folder, ignore_errors=True)


def _name(file: "UploadedFile[Any]") -> str:
    return Path((file.name or "").replace("\\", "/")).name[-200:]


def _root() -> Path:
    return Path(settings.DATA_DIR) / "form-drafts"


def _forget_old() -> None:
    limit = time.time() - KEPT_SECONDS
    for folder in _root().glob("*"):
        if folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)
