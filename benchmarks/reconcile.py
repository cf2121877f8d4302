"""What a bank said of a payment run, taken in and matched: read, stored, matched, settled, in the books.

    PYTHONPATH=src:. .venv/bin/python benchmarks/reconcile.py [--payments 450000]

Makes a database of its own with a run that was sent (`payment_run.py`), then one camt.054 that books each payment, one
in a hundred of them returned, one in a thousand booked twice. Read again under another name, and matched again, it
must change nothing. Baseline in the same run: the entries alone written by Django's bulk_create, on a sample,
EXTRAPOLATED.
"""

import argparse
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.measure import peak_mb
from benchmarks.month_run import DATA, MONTH, prepare_django
from benchmarks.payment_run import AT, PAID_SHARE, PAY_DAY, prepared, timed

SAMPLE = 20_000
TAKEN = datetime(2026, 4, 12, 9, tzinfo=UTC)
ENTRY = (
    '<Ntry><Amt Ccy="USD">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    "<BookgDt><Dt>2026-04-10</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls><TxDtls><Refs>"
    "<MsgId>{message}</MsgId><PmtInfId>{message}</PmtInfId><EndToEndId>{payment}</EndToEndId></Refs>"
    '<Amt Ccy="USD">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{why}</TxDtls></NtryDtls></Ntry>\n'
)
RETURNED = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--payments", type=int, default=450_000)
    payments = parser.parse_args().payments
    prepare_django()
    bank, users = prepared(int(payments / PAID_SHARE), shared=False)
    run = sent(bank, users)
    path = DATA / "aviso.xml"
    path.write_text("".join(notice(run, bank.number)))
    before = peak_mb()
    reconciled(path, bank, run.payments)
    print(f"peak {peak_mb():,.0f} MB ({before:,.0f} MB before)")
    print(f"entries by bulk_create: {orm_baseline():,.1f} s EXTRAPOLATED from {SAMPLE:,}")


def sent(bank: Any, users: dict[str, Any]) -> Any:
    from ceiba.core.kernel.month import Month
    from ceiba.payments.services import alert_explain, run_draft, run_send, run_step

    run = run_draft(
        programme="ca", month=Month.of(MONTH), areas=("GT",), bank_account=bank, execute_on=PAY_DAY, at=AT,
        actor=users["prepare"],
    )  # fmt: skip
    for alert in run.alerts.all():
        alert_explain(alert_id=alert.pk, explanation="Benchmark.", actor=users["prepare"], at=AT)
    for step in ("prepare", "review", "approve", "release"):
        run_step(run_id=run.pk, step=step, actor=users[step], at=AT)
    return run_send(run_id=run.pk, at=AT)


def notice(run: Any, account: str) -> Iterator[str]:
    """A camt.054 in the bank's own order, which is none of ours."""
    from ceiba.payments.models import Payment, PaymentFile

    message = PaymentFile.objects.filter(run=run).values_list("message", flat=True)[0]
    yield (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><GrpHdr>'
        f"<MsgId>B1</MsgId></GrpHdr><Ntfctn><Id>1</Id><Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>\n"
    )
    rows = (
        Payment.objects.filter(run=run, amount_minor__gt=0).order_by("pk").values_list("pk", "amount_minor")
    )
    for place, (pk, minor) in enumerate(rows):
        said = {"amount": f"{minor // 100}.{minor % 100:02d}", "payment": pk.hex.upper(), "message": message}
        yield ENTRY.format(**said, side="DBIT", reference=f"R{place}", why="")
        if place % 100 == 0:
            yield ENTRY.format(**said, side="CRDT", reference=f"B{place}", why=RETURNED)
        if place % 1000 == 1:
            yield ENTRY.format(**said, side="DBIT", reference=f"T{place}", why="")
    yield "</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n"


def reconciled(path: Path, bank: Any, payments: int) -> None:
    from django.db.models import Count

    from ceiba.ledger.selectors import strayed
    from ceiba.payments.models import Payment
    from ceiba.reconciliation.models import OpenItem
    from ceiba.reconciliation.services.files import bank_file_take
    from ceiba.reconciliation.services.matching import entries_match

    def take(name: str) -> Any:
        return bank_file_take(path=path, name=name, bank_account=bank, actor=None, at=TAKEN)

    def match() -> Any:
        return entries_match(bank_account=bank, today=TAKEN.date(), at=TAKEN, actor=None)

    started = time.perf_counter()
    taken = timed(
        f"camt.054 of {path.stat().st_size / 1e6:,.0f} MB read and stored", lambda: take("aviso.xml")
    )
    done = timed("matched, settled, booked, open items written", match)
    print(
        f"  in all {time.perf_counter() - started:.2f} s: {taken.file.added:,} entries, {done.settled:,} settled"
    )
    states = dict(Payment.objects.order_by().values_list("state").annotate(Count("pk")))
    assert set(states) == {"paid", "returned"}, states
    assert OpenItem.objects.count() == (payments + 998) // 1000, OpenItem.objects.count()
    assert timed("the same file again", lambda: take("otra.xml")).again
    again = timed("matched again", match)
    assert (again.settled, again.items_found, again.items_gone) == (0, 0, 0)
    assert dict(Payment.objects.order_by().values_list("state").annotate(Count("pk"))) == states
    assert strayed("ca") == []


def orm_baseline() -> float:
    """Seconds for bulk_create of entries like the ones stored, rolled back."""
    import uuid

    from django.db import transaction

    from ceiba.reconciliation.models import BankEntry

    count = BankEntry.objects.count()
    rows = list(BankEntry.objects.all()[:SAMPLE])
    for row in rows:
        row.identity, row.content = uuid.uuid4(), uuid.uuid4()
    with transaction.atomic():
        started = time.perf_counter()
        BankEntry.objects.bulk_create(rows, batch_size=1_000)
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return seconds / len(rows) * count


if __name__ == "__main__":
    main()
