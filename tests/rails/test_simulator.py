"""The simulated bank: what it refuses, what it answers; its answers are valid and read for what they are."""

import json

import polars as pl
import pytest
from typer.testing import CliRunner

from ceiba.cli.app import app
from ceiba.core.kernel.errors import CeibaError
from ceiba.rails.csv_template.template import TEMPLATES
from ceiba.rails.registry import rail
from ceiba.rails.simulator.bank import work
from ceiba.rails.simulator.booked import Behaviour, Deposit
from ceiba.rails.simulator.outcomes import Shares, outcome
from tests.rails.orders import codes, frame, one, order, told, valid

CALM = Shares(0, 0, 0, 0, 0, 0)
COUNT = 200


def sent(folder, *, parameters=None, name="iso20022", message="CEIBA-1"):
    folder.mkdir(exist_ok=True)
    people = [one(n, amount_minor=10_000 + n) for n in range(1, COUNT + 1)]
    return rail(name, parameters).write([frame(*people)], order(message=message), folder)


def said(folder, name="iso20022"):
    """Everything the bank said, each entry once."""
    files = sorted(path for path in folder.iterdir() if path.name != "taken.json")
    return pl.concat([told(rail(name), path.read_bytes(), path.name) for path in files]).unique("entry")


@pytest.mark.parametrize("shares", [(2, 0, 0, 0, 0, 0), (-0.1, 0, 0, 0, 0, 0), (0.5, 0.6, 0, 0, 0, 0)])
def test_shares_that_are_none(shares):
    with pytest.raises(CeibaError) as error:
        Shares(*shares)
    assert codes(error) == ["simulator.shares"]


def test_a_message_sent_twice_is_refused_the_second_time(tmp_path):
    sent(tmp_path / "orders")
    work(tmp_path / "orders", tmp_path / "answers", Behaviour(shares=CALM))
    first = said(tmp_path / "answers")
    again = work(tmp_path / "orders", tmp_path / "answers", Behaviour(shares=CALM))
    assert again.refused == 1
    more = said(tmp_path / "answers").join(first, on="entry", how="anti").to_dicts()
    assert [(row["said"], row["reason"], row["message"], row["booked"]) for row in more] == [
        ("rejected", "DU01", "CEIBA-1", False)
    ]


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [("<CtrlSum>", "<CtrlSum>1", "AM10"), (f"<NbOfTxs>{COUNT}", f"<NbOfTxs>{COUNT - 1}", "AM18")],
)
def test_a_file_that_does_not_add_up_is_refused_as_a_whole(tmp_path, was, becomes, reason):
    (file,) = sent(tmp_path / "orders")
    path = tmp_path / "orders" / file.name
    path.write_text(path.read_text().replace(was, becomes))
    work(tmp_path / "orders", tmp_path / "answers", Behaviour())
    (row,) = said(tmp_path / "answers").to_dicts()
    assert (row["said"], row["reason"]) == ("rejected", reason)


def test_what_is_no_order_file_is_answered_by_nothing(tmp_path):
    sent(tmp_path / "orders")
    (tmp_path / "orders" / "zzz.xml").write_text("<a/>")
    with pytest.raises(CeibaError):
        work(tmp_path / "orders", tmp_path / "answers", Behaviour())
    assert not list(tmp_path.glob("answers/*"))


@pytest.mark.parametrize("version", ["pain.001.001.03", "pain.001.001.09"])
@pytest.mark.parametrize("style", ["02", "08"])
def test_answers_are_valid_and_the_same_for_the_same_seed(tmp_path, version, style):
    sent(tmp_path / "orders", parameters={"version": version, "count_max": 90})
    behaviour = Behaviour(seed=3, shares=Shares(0.1, 0.1, 0.1, 0.1, 0.1, 0.1))
    worked = work(tmp_path / "orders", tmp_path / "a", behaviour, style=style)
    work(tmp_path / "orders", tmp_path / "b", behaviour, style=style)
    assert worked.files == 3
    assert set(worked.outcomes) == {
        "paid",
        "rejected",
        "returned",
        "wrong_amount",
        "duplicate",
        "silent",
        "unstated",
    }
    for name in worked.answers:
        valid((tmp_path / "a" / name).read_bytes())
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize("name", ["iso20022", "csv_template"])
def test_each_outcome_is_read_for_what_it_is(tmp_path, name):
    sent(tmp_path / "orders", name=name)
    shares = Shares(0.1, 0.1, 0.1, 0.1, 0.1, 0.1)
    options = [f"--{k.replace('_', '-')}=0.1" for k in Shares.__dataclass_fields__]
    if name == "csv_template":
        options += ["--template", str(TEMPLATES / "example-bank.toml")]
    done = CliRunner().invoke(
        app, ["bank-sim", str(tmp_path / "orders"), str(tmp_path / "answers"), "--json", *options]
    )
    assert done.exit_code == 0, done.output
    assert sum(json.loads(done.stdout)["outcomes"].values()) == COUNT
    found = said(tmp_path / "answers", name)
    for number in range(1, COUNT + 1):
        key, amount = f"{number:032}", 10_000 + number
        mine = found.filter(pl.col("end_to_end_id") == key)
        told_of = sorted((row["said"], row["amount_minor"] == amount) for row in mine.to_dicts())
        assert (
            told_of
            == {
                "paid": [("paid", True)],
                "unstated": [("paid", True)],
                "rejected": [("rejected", True)],
                "returned": [("paid", True), ("returned", True)],
                "wrong_amount": [("paid", False)],
                "duplicate": [("paid", True), ("paid", True)],
                "silent": [],
            }[outcome(1, key, shares)]
        )
    others = found.filter((pl.col("said") == "other") & pl.col("booked"))
    assert sorted(others["credit"]) == [False, True]


def test_what_is_missing_from_the_statement_is_missing_there_alone(tmp_path):
    sent(tmp_path / "orders")
    work(tmp_path / "orders", tmp_path / "answers", Behaviour(shares=Shares(0, 0, 0, 0, 0, 1)))
    kinds = {path.name.split("-")[2]: path for path in (tmp_path / "answers").glob("*.xml")}
    noticed, stated = (told(rail("iso20022"), kinds[kind].read_bytes()) for kind in ("camt054", "camt053"))
    assert noticed.filter(pl.col("said") == "paid").height == COUNT
    assert set(stated["said"]) == {"other"}


def test_deposits_come_once_and_what_is_paid_to_an_account_of_ours_is_on_its_statement(tmp_path):
    sent(tmp_path / "orders", message="CEIBA-1")
    sent(tmp_path / "orders", message="CEIBA-2")
    number = one(7)["account"]
    behaviour = Behaviour(
        shares=CALM, fees=0, unknown_credits=0, deposits=(Deposit("DEP-1", 4_200),), own_accounts=(number,)
    )
    worked = work(tmp_path / "orders", tmp_path / "answers", behaviour)
    entries = said(tmp_path / "answers")
    (deposit,) = entries.filter(reference="DEP-1").to_dicts()
    assert (deposit["said"], deposit["credit"], deposit["amount_minor"]) == ("other", True, 4_200)
    own = entries.filter(own_account=number)
    assert own.select("said", "credit", "amount_minor").rows() == [("other", True, 10_007)] * own.height
    assert own["end_to_end_id"].unique().to_list() == [f"{7:032}"]
    files = [tmp_path / "answers" / name for name in worked.answers if "camt053" in name]
    balances = []
    for path in files:
        valid(path.read_bytes())
        with path.open("rb") as opened:
            balances += rail("iso20022").balances(opened, path.name)
    # of each account the second file's statement goes on where the first's ended: it began with twice what is ordered
    ordered = 2 * sum(10_000 + n for n in range(1, COUNT + 1))
    ends = {account: [] for account in (number, None)}
    for each in balances:
        ends[number if each.own_account == number else None].append(each.balance_minor)
    assert sorted(ends[number]) == [10_007, 2 * 10_007]
    assert sorted(ends[None])[0] == ordered + 4_200
