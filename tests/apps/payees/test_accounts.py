"""Two people, a rest, one account in use, and a person who can say no."""

from datetime import timedelta

import pytest

from ceiba.accounts.models import Role
from ceiba.audit.models import Event
from ceiba.core.kernel.errors import CeibaError
from ceiba.payees.models import PayeeAccount, PayeeChange
from ceiba.payees.selectors import accounts_of
from ceiba.payees.services import (
    account_close,
    account_freeze,
    account_withdraw,
    accounts_confirm,
    accounts_refuse,
)
from tests.apps.payees.conftest import Register
from tests.apps.payees.helpers import GUATEMALA, NOW, TODAY, codes, day, propose, used
from tests.apps.registry.helpers import user

pytestmark = pytest.mark.django_db


def paid_to(register: Register, after: int = 0) -> int | None:
    """The account that P-1 is paid to some days from today."""
    frame = accounts_of(on=day(after), people=[register.people[0].pk])
    return frame["account_id"].item() if frame.height else None


def test_nobody_confirms_what_they_proposed(register: Register) -> None:
    mine, other = propose("P-1", register.office), propose("P-2", register.payments)
    with pytest.raises(CeibaError) as error:
        accounts_confirm(accounts=[mine.pk, other.pk], actor=register.office, now=NOW)
    assert codes(error.value) == {"payee.own_proposal"}
    assert set(PayeeAccount.objects.values_list("state", flat=True)) == {"proposed"}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OFFICE, Role.PAYMENTS}))
def test_other_roles_propose_nothing(register: Register, role: Role) -> None:
    with pytest.raises(CeibaError) as error:
        propose("P-1", user(role, code="P-1"))
    assert codes(error.value) == {"payee.not_allowed"}


def test_nothing_is_proposed_out_of_scope(register: Register) -> None:
    with pytest.raises(CeibaError) as error:
        propose("HN-1", register.office)
    assert codes(error.value) == {"payee.unknown"}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"number": "5555-0000"}, "payee.phone_form"),
        ({"scheme": "clabe", "number": "012180026050783859"}, "payee.clabe_check"),
        ({"scheme": "cash", "number": "Alcaldía", "cause": "no_bank"}, "payee.expires_missing"),
        ({"scheme": "cash", "number": "Alcaldía", "expires_on": "2027-01-01"}, "payee.cash_cause"),
        (
            {"scheme": "cash", "number": "Alcaldía", "cause": "no_bank", "expires_on": "2026-11-16"},
            "payee.expires_over",
        ),
        ({"document": ""}, "cell.required"),
        ({"scheme": "gold"}, "cell.choice"),
        ({"cause": "because"}, "cell.choice"),
    ],
)
def test_what_is_wrong_is_told(register: Register, cells: dict[str, str], expected: str) -> None:
    with pytest.raises(CeibaError) as error:
        propose("P-1", register.office, **cells)
    assert codes(error.value) == {expected}


def test_one_proposal_a_person_and_none_of_what_is_so(register: Register) -> None:
    propose("P-1", register.office)
    for number, code in (("+502 5555 0000", "payee.known"), ("+50255550001", "payee.waits")):
        with pytest.raises(CeibaError) as error:
            propose("P-1", register.office, number=number)
        assert codes(error.value) == {code}


def test_a_first_account_does_not_rest_and_a_second_does(register: Register) -> None:
    first = used("P-1", register.office, register.treasury)
    assert (first.usable_from, first.usable_until) == (TODAY, None)
    second = used("P-1", register.office, register.treasury, scheme="iban", number=GUATEMALA, cause="asked")
    assert second.usable_from == day(3)
    assert [paid_to(register, after) for after in (-1, 0, 2, 3, 400)] == [
        None, first.pk, first.pk, second.pk, second.pk,
    ]  # fmt: skip
    first.refresh_from_db()
    assert [first.standing(day(n)) for n in (2, 3)] == ["in_use", "over"]
    assert [second.standing(day(n)) for n in (2, 3)] == ["resting", "in_use"]


def test_the_rest_is_a_setting(register: Register, settings) -> None:
    settings.ACCOUNT_REST_DAYS = 10
    used("P-1", register.office, register.treasury)
    assert used("P-1", register.office, register.treasury, number="+50255550009").usable_from == day(10)


def test_who_had_an_account_once_has_no_first_one_again(register: Register) -> None:
    first = used("P-1", register.office, register.treasury)
    account_close(account=first.pk, actor=register.treasury, now=NOW, why="Cuenta cancelada")
    assert paid_to(register) is None
    assert used("P-1", register.office, register.treasury, number="+50255550009").usable_from == day(3)


def test_a_third_account_takes_the_place_of_one_that_rests(register: Register) -> None:
    first = used("P-1", register.office, register.treasury)
    second = used("P-1", register.office, register.treasury, number="+50255550002")
    third = used("P-1", register.office, register.treasury, NOW + timedelta(days=1), number="+50255550003")
    assert [paid_to(register, n) for n in (0, 2, 3, 4, 9)] == [
        first.pk, first.pk, second.pk, third.pk, third.pk,
    ]  # fmt: skip


def test_an_objection_while_it_rests_leaves_the_one_before(register: Register) -> None:
    first = used("P-1", register.office, register.treasury)
    second = used("P-1", register.office, register.treasury, number="+50255550002")
    account_freeze(account=second.pk, actor=register.participant, now=NOW, why="No fui yo")
    assert [paid_to(register, n) for n in (0, 3, 400)] == [first.pk] * 3


def test_an_objection_to_the_second_of_three_leaves_the_first_until_the_third(register: Register) -> None:
    first = used("P-1", register.office, register.treasury)
    second = used("P-1", register.office, register.treasury, number="+50255550002")
    third = used("P-1", register.office, register.treasury, NOW + timedelta(days=1), number="+50255550003")
    account_freeze(account=second.pk, actor=register.participant, now=NOW, why="No fui yo")
    assert [paid_to(register, n) for n in (0, 3, 4)] == [first.pk, first.pk, third.pk]


def test_an_objection_in_use_leaves_nobody_paid(register: Register) -> None:
    used("P-1", register.office, register.treasury)
    second = used("P-1", register.office, register.treasury, number="+50255550002")
    later = NOW + timedelta(days=20)
    account_freeze(account=second.pk, actor=register.participant, now=later, why="No fui yo")
    assert [paid_to(register, n) for n in (19, 20)] == [second.pk, None]
    with pytest.raises(CeibaError) as error:
        accounts_confirm(accounts=[second.pk], actor=register.treasury, now=later)
    assert codes(error.value) == {"payee.not_waiting"}


def test_a_proposal_that_the_person_objects_to_is_not_confirmed(register: Register) -> None:
    made = propose("P-1", register.office)
    account_freeze(account=made.pk, actor=register.participant, now=NOW, why="No fui yo")
    with pytest.raises(CeibaError):
        accounts_confirm(accounts=[made.pk], actor=register.treasury, now=NOW)
    closed = account_close(account=made.pk, actor=register.treasury, now=NOW, why="Era de otra persona")
    assert (closed.state, closed.usable_from) == ("closed", None)


def test_what_ended_does_not_end_again(register: Register) -> None:
    first = used("P-1", register.office, register.treasury)
    used("P-1", register.office, register.treasury, number="+50255550002")
    for end in (account_close, account_freeze):
        with pytest.raises(CeibaError) as error:
            end(account=first.pk, actor=register.treasury, now=NOW + timedelta(days=5), why="x")
        assert codes(error.value) == {"payee.ended"}


def test_an_end_has_its_reason(register: Register) -> None:
    made = propose("P-1", register.office)
    for refuse in (
        lambda: accounts_refuse(accounts=[made.pk], actor=register.treasury, now=NOW, why=" "),
        lambda: account_freeze(account=made.pk, actor=register.participant, now=NOW, why=""),
    ):
        with pytest.raises(CeibaError) as error:
            refuse()
        assert codes(error.value) == {"payee.why_missing"}


def test_a_refusal_is_of_all_or_none(register: Register) -> None:
    made, done = propose("P-1", register.office), used("P-2", register.office, register.treasury)
    with pytest.raises(CeibaError):
        accounts_refuse(accounts=[made.pk, done.pk], actor=register.treasury, now=NOW, why="No cuadra")
    made.refresh_from_db()
    assert made.state == "proposed"
    accounts_refuse(accounts=[made.pk], actor=register.treasury, now=NOW, why="No cuadra")
    made.refresh_from_db()
    assert (made.state, made.why) == ("refused", "No cuadra")


def test_nobody_withdraws_what_another_proposed(register: Register) -> None:
    made = propose("P-1", register.office)
    for other in (register.payments, register.treasury, user(Role.OFFICE)):
        with pytest.raises(CeibaError) as error:
            account_withdraw(account=made.pk, actor=other, now=NOW, why="No cuadra")
        assert codes(error.value) == {"payee.not_own_proposal"}
    made.refresh_from_db()
    assert made.state == "proposed"


def test_nothing_is_withdrawn_after_somebody_decided_or_without_a_reason(register: Register) -> None:
    kept, left = used("P-1", register.office, register.treasury), propose("P-2", register.office)
    accounts_refuse(accounts=[left.pk], actor=register.treasury, now=NOW, why="x")
    for made in (kept, left):
        with pytest.raises(CeibaError) as error:
            account_withdraw(account=made.pk, actor=register.office, now=NOW, why="x")
        assert codes(error.value) == {"payee.ended"}
    waiting = propose("P-3", register.office)
    with pytest.raises(CeibaError) as error:
        account_withdraw(account=waiting.pk, actor=register.office, now=NOW, why=" ")
    assert codes(error.value) == {"payee.why_missing"}


def test_who_withdrew_a_proposal_can_make_another(register: Register) -> None:
    made = propose("P-1", register.office)
    account_withdraw(account=made.pk, actor=register.office, now=NOW, why="Otro número")
    with pytest.raises(CeibaError) as error:
        accounts_confirm(accounts=[made.pk], actor=register.treasury, now=NOW)
    assert codes(error.value) == {"payee.not_waiting"}
    assert Event.objects.filter(action="payee.withdrawn", actor=register.office).count() == 1
    last = PayeeChange.objects.filter(account=made).latest("pk")
    assert (last.state, last.why, last.by_id) == ("withdrawn", "Otro número", register.office.pk)
    again = used("P-1", register.office, register.treasury, number="+50255550009")
    assert paid_to(register) == again.pk


def test_cash_holds_until_its_day(register: Register) -> None:
    cells = {"scheme": "cash", "number": "Alcaldía", "cause": "no_bank", "expires_on": day(30).isoformat()}
    cash = used("P-1", register.office, register.treasury, **cells)
    assert [paid_to(register, n) for n in (0, 29, 30)] == [cash.pk, cash.pk, None]
    assert cash.number_hash is None


def test_cash_that_would_end_before_it_begins_is_not_confirmed(register: Register) -> None:
    used("P-1", register.office, register.treasury)
    cells = {"scheme": "cash", "number": "Alcaldía", "cause": "no_bank", "expires_on": day(2).isoformat()}
    with pytest.raises(CeibaError) as error:
        used("P-1", register.office, register.treasury, **cells)
    assert codes(error.value) == {"payee.expired"}


def test_every_change_is_written_down_once(register: Register) -> None:
    first = used("P-1", register.office, register.treasury)
    second = used("P-1", register.office, register.treasury, number="+50255550002")
    account_freeze(account=second.pk, actor=register.participant, now=NOW, why="No fui yo")
    told = PayeeChange.objects.order_by("pk").values_list("account", "state", "usable_until", "by", "why")
    office, treasury, person = register.office.pk, register.treasury.pk, register.participant.pk
    assert list(told) == [
        (first.pk, "proposed", None, office, ""),
        (first.pk, "confirmed", None, treasury, ""),
        (second.pk, "proposed", None, office, ""),
        (first.pk, "confirmed", day(3), treasury, ""),
        (second.pk, "confirmed", None, treasury, ""),
        (second.pk, "frozen", day(3), person, "No fui yo"),
        (first.pk, "confirmed", None, person, ""),
    ]
