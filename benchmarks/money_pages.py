"""The pages of money in a grown country: 36 months of payments, each page opened through Django, cold.

    PYTHONPATH=src:. .venv/bin/python benchmarks/money_pages.py build [--people 450000]
    PYTHONPATH=src:. .venv/bin/python benchmarks/money_pages.py copy [--months 36]
    PYTHONPATH=src:. .venv/bin/python benchmarks/money_pages.py index
    PYTHONPATH=src:. .venv/bin/python benchmarks/money_pages.py time [--most 120]
    PYTHONPATH=src:. .venv/bin/python benchmarks/money_pages.py drop

`build` makes a database of its own, in which the last month is paid by Ceiba itself (`payment_run.py`), a saving beside
each support; `copy` writes earlier months like it by SQL, with guards switched off, and `index` makes the indexes.
`time` opens each page with nothing kept (the baseline: everything is counted from the ledger; whatever takes longer
than `--most` seconds is given up), then counts the figures as the worker does, and opens each page again.
"""

# ruff: noqa: S608 - the statements are made of numbers
import argparse
import json
import os
import shutil
import time
from typing import Any

import polars as pl
from benchmarks.measure import peak_mb
from benchmarks.month_run import DATA, MONTH, prepare_django, settle
from benchmarks.payment_run import AT, PAID_SHARE, prepared, said, timed
from benchmarks.reconcile import sent

from ceiba.postgres.server import Server

BIG = ("ledger_transfer", "ledger_settlement", "payments_payment")
CENTS = 5_000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("step", choices=["build", "copy", "index", "time", "drop"])
    parser.add_argument("--people", type=int, default=450_000)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--most", type=int, default=120)
    asked = parser.parse_args()
    if asked.step == "build":
        build(asked.people)
    elif asked.step == "copy":
        connect()
        timed("earlier months", lambda: earlier(asked.months))
    elif asked.step == "index":
        connect()
        timed("indexes, sums of accounts, statistics", indexed)
    elif asked.step == "time":
        connect()
        time_pages(asked.most)
    else:
        Server(DATA / "postgres").stop()
        shutil.rmtree(DATA, ignore_errors=True)


def connect() -> None:
    """Django on the database that `build` left."""
    os.environ["CEIBA_DATA_DIR"] = str(DATA)
    os.environ["CEIBA_DATABASE_URL"] = Server(DATA / "postgres").start()
    os.environ["DJANGO_SETTINGS_MODULE"] = "ceiba.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def build(people: int) -> None:
    prepare_django()
    bank, users = prepared(int(people / PAID_SHARE), shared=False)
    run = sent(bank, users)
    from ceiba.payments.models import Payment
    from ceiba.payments.services import payments_settle

    payments_settle(outcomes=said(Payment.objects.filter(run=run)), cause="benchmark", at=AT)
    timed("the last month's savings", saved)


def saved() -> None:
    """Beside each support of the last month a saving on the person's account."""
    from ceiba.frames.postgres import execute
    from ceiba.ledger.services import savings_open
    from ceiba.payments.models import Payment

    people = pl.Series(
        "participant_id", list(Payment.objects.values_list("participant_id", flat=True)), pl.Int64
    )
    from django.db import transaction

    with transaction.atomic():
        savings_open(programme="ca", currency="USD", participants=people)
        execute("SET LOCAL session_replication_role = replica")
        execute(
            "INSERT INTO ledger_transfer (id, kind, debit_id, credit_id, amount_minor, currency, pending, participant_id,"
            " month, for_month, component, claim_id, cause, booked_at)"
            " SELECT md5(t.id::text || 's')::uuid, 'saving', t.debit_id, a.id, %(cents)s, t.currency, true, t.participant_id,"
            " t.month, t.for_month, 'savings', md5(t.claim_id::text || 's')::uuid, t.cause, t.booked_at"
            " FROM ledger_transfer t JOIN ledger_account a ON a.participant_id = t.participant_id AND a.kind = 'savings'"
            " WHERE t.kind = 'support'",
            {"cents": CENTS},
        )
        execute(
            "INSERT INTO ledger_settlement (transfer_id, posted, cause, settled_at)"
            " SELECT id, true, 'benchmark', booked_at FROM ledger_transfer WHERE kind = 'saving'"
        )


def earlier(months: int) -> None:
    """Copies of the last month, a month earlier each, into tables without indexes."""
    from django.db import connection

    from ceiba.payments.models import PaymentRun

    run = PaymentRun.objects.get().pk
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        cursor.execute(
            "CREATE TEMP TABLE last_transfer AS SELECT * FROM ledger_transfer WHERE month IS NOT NULL"
        )
        cursor.execute(
            "CREATE TEMP TABLE last_settlement AS SELECT s.* FROM ledger_settlement s JOIN last_transfer t ON t.id = s.transfer_id"
        )
        cursor.execute("CREATE TEMP TABLE last_payment AS SELECT * FROM payments_payment")
        (DATA / "indexes.json").write_text(json.dumps(indexes_dropped(cursor)))
        for k in range(1, months):
            month_copied(cursor, run, k)


def indexed() -> None:
    """What `earlier` left undone: indexes, tallies and the sums of accounts."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '1GB'")
        for statement in json.loads((DATA / "indexes.json").read_text()):
            cursor.execute(statement)
        cursor.execute(_TALLIES)
        cursor.execute(_SUMS)
        cursor.execute("SET session_replication_role = origin")
    settle()


def indexes_dropped(cursor: Any) -> list[str]:
    """Drop the indexes of the big tables; returns what makes them again."""
    again = []
    for table in BIG:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('p', 'u')",
            [table],
        )
        for name, definition in cursor.fetchall():
            again.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE")
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
        for name, definition in cursor.fetchall():
            again.append(definition)
            cursor.execute(f"DROP INDEX {name}")
    return again


def month_copied(cursor: Any, run: int, k: int) -> None:
    """One earlier month: its run, steps left out, payments, transfers and settlements under ids of their own."""
    back = f"interval '{k} months'"
    cursor.execute(
        "INSERT INTO payments_paymentrun (programme_id, kind, month, areas, bank_account_id, currency, execute_on, state,"
        " payments, amount_minor, saved_minor, left_out, drafted_at, drafted_by_id, closed_at)"
        f" SELECT programme_id, kind, (month - {back})::date, areas, bank_account_id, currency, (execute_on - {back})::date,"
        f" 'closed', payments, amount_minor, saved_minor, left_out, drafted_at - {back}, drafted_by_id, now() - {back}"
        " FROM payments_paymentrun WHERE id = %s RETURNING id",
        [run],
    )
    (copy,) = cursor.fetchone()
    cursor.execute(
        "INSERT INTO payments_payment (id, run_id, programme_id, month, participant_id, attempt, amount_minor, account_id,"
        " part, state, reason, state_at)"
        f" SELECT md5(id::text || {k})::uuid, {copy}, programme_id, (month - {back})::date, participant_id, attempt,"
        f" amount_minor, account_id, part, state, reason, state_at - {back} FROM last_payment"
    )
    cursor.execute(
        "INSERT INTO ledger_transfer (id, kind, debit_id, credit_id, amount_minor, currency, pending, participant_id,"
        " month, for_month, component, payment_id, claim_id, cause, booked_at)"
        f" SELECT md5(id::text || {k})::uuid, kind, debit_id, credit_id, amount_minor, currency, pending, participant_id,"
        f" (month - {back})::date, (for_month - {back})::date, component, md5(payment_id::text || {k})::uuid,"
        f" md5(claim_id::text || {k})::uuid, 'run:{copy}', booked_at - {back} FROM last_transfer"
    )
    cursor.execute(
        "INSERT INTO ledger_settlement (transfer_id, posted, cause, settled_at)"
        f" SELECT md5(transfer_id::text || {k})::uuid, posted, cause, settled_at - {back} FROM last_settlement"
    )


_TALLIES = """
    TRUNCATE payments_runtally;
    INSERT INTO payments_runtally (run_id, state, payments, amount_minor)
    SELECT run_id, state, count(*), sum(amount_minor) FROM payments_payment GROUP BY run_id, state
"""
_SUMS = """
    UPDATE ledger_account a
    SET debits_posted = m.debits, credits_posted = m.credits, debits_pending = 0, credits_pending = 0
    FROM (
        SELECT side.account_id, coalesce(sum(t.amount_minor) FILTER (WHERE side.debit), 0) AS debits,
            coalesce(sum(t.amount_minor) FILTER (WHERE NOT side.debit), 0) AS credits
        FROM ledger_transfer t
        LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
        CROSS JOIN LATERAL (VALUES (t.debit_id, true), (t.credit_id, false)) AS side (account_id, debit)
        WHERE NOT t.pending OR s.posted
        GROUP BY side.account_id
    ) m
    WHERE a.id = m.account_id
"""


def time_pages(most: int) -> None:
    from django.db import connection

    from ceiba.funding.models import Figures
    from ceiba.funding.services import figures_count, figures_due, need_count
    from ceiba.reports.figures import FIGURES

    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = 'ledger_transfer'")
        print(f"{cursor.fetchone()[0]:,} transfers")
    Figures.objects.all().delete()
    print("with nothing kept")
    opened(most)
    print("figures counted, as the worker does it")
    before = peak_mb()
    timed("need of coming months", lambda: need_count(programme="ca", at=AT))
    for agreement in figures_due(FIGURES):
        timed(agreement.code, lambda of=agreement: figures_count(agreement=of, figures=FIGURES, at=AT))
    print(f"peak {peak_mb():,.0f} MB ({before:,.0f} MB before)")
    print("with figures kept")
    opened(most)
    print(f"peak {peak_mb():,.0f} MB")


def opened(most: int) -> None:
    from django.core.cache import cache
    from django.db import OperationalError, connection

    for who, address in pages():
        cache.clear()
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = '{most}s'")
        started = time.perf_counter()
        try:
            status = str(who.get(address).status_code)
        except OperationalError:
            status = "given up"
        connection.close()
        print(
            f"  {who.user.role:9} {address:44} {status:>9}{time.perf_counter() - started:9.2f} s", flush=True
        )


def pages() -> list[tuple[Any, str]]:
    """Each page and who opens it."""
    from django.test import Client

    from ceiba.accounts.models import AreaScope, User
    from ceiba.payments.models import PaymentRun

    def client(role: str, code: str = "") -> Any:
        user, is_new = User.objects.get_or_create(username=f"opens-{role}", role=role, code=code)
        if is_new:
            AreaScope.objects.bulk_create(AreaScope(user=user, area_code=a) for a in ("GT", "HN", "SV"))
        found: Any = Client(HTTP_HOST="localhost")
        found.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        found.user = user
        return found

    run = PaymentRun.objects.order_by("month").last()
    assert run is not None
    funder, treasury = client("funder", "US"), client("treasury")
    both = [
        "/funding/",
        "/funding/agreements/US-1/",
        "/reports/",
        "/reports/agreements/US-1/",
        "/reports/agreements/US-1/GT-01/",
    ]
    own = [
        "/payments/runs/", f"/payments/runs/{run.pk}/", f"/payments/ca/{MONTH:%Y-%m}/", "/savings/", "/savings/ca/proof/",
        "/reconciliation/", "/payees/?standing=in_use",
    ]  # fmt: skip
    return [(who, address) for who in (funder, treasury) for address in both] + [
        (treasury, each) for each in own
    ]


if __name__ == "__main__":
    main()
