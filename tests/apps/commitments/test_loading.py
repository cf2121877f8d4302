"""Commitments of a file: what must not be loaded comes first; what ships shows every state, computed."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.cli.commitments import EXAMPLES, load_file
from ceiba.commitments.models import Commitment, Party, Source
from ceiba.commitments.selectors.register import register
from ceiba.commitments.services.loading import Loaded
from ceiba.core.commitments import State
from ceiba.core.kernel.errors import CeibaError
from tests.apps.commitments.given import TODAY
from tests.factories import user_make

OFFICE = Scope(Role.OFFICE, ("GT",))


@pytest.fixture(autouse=True)
def office(db: None) -> None:
    for name, role in (("ana", Role.OFFICE), ("beto", Role.OFFICE), ("otra", Role.AUDITOR)):
        user_make(name, role)


def written(folder: Path, changed: dict[str, str]) -> Path:
    text = EXAMPLES.read_text()
    for old, new in changed.items():
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "compromisos.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("by", "confirmed_by", "code"),
    [
        ("ana", "ana", "commitments.own_entry"),
        ("ana", "otra", "commitments.not_entitled"),
        ("nadie", "beto", "commitments.not_entitled"),
    ],
)
def test_it_takes_two_people_who_may(by: str, confirmed_by: str, code: str) -> None:
    with pytest.raises(CeibaError) as error:
        load_file(EXAMPLES, by, confirmed_by)
    assert [problem.code for problem in error.value.problems] == [code]
    assert Commitment.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({'source = "vlex"': 'source = "otra"'}, "commitment 5"),
        ({'said_on = "2019-06-20"': 'said_on = "ayer"'}, "commitment 5"),
        ({'unit = "USD"': 'unit = "trees"'}, "commitment 2"),
        ({'kind = "action"': 'kind = "wish"'}, "commitment 1"),
        ({"quantity = 30_000_000": 'quantity = "mucho"'}, "commitment 2"),
        ({'key = "vlex"': 'clave = "vlex"'}, "source 5"),
        ({"[[party]]": "[[party"}, None),
        ({'published_on = "2019"': 'published = "2019"'}, "source 5"),
    ],
)
def test_a_wrong_file_is_refused_whole_with_the_place(
    tmp_path: Path, changed: Any, where: str | None
) -> None:
    with pytest.raises(CeibaError) as error:
        load_file(written(tmp_path, changed), "ana", "beto")
    assert error.value.problems[0].where.file == "compromisos.toml"
    assert error.value.problems[0].where.item == where
    assert Commitment.objects.count() == Source.objects.count() == Party.objects.count() == 0


def test_what_ships_shows_what_is_met_late_and_unanswered() -> None:
    assert load_file(EXAMPLES, "ana", "beto") == Loaded(entered=11, known=0)
    found = Counter(each.state for each in register(OFFICE, TODAY))
    assert found == {
        State.LATE: 2, State.UNANSWERED: 2, State.DECLINED: 1, State.MET: 2, State.OPEN: 4,
    }  # fmt: skip


def test_loaded_again_nothing_is_added() -> None:
    load_file(EXAMPLES, "ana", "beto")
    before = Source.objects.count(), Party.objects.count()
    assert load_file(EXAMPLES, "beto", "ana") == Loaded(entered=0, known=11)
    assert (Source.objects.count(), Party.objects.count()) == before


def test_every_source_that_ships_has_its_address_and_is_used() -> None:
    data = tomllib.loads(EXAMPLES.read_text())
    cited = [
        row["source"]
        for each in data["commitment"]
        for row in (each, *each.get("delivery", ()), *each.get("answer", ()))
    ]
    assert {source["key"] for source in data["source"]} == set(cited)
    assert all(source["address"].startswith("https://") for source in data["source"])
