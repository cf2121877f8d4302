"""Every kind of row enters the log once, as a commitment to what it says; a row changed later is found, and which."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from typer.testing import CliRunner

from ceiba.accounts.models import Role, User
from ceiba.accounts.powers import POWER_CHANGES
from ceiba.accounts.services import scope_set, user_close, user_create
from ceiba.audit.models import Event
from ceiba.cli import log as commands
from ceiba.core.payment_run import Step
from ceiba.core.salted import opens
from ceiba.credentials.models import Credential, CredentialEvent
from ceiba.credentials.services import (
    credential_reinstate,
    credential_suspend,
    revocation_ask,
    revocation_confirm,
)
from ceiba.determinations.models import Determination, Seal
from ceiba.evidence.models import Evidence
from ceiba.payments.models import Claim, Payment, PaymentRun, RunStep
from ceiba.transparency.models import Entry
from ceiba.transparency.services.appending import entries_append
from tests.apps.credentials.helpers import NOW, credential_row, key_row, list_row
from tests.apps.modules import kept_for_module
from tests.apps.payments.paying.helpers import FOUR, paying
from tests.apps.transparency.test_verification import changed
from tests.factories import World, user_make

HOUR = timedelta(hours=1)


@dataclass
class Recorded:
    """One of everything that is logged, and a run that is approved and not released, which is not."""

    world: World
    run: PaymentRun
    waiting: PaymentRun
    credential: Credential
    office: User


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Recorded]:
    with kept_for_module(django_db_blocker.unblock):
        pays = paying()
        run, waiting = pays.released(pays.draft(areas=("GT",))), pays.draft(areas=("HN",))
        pays.explain(waiting)
        for step, by, _ in FOUR[:-1]:
            pays.step(waiting, step, by)
        office, second = user_make("office-1", Role.OFFICE), user_make("office-2", Role.OFFICE)
        credential = credential_row(pays.made.people[0], office, key_row(), list_row())
        at = {"credential": credential.id, "actor": office}
        credential_suspend(**at, reason="lost", at=NOW + HOUR)
        credential_reinstate(**at, reason="doubt_cleared", at=NOW + 2 * HOUR)
        revocation_ask(**at, reason="data_wrong", at=NOW + 3 * HOUR)
        revocation_confirm(credential=credential.id, actor=second, at=NOW + 4 * HOUR)
        hired = user_create(username="nueva", password=None, role=Role.AUDITOR, areas=["GT"], by=office)
        scope_set(user=hired, areas=["HN"], by=office)
        user_close(user=hired, by=second)
        entries_append()
        yield Recorded(pays.made, run, waiting, credential, office)


def test_each_is_in_it_once_with_the_commitment_to_what_its_row_says(made: Recorded) -> None:
    expected = [*rows_of_runs(), *rows_of_credentials(), *rows_of_powers(), *rows_of_months()]
    entries = {(entry.kind, entry.key): entry for entry in Entry.objects.all()}
    assert sorted(entries) == sorted((kind, key) for kind, key, _ in expected)
    assert len({kind for kind, _ in entries}) == 6
    for kind, key, said in expected:
        entry, data = entries[kind, key], text(said).encode()
        if kind == "sealed_month":
            assert bytes(entry.value) == sha256(data).digest(), key
            assert entry.salt is None
            continue
        assert opens(bytes(entry.value), bytes(entry.salt), data), (kind, key, said)
        of_nobody = kind in ("payment_run", "role_change")
        assert (entry.participant_id is None) == of_nobody, kind
    assert entries_append() == 0


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        ("payment_run", "UPDATE payments_paymentrun SET execute_on = execute_on + 1 WHERE id = {run}"),
        ("payment_run", "UPDATE payments_paymentrun SET amount_minor = amount_minor - 1 WHERE id = {run}"),
        ("payment_run", "UPDATE payments_runstep SET actor_id = {office} WHERE run_id = {run} AND step = 'release'"),
        ("payment_run", "UPDATE payments_payment SET account_id = account_id + 1 WHERE id = {payment}"),
        ("payment_run", "UPDATE payments_payment SET amount_minor = amount_minor + 1 WHERE id = {payment}"),
        ("payment_run", "DELETE FROM payments_payment WHERE id = {payment}"),
        ("payment_run", "UPDATE payments_claim SET for_month = for_month - 31 WHERE id = {claim}"),
        ("payment_run", "UPDATE payments_claim SET component = 'otro' WHERE id = {claim}"),
        ("payment_run", "DELETE FROM payments_claim WHERE id = {claim}"),
        ("credential", "UPDATE credentials_credentialevent SET happening = 'issued' WHERE id = {happened}"),
        ("credential", "UPDATE credentials_credentialevent SET by_id = by_id + 1 WHERE id = {happened}"),
        ("credential", "UPDATE credentials_credentialevent SET at = at - interval '1 day' WHERE id = {happened}"),
        ("role_change", "UPDATE audit_event SET actor_id = NULL WHERE id = {power}"),
        ("role_change", "UPDATE audit_event SET at = at - interval '1 day' WHERE id = {power}"),
        ("role_change", "UPDATE audit_event SET subject = 'user:0' WHERE id = {power}"),
        ("sealed_month", "UPDATE determinations_seal SET digests = '{{\"result\": \"00\"}}' WHERE id = {seal}"),
        ("evidence", "UPDATE evidence_evidence SET received_at = received_at - interval '1d' WHERE id = {evidence}"),
        ("evidence", "UPDATE evidence_evidence SET body = '{{}}' WHERE id = {evidence}"),
    ],
)  # fmt: skip
def test_a_row_changed_is_found_by_the_command(
    made: Recorded, monkeypatch: pytest.MonkeyPatch, kind: str, statement: str
) -> None:
    monkeypatch.setattr(commands, "open_database", lambda: None)
    assert verified() == (0, [])
    one = {
        "run": made.run.pk,
        "office": made.office.pk,
        "payment": f"'{Payment.objects.filter(run=made.run).order_by('pk')[0].pk}'",
        "claim": f"'{Claim.objects.filter(run=made.run).order_by('pk')[0].pk}'",
        "happened": CredentialEvent.objects.get(happening="suspended").pk,
        "power": Event.objects.get(action="user.scope_set", detail={"areas": ["HN"]}).pk,
        "seal": Seal.objects.order_by("pk")[0].pk,
        "evidence": Evidence.objects.filter(kind="visit").order_by("pk")[3].pk,
    }
    changed(statement.format(**one))
    row = {"payment_run": "run", "credential": "happened", "role_change": "power", "sealed_month": "seal"}
    key = f"{one[row.get(kind, kind)]:012}"
    assert verified() == (1, [("log.row_changed", kind, key)])


def test_what_a_constancia_was_issued_with_is_in_each_of_its_events(
    made: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "open_database", lambda: None)
    changed("UPDATE credentials_credential SET months_accepted = 48 WHERE id = %s", made.credential.id)
    keys = [f"{event.pk:012}" for event in CredentialEvent.objects.order_by("pk")]
    assert len(keys) == 5
    assert verified() == (1, [("log.row_changed", "credential", key) for key in keys])


def test_what_rightly_changes_later_is_no_fault(made: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "open_database", lambda: None)
    PaymentRun.objects.filter(pk=made.run.pk).update(state="sent")
    made.world.people[0].phone = "5555-9999"
    made.world.people[0].save()
    assert verified() == (0, [])


def verified() -> tuple[int, list[tuple[str, str, str]]]:
    """The exit status of `ceiba log verify`, and what it found."""
    found = CliRunner().invoke(commands.app, ["verify", "--json"])
    faults = json.loads(found.output)["faults"]
    return found.exit_code, [(fault["code"], fault["kind"], fault["key"]) for fault in faults]


# What each kind says, written down here again, so that `core.log_data` and the queries are held to something.


def text(said: dict[str, object]) -> str:
    """Canonical JSON; what is null is left out."""
    said = {name: value for name, value in said.items() if value is not None}
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def month(day: date) -> str:
    return day.strftime("%Y-%m")


def rows_of_runs() -> Iterator[tuple[str, str, dict[str, object]]]:
    for run in PaymentRun.objects.filter(steps__step=Step.RELEASE):
        yield "payment_run", f"{run.pk:012}", {
            "amount_minor": run.amount_minor, "currency": run.currency, "execute_on": run.execute_on.isoformat(),
            "kind": run.kind, "month": month(run.month), "payments": run.payments, "programme": run.programme_id,
            "root": root([text(paid).encode() for paid in paid_by(run)]), "run": run.pk,
            "saved_minor": run.saved_minor,
            "steps": {step.step: step.actor_id for step in RunStep.objects.filter(run=run)},
        }  # fmt: skip


def paid_by(run: PaymentRun) -> list[dict[str, object]]:
    return [
        {
            "account": claim.payment and claim.payment.account_id, "component": claim.component,
            "for_month": claim.for_month.isoformat(), "line_minor": claim.amount_minor,
            "participant": claim.participant.code, "payment": claim.payment and str(claim.payment.pk),
            "payment_minor": claim.payment and claim.payment.amount_minor,
        }
        for claim in Claim.objects.filter(run=run).select_related("payment", "participant")
    ]  # fmt: skip


def root(leaves: list[bytes]) -> str:
    """MTH of RFC 9162, section 2.1.1, of sorted leaves."""

    def tree(hashes: list[bytes]) -> bytes:
        if len(hashes) == 1:
            return hashes[0]
        split = 1 << (len(hashes) - 1).bit_length() - 1
        return sha256(b"\1" + tree(hashes[:split]) + tree(hashes[split:])).digest()

    return tree([sha256(b"\0" + leaf).digest() for leaf in sorted(leaves)]).hex()


def rows_of_credentials() -> Iterator[tuple[str, str, dict[str, object]]]:
    for event in CredentialEvent.objects.select_related("credential__participant"):
        of = event.credential
        yield "credential", f"{event.pk:012}", {
            "at": instant(event.at), "by": event.by_id, "credential": str(of.pk), "event": event.pk,
            "expires_at": instant(of.expires_at), "first_month": month(of.first_month),
            "happening": event.happening, "issued_at": instant(of.issued_at), "key": of.key_id,
            "last_month": month(of.last_month), "months_accepted": of.months_accepted,
            "participant": of.participant.code, "programme": of.programme_id, "reason": event.reason,
            "status": f"{of.status_list_id}/{of.status_index}",
        }  # fmt: skip


def rows_of_powers() -> Iterator[tuple[str, str, dict[str, object]]]:
    for event in Event.objects.filter(action__in=POWER_CHANGES):
        yield "role_change", f"{event.pk:012}", {
            "action": event.action, "actor": event.actor_id, "at": instant(event.at), "detail": event.detail,
            "event": event.pk, "subject": event.subject,
        }  # fmt: skip


def rows_of_months() -> Iterator[tuple[str, str, dict[str, object]]]:
    for seal in Seal.objects.select_related("run"):
        said = {"digests": seal.digests, "month": month(seal.run.month), "programme": seal.run.programme_id}
        yield "sealed_month", f"{seal.pk:012}", said
    for record in Evidence.objects.all():
        yield "evidence", f"{record.pk:012}", {
            "evidence": record.pk, "received_at": instant(record.received_at), "sha256": bytes(record.sha256).hex(),
        }  # fmt: skip
    for row in Determination.objects.select_related("participant"):
        key = f"{month(row.month)}/{row.participant_id:012}/{row.revision:012}/{row.programme_id}"
        yield "determination", key, {
            "amount_minor": row.amount_minor, "amounts": row.amounts, "area": row.area_code, "causes": row.causes,
            "decided_in": month(row.decided_in), "failed": row.failed, "month": month(row.month),
            "outcome": row.outcome, "participant": row.participant.code, "programme": row.programme_id,
            "revision": row.revision, "unknown": row.unknown,
        }  # fmt: skip
