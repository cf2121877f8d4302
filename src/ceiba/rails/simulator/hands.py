"""Cash as people hand it over: pay lists filled in with both receipts, a few not collected, a few left blank."""

import csv
import io
from datetime import date
from pathlib import Path

from ceiba.rails.cash.rail import TITLES
from ceiba.rails.simulator.outcomes import Shares, outcome

_ANSWERS = {"rejected": "NO", "silent": ""}


def handed_over(orders: Path, answers: Path, *, day: date, seed: int, shares: Shares) -> list[Path]:
    """Fill in every pay list of `orders` as of `day` and write it under its name into `answers`.

    Of `shares`, those `rejected` were not collected, and of those `silent` nobody wrote anything down; everybody else
    has signed, and so has whoever paid.
    """
    answers.mkdir(parents=True, exist_ok=True)
    made = []
    for path in sorted(orders.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [_filled(row, day, seed, shares) for row in csv.DictReader(file)]
        text = io.StringIO()
        writer = csv.DictWriter(text, TITLES, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        target = answers / path.name
        target.write_bytes(text.getvalue().encode("utf-8-sig"))
        made.append(target)
    return made


def _filled(row: dict[str, str], day: date, seed: int, shares: Shares) -> dict[str, str]:
    answer = _ANSWERS.get(outcome(seed, row["orden"], shares), "SI")
    if not answer:
        return row
    given = {"cobrado": answer, "fecha": day.isoformat()}
    if answer == "SI":
        number = f"{row['lista']}-{row['numero']}"
        given |= {"recibo_de_la_persona": f"P-{number}", "recibo_de_quien_paga": f"E-{number}"}
    return row | given
