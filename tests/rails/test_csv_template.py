"""A bank's own CSV: wrong templates, orders that do not fit, answers not understood; and the way through."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceiba.core.kernel.errors import CeibaError
from ceiba.rails.csv_template.rail import CsvTemplate
from ceiba.rails.csv_template.template import TEMPLATES, template_read
from ceiba.rails.mobile_money.rail import EXAMPLE, MobileMoney
from tests.rails.orders import codes, frame, one, order, told

BANK = TEMPLATES / "example-bank.toml"
RAIL = CsvTemplate(template_read(BANK))
HEAD = "REFERENCIA;ESTADO;MONTO;MONEDA;FECHA;FOLIO;MOTIVO\r\n"
PHONE = {"scheme": "phone", "account": "+50255512345"}


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("label =", "lable ="),
        ("basis =", "basics ="),
        ('separator = ";"', 'separator = ";;"'),
        ('decimal = "."', 'decimal = "x"'),
        ('encoding = "utf-8"', 'encoding = "klingon"'),
        ('value = "account"', 'value = "acount"'),
        ('value = "account", length_max = 34', "length_max = 34"),
        ('value = "end_to_end_id"', 'value = "name"'),
        ('said = "ESTADO"', ""),
        ('said = "ESTADO"', 'sayed = "ESTADO"'),
        ('said = "rejected"', 'said = "refused"'),
        ('letters = "basic"', 'letters = "any"'),
        ('schemes = ["clabe"', 'schemes = ["pigeon"'),
        ("[order]", "[order"),
    ],
)
def test_a_template_that_is_wrong(tmp_path, was, becomes):
    text = BANK.read_text()
    assert was in text
    path = tmp_path / "bank.toml"
    path.write_text(text.replace(was, becomes))
    with pytest.raises(CeibaError) as error:
        template_read(path)
    assert codes(error) == ["rail.template"]


def test_shipped_templates_are_examples_and_say_so():
    for path in (BANK, EXAMPLE):
        template = template_read(path)
        assert template.basis == "assumption"
        assert "Example" in template.label


@pytest.mark.parametrize(
    "wrong",
    [
        {"account": "1" * 35},
        {"account": "1;2"},
        {"bank": "á"},
        {"name": " "},
        {"amount_minor": 0},
        {"scheme": "phone"},
    ],
)
def test_a_code_is_never_cut_short_or_rewritten(tmp_path, wrong):
    with pytest.raises(CeibaError):
        RAIL.write([frame(one(1), one(2, **wrong))], order(), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "number", ["50255512345", "+0255512345", "+502 5551 2345", "+50255512345x", "+5025551234567890"]
)
def test_what_is_no_telephone_number(tmp_path, number):
    rail = MobileMoney(template_read(EXAMPLE))
    with pytest.raises(CeibaError) as error:
        rail.write([frame(one(scheme="phone", account=number))], order(), tmp_path)
    assert codes(error) == ["rail.order"]


def test_a_telephone_of_a_country_that_is_not_served(tmp_path):
    rail = MobileMoney(template_read(EXAMPLE), ("503",))
    with pytest.raises(CeibaError):
        rail.write([frame(one(**PHONE))], order(), tmp_path)


def test_a_bank_account_is_no_telephone(tmp_path):
    with pytest.raises(CeibaError) as error:
        MobileMoney(template_read(EXAMPLE)).write([frame(one())], order(), tmp_path)
    assert codes(error) == ["rail.scheme"]


def test_the_file_is_as_the_template_says(tmp_path):
    (file,) = RAIL.write([frame(one(name='José; Ñandú "x"', amount_minor=123_456))], order(), tmp_path)
    assert (tmp_path / file.name).read_bytes().decode() == (
        "H;CEIBA-1;1;1234.56;002010077777777771;06/11/2026\r\n"
        "TIPO;REFERENCIA;BANCO;CUENTA;NOMBRE;MONTO;MONEDA;CONCEPTO\r\n"
        f"D;{1:032};40012;{1:018};Jose, Nandu 'x';1234.56;MXN;Apoyo 2026-10\r\n"
    )
    assert (file.count, file.sum_minor) == (1, 123_456)


def test_a_telephone_is_written_in_digits(tmp_path):
    (file,) = MobileMoney(template_read(EXAMPLE), ("502",)).write([frame(one(**PHONE))], order(), tmp_path)
    assert (tmp_path / file.name).read_text().splitlines()[1].startswith("50255512345,250.00,MXN,")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", "rail.lacks"),
        ("REFERENCIA;ESTADO\r\n1;PAGADO\r\n", "rail.lacks"),
        (HEAD.replace(";", ","), "rail.lacks"),
        (HEAD + "1;PAGADO\r\n", "rail.not_csv"),
        (HEAD + "1;PAGADO;1;MXN;06/11/2026;F;;;\r\n", "rail.not_csv"),
        (HEAD + '1;"PAGADO;1;MXN;06/11/2026;F;\r\n', "rail.not_csv"),
        (HEAD + "1" * 200_000, "rail.not_csv"),
        ((HEAD + "ñ;PAGADO;1;MXN;06/11/2026;F;\r\n").encode("latin-1"), "rail.not_csv"),
        (HEAD + "1;TAL VEZ;1.00;MXN;06/11/2026;F;\r\n", "rail.value"),
        (HEAD + "1;PAGADO;1,00;MXN;06/11/2026;F;\r\n", "rail.value"),
        (HEAD + "1;PAGADO;-1.00;MXN;06/11/2026;F;\r\n", "rail.value"),
        (HEAD + "1;PAGADO;1.00;MXN;2026-11-06;F;\r\n", "rail.value"),
    ],
)
def test_an_answer_that_is_not_understood(data, code):
    with pytest.raises(CeibaError) as error:
        told(RAIL, data)
    assert codes(error) == [code]


def test_what_an_answer_says():
    found = told(
        RAIL,
        "\ufeff" + HEAD + "1;PAGADO;250.00;MXN;06/11/2026;F1;\r\n2;RECHAZADO;;;;;CUENTA INEXISTENTE\r\n"
        "3;DEVUELTO;250.00;MXN;09/11/2026;F2;AC04\r\n;COMISION;15.00;MXN;06/11/2026;F3;\r\n",
    ).to_dicts()
    assert [
        (row["end_to_end_id"], row["said"], row["booked"], row["credit"], row["amount_minor"])
        for row in found
    ] == [
        ("1", "paid", True, False, 25_000),
        ("2", "rejected", False, False, None),
        ("3", "returned", True, True, 25_000),
        (None, "other", True, False, 1_500),
    ]
    assert found[1]["reason"] == "CUENTA INEXISTENTE"


def test_rows_in_another_order_are_the_same_entries():
    rows = [f"{n};PAGADO;250.00;MXN;06/11/2026;;\r\n" for n in (1, 2, 3, 3)]
    found = set(told(RAIL, HEAD + "".join(rows))["entry"])
    assert len(found) == 4
    assert set(told(RAIL, HEAD + "".join(reversed(rows)))["entry"]) == found


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 10**10), st.text(max_size=80)), min_size=1, max_size=5))
def test_names_and_amounts_come_through_a_csv(tmp_path_factory, people):
    folder: Path = tmp_path_factory.mktemp("csv")
    rows = [one(n, amount_minor=amount, name=f"X{name}") for n, (amount, name) in enumerate(people)]
    (file,) = RAIL.write([frame(*rows)], order(), folder)
    lines = (folder / file.name).read_text().splitlines()[2:]
    cells = [line.split(";") for line in lines]
    assert [row[1] for row in cells] == [row["end_to_end_id"] for row in rows]
    answer = HEAD + "".join(f"{row[1]};PAGADO;{row[5]};{row[6]};06/11/2026;{row[1]};\r\n" for row in cells)
    assert told(RAIL, answer)["amount_minor"].to_list() == [amount for amount, _ in people]
