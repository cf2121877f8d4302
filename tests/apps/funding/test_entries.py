"""Entered by one, decided by another, never changed; what must not pass comes first."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from ceiba.audit.models import Event
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.ledger import AccountKind
from ceiba.funding.models import (
    Agreement,
    Commitment,
    Disbursement,
    Division,
    Funder,
    FundingShare,
    Instalment,
)
from ceiba.funding.selectors import agreement_of, shares_of, standing
from ceiba.funding.services import agreement_enter, entry_decide, funder_enter
from ceiba.ledger.models import Account
from ceiba.ledger.selectors import strayed
from tests.apps.funding.helpers import BANK, NOW, Office, all_of
from tests.factories import CODE
from tests.refusals import append_only, refused, same_again


def problems(error: pytest.ExceptionInfo[CeibaError]) -> list[str]:
    assert error.value.text("es")
    assert error.value.text("en")
    return [problem.code for problem in error.value.problems]


def fund(code: str) -> Account:
    return Account.objects.get(kind=AccountKind.FUND, subject=code)


@pytest.mark.parametrize("permille", [999, 1_001])
def test_shares_that_do_not_add_up_are_not_entered(office: Office, permille: int) -> None:
    office.two_funders()
    with pytest.raises(CeibaError) as error:
        office.division(("US-1", 600), ("MX-1", permille - 600))
    assert problems(error) == ["funding.shares"]
    assert all_of(Division) == 0


def test_the_database_accepts_no_division_that_does_not_add_up(office: Office) -> None:
    us, _ = office.two_funders()
    division = Division.objects.create(
        programme=office.programme, from_month=date(2026, 1, 1), entered_by=office.ana, entered_at=NOW
    )
    FundingShare.objects.create(division=division, agreement=us, permille=999)
    with refused("add up to 1000"):
        Division.objects.filter(pk=division.pk).update(decided_by=office.berta, decided_at=NOW, accepted=True)
    FundingShare.objects.filter(division=division)
    Division.objects.filter(pk=division.pk).update(decided_by=office.berta, decided_at=NOW, accepted=False)


def test_nobody_accepts_what_they_entered(office: Office) -> None:
    funder = office.funder("US")
    with pytest.raises(CeibaError) as error:
        office.accept(funder, by=office.ana)
    assert problems(error) == ["funding.own_entry"]
    with refused("decided_by_another"):
        Funder.objects.filter(pk=funder.pk).update(decided_by=office.ana, decided_at=NOW, accepted=True)
    with refused("decided by another afterwards"):
        same_again(funder, code="MX", decided_by=office.berta, decided_at=NOW, accepted=True)
    assert not standing(Funder).exists()


def test_what_is_decided_stays_decided(office: Office) -> None:
    funder = office.accepted("funder", "US")
    with pytest.raises(CeibaError) as error:
        office.accept(funder, accepted=False)
    assert problems(error) == ["funding.decided"]


def test_entries_are_append_only(office: Office) -> None:
    us, _ = office.two_funders()
    office.accepted("commitment", us)
    office.instalment(us)
    office.disbursement(us)
    office.accepted("division", ("US-1", 1_000))
    for model in (Funder, Agreement, Commitment, Instalment, Disbursement, Division, FundingShare):
        append_only(model)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Disbursement.objects.update(amount_minor=1, decided_by=office.berta, decided_at=NOW, accepted=True)


def test_no_share_is_added_to_what_is_decided(office: Office) -> None:
    _, mx = office.two_funders()
    division = office.accepted("division", ("US-1", 1_000))
    with refused("before its division is decided"):
        FundingShare.objects.create(division=division, agreement=mx, permille=1)


def test_the_same_is_not_entered_twice(office: Office) -> None:
    us, _ = office.two_funders()
    office.disbursement(us)
    office.instalment(us)
    for again in (
        lambda: office.instalment(us, amount_minor=5),
        lambda: office.funder("US"),
        lambda: office.agreement("US-1", us.funder),
        lambda: office.disbursement(us, amount_minor=5),
    ):
        with pytest.raises(CeibaError) as error:
            again()
        assert problems(error) == ["funding.taken"]
    with refused("instalment_once"):
        same_again(Instalment.objects.get())
    with refused("disbursement_once"):
        same_again(Disbursement.objects.get())
    with refused("funder_code_once"):
        same_again(Funder.objects.get(code="US"), decided_by=None, decided_at=None, accepted=None)


def test_what_was_refused_can_be_entered_again(office: Office) -> None:
    office.accept(office.funder("US"), accepted=False)
    assert office.accepted("funder", "US").accepted


@pytest.mark.parametrize(
    ("kind", "other"),
    [
        ("commitment", {"amount_minor": 0}),
        ("disbursement", {"amount_minor": -5}),
        ("instalment", {"amount_minor": 0}),
    ],
)
def test_an_amount_is_more_than_nothing(office: Office, kind: str, other: dict[str, int]) -> None:
    us, _ = office.two_funders()
    with pytest.raises(CeibaError) as error:
        getattr(office, kind)(us, **other)
    assert problems(error) == ["funding.nothing"]


def test_a_plan_goes_forward_and_moves_no_money(office: Office) -> None:
    us, _ = office.two_funders()
    with pytest.raises(CeibaError) as error:
        office.instalment(us, due_until=date(2026, 12, 31))
    assert problems(error) == ["funding.backward"]
    office.accepted("instalment", us)
    assert fund("US-1").balance_minor == 0


def test_an_agreement_is_in_the_programmes_currency(office: Office) -> None:
    with pytest.raises(CeibaError) as error:
        office.agreement("MX-2", office.accepted("funder", "MX"), currency="MXN")
    assert problems(error) == ["funding.currency"]


def test_only_agreements_that_stand_pay_and_within_their_time(office: Office) -> None:
    us, _ = office.two_funders()
    office.agreement("MX-2", us.funder)  # nobody accepted it
    with pytest.raises(CeibaError) as error:
        office.division(("US-1", 300), ("US-1", 200), ("MX-2", 300), ("NOBODY", 200))
    assert problems(error) == ["funding.share_twice", "funding.agreement", "funding.agreement"]
    for months in (
        {"until_month": None},
        {"until_month": date(2029, 1, 1)},
        {"from_month": date(2023, 10, 1)},
    ):
        with pytest.raises(CeibaError) as error:
            office.division(("US-1", 1_000), **months)
        assert problems(error) == ["funding.share_months"]


def test_two_divisions_do_not_stand_for_the_same_month(office: Office) -> None:
    office.two_funders()
    office.accepted("division", ("US-1", 1_000), until_month=date(2026, 3, 1))
    again = office.division(("MX-1", 1_000), from_month=date(2026, 3, 1))
    with pytest.raises(CeibaError) as error:
        office.accept(again)
    assert problems(error) == ["funding.overlap"]
    with refused("another division stands"):
        Division.objects.filter(pk=again.pk).update(decided_by=office.berta, decided_at=NOW, accepted=True)
    for beside in (
        {"from_month": date(2026, 4, 1)},
        {"area": "GT"},
        {"variant": "us36"},
        {"component": "support"},
    ):
        assert office.accepted("division", ("MX-1", 1_000), **beside).accepted


def test_a_correction_stands_in_the_place_of_what_it_corrects_once_accepted(office: Office) -> None:
    office.two_funders()
    first = office.accepted("division", ("US-1", 600), ("MX-1", 400))
    second = office.division(("US-1", 700), ("MX-1", 300), replaces=first)
    march = date(2026, 3, 1)
    assert sorted(shares_of(CODE, march)["permille"]) == [400, 600]
    office.accept(second)
    assert sorted(shares_of(CODE, march)["permille"]) == [300, 700]
    with pytest.raises(CeibaError) as error:
        office.division(("US-1", 1_000), replaces=first)
    assert problems(error) == ["funding.not_standing"]
    third = office.division(("US-1", 1_000), replaces=second)
    with pytest.raises(CeibaError) as error:
        office.division(("MX-1", 1_000), replaces=second)
    assert problems(error) == ["funding.replaced"]
    office.accept(third, accepted=False)
    assert sorted(shares_of(CODE, march)["permille"]) == [300, 700], "what was refused replaces nothing"


def test_a_correction_keeps_what_it_is_a_correction_of(office: Office) -> None:
    us, _ = office.two_funders()
    with refused("keeps its code"):
        funder_enter(
            values={
                "code": "XX", "name_es": "x", "name_en": "x", "country": "US", "reference": "x", "kind": "10",
            },
            by=office.ana, now=NOW, replaces=us.funder,
        )  # fmt: skip
    values = {
        "code": "US-1", "funder": us.funder, "programme": office.programme, "title_es": "Otro",
        "title_en": "Other", "currency": "USD", "valid_from": date(2024, 1, 1), "valid_until": None,
    }  # fmt: skip
    office.accepted("commitment", us)
    office.accept(agreement_enter(values=values, by=office.ana, now=NOW, replaces=us))
    stands = agreement_of("US-1")
    assert stands is not None
    assert stands.title_en == "Other"
    assert standing(Commitment).filter(agreement__code="US-1").count() == 1


def test_a_disbursement_reaches_its_fund_when_it_is_accepted(office: Office) -> None:
    us, _ = office.two_funders()
    assert fund("US-1").balance_minor == 0
    disbursement = office.disbursement(us)
    assert fund("US-1").balance_minor == 0
    office.accept(disbursement)
    assert fund("US-1").balance_minor == 800_000
    assert Account.objects.get(kind=AccountKind.BANK, subject=BANK).balance_minor == 800_000


@pytest.mark.parametrize("amount", [0, 500_000, 800_000, 900_000])
def test_a_wrong_disbursement_is_booked_back(office: Office, amount: int) -> None:
    us, _ = office.two_funders()
    first = office.accepted("disbursement", us)
    office.accepted("disbursement", us, replaces=first, amount_minor=amount)
    assert fund("US-1").balance_minor == amount
    assert Account.objects.get(kind=AccountKind.BANK, subject=BANK).balance_minor == amount
    assert Account.objects.get(kind=AccountKind.SUSPENSE, subject=BANK).balance_minor == 0
    assert not strayed(CODE)


def test_a_disbursement_of_the_wrong_agreement_moves_to_the_right_one(office: Office) -> None:
    us, mx = office.two_funders()
    first = office.accepted("disbursement", us)
    office.accepted("disbursement", mx, replaces=first, reference=first.reference)
    assert (fund("US-1").balance_minor, fund("MX-1").balance_minor) == (0, 800_000)


def test_money_that_was_spent_is_not_corrected_away(office: Office) -> None:
    from tests.apps.funding.paying import pay

    us, _ = office.two_funders()
    first = office.accepted("disbursement", us)
    pay("US-1", 600_000)
    lower = office.disbursement(us, replaces=first, amount_minor=599_999)
    with pytest.raises(CeibaError) as error:
        office.accept(lower)
    assert problems(error) == ["funding.spent"]
    assert fund("US-1").balance_minor == 200_000
    office.accept(lower, accepted=False)
    office.accepted("disbursement", us, replaces=first, amount_minor=600_000)
    assert fund("US-1").balance_minor == 0


def test_who_entered_and_decided_is_written_down(office: Office) -> None:
    funder = office.funder("US")
    entry_decide(entry=funder, accepted=True, by=office.berta, now=NOW)
    acts = Event.objects.filter(subject=f"funder:{funder.pk}").order_by("pk")
    assert [(event.action, event.actor_id) for event in acts] == [
        ("funder.entered", office.ana.pk),
        ("funder.accepted", office.berta.pk),
    ]
