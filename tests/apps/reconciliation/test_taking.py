"""Files of a bank: whole or not at all, each once, and never of another account."""

import os

import pytest
from django.db import transaction

from ceiba.blobs.store import blob_bytes, blob_store
from ceiba.core.kernel.digest import bytes_digest
from ceiba.ledger.models import Transfer
from ceiba.reconciliation.models import BankEntry, BankFile, Matching, OpenItem
from ceiba.reconciliation.services.preview import bank_file_preview
from tests.apps.payments.paying.helpers import PAY_DAY, codes
from tests.apps.reconciliation.bank import Bank
from tests.apps.reconciliation.conftest import AT, MESSAGE, Sent


def test_the_bytes_are_kept_as_they_came(sent: Sent):
    path = sent.bank().books(sent.payments[0], reference="R").notice()
    file = sent.take(path).file
    assert blob_bytes(file.sha256) == path.read_bytes()
    assert (file.entries, file.added, str(file.stated_until)) == (1, 1, "2026-11-10")


def test_the_same_bytes_under_another_name_change_nothing(sent: Sent):
    path = sent.bank().books(sent.payments[0], reference="R").notice()
    first = sent.take(path)
    again = sent.take(path, name="otro.xml")
    assert (again.again, again.file) == (True, first.file)
    assert BankFile.objects.count() == BankEntry.objects.count() == 1


def test_other_bytes_under_the_same_name_are_another_file(sent: Sent):
    first, second = sent.payments[:2]
    sent.take(sent.bank().books(first, reference="1").notice())
    taken = sent.take(sent.bank().books(first, reference="1").books(second, reference="2").notice())
    assert (taken.again, taken.file.entries, taken.file.added) == (False, 2, 1)
    assert BankFile.objects.count() == 2


def test_the_same_entry_with_other_content_is_kept_beside_the_first(sent: Sent):
    payment = sent.payments[0]
    sent.take(sent.bank().books(payment, reference="1").notice("1.xml"))
    sent.take(sent.bank().books(payment, reference="1", day="2026-11-12").notice("2.xml"))
    rows = BankEntry.objects.filter(payment=payment.pk)
    assert rows.count() == 2
    assert len({row.entry for row in rows}) == 1
    sent.match()
    assert sent.state(payment) == "paid"


@pytest.mark.parametrize("cut", [0.3, 0.7, 0.99])
def test_a_file_cut_short_is_refused_and_nothing_of_it_stays(sent: Sent, cut: float):
    bank = sent.bank()
    for number, payment in enumerate(sent.payments):
        bank.books(payment, reference=f"R{number}")
    path = bank.notice()
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * cut)])
    assert codes(lambda: sent.take(path)) == ["rail.not_xml"]
    assert not BankEntry.objects.exists()
    assert not BankFile.objects.exists()
    assert not blob_store().holds(bytes_digest(path.read_bytes()))


@pytest.mark.parametrize("data", [b"", b"hola", b"<a/>", os.urandom(500)])
def test_what_is_no_file_of_a_bank_is_refused(sent: Sent, data: bytes):
    path = sent.folder / "x.xml"
    path.write_bytes(data)
    assert codes(lambda: sent.take(path))[0].startswith("rail.")
    assert not BankFile.objects.exists()


def test_a_file_of_another_account_is_refused(sent: Sent):
    path = Bank(sent.folder, account="9999").books(sent.payments[0], reference="R").notice()
    assert codes(lambda: sent.take(path)) == ["bank_file.other_account"]
    assert not BankEntry.objects.exists()


def test_a_file_that_says_nothing_is_refused(sent: Sent):
    assert codes(lambda: sent.take(sent.bank().notice())) == ["bank_file.empty"]


def test_a_file_too_large_is_refused_before_it_is_copied(sent: Sent, settings):
    settings.UPLOAD_BYTES_MAX = 10
    path = sent.bank().books(sent.payments[0], reference="R").notice()
    assert codes(lambda: sent.take(path)) == ["file.too_big"]


def test_bytes_are_let_go_of_when_the_file_is_not_stored(sent: Sent, monkeypatch):
    path = sent.bank().books(sent.payments[0], reference="R").notice()
    monkeypatch.setattr("ceiba.blobs.drafts.Draft.keep", lambda draft: (_keep(draft), 1 / 0)[0])
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        sent.take(path)
    assert not BankFile.objects.exists()


def _keep(draft) -> bool:
    return False


def test_a_preview_says_what_the_file_does_and_leaves_nothing(sent: Sent):
    first, second = sent.payments[:2]
    bank = sent.bank().books(first, reference="1").books(second, reference="2").books(second, reference="3")
    path = bank.books(None, 350, reference="FEE").notice()
    before = Transfer.objects.count()
    seen = bank_file_preview(
        path=path,
        name="aviso.xml",
        bank_account=sent.account,
        actor=sent.paying.users["pagos"],
        today=PAY_DAY,
        at=AT,
    )
    assert (seen.entries, seen.added, seen.items_count, seen.gone) == (4, 4, 2, 0)
    assert {state: total.count for state, total in seen.states.items()} == {"paid": 2}
    assert {said: total.count for said, total in seen.said.items()} == {("paid", True): 3, ("other", True): 1}
    assert sorted(item.amount_minor for item in seen.items) == [350, second.amount_minor]
    for model in (BankFile, BankEntry, Matching, OpenItem):
        assert not model._default_manager.exists()
    assert Transfer.objects.count() == before
    assert sent.states() == ["ordered"] * len(sent.payments)
    assert not blob_store().holds(bytes_digest(path.read_bytes()))
    sent.take(path)
    sent.match()
    assert {state: sent.states().count(state) for state in ("paid",)} == {"paid": 2}


def test_the_preview_of_a_file_taken_in_before_says_so(sent: Sent):
    path = sent.bank().answers(sent.payments[0], "RJCT").report(MESSAGE)
    file = sent.take(path).file
    seen = bank_file_preview(
        path=path,
        name="x.xml",
        bank_account=sent.account,
        actor=sent.paying.users["pagos"],
        today=PAY_DAY,
        at=AT,
    )
    assert (seen.earlier, seen.added) == (file, 0)
