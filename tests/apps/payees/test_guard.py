"""What the database refuses, whoever writes."""

from itertools import product

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ceiba.core.payees import TRANSITIONS, AccountState
from ceiba.payees.models import PayeeAccount, PayeeChange
from tests.apps.payees.conftest import Register
from tests.apps.payees.helpers import NOW, TODAY, day, propose, used
from tests.refusals import append_only, refused, same_again

pytestmark = pytest.mark.django_db


def update(account: PayeeAccount, **values: object) -> None:
    PayeeAccount.objects.filter(pk=account.pk).update(**values)


def confirmed(register: Register) -> dict[str, object]:
    return {
        "state": "confirmed",
        "confirmed_by": register.treasury,
        "confirmed_at": NOW,
        "usable_from": TODAY,
    }


def test_two_people(register: Register) -> None:
    made = propose("P-1", register.office)
    with refused("account_two_people"):
        update(made, **confirmed(register) | {"confirmed_by": register.office})


def test_nobody_is_paid_to_what_nobody_confirmed(register: Register) -> None:
    made = propose("P-1", register.office)
    with refused("account_usable_when_confirmed"):
        update(made, usable_from=TODAY)
    with refused("account_usable_when_confirmed"):
        update(made, state="confirmed")
    with refused("account_usable_when_confirmed"):
        update(made, **confirmed(register) | {"confirmed_by": None})


def test_an_account_begins_as_a_proposal(register: Register) -> None:
    made = used("P-1", register.office, register.treasury)
    with refused("account_begins_as_proposal"):
        same_again(made, usable_from=day(9), participant_id=register.people[1].pk)


def test_one_account_of_a_person_on_a_day(register: Register) -> None:
    first = used("P-1", register.office, register.treasury)
    second = propose("P-1", register.office, number="+50255550002")
    with refused("account_one_usable"):
        update(second, **confirmed(register))
    with refused("account_one_usable"):
        update(second, **confirmed(register) | {"usable_from": day(400)})
    update(first, usable_until=day(400))
    update(second, **confirmed(register) | {"usable_from": day(400)})
    with refused("account_one_usable"):
        update(first, usable_until=day(401))


def test_one_proposal_of_a_person(register: Register) -> None:
    made = propose("P-1", register.office)
    with refused("account_one_proposal"):
        same_again(made)


def moved(register: Register, start: AccountState) -> PayeeAccount:
    """An account of P-1 in a state."""
    made = propose("P-1", register.office)
    ways = {
        "proposed": [],
        "refused": [{"state": "refused", "why": "x"}],
        "withdrawn": [{"state": "withdrawn", "why": "x"}],
        "confirmed": [confirmed(register)],
        "frozen": [{"state": "frozen", "why": "x"}],
        "closed": [{"state": "frozen", "why": "x"}, {"state": "closed", "why": "x"}],
    }
    for step in ways[start]:
        update(made, **step)
    return made


@pytest.mark.parametrize(("start", "end"), [*product(AccountState, AccountState)])
def test_the_database_lets_pass_the_transitions_of_the_table_and_no_other(
    register: Register, start: AccountState, end: AccountState
) -> None:
    made = moved(register, start)
    values: dict[str, object] = {"state": end.value, "why": "x"}
    if end == "confirmed":
        values |= confirmed(register)
    elif start == "confirmed":
        values |= {"usable_until": TODAY}
    if start == end:
        return
    if end in TRANSITIONS[start]:
        update(made, **values)
        assert PayeeChange.objects.filter(account=made).last().state == end  # type: ignore[union-attr]
    else:
        with refused("account_transition"):
            update(made, **values)


def test_a_proposal_is_withdrawn_by_its_proposer_alone(register: Register) -> None:
    made = propose("P-1", register.office)
    with refused("account_transition"):
        update(made, state="withdrawn", why="x", changed_by=register.payments)
    update(made, state="withdrawn", why="x", changed_by=register.office)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number_cipher", b"other"), ("number_hash", b"other"), ("scheme", "local"), ("bank", "XX"), ("tail", "9"),
        ("holder", "Otra"), ("participant_id", None), ("proposed_by_id", None), ("document", "z"), ("cause", "bank"),
    ],
)  # fmt: skip
def test_an_account_stays_itself(register: Register, field: str, value: object) -> None:
    made = propose("P-1", register.office)
    others = {"participant_id": register.people[1].pk, "proposed_by_id": register.payments.pk}
    with refused("account_stays_itself"):
        update(made, **{field: others.get(field, value)})


def test_what_was_confirmed_stays_so(register: Register) -> None:
    made = used("P-1", register.office, register.treasury)
    with refused("account_transition"):
        update(made, usable_from=day(-30))
    with refused("account_transition"):
        update(made, confirmed_by=register.payments)


def test_an_end_ends(register: Register) -> None:
    made = used("P-1", register.office, register.treasury)
    with refused("account_ended_is_not_usable"):
        update(made, state="closed", why="x")
    with refused("account_ended_with_reason"):
        update(made, state="closed", usable_until=TODAY)
    with refused("account_forward"):
        update(made, usable_until=day(-1))


def test_cash_is_an_exception_with_an_end(register: Register) -> None:
    made = propose("P-1", register.office)
    with refused("account_cash_is_an_exception"):
        same_again(made, participant_id=register.people[1].pk, scheme="cash", number_hash=None)
    cash = propose(
        "P-2", register.office, scheme="cash", number="Alcaldía", cause="no_bank", expires_on="2027-01-01"
    )
    with refused("account_expires"):
        update(cash, **confirmed(register))
    with refused("account_found_by_hash"):
        same_again(made, participant_id=register.people[2].pk, number_hash=None)


def test_no_more_than_the_last_digits_are_kept_open(register: Register) -> None:
    made = propose("P-1", register.office)
    with pytest.raises(DatabaseError), transaction.atomic():
        same_again(made, participant_id=register.people[1].pk, tail="50000")


def test_accounts_and_their_history_are_kept(register: Register) -> None:
    made = propose("P-1", register.office)
    append_only(PayeeChange)
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM payees_payeeaccount WHERE id = %s", [made.pk])
