"""What a programme of several countries, agreements and years knows, made up; and the standard it is checked by."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from ceiba.core.iati.cells import CELLS
from ceiba.core.iati.known import AGREEMENTS, COSTS, MONEY_IN, PAYS_IN, PLACES, PLANS, Knowledge
from ceiba.core.iati.publisher import Target, read_publisher
from ceiba.core.iati.results import STANDING, WORKED, achieved
from ceiba.core.kernel.frames import FrameSchema
from ceiba.core.kernel.month import Month, month_range

PUBLISHER = read_publisher(
    (Path(__file__).parents[3] / "programmes" / "ca" / "iati" / "publisher.toml").read_bytes()
)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FIRST, LAST = Month(2023, 11), Month(2026, 10)  # 36 months, over four calendar years
PLACE = {
    "GT-13": "Huehuetenango",
    "GT-14": "Quiché",
    "GT-16": "Alta Verapaz",
    "HN-LE": "Lempira",
    "SV-AH": "Ahuachapán",
}
LEAST = 5


def frame(schema: FrameSchema, rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(schema.dtypes), orient="row")


def cells(rows: Sequence[tuple[str, str, date, str, int, int]]) -> pl.DataFrame:
    """Rows of agreement, component, month, area, people, amount."""
    return frame(
        CELLS, [(a, c, month, area[:2], area, people, amount) for a, c, month, area, people, amount in rows]
    )


def agreements() -> pl.DataFrame:
    start, end = FIRST.first_day, LAST.last_day
    return frame(
        AGREEMENTS,
        [
            ("US-2023", None, "Apoyo en tres departamentos", "Support in three departments", "us", "Estados Unidos",
             "US-USAGOV-7200", "10", "US-USAGOV-7200-SV", start, end),
            ("MX-2023", "XI-IATI-CEIBAEXAMPLE-PROPIO-7", "Ahorro", "Savings", "mx", "México", None, "10", None,
             start, None),
            ("UE/2026 & otros?", None, "Último año", "Last year", "eu", "Unión Europea", "XI-IATI-EC_INTPA", "40",
             None, date(2026, 1, 15), date(2026, 9, 30)),
        ],
    )  # fmt: skip


def paid() -> pl.DataFrame:
    rows = []
    for n, month in enumerate(month_range(FIRST, LAST)):
        for k, area in enumerate(PLACE):
            people = (n * 7 + k * 11) % 30 + 1  # some cells are too small
            rows.append(("US-2023", "support", month.first_day, area, people, people * 25_000))
            rows.append(("MX-2023", "savings", month.first_day, area, people, people * 2_517))
        if month >= Month(2026, 2):
            rows.append(("UE/2026 & otros?", "support", month.first_day, "HN-LE", 2, 50_000 * (-1) ** n))
    return cells(rows)


def money_in() -> pl.DataFrame:
    start = FIRST.first_day
    return frame(
        MONEY_IN,
        [
            ("US-2023", "1", "commitment", start, 1_000_000_01),
            ("US-2023", "1", "receipt", start, 600_000_00),
            ("US-2023", "2", "receipt", date(2025, 1, 9), 400_000_00),
            ("US-2023", "3", "receipt", date(2025, 1, 10), -1_00),
            ("MX-2023", "1", "commitment", start, 500_000_00),
            ("UE/2026 & otros?", "1", "commitment", date(2026, 1, 15), 7),
        ],
    )


def plans() -> pl.DataFrame:
    return frame(
        PLANS,
        [
            ("US-2023", date(2027, 1, 1), date(2027, 3, 31), 250_000_00, False),
            ("US-2023", date(2027, 7, 1), date(2027, 9, 30), 250_000_01, True),
            ("UE/2026 & otros?", date(2026, 12, 1), date(2026, 12, 31), 7, False),
        ],
    )


def results() -> pl.DataFrame:
    years, people = range(FIRST.year, LAST.year + 1), range(200)
    worked = [(p, y, (p + y) % 13, p % 9 != 0) for p in people for y in years]
    standing = [
        (p, 2_000, 50 if p % 2 else None, 30 + p % 20 if p % 2 else None,
         y, 11_000 + p if p % 3 else None, 40 * (p % 2))
        for p in people
        for y in years
    ]  # fmt: skip
    return achieved(frame(WORKED, worked), frame(STANDING, standing), LAST.last_day, LEAST)


def known(**changes: Any) -> Knowledge:
    """Thirty-six months of three agreements in three countries."""
    publisher = replace(
        PUBLISHER, targets=tuple(Target("people_paid", year, 250, "assumption") for year in range(2024, 2028))
    )
    made = Knowledge(
        publisher=publisher,
        programme="ca",
        name={"es": "Sembrando Vida", "en": "Sowing Life"},
        summary={"es": "Apoyo mensual a quien siembra.", "en": "Monthly support to those who plant."},
        currency="USD",
        countries=("GT", "HN", "SV"),
        components={
            "support": {"es": "Apoyo", "en": "Support"},
            "savings": {"es": "Ahorro", "en": "Savings"},
        },
        began=FIRST.first_day,
        at=NOW,
        least=LEAST,
        agreements=agreements(),
        money_in=money_in(),
        paid=paid(),
        costs=frame(COSTS, [("US-2023", month.first_day, 1_250) for month in month_range(FIRST, LAST)]),
        places=frame(
            PLACES, [(a, name, a[:2], -90.5 + n, 14.5 + n) for n, (a, name) in enumerate(PLACE.items())]
        ),
        achieved=results(),
        plans=plans(),
        pays_in=frame(PAYS_IN, [("MX-2023", "GT"), ("MX-2023", "HN"), ("US-2023", "SV")]),
    )
    return replace(made, **changes)
