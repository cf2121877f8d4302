"""A number is nowhere in plain, opens for its person alone, and shows when two people have it."""

import polars as pl
import pytest
from django.db import connection

from ceiba.payees.ciphers import opened
from ceiba.payees.models import PayeeAccount
from ceiba.payees.selectors import accounts_of, accounts_opened, shared_with
from tests.apps.payees.conftest import Register
from tests.apps.payees.helpers import GUATEMALA, TODAY, day, propose, used

pytestmark = pytest.mark.django_db


def test_the_number_is_nowhere_in_plain(register: Register) -> None:
    made = used("P-1", register.office, register.treasury, scheme="iban", number=GUATEMALA)
    with connection.cursor() as cursor:
        for table in ("payees_payeeaccount", "payees_payeechange", "audit_event"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")  # noqa: S608
            (text,) = cursor.fetchone()
            plain = {GUATEMALA, GUATEMALA[4:], GUATEMALA.encode().hex(), GUATEMALA[-8:]}
            assert not [part for part in plain if part in text], table
    assert made.tail == GUATEMALA[-4:]


def test_a_number_opens_for_its_person_and_scheme_alone(register: Register) -> None:
    made = used("P-1", register.office, register.treasury, scheme="iban", number=GUATEMALA)
    cipher = bytes(made.number_cipher)
    person, other = register.people[0].pk, register.people[1].pk
    assert opened([other], pl.Series(["iban"]), [cipher]) == [None]
    assert opened([person], pl.Series(["clabe"]), [cipher]) == [None]
    assert opened([person], pl.Series(["iban"]), [cipher]) == [GUATEMALA]


def test_the_same_number_shows_and_the_same_digits_of_another_scheme_do_not(register: Register) -> None:
    one = used("P-1", register.office, register.treasury, number="+502 5555 0000")
    two = used("P-2", register.payments, register.treasury, number="+502-5555-0000")
    propose("P-3", register.payments, number="+50255550000")
    used("P-4", register.payments, register.treasury, scheme="local", bank="BAC", number="50255550000")
    in_use = accounts_of(on=TODAY)
    assert in_use["number"].value_counts().sort("count")["count"].to_list() == [1, 2]
    assert shared_with([one, two]) == {one.pk: 2, two.pk: 2}


def test_accounts_are_opened_a_part_at_a_time_by_id(register: Register) -> None:
    made = [
        used(f"P-{n}", register.office, register.treasury, number=f"+5025555000{n}", holder=f"Titular {n}")
        for n in (1, 2, 3)
    ]
    parts = list(accounts_opened([account.pk for account in made], rows=2))
    assert [part.height for part in parts] == [2, 1]
    assert pl.concat(parts).select("participant_id", "account", "holder", "bank").rows() == [
        (person.pk, f"+5025555000{n}", f"Titular {n}", None)
        for n, person in enumerate(register.people[:3], 1)
    ]
    assert list(accounts_opened([])) == []


def test_who_is_asked_for_is_given(register: Register) -> None:
    one = used("P-1", register.office, register.treasury)
    used("P-2", register.office, register.treasury, number="+50255550002")
    propose("P-3", register.office, number="+50255550003")
    assert accounts_of(on=TODAY)["participant_id"].to_list() == [p.pk for p in register.people[:2]]
    only = accounts_of(on=TODAY, people=[register.people[0].pk, register.people[2].pk])
    assert only.select("account_id", "scheme", "since").rows() == [(one.pk, "phone", TODAY)]
    assert accounts_of(on=TODAY, people=[]).is_empty()
    assert accounts_of(on=day(-1)).is_empty()
    assert accounts_of(on=TODAY, programme="ca").is_empty()  # nobody is enrolled


def test_a_holder_is_the_person_unless_somebody_else_is_named(register: Register) -> None:
    assert propose("P-1", register.office).holder == "María Pérez"
    assert propose("P-2", register.office, number="+50255550009", holder="Ana Tum").holder == "Ana Tum"
    assert PayeeAccount.objects.filter(bank="").count() == 2
