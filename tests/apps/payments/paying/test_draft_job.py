"""A run that the worker drafts: once however often, with the rights of whoever asked, refusals told on the page."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from ceiba.accounts.models import AreaScope, Role, User
from ceiba.audit.models import Event
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.month import Month
from ceiba.payments.drafts import DRAFTED, drafting_of
from ceiba.payments.models import PaymentRun
from ceiba.payments.services.drafting import Wanted, draft_ask, draft_do
from tests.apps.payments.paying.helpers import AT, CODE, Paying, codes
from tests.apps.payments.paying.test_pages import body, signed_in
from tests.factories import LAST, user_make
from tests.queue import worked

DAY = timezone.localdate() + timedelta(days=5)


@pytest.fixture
def form(pays: Paying) -> dict[str, Any]:
    cache.clear()
    return {"month": str(LAST), "area": ["GT"], "bank_account": "BANCO-1", "execute_on": f"{DAY}"}


def wanted(**changes: Any) -> Wanted:
    values = {
        "programme": CODE,
        "month": LAST,
        "areas": ("GT",),
        "bank_account": "BANCO-1",
        "execute_on": DAY,
    }
    return Wanted(**values | changes)


def test_it_is_asked_for_once_drafted_once_and_leads_to_the_run(pays: Paying, form: dict[str, Any]) -> None:
    client, address = signed_in(pays.users["pagos"]), reverse("payments:draft", args=[CODE])
    progress = client.post(address, form)["Location"]
    assert client.post(address, form)["Location"] == progress, "asked twice, there is one job"
    assert client.get(progress).context["drafting"].job.stage == "waiting"
    seen = client.get(progress).context["drafting"].job.seen
    assert client.get(progress, {"seen": seen}, headers={"HX-Request": "true"}).status_code == 204
    assert progress in body(client.get(reverse("payments:runs")))
    assert worked() == ["succeeded"]
    run = PaymentRun.objects.get()
    assert (run.areas, run.drafted_by, run.execute_on) == (["GT"], pays.users["pagos"], DAY)
    assert reverse("payments:run", args=[run.pk]) in body(client.get(progress))
    assert reverse("payments:run", args=[run.pk]) in body(
        client.get(progress, headers={"HX-Request": "true"})
    )
    other = signed_in(pays.users["revisora"])
    assert other.get(progress).status_code == 404, "a job is its asker's"


def test_a_job_that_is_taken_up_again_finds_the_run_it_made(pays: Paying) -> None:
    given: dict[str, Any] = {"wanted": wanted(), "actor": pays.users["pagos"], "at": AT, "today": DAY}
    made = draft_do(job=7, **given)
    assert draft_do(job=7, **given) == made
    assert codes(lambda: draft_do(job=8, **given)) == ["payment_run.nothing"]
    assert PaymentRun.objects.count() == Event.objects.filter(action=DRAFTED).count() == 1


def test_a_refusal_is_told_in_the_language_of_the_page(pays: Paying, form: dict[str, Any]) -> None:
    pays.draft(areas=("GT",))
    client = signed_in(pays.users["pagos"])
    progress = client.post(reverse("payments:draft", args=[CODE]), form)["Location"]
    assert worked() == ["aborted"]
    assert "No queda nada que pagar de 2026-10" in body(client.get(progress))
    User.objects.filter(pk=pays.users["pagos"].pk).update(language="en")
    assert "Nothing is left to pay of 2026-10" in body(client.get(progress))
    assert PaymentRun.objects.count() == 1


def test_rights_are_those_of_the_hour_it_runs(pays: Paying) -> None:
    actor = pays.users["pagos"]
    asked = draft_ask(wanted=wanted(), actor=actor, today=DAY)
    AreaScope.objects.filter(user=actor, area_code="GT").delete()
    assert worked() == ["aborted"]
    assert not PaymentRun.objects.exists()
    found = drafting_of(asked.job, actor.pk)
    assert found is not None and found.refusal is not None and "GT" in found.refusal["en"]
    assert drafting_of(asked.job, pays.users["revisora"].pk) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"month": LAST + 1}, "payment_run.not_sealed"),
        ({"areas": ()}, "payment_run.no_areas"),
        ({"areas": ("GT", "MX")}, "payment_run.area"),
        ({"areas": ("GT-1301",)}, "payment_run.area"),
        ({"areas": ("",)}, "payment_run.area"),
        ({"bank_account": "OTRO"}, "payment_run.bank_account"),
        ({"execute_on": DAY - timedelta(days=1)}, "payment_run.day"),
    ],
)
def test_what_stands_against_a_draft_is_said_before_it_is_asked_for(
    pays: Paying, changes: dict[str, Any], code: str
) -> None:
    ask = {"wanted": wanted(**changes), "actor": pays.users["pagos"], "today": DAY}
    assert codes(lambda: draft_ask(**ask)) == [code]
    assert codes(lambda: draft_do(job=1, at=AT, **ask)) == [code]
    assert worked() == []


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PAYMENTS}))
def test_only_a_payment_officer_asks(pays: Paying, role: Role) -> None:
    actor = user_make(f"no-{role}", role, areas=("GT", "HN", "SV"))
    assert codes(lambda: draft_ask(wanted=wanted(), actor=actor, today=DAY)) == ["payment_run.not_allowed"]


@pytest.mark.parametrize("change", [{"holds_savings": True}, {"currency": "MXN"}])
def test_from_savings_or_in_another_currency_nothing_is_paid(pays: Paying, change: dict[str, Any]) -> None:
    type(pays.bank).objects.filter(pk=pays.bank.pk).update(**change)
    ask = {"wanted": wanted(), "actor": pays.users["pagos"], "today": DAY}
    assert codes(lambda: draft_ask(**ask)) == ["payment_run.bank_account"]


def test_everything_wrong_is_said_at_once(pays: Paying) -> None:
    bad = wanted(month=Month(2031, 1), areas=(), bank_account="X", execute_on=DAY - timedelta(days=9))
    with pytest.raises(CeibaError) as refusal:
        draft_ask(wanted=bad, actor=pays.users["pagos"], today=DAY)
    assert len(refusal.value.problems) == 4
