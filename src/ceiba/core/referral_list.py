"""The list of a referral batch as it is published, and drawing it again: no database, only what is in the file."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.referrals import (
    ENTRANTS,
    OUTSIDE_NUMBER,
    commitment_of,
    entrants_digest,
    lot_of,
    ordered,
)

FORMAT: Final = "ceiba-referral-list/1"
BYTES_MAX: Final = 64 * 2**20
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_NUMBER: Final = re.compile(r"[0-9a-f]{8,32}")

register_messages(
    {
        "referral_list.format": {
            "es": "el archivo no es una lista de remisión publicada por Ceiba ({detail}). Descárguelo de nuevo.",
            "en": "the file is no referral list published by Ceiba ({detail}). Download it again.",
        },
        "referral_list.not_drawn": {
            "es": "la lista todavía no se sortea: la semilla y el número externo no se han publicado.",
            "en": "the list is not drawn yet: the seed and the outside number are not published.",
        },
        "referral_list.seed": {
            "es": "la semilla no es la que se comprometió al abrir el lote: su SHA-256 es otro.",
            "en": "the seed is not the one committed to when the batch was opened: its SHA-256 is another.",
        },
        "referral_list.entries": {
            "es": "las personas de la lista no son las que había al cerrarla: su SHA-256 es otro.",
            "en": "those on the list are not those who were on it when it was closed: its SHA-256 is another.",
        },
        "referral_list.order": {
            "es": "en el lugar {place} debe estar el número {expected}, y está {found}.",
            "en": "at place {place} there must be number {expected}, and there is {found}.",
        },
        "referral_list.skipped": {
            "es": "el número {number} (lugar {place}) esperaba, y se ofreció un lugar a alguien después.",
            "en": "number {number} (place {place}) was waiting, and a place was offered to somebody after.",
        },
        "referral_list.quota": {
            "es": "se ofrecieron más lugares ({held}) de los que hay ({places}).",
            "en": "more places were offered ({held}) than there are ({places}).",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A number at its place, and what came of it: a place was offered, was not taken, or they had left."""

    place: int
    number: str
    klass: int
    referred: bool
    freed: bool
    left: bool


@dataclass(frozen=True, slots=True)
class ReferralList:
    """A list as it was published. `seed` and `outside` are empty before it is drawn."""

    batch: str
    places: int
    commitment: str
    digest: str
    seed: str
    outside: str
    entries: tuple[Listed, ...]


def read_list(data: bytes) -> ReferralList:
    """The list of a file's bytes. Raises CeibaError (referral_list.format) for anything else, and says what."""
    if len(data) > BYTES_MAX:
        raise _wrong("size")
    try:
        given = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _wrong("JSON") from error
    if not isinstance(given, dict) or given.get("format") != FORMAT:
        raise _wrong("format")
    entries = given.get("entries")
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise _wrong("entries")
    listed = tuple(_listed(index, each) for index, each in enumerate(entries, 1))
    if len({each.number for each in listed}) != len(listed):
        raise _wrong("number")
    return ReferralList(
        batch=_text(given, "batch", re.compile(r"[0-9a-z:_-]{1,120}")),
        places=_whole(given, "places"),
        commitment=_text(given, "seed_sha256", _HEX),
        digest=_text(given, "entries_sha256", _HEX),
        seed=_text(given, "seed", re.compile(r"|[0-9a-f]{64}")),
        outside=_text(given, "outside_number", re.compile(f"|{OUTSIDE_NUMBER}")),
        entries=listed,
    )


def list_problems(read: ReferralList) -> tuple[Problem, ...]:
    """Everything in which a list is not what was promised and drawn; nothing, when it is fair."""
    if not read.seed or not read.outside:
        return (Problem("referral_list.not_drawn"),)
    return tuple(_problems(read))


def _problems(read: ReferralList) -> Iterator[Problem]:
    entrants = pl.DataFrame(
        [(each.number, each.klass) for each in read.entries], ENTRANTS.dtypes, orient="row"
    )
    if commitment_of(read.seed) != read.commitment:
        yield Problem("referral_list.seed")
    if entrants_digest(entrants) != read.digest:
        yield Problem("referral_list.entries")
    again = ordered(entrants, lot_of(read.seed, read.outside))["number"].to_list()
    for each, expected in zip(read.entries, again, strict=True):
        if each.number != expected:
            values: Mapping[str, object] = {"place": each.place, "expected": expected, "found": each.number}
            yield Problem("referral_list.order", values=values)
            break
    last = max((each.place for each in read.entries if each.referred), default=0)
    for each in read.entries:
        if each.place < last and not each.referred and not each.left:
            yield Problem("referral_list.skipped", values={"number": each.number, "place": each.place})
    held = sum(each.referred and not each.freed for each in read.entries)
    if held > read.places:
        yield Problem("referral_list.quota", values={"held": held, "places": read.places})


def _listed(place: int, given: Mapping[str, Any]) -> Listed:
    if given.get("place") != place:
        raise _wrong(f"entries {place}")
    return Listed(
        place=place,
        number=_text(given, "number", _NUMBER),
        klass=_whole(given, "class"),
        referred=_flag(given, "referred"),
        freed=_flag(given, "freed"),
        left=_flag(given, "left"),
    )


def _text(given: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    found = given.get(name)
    if not isinstance(found, str) or not pattern.fullmatch(found):
        raise _wrong(name)
    return found


def _whole(given: Mapping[str, Any], name: str) -> int:
    found = given.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 2**31:
        raise _wrong(name)
    return found


def _flag(given: Mapping[str, Any], name: str) -> bool:
    found = given.get(name)
    if not isinstance(found, bool):
        raise _wrong(name)
    return found


def _wrong(detail: str) -> CeibaError:
    return CeibaError(Problem("referral_list.format", values={"detail": detail}))
