"""The forms a user may fill in, each with the files beside it: the same as the user's phones are offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ceiba.accounts.models import User
from ceiba.entities.selectors import entity_list
from ceiba.forms.models import FormVersion
from ceiba.forms.offered import file_bytes, media_of, versions_offered


@dataclass(frozen=True, slots=True)
class Offer:
    """A form's newest version; `files` are the hashes (MD5) of what it needs, by name."""

    version: FormVersion
    files: Mapping[str, str]


def offers_to(user: User) -> list[Offer]:
    """What the user may fill in. A list that is drawn for them is drawn once, however many forms use it."""

    @cache
    def list_md5(name: str) -> str:
        return entity_list(user, name).md5

    return [
        Offer(version, {file.name: file.md5 or list_md5(file.list_name) for file in media_of(version)})
        for version in versions_offered(user)
    ]


def version_offered_to(user: User, code: str) -> FormVersion | None:
    """The version of a form that the user is offered; None where there is none."""
    return versions_offered(user).filter(form__code=code).first()


def offered_file(user: User, version: FormVersion, name: str) -> bytes | None:
    """A file beside a form: one published with it, or the user's own list; None where the form needs none such."""
    for file in media_of(version):
        if file.name == name:
            return entity_list(user, file.list_name).csv if file.md5 is None else file_bytes(version, name)
    return None
