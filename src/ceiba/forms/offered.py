"""What phones are offered: the forms of the programmes that their users serve, and the files each needs beside it."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet

from ceiba.accounts.models import User
from ceiba.accounts.selectors import scope_of
from ceiba.blobs.store import blob_bytes
from ceiba.forms.definitions import definition_by_id
from ceiba.forms.models import FormFile, FormVersion
from ceiba.registry.selectors import programmes_served


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file a form needs: `md5` is of its bytes; of a list that is drawn for each phone it is not known here."""

    name: str
    md5: str | None

    @property
    def list_name(self) -> str:
        """The list that it is, without `.csv`."""
        return self.name.removesuffix(".csv")


def versions_offered(user: User) -> QuerySet[FormVersion]:
    """The newest version of each form of the programmes that the user serves; of all programmes while none is."""
    newest = FormVersion.objects.order_by("form_id", "-published_at", "-pk").distinct("form_id")
    offered = FormVersion.objects.filter(pk__in=newest.values("pk")).select_related("form")
    programmes = programmes_served(scope_of(user))
    if programmes:
        offered = offered.filter(form__programme__in=programmes)
    return offered.defer("source", "xform").order_by("form__code")


def media_of(version: FormVersion) -> list[MediaFile]:
    """The files that a version needs, in the form's order: those published with it, and lists drawn for the phone."""
    kept = {file.name: file.sha256 for file in FormFile.objects.filter(version=version)}
    return [
        MediaFile(name, _md5(kept[name]) if name in kept else None)
        for name in definition_by_id(version.pk).media
        if name in kept or name.endswith(".csv")
    ]


def file_bytes(version: FormVersion, name: str) -> bytes | None:
    """A file published with a version; None where there is none of that name."""
    found = FormFile.objects.filter(version=version, name=name).values_list("sha256", flat=True).first()
    return None if found is None else blob_bytes(found)


@lru_cache(maxsize=4096)
def _md5(sha256: str) -> str:
    return hashlib.md5(blob_bytes(sha256), usedforsecurity=False).hexdigest()
