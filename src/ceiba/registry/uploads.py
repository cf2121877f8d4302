"""Files sent from a page: kept for their sender until the worker has taken them in, or until they are a day old.

Until it is to be taken in, a file is found by the session that sent it. From then on a job has it, and belongs to
the user who sent it, in whatever session. Nobody else finds it at all.
"""

import hashlib
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from ceiba.accounts.models import User
from ceiba.jobs.queue import job_defer
from ceiba.jobs.state import JobState, Stage, jobs_of, open_jobs_under

IMPORT_TASK: Final = "registry.import"
LOCK: Final = "import"
KEPT_SECONDS: Final = 86_400
KEPT_A_SESSION: Final = 10
_SESSION: Final = "register_uploads"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent: by whom, as which sheet, its hash, and the name its sender gave it."""

    user: int
    sheet: str
    sha256: str
    name: str

    @property
    def path(self) -> Path:
        """Where its bytes are: no two senders share them, so none can take them from the other."""
        return _folder() / f"{self.user}-{self.sheet}-{self.sha256}"

    @property
    def is_kept(self) -> bool:
        """Whether its bytes are there."""
        return self.path.is_file()


def upload_keep(*, file: "UploadedFile[Any]", sheet: str, user: User, session: Any) -> Upload:
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
        upload = Upload(user.pk, sheet, digest.hexdigest(), Path(file.name or "").name[:200])
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
        if upload.sha256 == sha256 and upload.is_kept:
            return upload
    return None


def upload_take_in(*, upload: Upload, task: str = IMPORT_TASK) -> int:
    """Have the worker take the file in, in the name of its sender; asked twice, done once. Returns the job.

    `task` is that of another app for a sheet of its own: its arguments are an `Upload`'s.
    """
    key = f"import {upload.user} {upload.sheet} {upload.sha256}"
    return job_defer(task=task, key=key, lock=LOCK, arguments=asdict(upload)).job


def uploads_unfinished(*, user: User, most: int, task: str = IMPORT_TASK) -> list[tuple[Upload, JobState]]:
    """What a user last sent to be taken in and is not: it waits, is at work, or was refused and is still kept."""
    newest: dict[Upload, JobState] = {}
    for job in jobs_of(task, most, user=user.pk):
        newest.setdefault(Upload(**job.arguments), job)
    return [(upload, job) for upload, job in newest.items() if job.stage != Stage.DONE and upload.is_kept]


def upload_forget(*, upload: Upload) -> None:
    """Let go of a file that has been taken in."""
    upload.path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "uploads"


def _forget_old() -> None:
    """What is a day old goes, unless a job waits for it: a worker may have been away for longer."""
    limit = time.time() - KEPT_SECONDS
    awaited = {Upload(**job.arguments).path for job in open_jobs_under(LOCK)}
    for path in _folder().glob("*"):
        if path not in awaited and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
