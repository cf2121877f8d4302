"""Who pays, from a file: all of it or nothing, by two people, and as often as one likes."""

from pathlib import Path
from typing import Any

import pytest

from ceiba.core.kernel.errors import CeibaError
from ceiba.funding.loading import funding_load
from ceiba.funding.models import Agreement, Commitment, Disbursement, Division, Entry, Funder, Instalment
from ceiba.funding.selectors import shares_standing, standing
from tests.apps.funding.helpers import NOW, Office
from tests.factories import CODE

EXAMPLE = Path(__file__).parents[3] / "programmes" / CODE / "funding" / "example.toml"
KINDS: tuple[type[Entry], ...] = (Funder, Agreement, Commitment, Instalment, Disbursement, Division)


def load(office: Office, path: Path, **other: Any) -> dict[str, int]:
    people = {"entered_by": office.ana, "confirmed_by": office.berta}
    return funding_load(path=path, programme=office.programme, now=NOW, **people | other)


def altered(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = EXAMPLE.read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path = tmp_path / "funding.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("US-2023 = 600", "US-2023 = 601", [("funding.shares", "division[2].shares")]),
        ("US-2023 = 600", "XX-2023 = 600", [("funding.agreement", "division[2].shares")]),
        ('agreement = "MX-2023"', 'agreement = "MX-1"', [
            ("funding_file.agreement", "commitment[2].agreement"),
            ("funding_file.agreement", "instalment[3].agreement"),
            ("funding_file.agreement", "disbursement[2].agreement"),
            ("funding_file.agreement", "disbursement[3].agreement"),
            ("funding_file.agreement", "disbursement[4].agreement"),
        ]),
        ('funder = "MX-EJ"', 'funder = "XX"', None),
        ("dated = 2023-09-15", 'dated = "2023-09-15"', [("funding_file.not_day", "commitment[1].dated")]),
        ("kind = \"10\"\nname = { es = \"Agencia de M", "kind = \"99\"\nname = { es = \"Agencia de M", None),
        ("basis", "base", None),
        ("[[division]]\nfrom", "[[division]]\nplace = 1\nfrom", [("table.unknown_key", "division[1].place")]),
        ("amount_minor = 700_000_000", "amount_minor = 0", [("table.range", "disbursement[1].amount_minor")]),
    ],
)  # fmt: skip
def test_a_file_with_a_fault_leaves_nothing(
    db: None, office: Office, tmp_path: Path, before: str, after: str, told: list[tuple[str, str]] | None
) -> None:
    with pytest.raises(CeibaError) as error:
        load(office, altered(tmp_path, (before, after)))
    assert error.value.text("es")
    assert error.value.text("en")
    if told is not None:
        assert [(p.code, p.where.column) for p in error.value.problems] == told
    assert not any(kind._default_manager.exists() for kind in KINDS)


def test_one_person_alone_loads_nothing(db: None, office: Office) -> None:
    with pytest.raises(CeibaError) as error:
        load(office, EXAMPLE, confirmed_by=office.ana)
    assert "funding.own_entry" in {problem.code for problem in error.value.problems}
    assert not any(kind._default_manager.exists() for kind in KINDS)


def test_the_example_has_two_funders_who_share_and_says_that_it_is_an_assumption(
    db: None, office: Office
) -> None:
    assert load(office, EXAMPLE) == {
        "funder": 2, "agreement": 2, "commitment": 2, "instalment": 3, "disbursement": 4, "division": 5,
    }  # fmt: skip
    shares = shares_standing(CODE)
    assert shares.filter(variant="us36").select("agreement", "permille").rows() == [
        ("MX-2023", 400),
        ("US-2023", 600),
    ]
    assert load(office, EXAMPLE) == {}, "what is there stays"
    assert 'basis = "assumption"' in EXAMPLE.read_text()
    assert all(standing(kind).exists() for kind in KINDS)
