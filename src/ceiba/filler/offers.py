"""The forms a user may fill in, each with the files beside it: the same as the user's phones are offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ceiba.accounts.models import User
from ceiba.forms.models import FormVersion
from ceiba.forms.offered import file_bytes, media_of, versions_offered
from ceiba.forms.selectors import version_of
from ceiba.review.told import TOLD


@dataclass(frozen=True, slots=True)
class Offer:
    """A form's newest version; `files` are the hashes (MD5) of what it needs, by name."""

    version: FormVersion
    files: Mapping[str, str]


def offers_to(user: User) -> list[Offer]:
    """What the user may fill in. A list that is drawn for them is drawn once, however many forms use it."""

    @cache
    def list_md5(name: str) -> str:
        return TOLD.list_for(user, name).md5

    return [
        Offer(version, {file.name: file.md5 or list_md5(file.list_name) for file in media_of(version)})
        for version in versions_offered(user)
    ]


def offer_of(user: User, version: FormVersion) -> Offer:
    """One version, whichever, as the user is offered it."""
    lists = TOLD.list_for
    files = {file.name: file.md5 or lists(user, file.list_name).md5 for file in media_of(version)}
    return Offer(version, files)


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
