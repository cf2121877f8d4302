"""A payment run, database to database: planned, claimed, posted and indexed; its files written; its answers settled.

    PYTHONPATH=src:. .venv/bin/python benchmarks/payment_run.py [--payments 450000]

Makes a database of its own with a sealed month in which so many people are paid, each with an account whose number is
encrypted, by two funders, each for some departments (`--shared`: each a part of every line). Baseline in the same run:
the same rows of the draft written by Django's bulk_create, on a sample, EXTRAPOLATED.
"""

import argparse
import time
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from benchmarks.measure import peak_mb
from benchmarks.month_run import DATA, MONTH, prepare_django, prepare_month, settle

AT = datetime(2026, 4, 8, 15, tzinfo=UTC)
PAY_DAY = date(2026, 4, 10)
SAMPLE = 20_000
# What part of the made-up month is paid; the others are held or refused.
PAID_SHARE = 0.92


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--payments", type=int, default=450_000)
    parser.add_argument(
        "--shared", action="store_true", help="both funders pay a part of every line: twice the transfers"
    )
    asked = parser.parse_args()
    prepare_django()
    bank, users = prepared(int(asked.payments / PAID_SHARE), shared=asked.shared)
    before = peak_mb()
    from ceiba.core.kernel.month import Month
    from ceiba.payments.models import Claim, Payment, PaymentRun
    from ceiba.payments.services import alert_explain, run_draft, run_send, run_step

    run = timed("draft: planned, claimed, posted as pending, indexed", lambda: run_draft(
        programme="ca", month=Month.of(MONTH), areas=("GT",), bank_account=bank, execute_on=PAY_DAY, at=AT, actor=users["prepare"],
    ))  # fmt: skip
    print(f"  {run.payments:,} payments, {Claim.objects.count():,} claims, {run.alerts.count()} alerts")
    for alert in run.alerts.all():
        alert_explain(alert_id=alert.pk, explanation="Benchmark.", actor=users["prepare"], at=AT)
    for step in ("prepare", "review", "approve", "release"):
        run = timed(step, lambda s=step, of=run.pk: run_step(run_id=of, step=s, actor=users[s], at=AT))
    timed("files written, validated, kept, sent", lambda: run_send(run_id=run.pk, at=AT))
    PaymentRun.objects.get(pk=run.pk, state="sent")
    outcomes = said(Payment.objects.filter(run=run))
    from ceiba.payments.services import payments_settle

    timed("answers settled", lambda: payments_settle(outcomes=outcomes, cause="benchmark", at=AT))
    print(f"peak {peak_mb():,.0f} MB ({before:,.0f} MB before)")
    from ceiba.ledger.selectors import strayed

    assert strayed("ca") == []
    baseline = orm_baseline(run)
    print(
        f"bulk_create of the draft's rows: {baseline * run.payments:,.0f} s EXTRAPOLATED from {SAMPLE:,} payments"
    )


def timed(what: str, act: Any) -> Any:
    started = time.perf_counter()
    done = act()
    print(f"  {what:52}{time.perf_counter() - started:8.2f} s", flush=True)
    return done


def said(payments: Any) -> pl.DataFrame:
    """97 % paid, 2 % rejected, 1 % returned."""
    from ceiba.payments.selectors.runs import OUTCOMES

    ids = [str(pk) for pk in payments.order_by("participant_id").values_list("pk", flat=True)]
    state = [
        "returned" if place % 100 == 0 else "rejected" if place % 50 == 1 else "paid"
        for place in range(len(ids))
    ]
    return pl.DataFrame({"payment_id": ids, "state": state, "reason": None}, schema=OUTCOMES.dtypes)


def prepared(people: int, *, shared: bool) -> tuple[Any, dict[str, Any]]:
    """The sealed month, accounts, money and people."""
    prepare_month(people)
    from ceiba.accounts.models import AreaScope, Role, User
    from ceiba.core.kernel.month import Month
    from ceiba.payments.services import limit_set
    from ceiba.runs.services import month_run

    month_run(programme="ca", month=Month.of(MONTH), now=datetime.now(UTC))
    users = {}
    for step, role in (
        ("prepare", Role.PAYMENTS), ("review", Role.PAYMENTS), ("approve", Role.TREASURY), ("release", Role.TREASURY),
        ("office", Role.OFFICE), ("other", Role.OFFICE),
    ):  # fmt: skip
        users[step] = User.objects.create(username=step, role=role)
        AreaScope.objects.bulk_create(AreaScope(user=users[step], area_code=a) for a in ("GT", "HN", "SV"))
    for step in ("approve", "release"):
        limit_set(user=users[step], step=step, currency="USD", amount_minor=10**12)
    bank = funded(users, shared=shared)
    accounts(users["office"], users["approve"])
    enrolled()
    settle()
    return bank, users


def funded(users: dict[str, Any], *, shared: bool) -> Any:
    from ceiba.core.ledger import ACCOUNTS, account_code
    from ceiba.funding.services import (
        agreement_enter,
        disbursement_enter,
        division_enter,
        entry_decide,
        funder_enter,
    )  # fmt: skip
    from ceiba.ledger.models import BankAccount
    from ceiba.ledger.services import accounts_open
    from ceiba.rulebook.models import Programme

    programme = Programme.objects.get(pk="ca")
    bank = BankAccount.objects.create(
        code="BANCO", programme=programme, holder="Programa", scheme="local", number="4400000001", bank="BANRURAL",
        currency="USD", rail="iso20022",
    )  # fmt: skip
    row = (account_code("ca", "USD", "clearing", "BANCO"), "clearing", "ca", "USD", "BANCO", None, None)  # type: ignore[arg-type]
    accounts_open(accounts=pl.DataFrame([row], schema=ACCOUNTS.dtypes, orient="row"))

    def entered(enter: Any, **given: Any) -> Any:
        entry = enter(**given, by=users["office"], now=AT)
        return entry_decide(entry=entry, accepted=True, by=users["other"], now=AT)

    for code in ("US", "MX"):
        funder = entered(funder_enter, values={
            "code": code, "name_es": code, "name_en": code, "country": "US", "reference": f"XM-{code}", "kind": "10",
        })  # fmt: skip
        agreement = entered(agreement_enter, values={
            "code": f"{code}-1", "funder": funder, "programme": programme, "title_es": code, "title_en": code,
            "currency": "USD", "valid_from": date(2025, 1, 1), "valid_until": date(2028, 12, 31),
        })  # fmt: skip
        entered(disbursement_enter, values={
            "agreement": agreement, "amount_minor": 10**11, "value_date": date(2026, 1, 5), "bank_account": "BANCO",
            "reference": code,
        })  # fmt: skip
    divisions = [("", (("US-1", 700), ("MX-1", 300)))]
    if not shared:  # each pays some departments whole
        divisions = [("", (("MX-1", 1000),)), *((f"GT-0{n}", (("US-1", 1000),)) for n in (1, 2, 3))]
    for area, shares in divisions:
        entered(division_enter, shares=shares, values={
            "programme": programme, "area": area, "variant": "", "component": "", "from_month": date(2025, 1, 1),
            "until_month": date(2028, 12, 1),
        })  # fmt: skip
    return bank


def accounts(by: Any, confirmed_by: Any) -> None:
    """An account a person, as an import and a confirmation leave them."""
    from ceiba.frames.postgres import copy_frame, execute
    from ceiba.payees.ciphers import hashed, sealed
    from ceiba.registry.models import Participant

    execute(
        "ALTER TABLE payees_payeeaccount DISABLE TRIGGER USER"
    )  # they begin as proposals; these were confirmed

    ids = list(Participant.objects.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), 100_000):
        people = pl.Series("participant_id", ids[first : first + 100_000], pl.Int64)
        schemes = pl.Series(["local"] * len(people))
        numbers = pl.Series([f"44{each:010d}" for each in people])
        frame = pl.DataFrame({
            "participant_id": people, "scheme": schemes, "bank": ["BANRURAL"] * len(people),
            "number_cipher": pl.Series(sealed(people, schemes, numbers), dtype=pl.Binary),
            "number_hash": pl.Series(hashed(schemes, numbers), dtype=pl.Binary),
            "tail": numbers.str.tail(4), "holder": ["Ana Caal"] * len(people),
        }).with_columns(
            cause=pl.lit("first"), document=pl.lit("Carta"), proposed_by_id=pl.lit(by.pk), proposed_at=pl.lit(AT),
            state=pl.lit("confirmed"), confirmed_by_id=pl.lit(confirmed_by.pk), confirmed_at=pl.lit(AT),
            usable_from=pl.lit(date(2026, 1, 1)), changed_by_id=pl.lit(confirmed_by.pk), changed_at=pl.lit(AT), why=pl.lit(""),
        )  # fmt: skip
        copy_frame(frame, "payees_payeeaccount")
    execute("ALTER TABLE payees_payeeaccount ENABLE TRIGGER USER")


def enrolled() -> None:
    from ceiba.frames.postgres import execute

    execute("ALTER TABLE registry_enrolment DISABLE TRIGGER USER")  # they have no papers
    execute(
        "INSERT INTO registry_enrolment"
        " (participant_id, programme_id, variant, state, applied_on, active_on, state_since, cause)"
        " SELECT id, 'ca', 'us36', 'active', '2025-03-01', '2025-04-01', '2025-04-01', '' FROM registry_participant"
    )
    execute("ALTER TABLE registry_enrolment ENABLE TRIGGER USER")


def orm_baseline(run: Any) -> float:
    """Seconds a payment for bulk_create of payments, claims and transfers like the ones written, rolled back."""
    from django.db import connection, transaction

    from ceiba.ledger.models import Transfer
    from ceiba.payments.models import Claim, Payment

    payments = list(Payment.objects.filter(run=run).order_by("pk")[:SAMPLE])
    ids = {payment.pk for payment in payments}
    claims = list(Claim.objects.filter(payment__in=ids))
    transfers = list(Transfer.objects.filter(payment_id__in=ids, kind="support"))
    with transaction.atomic():
        with connection.cursor() as cursor:
            for table in ("payments_payment", "payments_claim", "ledger_transfer"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute("DELETE FROM ledger_transfer")
            cursor.execute("DELETE FROM payments_claim")
            cursor.execute("DELETE FROM payments_payment")
        started = time.perf_counter()
        Payment.objects.bulk_create(payments, batch_size=1_000)
        Claim.objects.bulk_create(claims, batch_size=1_000)
        Transfer.objects.bulk_create(transfers, batch_size=1_000)
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return seconds / len(payments)


if __name__ == "__main__":
    main()
    print(f"data in {DATA}")
