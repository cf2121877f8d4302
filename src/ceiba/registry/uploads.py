"""Files sent from a page, kept under their hash until they are imported or a day old.

Who sent a file finds it again by the session; nobody else finds it at all.
"""

import hashlib
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

KEPT_SECONDS: Final = 86_400
KEPT_A_SESSION: Final = 10
_SESSION: Final = "register_uploads"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent: its hash, the name its sender gave it, and the sheet it was sent as."""

    sha256: str
    name: str
    sheet: str

    @property
    def path(self) -> Path:
        """Where its bytes are."""
        return _folder() / self.sha256


def upload_keep(*, file: "UploadedFile[Any]", sheet: str, session: Any) -> Upload:
    """Keep a file for the session that sent it; what is a day old is forgotten on the way."""
    _forget_old()
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    draft = folder / f"draft-{os.getpid()}-{time.monotonic_ns()}"
    try:
        with draft.open("xb") as out:
            for chunk in file.chunks():
                digest.update(chunk)
                out.write(chunk)
        upload = Upload(digest.hexdigest(), Path(file.name or "").name[:200], sheet)
        draft.replace(upload.path)
    finally:
        draft.unlink(missing_ok=True)
    sent = [entry for entry in session.get(_SESSION, []) if entry["sha256"] != upload.sha256]
    session[_SESSION] = [*sent, asdict(upload)][-KEPT_A_SESSION:]
    return upload


def upload_find(*, sha256: str, session: Any) -> Upload | None:
    """The session's file of this hash, if it is still kept."""
    for entry in session.get(_SESSION, []):
        upload = Upload(**entry)
        if upload.sha256 == sha256 and upload.path.is_file():
            return upload
    return None


def upload_forget(*, upload: Upload, session: Any) -> None:
    """Let go of a file that has been imported."""
    upload.path.unlink(missing_ok=True)
    session[_SESSION] = [entry for entry in session.get(_SESSION, []) if entry["sha256"] != upload.sha256]


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "uploads"


def _forget_old() -> None:
    limit = time.time() - KEPT_SECONDS
    for path in _folder().glob("*"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
