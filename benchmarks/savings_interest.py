"""The interest of a month for a whole programme: computed, kept for each person, and booked.

    python benchmarks/savings_interest.py [--people 450000] [--sample 20000]

Everybody saved twice in the month before and once in the month. Against the usual way in Django, on a sample: each person's
interest in a loop, with the same arithmetic, and its rows by bulk_create. Works in a scratch database that it creates on the
server of CEIBA_DATABASE_URL and drops again.
"""

import argparse
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from scratch import scratch_database

from ceiba.core.kernel.month import Month

ROOT = Path(__file__).parents[1]
RATE = """
[[parameter]]
name = "savings_rate_basis_points"
unit = "basis_points"
value = 400
valid_from = "2019-06"
basis = "assumption"
meaning = { es = "Interés anual del ahorro", en = "Yearly interest on savings" }
"""
SAVED = (
    datetime(2026, 8, 10, tzinfo=UTC),
    datetime(2026, 8, 25, tzinfo=UTC),
    datetime(2026, 9, 12, tzinfo=UTC),
)
EACH_MINOR = 5_000
MONTH = Month(2026, 9)
GIVEN = datetime(2026, 10, 2, tzinfo=UTC)
DAYS, YEAR, POINTS = 30, 365, 10_000


def publish() -> None:
    """The programme with a rate of interest."""
    from ceiba.rulebook.folder import folder_files
    from ceiba.rulebook.services import rulebook_publish

    files = dict(folder_files(ROOT / "programmes" / "ca"))
    files["parameters.toml"] += RATE.encode()
    rulebook_publish(files=files, actor=None, at=datetime(2026, 1, 1, tzinfo=UTC))


def save(people: int) -> pl.DataFrame:
    """Open everybody's savings and book what they saved."""
    from ceiba.core.ledger import ACCOUNTS, TRANSFERS
    from ceiba.ledger.models import Account
    from ceiba.ledger.services import accounts_open, savings_open, transfers_book

    names = ("bank", "fund")
    codes = [
        (f"ca:USD:{kind}:B", kind, "ca", "USD", "B", None, 0 if kind == "fund" else None) for kind in names
    ]
    accounts_open(accounts=pl.DataFrame(codes, ACCOUNTS.dtypes, orient="row"))
    bank, fund = (Account.objects.get(code=code[0]).pk for code in codes)
    savers = savings_open(
        programme="ca", currency="USD", participants=pl.int_range(1, people + 1, eager=True)
    )

    def booked(kind: str, rows: pl.DataFrame, at: datetime) -> None:
        plain = {
            "kind": kind, "amount_minor": EACH_MINOR, "currency": "USD", "pending": False, "participant_id": None,
            "month": None, "for_month": None, "component": None, "payment_id": None, "claim_id": None,
        }  # fmt: skip
        named = [pl.lit(value).alias(name) for name, value in plain.items() if name not in rows.columns]
        frame = rows.with_columns(named).select(TRANSFERS.names).cast(TRANSFERS.dtypes)
        transfers_book(transfers=frame, cause="benchmark", at=at)

    def ids(of: str) -> pl.Expr:
        """A version 8 UUID for each row."""
        hex_ = pl.format("{}{}", pl.lit(of), pl.col("participant_id").cast(pl.String).str.zfill(11))
        return pl.concat_str(pl.lit("00000000-0000-8000-8"), hex_.str.head(3), pl.lit("-"), hex_.str.tail(12))

    money = pl.DataFrame(
        {"debit_id": [bank], "credit_id": [fund], "amount_minor": [people * EACH_MINOR * 10]}
    )
    booked("disbursement", money.with_columns(id=pl.lit("00000000-0000-8000-9000-000000000001")), SAVED[0])
    for number, at in enumerate(SAVED):
        rows = savers.with_columns(id=ids(f"{number}00"), debit_id=pl.lit(fund), credit_id="savings_id")
        booked("saving", rows.drop("savings_id"), at)
    return savers


def one_by_one(sample: int, officer: Any) -> float:
    """People a second: interest in a loop, a line and a transfer each, written by bulk_create; undone afterwards."""
    import uuid

    from django.db import transaction

    from ceiba.ledger.models import Account, Transfer
    from ceiba.savings.models import Accrual, AccrualLine

    source = Account.objects.create(
        code="ca:USD:interest:ca", kind="interest", programme_id="ca", currency="USD", subject="ca"
    )
    start = time.perf_counter()
    with transaction.atomic():
        accrual = Accrual.objects.create(
            programme_id="ca", currency="USD", month=MONTH.first_day, rate_basis_points=400, method=1, year_days=YEAR,
            assumed=True, people=sample, amount_minor=1, posted_at=GIVEN, posted_by=officer,
        )  # fmt: skip
        lines, transfers = [], []
        accounts = Account.objects.filter(kind="savings").order_by("participant_id")[:sample]
        for each in accounts.prefetch_related("credits"):
            moved = ((one.amount_minor, one.booked_at.date()) for one in each.credits.all())
            base = sum(amount * min(DAYS, (MONTH.last_day - day).days + 1) for amount, day in moved)
            minor, left = divmod(base * 400, POINTS * YEAR)
            lines.append(AccrualLine(accrual=accrual, participant_id=each.participant_id, base=base,
                                     amount_minor=minor, carried=left))  # fmt: skip
            transfers.append(Transfer(id=uuid.uuid4(), kind="interest", debit=source, credit=each, currency="USD",
                                      amount_minor=minor, pending=False, participant_id=each.participant_id,
                                      month=MONTH.first_day, cause="benchmark", booked_at=GIVEN))  # fmt: skip
        AccrualLine.objects.bulk_create(lines, batch_size=5_000)
        Transfer.objects.bulk_create(transfers, batch_size=5_000)
        seconds = time.perf_counter() - start
        transaction.set_rollback(True)
    return sample / seconds


def measure(people: int, sample: int) -> None:
    from ceiba.accounts.models import AreaScope, Role, User
    from ceiba.ledger.selectors import strayed
    from ceiba.savings.services import interest_post

    officer = User.objects.create(username="pagos", role=Role.PAYMENTS)
    AreaScope.objects.bulk_create(AreaScope(user=officer, area_code=code) for code in ("GT", "HN", "SV"))
    publish()
    save(people)
    by_hand = one_by_one(min(sample, people), officer)
    start = time.perf_counter()
    given = interest_post(programme="ca", currency="USD", month=MONTH, actor=officer, at=GIVEN)
    seconds = time.perf_counter() - start
    if given.people != people or strayed("ca"):
        raise SystemExit("the books do not add up")
    print(f"interest of {MONTH} for {people:,} people: {seconds:.2f} s, {people / seconds:,.0f} people/s")
    print(
        f"one by one and bulk_create: {people / by_hand:,.0f} s EXTRAPOLATED from {min(sample, people):,} people"
    )
    print(f"{people / seconds / by_hand:.1f} times as fast; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=450_000)
    parser.add_argument("--sample", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as data, scratch_database(Path(data)) as register:
        register(asked.people)
        measure(asked.people, asked.sample)
