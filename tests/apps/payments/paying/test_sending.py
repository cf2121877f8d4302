"""A release has the worker send its files: asked for with it, done once however often, refusals told on the page."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from procrastinate.contrib.django import app as queue

from ceiba.accounts.models import Role, User
from ceiba.audit.models import Event
from ceiba.blobs.store import blob_bytes
from ceiba.core.payment_run import Step
from ceiba.payments.models import PaymentFile, PaymentRun
from ceiba.payments.sendings import SEND_TASK
from ceiba.payments.services import files
from ceiba.payments.services.sending import send_ask
from tests.apps.payments.paying.helpers import FOUR, Paying, codes
from tests.apps.payments.paying.test_pages import body, signed_in
from tests.factories import user_make
from tests.queue import statuses, worked

HX = {"HX-Request": "true"}
SEE = {Role.OFFICE, Role.PAYMENTS, Role.TREASURY, Role.AUDITOR}


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> Path:
    cache.clear()
    settings.DATA_DIR = tmp_path
    return tmp_path


def outbox(data_dir: Path, pays: Paying) -> list[str]:
    return sorted(path.name for path in (data_dir / "bank" / "outbox" / pays.bank.code).glob("*"))


def test_nothing_is_asked_for_before_the_release(pays: Paying) -> None:
    run = pays.draft()
    pays.explain(run)
    for step, by, _ in FOUR[:3]:
        pays.step(run, step, by)
        assert statuses() == []
    asked = codes(lambda: send_ask(run_id=run.pk, actor=pays.users["tesorero"]))
    assert asked == ["payment_files.all_sent"] and statuses() == []


def test_a_release_that_is_undone_asks_for_nothing(pays: Paying) -> None:
    run = pays.draft()
    pays.explain(run)
    for step, by, _ in FOUR[:3]:
        pays.step(run, step, by)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        pays.step(run, Step.RELEASE, "tesorero")
        raise ZeroDivisionError
    assert statuses() == []


def test_the_worker_sends_what_was_released_and_a_second_time_nothing(pays: Paying, data_dir: Path) -> None:
    run = pays.released(pays.draft())
    assert worked() == ["succeeded"]
    run.refresh_from_db()
    (file,) = PaymentFile.objects.filter(run=run)
    assert run.state == "sent" and file.sent_at is not None and outbox(data_dir, pays) == [file.name]
    task = queue.tasks[SEND_TASK]
    again = type("Context", (), {"job": type("Job", (), {"id": 9})()})()
    task.func(again, run=run.pk)
    assert [PaymentFile.objects.get()] == [file] and PaymentFile.objects.get().sent_at == file.sent_at
    assert Event.objects.filter(action="payment_file.sent").count() == 1


def test_a_refusal_is_told_and_sending_again_goes_on(pays: Paying, data_dir: Path) -> None:
    run = pays.released(pays.draft())
    client = signed_in(pays.users["tesorera"])
    address, send = (reverse(f"payments:{name}", args=[run.pk]) for name in ("run", "send"))
    assert "Enviar de nuevo" not in body(client.get(address)), "the worker is asked already"
    blocked = data_dir / "bank" / "outbox" / pays.bank.code
    blocked.mkdir(parents=True)
    (blocked / _name_of(run)).write_text("otro archivo")
    assert worked() == ["aborted"]
    text = body(client.get(address))
    assert "hay ya otro archivo con este nombre" in text and "Enviar de nuevo" in text and "Aún no" in text
    assert "another file of this name" in body(_in_english(pays.users["tesorera"], address))
    for path in blocked.iterdir():
        path.unlink()
    assert client.post(send).status_code == client.post(send).status_code == 302
    assert worked() == ["succeeded"]
    assert "Enviar de nuevo" not in body(client.get(address))
    assert Event.objects.filter(action="payment_files.asked", actor=pays.users["tesorera"]).count() == 1
    assert codes(lambda: send_ask(run_id=run.pk, actor=pays.users["tesorera"])) == ["payment_files.all_sent"]


def test_the_part_of_the_page_changes_when_the_job_does(pays: Paying) -> None:
    run = pays.released(pays.draft())
    client, part = signed_in(pays.users["pagos"]), reverse("payments:sending", args=[run.pk])
    seen = client.get(part, headers=HX).context["sending"].job.seen
    assert client.get(part, {"seen": seen}, headers=HX).status_code == 204
    assert client.get(part)["Location"] == reverse("payments:run", args=[run.pk]) + "#files"
    worked()
    name = PaymentFile.objects.get(run=run).name
    assert name in body(client.get(part, {"seen": seen}, headers=HX))


@pytest.mark.parametrize("role", Role)
def test_who_sees_sends_and_fetches_files(pays: Paying, role: Role) -> None:
    run = pays.released(pays.draft())
    worked()
    code = {Role.PARTICIPANT: pays.made.people[0].code, Role.TECHNICIAN: "T-P-GT-1304"}.get(role, "")
    client = signed_in(user_make(f"a-{role}", role, areas=("GT", "HN", "SV"), code=code))
    sending, send = (reverse(f"payments:{name}", args=[run.pk]) for name in ("sending", "send"))
    fetched = client.get(reverse("payments:file", args=[run.pk, 1]))
    treasury = role == Role.TREASURY
    assert fetched.status_code == (200 if treasury else 403)
    assert client.get(send).status_code == client.post(send).status_code == (302 if treasury else 403)
    assert client.get(sending, headers=HX).status_code == (200 if role in SEE else 403)
    assert Event.objects.filter(action="payment_file.fetched").count() == treasury
    if role in SEE:
        text = body(client.get(reverse("payments:run", args=[run.pk])))
        assert ("download" in text) is treasury and PaymentFile.objects.get().message in text
    if treasury:
        file = PaymentFile.objects.get(run=run)
        assert b"".join(fetched.streaming_content) == blob_bytes(file.sha256)
        assert "no-store" in fetched["Cache-Control"] and "attachment" in fetched["Content-Disposition"]
        assert client.get(reverse("payments:file", args=[run.pk, 2])).status_code == 404


@pytest.mark.parametrize("role", sorted(SEE))
def test_files_name_everybody_so_part_of_the_areas_is_not_enough(pays: Paying, role: Role) -> None:
    run = pays.released(pays.draft())
    worked()
    before = Event.objects.count()
    client = signed_in(user_make("local", role, areas=("GT",)))
    expected = {"sending": 404, "send": 404, "file": 404}
    if role != Role.TREASURY:
        expected |= {"send": 403, "file": 403}
    for name, status in expected.items():
        more = [1] if name == "file" else []
        assert client.get(reverse(f"payments:{name}", args=[run.pk, *more])).status_code == status, name
        assert client.post(reverse(f"payments:{name}", args=[run.pk, *more])).status_code == status, name
    assert PaymentFile.objects.get().name not in body(client.get(reverse("payments:run", args=[run.pk])))
    assert Event.objects.count() == before
    asker = User.objects.get(username="local")
    assert codes(lambda: send_ask(run_id=run.pk, actor=asker)) == ["payment_files.may_not"]


def _name_of(run: PaymentRun) -> str:
    """The name that the run's file will have: written and put back."""
    with transaction.atomic():
        files._part_write(run, 1, run.drafted_at)
        name = PaymentFile.objects.get(run=run).name
        transaction.set_rollback(True)
    return name


def _in_english(user: User, address: str) -> Any:
    User.objects.filter(pk=user.pk).update(language="en")
    return signed_in(User.objects.get(pk=user.pk)).get(address)
