"""Bank files that were sent to the site and not taken in yet: looked at first, then taken in by the worker, or left.

Their bytes are people's accounts and amounts: nobody but the session that sent them finds them, and what is a day old
is forgotten.
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
from ceiba.jobs.state import JobState, Stage, jobs_of, open_jobs

TAKE_TASK: Final = "reconciliation.take"
KEPT_SECONDS: Final = 86_400
KEPT_A_SESSION: Final = 10
_SESSION: Final = "bank_uploads"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent: by whom, of which bank account, its hash, and the name its sender gave it."""

    user: int
    account: str
    sha256: str
    name: str

    @property
    def path(self) -> Path:
        """Where its bytes are: no two senders share them."""
        return _folder() / f"{self.user}-{hashlib.sha256(self.account.encode()).hexdigest()[:8]}-{self.sha256}"

    @property
    def is_kept(self) -> bool:
        """Whether its bytes are there."""
        return self.path.is_file()


def upload_keep(*, file: "UploadedFile[Any]", account: str, user: User, session: Any) -> Upload:
    """Keep a file for the session that sent it."""
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
        upload = Upload(user.pk, account, digest.hexdigest(), Path(file.name or "").name[:200])
        draft.replace(upload.path)
    finally:
        draft.unlink(missing_ok=True)
    sent = [entry for entry in session.get(_SESSION, []) if entry["sha256"] != upload.sha256]
    session[_SESSION] = [*sent, asdict(upload)][-KEPT_A_SESSION:]
    return upload


def upload_find(*, sha256: str, user: User, session: Any) -> Upload | None:
    """The session's file of this hash, if it is still kept."""
    for entry in session.get(_SESSION, []):
        upload = Upload(**entry)
        if (upload.sha256, upload.user) == (sha256, user.pk) and upload.is_kept:
            return upload
    return None


def upload_take(*, upload: Upload) -> int:
    """Have the worker take the file in and match it, in its sender's name; asked twice, done once. Returns the job."""
    key = f"bank {upload.user} {upload.account} {upload.sha256}"
    return job_defer(task=TAKE_TASK, key=key, lock=f"bank {upload.account}", arguments=asdict(upload)).job


def uploads_unfinished(*, user: User, most: int) -> list[tuple[Upload, JobState]]:
    """What a user last sent to be taken in and is not."""
    newest: dict[Upload, JobState] = {}
    for job in jobs_of(TAKE_TASK, most, user=user.pk):
        newest.setdefault(Upload(**job.arguments), job)
    return [(upload, job) for upload, job in newest.items() if job.stage != Stage.DONE and upload.is_kept]


def upload_forget(*, upload: Upload) -> None:
    """Let go of a file that was taken in, or left."""
    upload.path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "bank-uploads"


def _forget_old() -> None:
    """What is a day old goes, unless a job waits for it."""
    limit = time.time() - KEPT_SECONDS
    awaited = {Upload(**job.arguments).path for job in open_jobs(TAKE_TASK)}
    for path in _folder().glob("*"):
        if path not in awaited and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
