"""Interest given once a month, cash moved by two people, and the proof; who must not comes first."""

import hashlib
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, transaction
from django.utils.crypto import salted_hmac

from ceiba.accounts.models import Role
from ceiba.core.kernel.month import Month
from ceiba.core.ledger import TransferKind
from ceiba.core.savings import InterestRule, Method
from ceiba.ledger.models import Account, Transfer
from ceiba.ledger.selectors import strayed
from ceiba.ledger.services import transfers_book
from ceiba.savings.models import Accrual, AccrualLine, Move
from ceiba.savings.selectors.messages import messages
from ceiba.savings.selectors.proof import anonymous_code, balance_list, list_bytes, proof, sources_of
from ceiba.savings.selectors.statement import statement_of
from ceiba.savings.services import interest_post, move_book, move_cancel, move_confirm, move_order
from tests.apps.ledger.conftest import Books
from tests.apps.payments.paying.helpers import codes
from tests.apps.savings.helpers import ASKED, HOLDS, SAVED_ON, Saving
from tests.factories import CODE, user_make

NOVEMBER = Month(2026, 11)
BALANCE = 25_000
FOUR_PERCENT = InterestRule(400, Method.DAILY, 365, assumed=True)
LATER = date(2027, 1, 4)
DAYS = 23  # of November, from the 8th on
JANUARY = datetime(2027, 1, 4, 12, tzinfo=UTC)


@pytest.fixture
def at_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ceiba.savings.services.interest.interest_rule", lambda *_: FOUR_PERCENT)


def give(saves: Saving, month: Month = NOVEMBER, by: str = "pagos", at: datetime = ASKED) -> Accrual:
    return interest_post(programme=CODE, currency="USD", month=month, actor=saves.users[by], at=at)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PAYMENTS}))
def test_nobody_but_a_payment_officer_gives_interest(saves: Saving, role: str) -> None:
    saves.users["other"] = user_make("other", role, areas=("GT", "HN", "SV"))
    assert codes(lambda: give(saves, by="other")) == ["interest.not_allowed"]


def test_who_reaches_a_part_of_the_programme_gives_none(saves: Saving) -> None:
    saves.users["gt"] = user_make("gt", Role.PAYMENTS, areas=("GT",))
    assert codes(lambda: give(saves, by="gt")) == ["interest.not_allowed"]


def test_a_month_that_is_not_over_or_without_savings(saves: Saving) -> None:
    last_day = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    assert codes(lambda: give(saves, at=last_day)) == ["interest.not_over"]
    assert codes(lambda: give(saves, Month(2026, 10))) == ["interest.no_savings"]


@pytest.mark.usefixtures("at_four")
def test_interest_is_given_once_in_order_and_carries_fractions(saves: Saving) -> None:
    savers = len(saves.people)
    given = give(saves)
    each, left = divmod(BALANCE * DAYS * 400, 10_000 * 365)
    assert (each, given.people, given.amount_minor) == (63, savers, 63 * savers)
    assert saves.account(0).balance_minor == BALANCE + each
    line = AccrualLine.objects.get(accrual=given, participant=saves.people[0])
    assert line.carried * 10_000 * 365 == left * 262_800_000
    assert strayed(CODE) == []
    assert codes(lambda: give(saves)) == ["interest.turn"]
    assert codes(lambda: give(saves, Month(2027, 1), at=datetime(2027, 2, 2, tzinfo=UTC))) == [
        "interest.turn"
    ]
    december = give(saves, Month(2026, 12), at=JANUARY)
    # the interest of November came on the 3rd of December and bears interest from then on
    parts = (BALANCE * 31 + each * 29) * 400 * 72 + line.carried
    assert december.amount_minor == savers * (parts // 262_800_000)


@pytest.mark.usefixtures("at_four")
def test_the_database_refuses_a_second_interest_and_a_change(saves: Saving) -> None:
    given = give(saves)
    first = Transfer.objects.filter(kind="interest").first()
    assert first is not None
    with pytest.raises(DatabaseError), transaction.atomic():
        Transfer.objects.bulk_create([first])
    with pytest.raises(DatabaseError, match="accrual_once"), transaction.atomic():
        Accrual.objects.create(
            programme_id=CODE, currency="USD", month=given.month, rate_basis_points=1, method=1, year_days=365,
            assumed=True, people=1, amount_minor=1, posted_at=ASKED, posted_by=given.posted_by,
        )  # fmt: skip
    for rows in (Accrual.objects.all(), AccrualLine.objects.all()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.update(amount_minor=0)


def test_where_nothing_is_laid_down_nothing_is_given_and_that_is_said(saves: Saving) -> None:
    given = give(saves)
    assert (given.rate_basis_points, given.amount_minor, given.assumed) == (0, 0, True)
    assert not Transfer.objects.filter(kind="interest").exists()


def the_cause() -> str:
    return sources_of(CODE)[0].cause


def ordered(saves: Saving, by: str = "tesorera") -> Move:
    return move_order(programme=CODE, cause=the_cause(), actor=saves.users[by], at=ASKED)


def confirmed(saves: Saving) -> Move:
    return move_confirm(move_id=ordered(saves).pk, actor=saves.users["tesorero"], at=ASKED)


def booked(saves: Saving) -> Move:
    return move_book(move_id=confirmed(saves).pk, reference="EC-12", actor=saves.users["pagos"], at=ASKED)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.TREASURY}))
def test_nobody_but_the_treasury_moves_cash(saves: Saving, role: str) -> None:
    saves.users["other"] = user_make("other", role, areas=("GT", "HN", "SV"))
    assert codes(lambda: ordered(saves, "other")) == ["move.not_allowed"]
    move = ordered(saves)
    for act in (
        lambda: move_confirm(move_id=move.pk, actor=saves.users["other"], at=ASKED),
        lambda: move_cancel(move_id=move.pk, why="x", actor=saves.users["other"], at=ASKED),
    ):
        assert codes(act) == ["move.not_allowed"]


def test_cash_is_moved_by_two_people_once_and_booked_with_a_reference(saves: Saving) -> None:
    saves.users["gt"] = user_make("gt", Role.TREASURY, areas=("GT",))
    assert codes(lambda: ordered(saves, "gt")) == ["move.not_allowed"]
    move = ordered(saves)
    assert codes(lambda: ordered(saves)) == ["move.turn"]
    confirm = {"move_id": move.pk, "at": ASKED}
    assert codes(lambda: move_confirm(actor=saves.users["tesorera"], **confirm)) == ["move.same_person"]
    book = {"move_id": move.pk, "at": ASKED, "actor": saves.users["pagos"]}
    assert codes(lambda: move_book(reference="x", **book)) == ["move.turn"]
    move_confirm(actor=saves.users["tesorero"], **confirm)
    assert codes(lambda: move_book(reference=" ", **book)) == ["move.reference"]
    assert codes(lambda: move_book(reference="x", **book | {"actor": saves.users["tesorera"]})) == [
        "move.not_allowed"
    ]
    assert move_book(reference="EC-12", **book).state == "booked"
    assert codes(lambda: move_book(reference="EC-12", **book)) == ["move.turn"]
    assert codes(lambda: move_cancel(why="x", **confirm, actor=saves.users["tesorera"])) == ["move.turn"]
    assert strayed(CODE) == []


def test_the_database_refuses_an_order_of_one_person_or_that_changes(saves: Saving) -> None:
    move = ordered(saves)
    for change in (
        {"state": "confirmed", "confirmed_by": move.ordered_by, "transfer_id": "0" * 32},
        {"state": "booked"},
        {"amount_minor": 1},
        {"state": "cancelled", "target": move.source},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Move.objects.filter(pk=move.pk).update(**change)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        move.delete()


def test_a_cancelled_order_can_be_given_again(saves: Saving) -> None:
    move = confirmed(saves)
    move_cancel(move_id=move.pk, why="El banco la rechazó.", actor=saves.users["tesorera"], at=ASKED)
    assert proof(CODE, "USD", ASKED.date()).unordered_minor == saves.run.saved_minor
    assert ordered(saves).pk != move.pk


def now(saves: Saving, on: date = LATER) -> tuple[int, ...]:
    found = proof(CODE, "USD", on)
    sums = (
        found.owed_minor,
        found.held_minor,
        found.leaving_minor,
        found.ordered_minor,
        found.unordered_minor,
    )
    return (*sums, found.difference_minor)


def test_what_is_owed_is_held_or_on_its_way_at_every_step(saves: Saving) -> None:
    total = saves.run.saved_minor
    assert now(saves) == (total, 0, 0, 0, total, 0)
    assert now(saves, date(2026, 11, 7)) == (0, 0, 0, 0, 0, 0)  # the day before
    assert now(saves, SAVED_ON.date()) == (total, 0, 0, 0, total, 0)
    move = confirmed(saves)
    assert now(saves) == (total, 0, 0, total, 0, 0)
    move_book(move_id=move.pk, reference="EC-12", actor=saves.users["pagos"], at=ASKED)
    assert now(saves) == (total, total, 0, 0, 0, 0)
    assert now(saves, date(2026, 12, 2)) == (total, 0, 0, 0, total, 0)  # as it was the day before
    saves.approve(saves.ask(0, 10_000))
    run = saves.pays.sent(saves.pay())
    assert now(saves) == (total, total, 0, 0, 0, 0)
    saves.say("paid", run)
    assert now(saves) == (total - 10_000, total, 10_000, 0, 0, 0)


@pytest.mark.usefixtures("at_four")
def test_interest_is_owed_and_its_cash_is_to_be_moved(saves: Saving) -> None:
    booked(saves)
    given = give(saves)
    total = saves.run.saved_minor
    assert now(saves) == (total + given.amount_minor, total, 0, 0, given.amount_minor, 0)
    assert [each.cause for each in sources_of(CODE)] == [f"run:{saves.run.pk}", "interest:2026-11"]


def test_what_does_not_belong_there_is_found_and_named(saves: Saving) -> None:
    booked(saves)
    ids = {each.code.split(":", 2)[2]: each.pk for each in Account.objects.exclude(kind="savings")}
    fund = next(pk for code, pk in ids.items() if code.startswith("fund:US-1"))
    books = Books({"there": ids[f"bank:{HOLDS}"], "fund": fund})
    transfers_book(transfers=books.frame(TransferKind.CHARGE, "fund", "there", 700), cause="test", at=ASKED)
    found = proof(CODE, "USD", ASKED.date())
    assert (found.difference_minor, found.others, found.unexplained_minor) == (700, (("charge", -700),), 0)


def test_the_list_of_balances_names_nobody_and_can_be_added_up_again(saves: Saving) -> None:
    found = proof(CODE, "USD", ASKED.date())
    rows = balance_list(CODE, "USD", ASKED.date())
    assert rows.columns == ["account", "balance_minor"]
    assert rows["balance_minor"].sum() == found.owed_minor
    assert hashlib.sha256(list_bytes(rows)).hexdigest() == found.digest
    text = list_bytes(rows).decode()
    assert not any(person.code in text or person.family_names in text for person in saves.people)


def test_anonymous_codes_are_those_of_django_s_salted_hmac() -> None:
    """Who kept a statement finds the own code in every list, also in those of before the key was drawn once."""
    expected = salted_hmac("ceiba.savings", "ca:USD:savings:P-1", algorithm="sha256").hexdigest()[:20]
    assert anonymous_code("ca:USD:savings:P-1") == expected


@pytest.mark.usefixtures("at_four")
def test_text_messages_of_a_quarter_within_the_scope(saves: Saving) -> None:
    from ceiba.accounts.selectors import scope_of

    person = saves.people[0]
    type(person).objects.filter(pk=person.pk).update(phone="")
    give(saves)
    everywhere = scope_of(saves.users["pagos"])
    rows = messages(CODE, "USD", Month(2026, 12), everywhere)
    assert rows.columns == ["phone", "text"]
    assert rows.height == len(saves.people) - 1
    assert rows["text"][0] == (
        "Ceiba ca: su ahorro al 31/12/2026 es USD 250.63. Trimestre: abonos 250.00, interés 0.63, retiros 0.00."
        " Es suyo: nadie puede cobrarle por ello."
    )
    before = messages(CODE, "USD", Month(2026, 11), everywhere)
    assert "es USD 250.00. Trimestre: abonos 250.00, interés 0.00" in before["text"][0]
    assert messages(CODE, "USD", Month(2026, 9), everywhere).height == 0
    honduras = scope_of(user_make("hn", Role.PAYMENTS, areas=("HN",)))
    own = [each for each in saves.people if each.area_id.startswith("HN") and each.pk != person.pk]
    assert messages(CODE, "USD", Month(2026, 12), honduras).height == len(own)


def test_a_deposit_that_two_agreements_pay_is_one_movement_and_interest_another(
    saves: Saving, at_four: None
) -> None:
    account = saves.account(0)
    assert Transfer.objects.filter(credit=account).count() == 2
    given = give(saves).lines.get(participant=account.participant_id).amount_minor
    moved = [(row.kind, row.moved_minor, row.balance_minor) for row in statement_of(account).rows]
    assert moved == [("saving", BALANCE, BALANCE), ("interest", given, BALANCE + given)]
