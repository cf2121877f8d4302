"""What can be checked of an account number; python-stdnum and a worked example are the measure."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, numdb

from ceiba.core.banking import Scheme
from ceiba.core.payees import (
    IBAN_COUNTRIES,
    TRANSITIONS,
    AccountState,
    bank_of,
    bank_problem,
    clabe_check_digit,
    compacted,
    iban_check_digits,
    number_problem,
    tail_of,
)

LOCAL = "[0-9]{6,20}"
CLABE = "012180026050783858"  # the FedGlobal calculator's worked example
GUATEMALA = "GT82TRAJ01020000001210029690"  # the IBAN registry's own examples
SALVADOR = "SV62CENR00000000000000700025"


def problem(scheme: str, number: str, bank: str | None = None) -> tuple[str | None, str | None]:
    frame = pl.DataFrame(
        {"s": [scheme], "n": [number], "b": [bank]}, {"s": pl.String, "n": pl.String, "b": pl.String}
    )
    s, n, b = pl.col("s"), compacted(pl.col("s"), pl.col("n")), pl.col("b")
    row = frame.select(number=number_problem(s, n, local=LOCAL), bank=bank_problem(s, b, n)).row(0)
    return row[0], row[1]


@pytest.mark.parametrize(
    ("scheme", "number", "code"),
    [
        ("clabe", CLABE[:-1] + "9", "payee.clabe_check"),
        ("clabe", "021180026050783858", "payee.clabe_check"),  # two digits exchanged
        ("clabe", CLABE[:-1], "payee.clabe_form"),
        ("clabe", CLABE + "0", "payee.clabe_form"),
        ("clabe", "01218002605078385X", "payee.clabe_form"),
        ("clabe", "٠١٢١٨٠٠٢٦٠٥٠٧٨٣٨٥٨", "payee.clabe_form"),
        ("clabe", "", "payee.clabe_form"),
        ("iban", GUATEMALA[:-1] + "1", "payee.iban_check"),
        ("iban", "GT82TRAJ01020000001210029960", "payee.iban_check"),
        ("iban", SALVADOR[:-1], "payee.iban_form"),
        ("iban", "SV62CEN000000000000000700025", "payee.iban_form"),
        ("iban", "ES9121000418450200051332", "payee.iban_country"),
        ("iban", CLABE, "payee.iban_country"),
        ("local", "12345", "payee.local_form"),
        ("local", "123456\n7", None),
        ("local", "ahorro 123456", "payee.local_form"),
        ("phone", "55550000", "payee.phone_form"),
        ("phone", "+0255550000", "payee.phone_form"),
        ("phone", "+5025555000055555", "payee.phone_form"),
        ("cash", "ab", "payee.place_form"),
        ("cash", "a" * 121, "payee.place_form"),
    ],
)
def test_what_cannot_be_an_account_is_told(scheme: str, number: str, code: str | None) -> None:
    assert problem(scheme, number)[0] == code


@pytest.mark.parametrize(
    ("scheme", "number", "bank", "code"),
    [
        ("local", "123456", None, "payee.bank_missing"),
        ("local", "123456", "banco x", "payee.bank_form"),
        ("clabe", CLABE, "014", "payee.bank_differs"),
        ("iban", GUATEMALA, "TRAJ", "payee.bank_form"),  # neither a BIC nor needed
    ],
)
def test_a_bank_that_cannot_be_is_told(scheme: str, number: str, bank: str | None, code: str) -> None:
    assert problem(scheme, number, bank)[1] == code


@pytest.mark.parametrize(
    ("scheme", "number", "bank"),
    [
        ("clabe", CLABE, None),
        ("clabe", "012 180 02605078385 8", "012"),
        ("iban", GUATEMALA, None),
        ("iban", "sv62 cenr 0000 0000 0000 0070 0025", "CENRSVSS"),
        ("local", "0012-345678", "bac"),
        ("phone", "+502 5555-0000", None),
        ("phone", "+502 5555-0000", "TIGO"),
        ("cash", "Alcaldía de Cuilco", None),
    ],
)
def test_what_can_be_an_account_passes(scheme: str, number: str, bank: str | None) -> None:
    assert problem(scheme, number, bank) == (None, None)


def test_every_wrong_last_digit_of_a_clabe_is_found() -> None:
    wrong = [CLABE[:-1] + str(digit) for digit in range(10) if str(digit) != CLABE[-1]]
    assert {problem("clabe", number)[0] for number in wrong} == {"payee.clabe_check"}


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_a_clabe_with_one_wrong_digit_is_never_taken(body: str, place: int, add: int) -> None:
    made = pl.DataFrame({"n": [body]}).select(pl.col("n") + clabe_check_digit(pl.col("n")).cast(pl.String))
    whole = made.item()
    assert problem("clabe", whole)[0] is None
    wrong = whole[:place] + str((int(whole[place]) + add) % 10) + whole[place + 1 :]
    assert problem("clabe", wrong)[0] == "payee.clabe_check"


@given(
    st.sampled_from(IBAN_COUNTRIES),
    st.text("ABCXYZ0123456789", min_size=20, max_size=28),
    st.text("0123456789", min_size=2, max_size=2),
)
def test_an_iban_is_taken_when_and_only_when_the_library_takes_it(
    country: str, body: str, digits: str
) -> None:
    right = iban.calc_check_digits(f"{country}00{body}")
    assert pl.select(iban_check_digits(pl.lit(country), pl.lit(body))).item() == right
    for number in (f"{country}{right}{body}", f"{country}{digits}{body}"):
        assert (problem("iban", number)[0] is None) == iban.is_valid(number)


def test_ibans_are_formed_as_the_registry_says() -> None:
    """ISO 13616, registry of SWIFT, release 101: 28 characters each, of which four tell the bank."""
    listed = numdb.get("iban")
    told = {country: listed.info(country)[0][1]["bban"] for country in IBAN_COUNTRIES}
    assert told == {"GT": "4!c20!c", "HN": "4!a20!n", "SV": "4!a20!n"}


@pytest.mark.parametrize("country", IBAN_COUNTRIES)
def test_an_iban_of_each_country_can_pass(country: str) -> None:
    body = "ABCD" + "12345678901234567890"
    assert problem("iban", f"{country}{iban.calc_check_digits(f'{country}00{body}')}{body}")[0] is None


def test_the_bank_and_the_last_digits_are_read_from_the_number() -> None:
    frame = pl.DataFrame(
        {
            "s": ["clabe", "iban", "iban", "local", "cash"],
            "b": [None, None, "cenrsvss", "bac", None],
            "n": [CLABE, GUATEMALA, SALVADOR, "123456", "Alcaldía"],
        }
    )
    s, b, n = pl.col("s"), pl.col("b"), pl.col("n")
    assert frame.select(bank_of(s, b, n))["b"].to_list() == ["012", "TRAJ", "CENRSVSS", "BAC", None]
    assert frame.select(tail_of(s, n)).to_series().to_list() == ["3858", "9690", "0025", "3456", ""]


def test_every_scheme_is_checked() -> None:
    assert all(problem(scheme, "!")[0] is not None for scheme in Scheme)


def test_every_state_has_its_transitions() -> None:
    assert set(TRANSITIONS) - {None} == set(AccountState)
