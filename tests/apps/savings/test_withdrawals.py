"""Who may take whose savings out, how much, how often; and that nothing else ever takes them."""

from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from ceiba.accounts.models import Role, User
from ceiba.blobs.store import blob_bytes
from ceiba.core.payment_run import Step
from ceiba.core.savings import MOVE_NEXT, WITHDRAWAL_NEXT, Cause
from ceiba.frames.postgres import execute
from ceiba.ledger.models import Transfer
from ceiba.ledger.selectors import strayed
from ceiba.payments.models import Claim, Payment, PaymentFile, PaymentRun
from ceiba.payments.services import run_send
from ceiba.registry.models import Enrolment
from ceiba.savings.models import Withdrawal
from ceiba.savings.selectors.withdrawals import followed
from ceiba.savings.services import withdrawal_give_up, withdrawals_ask_due, withdrawals_decide
from tests.apps.payments.paying.helpers import codes
from tests.apps.savings.helpers import ASKED, Saving
from tests.factories import CODE, user_make

BALANCE = 25_000


def test_what_is_saved_is_the_persons_from_the_release(saves: Saving) -> None:
    account = saves.account(0)
    assert (account.balance_minor, account.available_minor) == (BALANCE, BALANCE)
    assert not Payment.objects.filter(run=saves.run, amount_minor__gt=0).exists()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PAYMENTS}))
def test_nobody_but_a_payment_officer_asks(saves: Saving, role: str) -> None:
    code = saves.people[0].code if role == Role.PARTICIPANT else ""
    saves.users["other"] = user_make("other", role, areas=("GT", "HN", "SV"), code=code)
    assert codes(lambda: saves.ask(0, by="other")) == ["withdrawal.not_allowed"]


def test_nobody_asks_outside_their_area(saves: Saving) -> None:
    saves.users["honduras"] = user_make("honduras", Role.PAYMENTS, areas=("HN",))
    place = next(n for n, person in enumerate(saves.people) if person.area_id.startswith("GT"))
    assert codes(lambda: saves.ask(place, by="honduras")) == ["withdrawal.not_allowed"]


@pytest.mark.parametrize(
    ("minor", "cause", "code"),
    [
        (BALANCE + 1, Cause.REQUEST, "withdrawal.above_balance"),
        (0, Cause.REQUEST, "withdrawal.nothing_asked"),
        (-5, Cause.REQUEST, "withdrawal.nothing_asked"),
        (BALANCE, Cause.EXIT, "withdrawal.not_ended"),
        (BALANCE, Cause.RULE, "withdrawal.no_rule"),
    ],
)
def test_what_cannot_be_asked_for(saves: Saving, minor: int, cause: Cause, code: str) -> None:
    assert codes(lambda: saves.ask(0, minor, cause)) == [code]
    assert not Withdrawal.objects.exists()


def test_one_that_waits_is_enough(saves: Saving) -> None:
    made = saves.ask(0, 1_000)
    assert codes(lambda: saves.ask(0, 1_000)) == ["withdrawal.waits"]
    saves.approve(made)
    assert codes(lambda: saves.ask(0, 1_000)) == ["withdrawal.waits"]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.TREASURY}))
def test_nobody_but_the_treasury_approves(saves: Saving, role: str) -> None:
    made = saves.ask(0)
    saves.users["other"] = user_make("other", role, areas=("GT", "HN", "SV"), code=saves.people[0].code)
    assert codes(lambda: saves.approve(made, by="other")) == ["withdrawal.not_allowed"]


def test_the_treasury_approves_in_its_areas_once_and_says_why_not(saves: Saving) -> None:
    first, second = saves.ask(0), saves.ask(1)
    saves.users["lejos"] = user_make("lejos", Role.TREASURY, areas=("SV",))
    assert codes(lambda: saves.approve(first, by="lejos")) == ["withdrawal.not_allowed"]
    assert saves.approve(first) == 1
    assert codes(lambda: saves.approve(first, second)) == ["withdrawal.turn"]
    refuse = {"withdrawals": [second.pk], "approve": False, "actor": saves.users["tesorera"], "at": ASKED}
    assert codes(lambda: withdrawals_decide(why=" ", **refuse)) == ["withdrawal.why"]
    assert withdrawals_decide(why="No lo pidió.", **refuse) == 1


def test_who_asked_does_not_approve(saves: Saving) -> None:
    made = saves.ask(0)
    User.objects.filter(pk=saves.users["pagos"].pk).update(role=Role.TREASURY)
    asker = saves.users["pagos"] = User.objects.get(pk=saves.users["pagos"].pk)
    assert codes(lambda: saves.approve(made, by="pagos")) == ["withdrawal.same_person"]
    with pytest.raises(DatabaseError, match="withdrawal_decided_by_another"), transaction.atomic():
        Withdrawal.objects.filter(pk=made.pk).update(state="approved", decided_by=asker, decided_at=ASKED)


def test_a_withdrawal_is_paid_by_a_run_of_four_people_and_settled_by_the_bank(saves: Saving) -> None:
    saves.approve(saves.ask(0, 10_000), saves.ask(1, BALANCE))
    run = saves.pay()
    assert (run.kind, run.payments, run.amount_minor) == ("withdrawals", 2, 10_000 + BALANCE)
    account = saves.account(0)
    assert (account.balance_minor, account.available_minor) == (BALANCE, BALANCE - 10_000)
    run = saves.pays.sent(run)
    assert saves.account(0).balance_minor == BALANCE  # until the bank says so
    assert saves.say("paid", run) == 2
    assert [saves.account(place).balance_minor for place in (0, 1)] == [BALANCE - 10_000, 0]
    assert {each.standing for each in followed(Withdrawal.objects.all())} == {"paid"}
    assert strayed(CODE) == []
    assert codes(saves.pay) == ["withdrawal_run.nothing"]


@pytest.mark.parametrize("answer", ["rejected", "returned"])
def test_what_the_bank_did_not_pay_is_the_persons_and_can_be_paid_again(saves: Saving, answer: str) -> None:
    saves.approve(saves.ask(0, BALANCE))
    run = saves.pays.sent(saves.pay())
    saves.say(answer, run)
    assert saves.account(0).available_minor == BALANCE
    again = saves.pay()
    assert Claim.objects.get(run=again).attempt == 2
    assert saves.account(0).available_minor == 0
    assert strayed(CODE) == []


def test_a_cancelled_run_gives_savings_back(saves: Saving) -> None:
    saves.approve(saves.ask(0, BALANCE))
    run = saves.pay()
    saves.pays.step(run, Step.CANCEL, "revisora", note="Otra fecha.")
    assert saves.account(0).available_minor == BALANCE
    assert saves.pay().payments == 1


def test_savings_are_paid_from_where_they_are_held_and_support_never_is(saves: Saving) -> None:
    saves.approve(saves.ask(0))
    assert codes(lambda: saves.pay(bank=saves.pays.bank)) == ["withdrawal_run.not_savings"]
    run = PaymentRun.objects.get(pk=saves.run.pk)
    for change in ({"bank_account_id": saves.bank.pk}, {"kind": "withdrawals"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PaymentRun.objects.filter(pk=run.pk).update(**change)
    with pytest.raises(DatabaseError, match="may not be paid from"), transaction.atomic():
        PaymentRun.objects.create(
            programme_id=CODE, month=run.month, areas=["GT"], bank_account=saves.bank, currency="USD",
            execute_on=run.month, payments=0, amount_minor=0, saved_minor=0, left_out=0, drafted_at=ASKED,
        )  # fmt: skip


def test_the_database_refuses_what_nobody_approved(saves: Saving) -> None:
    made = saves.ask(0)
    saves.approve(saves.ask(1))
    run = saves.pay()
    claim = (
        "INSERT INTO payments_claim (id, run_id, payment_id, programme_id, month, participant_id, for_month,"
    )
    claim += " component, attempt, amount_minor) SELECT gen_random_uuid(), run_id, %(payment)s, programme_id, month,"
    claim += " %(person)s, for_month, %(component)s, attempt + 1, amount_minor FROM payments_claim"
    claim += " WHERE run_id = %(run)s"
    payment = Payment.objects.get(run=run).pk
    values = {
        "run": run.pk,
        "person": made.participant_id,
        "payment": payment,
        "component": "savings:withdrawal",
    }
    with pytest.raises(DatabaseError), transaction.atomic():
        execute(claim, values)
    with pytest.raises(DatabaseError, match="not what its run pays"), transaction.atomic():
        execute(claim, values | {"component": "support"})
    with pytest.raises(DatabaseError, match="claim_live_once"), transaction.atomic():
        execute(claim, values | {"person": Payment.objects.get(run=run).participant_id})
    for change in ({"amount_minor": 1}, {"state": "given_up"}, {"participant_id": made.participant_id + 1}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Withdrawal.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        Withdrawal.objects.filter(pk=made.pk).delete()


def test_given_up_while_nothing_pays_it(saves: Saving) -> None:
    made = saves.ask(0)
    give_up = {"withdrawal_id": made.pk, "actor": saves.users["tesorera"], "at": ASKED}
    assert codes(lambda: withdrawal_give_up(why="x", **give_up)) == ["withdrawal.turn"]
    saves.approve(made)
    saves.users["ana"] = saves.pays.office.ana
    assert codes(lambda: withdrawal_give_up(why="x", **give_up | {"actor": saves.users["ana"]})) == [
        "withdrawal.not_allowed"
    ]
    assert codes(lambda: withdrawal_give_up(why="", **give_up)) == ["withdrawal.why"]
    run = saves.pay()
    assert codes(lambda: withdrawal_give_up(why="x", **give_up)) == ["withdrawal.turn"]
    with pytest.raises(DatabaseError, match="is being paid"), transaction.atomic():
        Withdrawal.objects.filter(pk=made.pk).update(state="given_up")
    saves.pays.step(run, Step.CANCEL, "revisora", note="Otra fecha.")
    assert withdrawal_give_up(why="Ya no quiere.", **give_up).state == "given_up"
    assert codes(saves.pay) == ["withdrawal_run.nothing"]
    assert saves.ask(0).pk != made.pk


def test_everybody_whose_enrolment_ended(saves: Saving) -> None:
    gone = [person.pk for person in saves.people[:3]]
    Enrolment.objects.filter(participant__in=gone).update(state="exited", cause="resignation")
    saves.ask(0, 1_000, Cause.EXIT)
    ask = {"programme": CODE, "actor": saves.users["pagos"], "at": ASKED}
    assert codes(lambda: withdrawals_ask_due(cause=Cause.RULE, **ask)) == ["withdrawal.no_rule"]
    assert codes(
        lambda: withdrawals_ask_due(cause=Cause.EXIT, **ask | {"actor": saves.users["tesorera"]})
    ) == ["withdrawal.not_allowed"]
    assert withdrawals_ask_due(cause=Cause.EXIT, **ask) == 2
    assert withdrawals_ask_due(cause=Cause.EXIT, **ask) == 0
    rows = Withdrawal.objects.order_by("participant_id").values_list("participant_id", "amount_minor")
    assert list(rows) == [(gone[0], 1_000), (gone[1], BALANCE), (gone[2], BALANCE)]


def test_states_are_the_same_here_and_there(saves: Saving) -> None:
    for name, table in (("ceiba_withdrawal_next", WITHDRAWAL_NEXT), ("ceiba_move_next", MOVE_NEXT)):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT state, following FROM {name}()")  # noqa: S608 - one of two names
            held = set(cursor.fetchall())
        assert held == {(str(state), str(to)) for state, following in table.items() for to in following}


def test_savings_that_were_released_are_not_saved_again(saves: Saving) -> None:
    """A run that is cancelled after its release: what it saved is the people's, and its lines stay claimed."""
    before = saves.account(0).balance_minor
    saves.pays.step(saves.run, Step.CANCEL, "revisora", note="El banco cambió.")
    assert saves.account(0).balance_minor == before
    assert codes(saves.pays.draft) == ["payment_run.nothing"]
    with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
        Claim.objects.filter(run=saves.run).update(live=False)
    assert not Transfer.objects.filter(kind="withdrawal").exists()


def test_the_bank_is_asked_for_it_as_savings(saves: Saving, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    saves.approve(saves.ask(0, 10_000))
    run = run_send(run_id=saves.pays.released(saves.pay()).pk, at=ASKED)
    (file,) = PaymentFile.objects.filter(run=run)
    assert (run.state, file.orders, file.amount_minor) == ("sent", 1, 10_000)
    assert b"Ahorros " in blob_bytes(file.sha256)
