"""Files are written once and go out as they were kept, whatever breaks off in between."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from lxml import etree

from ceiba.blobs.store import blob_bytes
from ceiba.core.payment_run import Step
from ceiba.ledger.models import BankAccount
from ceiba.payments.models import Payment, PaymentFile, PaymentRun
from ceiba.payments.services import files, payment_cancel, run_send
from ceiba.payments.services import outbox as outbox_of
from tests.apps.payments.paying.helpers import AT, Paying, codes

NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"}


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def outbox(data_dir: Path, pays: Paying) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in (data_dir / "bank" / "outbox" / pays.bank.code).glob("*")
    }


def test_a_run_that_is_not_released(pays: Paying) -> None:
    run = pays.draft()
    assert codes(lambda: run_send(run_id=run.pk, at=AT)) == ["payment_files.not_released"]
    pays.step(run, Step.CANCEL, "pagos", note="No.")
    assert codes(lambda: run_send(run_id=run.pk, at=AT)) == ["payment_files.not_released"]


def test_every_payment_is_ordered_once_with_its_amount(pays: Paying, data_dir: Path) -> None:
    run = run_send(run_id=pays.released(pays.draft()).pk, at=AT)
    assert run.state == "sent"
    (file,) = PaymentFile.objects.filter(run=run)
    assert outbox(data_dir, pays) == {file.name: blob_bytes(file.sha256)}
    read = etree.fromstring(blob_bytes(file.sha256))
    ordered = {
        order.findtext(".//p:EndToEndId", namespaces=NS): order.findtext(".//p:InstdAmt", namespaces=NS)
        for order in read.iterfind(".//p:CdtTrfTxInf", NS)
    }
    payments = Payment.objects.filter(run=run)
    assert ordered == {each.end_to_end_id: f"{each.amount_minor / 100:.2f}" for each in payments}
    assert (file.orders, file.amount_minor) == (run.payments, run.amount_minor)


def test_nobody_taken_out_is_ordered(pays: Paying, data_dir: Path) -> None:
    run = pays.draft()
    out = Payment.objects.filter(run=run).first()
    assert out is not None
    payment_cancel(payment_id=str(out.pk), actor=pays.users["pagos"], note="Falleció.", at=AT)
    run_send(run_id=pays.released(run).pk, at=AT)
    (content,) = outbox(data_dir, pays).values()
    assert out.end_to_end_id.encode() not in content
    assert content.count(b"<CdtTrfTxInf>") == run.payments - 1


def test_files_within_the_banks_limits(pays: Paying, data_dir: Path) -> None:
    BankAccount.objects.filter(pk=pays.bank.pk).update(orders_max=7)
    pays.bank.refresh_from_db()
    run = run_send(run_id=pays.released(pays.draft()).pk, at=AT)
    written = list(PaymentFile.objects.filter(run=run).order_by("part"))
    assert [file.part for file in written] == list(range(1, len(written) + 1))
    assert max(file.orders for file in written) <= 7
    assert sum(file.orders for file in written) == run.payments
    assert sum(file.amount_minor for file in written) == run.amount_minor
    BankAccount.objects.filter(pk=pays.bank.pk).update(orders_max=None)
    pays.bank.refresh_from_db()


@pytest.mark.parametrize(
    ("module", "broken"),
    [
        (files, "_file_store"),
        (files, "_closed_to_cancelling"),
        (files, "order_file_deliver"),
        (outbox_of, "write_through"),
    ],
)
def test_broken_off_anywhere_the_same_bytes_go_out(
    pays: Paying, data_dir: Path, monkeypatch: pytest.MonkeyPatch, module: ModuleType, broken: str
) -> None:
    BankAccount.objects.filter(pk=pays.bank.pk).update(orders_max=15)
    pays.bank.refresh_from_db()
    run = pays.released(pays.draft())
    real = getattr(module, broken)
    calls = []

    def breaks(*args: Any) -> Any:
        calls.append(args)
        if len(calls) == 2 or broken == "_closed_to_cancelling":
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(module, broken, breaks)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        run_send(run_id=run.pk, at=AT)
    monkeypatch.setattr(module, broken, real)
    half = outbox(data_dir, pays)
    run = run_send(run_id=run.pk, at=AT)
    whole = outbox(data_dir, pays)
    assert half.items() <= whole.items()
    assert whole == {file.name: blob_bytes(file.sha256) for file in PaymentFile.objects.filter(run=run)}
    run_send(run_id=run.pk, at=AT)
    assert outbox(data_dir, pays) == whole
    BankAccount.objects.filter(pk=pays.bank.pk).update(orders_max=None)
    pays.bank.refresh_from_db()


def test_once_the_first_byte_can_leave_nothing_cancels_the_run(
    pays: Paying, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = pays.released(pays.draft())

    def breaks(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "order_file_deliver", breaks)
    with pytest.raises(KeyboardInterrupt):
        run_send(run_id=run.pk, at=AT)
    assert PaymentRun.objects.get(pk=run.pk).state == "sent"
    assert codes(lambda: pays.step(run, Step.CANCEL, "pagos", note="x")) == ["payment_run.turn"]
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentRun.objects.filter(pk=run.pk).update(state="cancelled")


def test_another_file_of_the_name_is_left_alone(pays: Paying, data_dir: Path) -> None:
    run = pays.released(pays.draft())
    folder = data_dir / "bank" / "outbox" / pays.bank.code
    folder.mkdir(parents=True)
    other = folder / f"{files.message_of(run, 1)}.xml"
    other.write_bytes(b"other")
    with pytest.raises(files.CeibaError, match="another file"):
        run_send(run_id=run.pk, at=AT)
    assert other.read_bytes() == b"other"
    assert [path.name for path in folder.iterdir()] == [other.name]


def test_with_another_key_nothing_is_written(pays: Paying, settings: Any, data_dir: Path) -> None:
    run = pays.released(pays.draft())
    settings.DOCUMENT_KEY = "another"
    assert codes(lambda: run_send(run_id=run.pk, at=AT)) == ["payment_files.closed_account"]
    assert not PaymentFile.objects.filter(run=run).exists()
    assert PaymentRun.objects.get(pk=run.pk).state == "released"


def test_what_a_crash_left_linked_is_not_written_over(pays: Paying, data_dir: Path) -> None:
    """Between the link and the end the half file and the one in the outbox are the same."""
    run = run_send(run_id=pays.released(pays.draft()).pk, at=AT)
    (file,) = PaymentFile.objects.filter(run=run)
    folder = data_dir / "bank" / "outbox" / pays.bank.code
    (folder / f".{file.name}.half").hardlink_to(folder / file.name)
    PaymentFile.objects.filter(run=run).update(sent_at=None)
    with (folder / file.name).open("rb") as bank:
        run_send(run_id=run.pk, at=AT)
        assert bank.read() == blob_bytes(file.sha256)
    assert not (folder / f".{file.name}.half").exists()


def test_nobody_is_taken_out_of_a_file_that_is_written(
    pays: Paying, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = pays.released(pays.draft())
    payment = Payment.objects.filter(run=run).first()
    assert payment is not None

    def power_cut(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "_closed_to_cancelling", power_cut)
    with pytest.raises(KeyboardInterrupt):
        run_send(run_id=run.pk, at=AT)
    assert PaymentRun.objects.get(pk=run.pk).state == "released"
    taken_out = {"payment_id": str(payment.pk), "actor": pays.users["pagos"], "note": "No.", "at": AT}
    assert codes(lambda: payment_cancel(**taken_out)) == ["payment_run.turn"]
