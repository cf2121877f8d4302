"""Every constraint refuses what cannot be, and takes what can; what is not asked stays out."""

from datetime import date

import pytest

from tests.forms.expressions import Value, constrained, constraint, relevant
from tests.forms.shipped import CODES

TRIANGLE = "15.5 -90.1 100 6; 15.5 -90.09 100 6; 15.51 -90.09 100 6; 15.5 -90.1 100 6"
LINE = "15.5 -90.1 100 6; 15.5 -90.09 100 6; 15.5 -90.1 100 6"
LONG = "a" * 1001
SHORT = ([LONG], ["Luz", "a" * 40])

# Question -> what is answered beside it, what is refused, what is taken.
CASES: dict[str, tuple[dict[str, Value], list[Value], list[Value]]] = {
    "due": ({}, [0, 61, -1], [1, 60]),
    "done": ({"due": 4}, [5, -1], [0, 4]),
    "plan_due": ({}, [0, 61], [1, 60]),
    "plan_done": ({"plan_due": 4}, [5, -1], [0, 4]),
    "sessions_held": ({}, [-1, 32], [0, 31]),
    "sessions_attended": ({"sessions_held": 3}, [4, -1], [0, 3]),
    "held_on": ({}, [date(2026, 11, 27)], [date(2026, 11, 26), date(2026, 11, 3)]),
    "read_on": ({}, [date(2026, 11, 27)], [date(2026, 11, 26)]),
    "happened_on": ({}, [date(2027, 1, 1)], [date(2026, 11, 26), date(2026, 10, 1)]),
    "members": ({}, [0, 61], [1, 60]),
    "present": ({"members": 25}, [26, -1], [0, 25]),
    "next_due": ({}, [-1, 201], [0, 200]),
    "phone": ({}, ["123", "5555 12ab", "1" * 21], ["5555-1234", "+502 5555 1234"]),
    "plants": ({}, [0, 10_001], [1, 10_000]),
    "folio": ({}, ["gt0000123", "GT123", "GT00001234"], ["GT0000123"]),
    "birth_date": (
        {},
        [date(2008, 11, 27), date(1906, 11, 26), date(2030, 1, 1)],
        [date(2008, 11, 26), date(1906, 11, 27), date(1980, 2, 29)],
    ),
    "tenure_until": ({}, [date(2026, 11, 26), date(2020, 1, 1)], [date(2026, 11, 27)]),
    "expires_on": ({}, [date(2026, 11, 26)], [date(2030, 1, 1)]),
    "documents_held": ({}, ["none land_document"], ["none", "land_document identity_document"]),
    "rows_total": ({}, [0, 501], [1, 500]),
    "alive": ({}, [-1, 2001], [0, 2000]),
    "dead": ({}, [-1, 2001], [0, 2000]),
    "replanted": ({"alive": 8}, [9, -1], [0, 8]),
    "sown": ({}, [-1, 200_001], [0, 200_000]),
    "living": ({}, [-1, 200_001], [0, 200_000]),
    "ready": ({"living": 8}, [9, -1], [0, 8]),
    "made": ({}, [0, 100_001], [1, 100_000]),
    "delivered": ({}, [0, 200_001], [1, 200_000]),
    "stated": ({}, [-1, 200_001], [0, 200_000]),
    "rejected": ({"delivered": 100}, [101, -1], [0, 100]),
    "quantity": ({}, [-1, 10_001], [0, 3.5]),
    "sold": ({"quantity": 3.5}, [4, 0], [3.5, 0.5]),
    "paid": ({}, [-1, 1_000_001], [0, 1500.5]),
    "since": ({}, [date(2026, 11, 27), date(2025, 11, 25)], [date(2026, 11, 26), date(2025, 11, 26)]),
    "until": (
        {"since": date(2026, 10, 5)},
        [date(2026, 10, 4), date(2027, 10, 6)],
        [date(2026, 10, 5), date(2027, 10, 5)],
    ),
    "plants_lost": ({}, [-1, 20_001], [0, 300]),
    "area_m2": ({}, [-1, 1_000_001], [0, 10_000]),
    "walk": ({}, [LINE], [TRIANGLE]),
    **dict.fromkeys(
        ("species_other", "nursery", "product", "supplier", "slip", "reader", "spoken", "given_names",
         "family_names", "language", "told", "remarks"),
        ({}, *SHORT),
    ),
}  # fmt: skip
BY_PROGRAMME: dict[str, dict[str, tuple[dict[str, Value], list[Value], list[Value]]]] = {
    "ca": {"nominal_ha": ({}, [0.05, 21], [0.1, 20])},
    "mx": {"nominal_ha": ({}, [0.4, 11], [0.5, 2.5])},
    "pes": {"nominal_ha": ({}, [0.05, 301], [0.1, 300])},
}
FOREST = ({"nominal_ha": 2.5}, [-1, 25_001], [0, 25_000])
ON_A_VISIT = ({}, [-1, 3_000_001], [0, 40_000])


def _case(code: str, name: str) -> tuple[dict[str, Value], list[Value], list[Value]]:
    if name == "forest_m2":
        return ON_A_VISIT if code == "pes-visit" else FOREST
    return BY_PROGRAMME[code.partition("-")[0]].get(name) or CASES[name]


@pytest.mark.parametrize(("code", "name"), [(code, name) for code in CODES for name in constrained(code)])
def test_a_constraint_refuses_and_takes(code: str, name: str) -> None:
    others, refused, taken = _case(code, name)
    assert [value for value in refused if constraint(code, name, value, **others)] == []
    assert [value for value in taken if not constraint(code, name, value, **others)] == []


@pytest.mark.parametrize(
    ("code", "name", "asked", "not_asked"),
    [
        ("ca-visit", "why", {"due": 4, "done": 3}, {"due": 4, "done": 4}),
        ("ca-visit", "assembly", {"has_minutes": "yes"}, {"has_minutes": "no"}),
        ("ca-visit", "signature", {"signs": "signature"}, {"signs": "thumb"}),
        ("ca-visit", "thumbprint", {"signs": "thumb"}, {"signs": "signature"}),
        ("ca-enrolment", "person", {"known": "yes"}, {"known": "no"}),
        ("ca-enrolment", "person_data", {"agrees": "yes", "known": "no"}, {"agrees": "no", "known": "no"}),
        ("ca-enrolment", "person_data", {"agrees": "yes", "known": "no"}, {"agrees": "yes", "known": "yes"}),
        ("ca-enrolment", "papers", {"agrees": "yes"}, {"agrees": "no"}),
        ("ca-enrolment", "land", {"agrees": "yes"}, {"agrees": "no"}),
        ("ca-enrolment", "letter", {"agrees": "yes"}, {}),
        ("ca-enrolment", "refused", {"agrees": "no"}, {"agrees": "yes"}),
        ("ca-enrolment", "notice_audio", {"may_record": "yes"}, {"may_record": "no"}),
        ("ca-enrolment", "witness_signature", {"may_record": "no"}, {"may_record": "yes"}),
        ("ca-enrolment", "tenure_until", {"tenure": "lease"}, {"tenure": "private"}),
        ("ca-enrolment", "agreed", {"code": "GT0000123"}, {"code": ""}),
        ("ca-planting", "why_outside", {"in_window": "no"}, {"in_window": "yes"}),
        ("ca-planting", "species_other", {"species": "other"}, {"species": "pinus"}),
        ("ca-planting", "nursery", {"source": "commercial"}, {"source": "own"}),
        ("ca-plot-walk", "why_far", {"is_far": "yes"}, {"is_far": "no"}),
        ("ca-plot-walk", "dispute", {"neighbours": "no"}, {"neighbours": "yes"}),
        ("ca-survival", "causes", {"total_dead": 1}, {"total_dead": 0}),
        ("ca-visit", "plan_total", {"plan_due": 3}, {"plan_due": ""}),
        ("ca-survival", "result", {"sampled": 9}, {"sampled": ""}),
        ("ca-plot-walk", "before", {"plot": "p-1"}, {"plot": ""}),
        ("ca-planting", "total_note", {"total": 9}, {"total": ""}),
        ("ca-nursery", "lot", {"has_nursery": "yes"}, {"has_nursery": "no"}),
        ("ca-nursery", "batch", {"has_inputs": "yes"}, {"has_inputs": "no"}),
        ("ca-goods", "rejected_photo", {"rejected": 1}, {"rejected": 0}),
        ("ca-harvest", "sold", {"sells": "yes"}, {"sells": "no"}),
        ("ca-harvest", "currency_paid", {"paid": 5}, {}),
        ("ca-incident", "hurt_note", {"hurt": "yes"}, {"hurt": "no"}),
        ("ca-incident", "damage_photo", {"cause": "fire"}, {"cause": "accident"}),
        ("ca-life", "present", {"seen": "yes"}, {"seen": "no"}),
        ("ca-life", "absent", {"seen": "no"}, {"seen": "yes"}),
        ("ca-second-visit", "seen", {"reached": "yes"}, {"reached": "no"}),
        ("pes-visit", "pending", {"plan_due": 3, "plan_done": 2}, {"plan_due": 3, "plan_done": 3}),
        ("pes-visit", "why_lost", {"cover_lost": "yes"}, {"cover_lost": "no"}),
    ],
)
def test_what_does_not_concern_the_case_is_not_asked(
    code: str, name: str, asked: dict[str, Value], not_asked: dict[str, Value]
) -> None:
    assert relevant(code, name, **asked)
    assert not relevant(code, name, **not_asked)


def test_no_case_is_left_over() -> None:
    asked = {name for code in CODES for name in constrained(code)}
    assert set(CASES) | {"nominal_ha", "forest_m2"} == asked
