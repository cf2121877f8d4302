"""The forms a user may fill in, each with the files beside it: the same as the user's phones are offered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from ceiba.accounts.models import User
from ceiba.entities.selectors import Changes, entity_changes
from ceiba.forms.models import FormVersion
from ceiba.forms.offered import MediaFile, file_bytes, media_of, versions_offered
from ceiba.forms.selectors import version_of
from ceiba.review.told import TOLD


@dataclass(frozen=True, slots=True)
class Beside:
    """A file beside a form: the MD5 of its bytes, and whether what changed of it can be fetched by itself."""

    md5: str
    tells_changes: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A version of a form, and by name the files that it needs."""

    version: FormVersion
    files: Mapping[str, Beside]


def offers_to(user: User) -> list[Offer]:
    """What the user may fill in. A list that is drawn for them is drawn once, however many forms use it."""

    @cache
    def list_md5(name: str) -> str:
        return TOLD.list_for(user, name).md5

    return [_offer(version, list_md5) for version in versions_offered(user)]


def offer_of(user: User, version: FormVersion) -> Offer:
    """One version, whichever, as the user is offered it."""
    return _offer(version, lambda name: TOLD.list_for(user, name).md5)


def version_offered_to(user: User, code: str, number: str = "") -> FormVersion | None:
    """The version of a form that the user is offered, or the one of that number; None where there is none.

    What was sent by an earlier version is corrected in that one.
    """
    newest = versions_offered(user).filter(form__code=code).first()
    return version_of(code, number) if newest is not None and number else newest


def offered_file(user: User, version: FormVersion, name: str) -> bytes | None:
    """A file beside a form: one published with it, or the user's own list; None where the form needs none such."""
    for file in media_of(version):
        if file.name == name:
            return TOLD.list_for(user, file.list_name).csv if file.md5 is None else file_bytes(version, name)
    return None


def offered_changes(user: User, version: FormVersion, name: str, since: str) -> Changes | None:
    """What changed of a file beside a form since that cursor; None where the form has none that tells it."""
    for file in media_of(version):
        if file.name == name and _tells_changes(file):
            return entity_changes(user, file.list_name, since)
    return None


def _offer(version: FormVersion, list_md5: Callable[[str], str]) -> Offer:
    return Offer(
        version,
        {
            file.name: Beside(file.md5 or list_md5(file.list_name), _tells_changes(file))
            for file in media_of(version)
        },
    )


def _tells_changes(file: MediaFile) -> bool:
    return file.md5 is None and TOLD.is_entity_list(file.list_name)
