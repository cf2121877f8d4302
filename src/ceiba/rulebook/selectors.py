"""Reading programmes and the versions of their rulebook."""

from datetime import datetime
from functools import lru_cache

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.rules.reading import read_rulebook
from ceiba.core.rules.rulebook import Rulebook
from ceiba.rulebook.models import Programme, RulebookVersion

register_messages(
    {
        "rulebook.none": {
            "es": "el programa «{programme}» no tiene reglamento publicado.",
            "en": 'programme "{programme}" has no published rulebook.',
        },
        "rulebook.altered": {
            "es": "el reglamento guardado {digest} no es el que se publicó.",
            "en": "the stored rulebook {digest} is not the one that was published.",
        },
    }
)


def programmes() -> list[Programme]:
    """Every programme, by code."""
    return list(Programme.objects.order_by("code"))


def latest_version(programme: str) -> RulebookVersion:
    """The version of a programme published last. Raises CeibaError (rulebook.none)."""
    version = versions_of(programme)[:1]
    if not version:
        raise CeibaError(Problem("rulebook.none", values={"programme": programme}))
    return version[0]


def version_at(programme: str, at: datetime) -> RulebookVersion:
    """The version published last at a moment; where none was yet, the first. Raises CeibaError (rulebook.none)."""
    versions = versions_of(programme)
    if not versions:
        raise CeibaError(Problem("rulebook.none", values={"programme": programme}))
    return next((version for version in versions if version.published_at <= at), versions[-1])


def versions_of(programme: str) -> list[RulebookVersion]:
    """Every version of a programme, the latest first."""
    found = RulebookVersion.objects.filter(programme=programme).select_related("programme")
    return list(found.order_by("-published_at", "-id"))


def rulebook_of(version: RulebookVersion) -> Rulebook:
    """The rulebook of a published version, kept in memory once read.

    Raises CeibaError (rulebook.altered) when the stored text is not what was published.
    """
    return _rulebook(version.digest, tuple(sorted(version.files.items())))


@lru_cache(maxsize=64)
def _rulebook(digest: str, files: tuple[tuple[str, str], ...]) -> Rulebook:
    rulebook = read_rulebook({name: text.encode() for name, text in files})
    if rulebook.digest != digest:
        raise CeibaError(Problem("rulebook.altered", values={"digest": digest[:12]}))
    return rulebook
