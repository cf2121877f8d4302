"""The page of a payment tells what the bank said of it, and of no other."""

from django.urls import reverse

from ceiba.accounts.models import Role
from ceiba.reconciliation.models import OpenItem
from tests.apps.reconciliation.conftest import Sent
from tests.apps.reconciliation.test_pages import body, signed_in


def test_of_another_payment_nothing_is_told(sent: Sent) -> None:
    one, other, *_ = sent.payments
    sent.take(sent.bank().books(other, reference="R-77").notice())
    sent.match()
    text = body(signed_in(Role.AUDITOR).get(reverse("payments:payment", args=[one.pk])))
    assert "Lo que dijo el banco" not in text and "R-77" not in text


def test_what_the_bank_said_is_told_with_what_is_open(sent: Sent) -> None:
    payment = sent.payments[0]
    sent.take(sent.bank().books(payment, reference="R-1").books(payment, reference="R-2").notice("doble.xml"))
    sent.match()
    item = OpenItem.objects.get(kind="excess")
    text = body(signed_in(Role.AUDITOR).get(reverse("payments:payment", args=[payment.pk])))
    assert all(part in text for part in ("Lo que dijo el banco", "R-1", "R-2", "doble.xml"))
    assert reverse("reconciliation:item", args=[item.pk]) in text
    sent.take(sent.bank().books(payment, reference="R-1").statement(0, "estado.xml"))
    page = signed_in(Role.AUDITOR).get(reverse("payments:payment", args=[payment.pk]))
    told = {each.reference: each.files for each in page.context["heard"].entries}
    assert told == {"R-1": ("doble.xml", "estado.xml"), "R-2": ("doble.xml",)}, (
        "what is repeated is told once"
    )


def test_a_returned_payment_says_that_the_money_came_in(sent: Sent) -> None:
    payment = sent.payments[0]
    sent.take(sent.bank().books(payment, reference="1").returns(payment, reference="2").notice())
    sent.match()
    text = body(signed_in(Role.PAYMENTS).get(reverse("payments:payment", args=[payment.pk])))
    assert "AC04" in text and "entró a la cuenta" in text
