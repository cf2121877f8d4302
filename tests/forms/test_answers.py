"""Answers to everything become exactly the evidence they should, without a problem.

The submissions were written by the engine of @getodk/web-forms out of the forms themselves; when a question is
renamed, or what it gives is lost, its record is missing here.
"""

import re
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import polars as pl
import pytest
from lxml import etree

from ceiba.core.cells import ROW
from ceiba.core.evidence import KINDS
from ceiba.core.forms.answers import read_answers
from ceiba.core.forms.records import Sent, records
from ceiba.core.sheets import typed
from tests.forms.shipped import answers, definition

NOW = datetime(2026, 11, 26, 18, tzinfo=UTC)
SENT: dict[str, dict[str, list[dict[str, Any]]]] = {
    "visit": {
        "visit": [{"plan_due": 6, "plan_done": 5, "accuracy_m": 6}],
        "task": [
            {"task_class": "weeding", "due": 4, "done": 3},
            {"task_class": "nursery", "due": 2, "done": 2},
        ],
        "attendance": [{"sessions_held": 3, "sessions_attended": 3}],
        "assembly": [{"group": "CAC-1", "members": 20, "present": 18, "minutes": True}],
    },
    "second-visit": {"second_visit": [{"plan_due": 4, "plan_done": 2, "present": False}]},
    "second-visit-unreached": {},
    "planting": {
        "planting": [
            {"plant_class": "fruit", "plants": 120, "species": "zapote", "source": "commercial", "in_window": False},
            {"plant_class": "timber", "plants": 30, "species": "pinus", "source": "own", "in_window": False},
        ]
    },
    "plot-walk": {"plot_walk": [{"plot": "GT0000001-1", "points": 3, "accuracy_m": 6}]},
    "survival": {"survival": [{"sampled": 50, "alive": 40, "replanted": 5}]},
    "nursery": {
        "nursery": [
            {"group": "CAC-2", "plant_class": "timber", "species": "pinus", "sown": 10, "living": 8, "ready": 8}
        ]
    },
    "goods": {
        "goods": [
            {"group": "CAC-1", "item": "plants", "supplier": "V", "unit": "piece", "delivered": 100, "rejected": 5}
        ]
    },
    "harvest": {
        "harvest": [
            {"product": "café", "harvested_kg": 136, "sold_kg": 91, "sale_minor": 150_050, "currency": "GTQ"}
        ]
    },
    "incident": {"incident": [{"cause": "accident", "plants_lost": None, "area_m2": None}]},
    "absence": {
        "absence": [
            {
                "cause": "illness", "month": date(2026, 10, 1), "since": date(2026, 10, 5),
                "until": date(2026, 11, 20), "attested_by": "health_centre", "documented": True,
            }
        ]
    },
    "life": {"proof_of_life": [{}]},
    "life-absent": {},
    "enrolment-new": {
        "consent": [{"notice": "ca-2026-11", "agreed": True, "recorded": True}],
        "document_check": [
            {"document": "identity_document", "held": True},
            {"document": "commitment_letter", "held": False},
            {"document": "land_document", "held": True},
            {"document": "privacy_consent", "held": False},
        ],
        "land_check": [{"forest_m2": 0, "possession": True}],
    },
    "enrolment-refused": {},
    "enrolment-known-refuses": {"consent": [{"agreed": False, "recorded": False}]},
}  # fmt: skip


CODES = ("enrolment", "life", "second-visit", *SENT)


def _code(name: str) -> str:
    return f"ca-{next(code for code in CODES if name.startswith(code))}"


@pytest.mark.parametrize("name", SENT)
def test_answers_become_evidence(name: str) -> None:
    form = definition(_code(name))
    found = records([Sent(form, read_answers(form, answers(name)), NOW, "T-1")])
    assert found.problems == ()
    frames = {kind: _typed(kind, frame) for kind, frame in found.frames.items() if frame.height}
    assert frames.keys() == SENT[name].keys()
    for kind, expected in SENT[name].items():
        rows = frames[kind].rows(named=True)
        assert [{key: row[key] for key in said} for row, said in zip(rows, expected, strict=True)] == expected


def _typed(kind: str, cells: pl.DataFrame) -> pl.DataFrame:
    rows, problems = typed(
        cells.select(ROW, *(c.name for c in KINDS[kind].columns)),
        KINDS[kind].columns,
        key=("key",),
        today=NOW.date(),
    )
    assert problems.is_empty(), problems
    return rows


@pytest.mark.parametrize("name", SENT)
def test_whose_it_is_and_which_month_it_is_of_are_said(name: str) -> None:
    form = definition(_code(name))
    read = read_answers(form, answers(name))
    of_group = name in ("nursery", "goods")
    again = name.startswith("second-visit")
    refused = name == "enrolment-refused"
    assert bool(read.participant) == (not of_group and not refused)
    assert bool(read.group) == (not again)
    assert read.month == ("2026-10-01" if again or name in ("visit", "absence") else "")
    nowhere = (
        "absence",
        "life-absent",
        "enrolment-known-refuses",
        "enrolment-refused",
        "second-visit-unreached",
    )
    assert (read.place is None) == (name in nowhere)


def test_who_refuses_leaves_nothing_of_themselves() -> None:
    """Not even an entity: only that the notice was read, by whom and where."""
    form = definition("ca-enrolment")
    read = read_answers(form, answers("enrolment-refused"))
    assert read.entities == ()
    assert b"given_names" not in answers("enrolment-refused")


def test_enrolment_makes_the_person_and_the_plot_and_ties_them() -> None:
    form = definition("ca-enrolment")
    person, plot = sorted(read_answers(form, answers("enrolment-new")).entities, key=lambda e: e.dataset)
    assert (person.dataset, plot.dataset) == ("participants", "plots")
    assert person.create and plot.create and not person.update and not plot.update
    assert plot.values["participant"] == person.entity_id
    assert person.values["code"] == plot.values["participant_code"] == "GT0000999"


def test_a_visit_and_a_walk_bring_the_lists_up_to_date() -> None:
    (person,) = read_answers(definition("ca-visit"), answers("visit")).entities
    assert person.values == {"plan_due": "7", "phone": "5555-2222", "last_visit": "2026-11-26"}
    (plot,) = read_answers(definition("ca-plot-walk"), answers("plot-walk")).entities
    assert plot.update
    assert plot.values["geometry"].count(";") == 3


def test_whoever_audits_draws_the_same_rows_again() -> None:
    """By the plot, the month and the form's code alone (docs/forms.md)."""
    sent = etree.fromstring(answers("survival"))
    rows, counted = int(sent.findtext("draw/rows_total")), [int(e.text) for e in sent.iter("row_number")]
    seed = f"{sent.findtext('who/plot_code')}/{sent.findtext('today')[:7]}/ceiba ca-survival"
    drawn = int(re.sub("[a-f]", "", sha256(seed.encode()).hexdigest())[:6])
    wanted = min(rows, 5)
    step = rows // wanted
    assert counted == [1 + drawn % step + step * n for n in range(wanted)]
    assert max(counted) <= rows
