"""Names and languages of people, names of groups: drawn from the lists of names.toml."""

import tomllib
from importlib.resources import files
from typing import Any, Final

import numpy as np
import polars as pl

from ceiba.synth.columns import picked

_TABLES: Final[dict[str, Any]] = tomllib.loads((files("ceiba.synth") / "names.toml").read_text("utf-8"))
_GIVEN: Final = {
    f"{country} {sex}": [*_TABLES["given"]["all"][sex].split(), *lists[sex].split()]
    for country, lists in _TABLES["given"].items()
    for sex in "FM"
    if country != "all"
}
_FAMILY: Final = {pool: names.split() for pool, names in _TABLES["family"].items()}
_LANGUAGES: Final[dict[str, dict[str, float]]] = _TABLES["languages"]
GROUP_NAMES: Final[list[str]] = _TABLES["groups"]["names"]


def languages(state: pl.Series, rng: np.random.Generator) -> pl.Series:
    """The language of each person (n,) from the code of the state."""
    draw = rng.random(len(state))
    spoken = np.zeros(len(state), dtype=np.int64)
    codes = ["spa"]
    for code, speakers in _LANGUAGES.items():
        here = (state == code).to_numpy()
        place = np.searchsorted(np.cumsum(list(speakers.values())), draw[here], side="right")
        spoken[here] = np.where(place < len(speakers), len(codes) + place, 0)
        codes += speakers
    return picked(codes, spoken)


def people_names(
    country: pl.Series, language: pl.Series, sex: pl.Series, rng: np.random.Generator
) -> tuple[pl.Series, pl.Series]:
    """Given names (one or two) and family names (two) of each person (n,)."""
    given_pool = country + " " + sex
    first, second = _drawn(given_pool, _GIVEN, rng), _drawn(given_pool, _GIVEN, rng)
    single = pl.Series(rng.random(len(country)) < 0.25) | (first == second)
    given = first.zip_with(single, first + " " + second)
    family_pool = language.zip_with(language.is_in(list(_FAMILY)), country)
    return given, _drawn(family_pool, _FAMILY, rng) + " " + _drawn(family_pool, _FAMILY, rng)


def _drawn(pool: pl.Series, lists: dict[str, list[str]], rng: np.random.Generator) -> pl.Series:
    """A name for each person (n,) from the list that `pool` says, weighted 1 / (place in the list + 5)."""
    draw, place = rng.random(len(pool)), np.zeros(len(pool), dtype=np.int64)
    names: list[str] = []
    for key, choices in lists.items():
        here = (pool == key).to_numpy()
        limits = np.cumsum(1 / (np.arange(len(choices)) + 5))
        place[here] = len(names) + np.searchsorted(limits / limits[-1], draw[here], side="right")
        names += choices
    return picked(names, place)


def spelled_otherwise(family: pl.Series) -> pl.Series:
    """The same family names as another clerk would write them: no accents, s for z, b for v, no H."""
    pairs = {"á": "a", "é": "e", "í": "i", "ó": "o", "ú": "u", "z": "s", "v": "b", "H": "", "x": "j"}
    return family.str.replace_many(list(pairs), list(pairs.values()))
