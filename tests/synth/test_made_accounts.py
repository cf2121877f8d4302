"""The accounts of a made country can be taken in, but for those that were spoilt, and are as told."""

import polars as pl

from ceiba.core.payees import bank_problem, compacted, number_problem
from ceiba.core.register import PAYEE_ACCOUNTS

S, B, N = pl.col("scheme"), pl.col("bank"), pl.col("number")
PROBLEM = number_problem(S, compacted(S, N), local="[0-9]{6,20}")


def accounts(country, name="payee_accounts") -> pl.DataFrame:
    return PAYEE_ACCOUNTS.schema.check(pl.read_parquet(country.folder / "payees" / f"{name}.parquet"))


def test_every_account_can_be_taken_in(country):
    sheet = accounts(country)
    assert sheet.height > 0.5 * country.options.participants
    assert sheet.select(PROBLEM.is_null().all() & bank_problem(S, B, N).is_null().all()).item()
    cash = sheet.filter(pl.col("scheme") == "cash")
    assert cash.height > 0
    assert set(cash["cause"]) == {"no_bank"}
    assert cash["expires_on"].null_count() == 0
    assert not sheet.join(accounts(country, "payee_accounts-faulty"), on="participant").height


def test_every_spoilt_account_is_told_by_its_check_digit(country):
    faulty = accounts(country, "payee_accounts-faulty")
    assert faulty.height > 0
    assert set(faulty.select(PROBLEM.alias("code"))["code"]) <= {"payee.clabe_check", "payee.iban_check"}
    assert set(faulty["participant"]) == set(country.faults("wrong_check_digit")["participant"])


def test_shared_accounts_are_shared_and_no_others(country):
    sheet, told = accounts(country), country.faults("shared_account")
    numbers = dict(sheet.select("participant", "number").rows())
    assert told.height > 0
    assert all(numbers[one] == numbers[other] for one, other in told.select("participant", "other").rows())
    kept = sheet.filter(
        (pl.col("scheme") != "cash") & ~pl.col("participant").is_in(told["participant"].implode())
    )
    assert kept.select("scheme", "number").is_unique().all()
