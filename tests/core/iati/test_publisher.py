"""`publisher.toml`: what is wrong is said, all of it, before anything is published under it."""

from pathlib import Path

import pytest

from ceiba.core.iati.publisher import read_publisher
from ceiba.core.kernel.errors import CeibaError
from ceiba.reports.iati.standard import codelists

FOLDER = Path(__file__).parents[3] / "programmes"
SHIPPED = sorted(FOLDER.glob("*/iati/publisher.toml"))
TEXT = (FOLDER / "ca" / "iati" / "publisher.toml").read_text()
MORE = """
[[partner]]
name = "Asociación de viveros"
type = "24"
role = "4"
basis = "assumption"

[[target]]
indicator = "people_paid"
year = 2026
value = 1000
basis = "assumption"

[[document]]
url = "https://example.org/informe.pdf"
format = "application/pdf"
category = "B01"
language = "es"
title = { es = "Informe", en = "Report" }
"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('percent = 50\nbasis = "assumption: la', 'percent = 49\nbasis = "assumption: la', "publisher.sectors"),
        ('ref = "XI-IATI-CEIBAEXAMPLE"', 'ref = "XI-IATI/CEIBA"', "table.malformed"),
        ('type = "10"', 'type = "gobierno"', "table.malformed"),
        ('code = "31220"', 'code = "312"', "table.malformed"),
        ("percent = 50", "percent = 0", "table.range"),
        ('indicator = "people_paid"', 'indicator = "people_happy"', "table.not_choice"),
        ('role = "4"', 'role = "5"', "table.malformed"),
        ('url = "https://', 'url = "javascript:', "table.malformed"),
        ("[codes]", "[codez]", "table.missing"),
        ('name = "Asociación de viveros"\n', "", "table.missing"),
        ("value = 1000", "value = 1000\nbasis2 = 1", "table.unknown_key"),
        ('basis = "assumption: identificador', 'basis = "Assumed: identificador', "table.assumption"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(old: str, new: str, code: str) -> None:
    assert old in TEXT + MORE
    with pytest.raises(CeibaError) as caught:
        read_publisher((TEXT + MORE).replace(old, new).encode())
    assert code in [problem.code for problem in caught.value.problems]


def test_a_publisher_is_read_with_what_its_choices_rest_on() -> None:
    publisher = read_publisher((TEXT + MORE).encode())
    assert publisher.assumed
    assert [(s.code, s.share) for s in publisher.sectors] == [("31220", 5_000), ("16020", 5_000)]
    assert publisher.partners[0].ref is None and publisher.targets[0].value == 1_000
    own = TEXT.replace("assumption: identificador de ejemplo, de nadie", "Acuerdo 12 de la junta, 2026-05-02")
    assert not read_publisher(own.encode()).assumed


@pytest.mark.parametrize("path", SHIPPED, ids=[path.parts[-3] for path in SHIPPED])
def test_the_codes_shipped_are_in_the_codelists(path: Path) -> None:
    publisher, lists = read_publisher(path.read_bytes()), codelists()
    chosen = {
        "OrganisationType": publisher.type, "Region": publisher.region, "ActivityScope": publisher.scope,
        "CollaborationType": publisher.collaboration_type, "FlowType": publisher.flow_type,
        "FinanceType": publisher.finance_type, "AidType": publisher.aid_type, "TiedStatus": publisher.tied_status,
    }  # fmt: skip
    assert all(code in lists[name].current for name, code in chosen.items())
    assert {sector.code for sector in publisher.sectors} <= lists["Sector"].current
