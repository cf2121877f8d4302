"""Cash: pay lists by place, and what a filled-in list says."""

import csv
import io
from datetime import date

import pytest

from ceiba.core.kernel.errors import CeibaError
from ceiba.rails.cash.rail import TITLES, Cash
from ceiba.rails.registry import rail
from ceiba.rails.simulator.hands import handed_over
from ceiba.rails.simulator.outcomes import Shares, outcome
from tests.rails.orders import codes, frame, one, order, told

PEOPLE = [
    one(1, scheme="cash", account="Chisec", name="Rosa Caal"),
    one(2, scheme="cash", account="Cobán", name="=Ana"),
    one(3, scheme="cash", account="Chisec", name="José Ñandú"),
]


def filled(tmp_path, **cells):
    """The list of Chisec as it comes back, its first row filled in."""
    folder = tmp_path / "lists"
    folder.mkdir()
    file = rail("cash").write([frame(*PEOPLE)], order(), folder)[0]
    rows = list(csv.DictReader(io.StringIO((folder / file.name).read_text("utf-8-sig"))))
    rows[0] |= cells
    text = io.StringIO()
    writer = csv.DictWriter(text, TITLES)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


GIVEN = {"cobrado": "Sí", "fecha": "2026-11-10", "recibo_de_la_persona": "P7", "recibo_de_quien_paga": "Q7"}


def test_a_bank_account_is_no_place(tmp_path):
    with pytest.raises(CeibaError) as error:
        rail("cash").write([frame(one())], order(), tmp_path)
    assert codes(error) == ["rail.scheme"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (GIVEN | {"recibo_de_la_persona": ""}, "rail.lacks"),
        (GIVEN | {"recibo_de_quien_paga": " "}, "rail.lacks"),
        (GIVEN | {"fecha": ""}, "rail.lacks"),
        (GIVEN | {"fecha": "10/11/2026"}, "rail.value"),
        (GIVEN | {"cobrado": "quizá"}, "rail.value"),
        (GIVEN | {"monto": "mucho"}, "rail.value"),
        (GIVEN | {"orden": ""}, "rail.lacks"),
        ({"cobrado": "NO"}, "rail.lacks"),
    ],
)
def test_a_row_that_does_not_hold(tmp_path, cells, code):
    with pytest.raises(CeibaError) as error:
        told(Cash(), filled(tmp_path, **cells))
    assert codes(error) == [code]
    assert error.value.problems[0].where.row == 1


def test_a_list_without_its_columns():
    with pytest.raises(CeibaError) as error:
        told(Cash(), "orden,monto\n1,2\n")
    assert codes(error) == ["rail.lacks"]


def test_a_list_a_place_with_its_people_by_name_and_the_day_by_which_money_comes_back(tmp_path):
    chisec, coban = Cash(return_days=10).pay_lists([frame(*PEOPLE)], order())
    assert (chisec.place, coban.place) == ("Chisec", "Cobán")
    assert [row.name for row in chisec.rows] == ["José Ñandú", "Rosa Caal"]
    assert (chisec.sum_minor, chisec.return_by) == (50_000, date(2026, 11, 16))
    files = Cash().write([frame(*PEOPLE)], order(), tmp_path)
    assert [(file.message, file.count, file.sum_minor) for file in files] == [
        ("CEIBA-1-1", 2, 50_000), ("CEIBA-1-2", 1, 25_000),
    ]  # fmt: skip
    assert ",'=Ana," in (tmp_path / "CEIBA-1-2.csv").read_text("utf-8-sig")


def test_paid_with_both_receipts(tmp_path):
    (row,) = told(Cash(), filled(tmp_path, **GIVEN)).to_dicts()
    assert (row["said"], row["end_to_end_id"], row["amount_minor"], row["message"]) == (
        "paid", f"{3:032}", 25_000, "CEIBA-1-1",
    )  # fmt: skip
    assert (row["reference"], row["booked"], row["booked_on"]) == ("P7/Q7", False, date(2026, 11, 10))


def test_uncollected_money_is_a_rejection_and_a_blank_row_is_no_answer(tmp_path):
    (row,) = told(Cash(), filled(tmp_path, cobrado="no", fecha="2026-11-20")).to_dicts()
    assert (row["said"], row["reason"]) == ("rejected", "UNCOLLECTED")


def test_lists_that_people_filled_in_say_paid_only_with_both_receipts(tmp_path):
    many = [one(n, scheme="cash", account="Chisec", name=f"Persona {n}") for n in range(1, 201)]
    (tmp_path / "orders").mkdir()
    rail("cash").write([frame(*many)], order(), tmp_path / "orders")
    shares, day = Shares(0.2, 0, 0, 0, 0.1, 0), date(2026, 11, 10)
    (back,) = handed_over(tmp_path / "orders", tmp_path / "back", day=day, seed=1, shares=shares)
    rows = list(csv.DictReader(io.StringIO(back.read_text("utf-8-sig"))))
    words = [outcome(1, row["orden"], shares) for row in rows]
    said = {row["end_to_end_id"]: row for row in told(rail("cash"), back.read_bytes()).to_dicts()}
    assert len(said) == len(many) - words.count("silent") < len(many)
    for row, word in zip(rows, words, strict=True):
        entry = said.get(row["orden"])
        assert (entry is None) == (word == "silent")
        if entry is not None:
            assert entry["booked_on"] == day
            assert (entry["said"], entry["reason"]) == (
                ("rejected", "UNCOLLECTED") if word == "rejected" else ("paid", None)
            )
            assert (
                (row["recibo_de_la_persona"] != "") == (word == "paid") == (row["recibo_de_quien_paga"] != "")
            )
