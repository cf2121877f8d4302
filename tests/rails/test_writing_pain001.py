"""pain.001: what must not be written, and that what is written is whole, valid and says what was ordered."""

import hashlib
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ceiba.core.banking import Scheme
from ceiba.core.kernel.errors import CeibaError
from ceiba.rails.amounts import major, minor_digits, to_minor
from ceiba.rails.iso20022.pain001 import VERSIONS
from ceiba.rails.iso20022.validation import SCHEMAS, Validation
from ceiba.rails.letters import Letters, written
from ceiba.rails.registry import rail
from tests.rails.orders import OWN, codes, frame, one, order, valid


def refused(tmp_path, *rows, parameters=None, said=None):
    with pytest.raises(CeibaError) as error:
        rail("iso20022", parameters).write([frame(*rows)], said or order(), tmp_path)
    assert not list(tmp_path.iterdir()), "a file was left behind"
    return codes(error)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"amount_minor": 0}, "rail.order"),
        ({"amount_minor": -1}, "rail.order"),
        ({"scheme": "phone", "account": "+50255555555"}, "rail.scheme"),
        ({"scheme": "cash"}, "rail.scheme"),
        ({"scheme": "iban", "account": "GT82"}, "rail.order"),
        ({"scheme": "iban", "account": "82GTTRAJ"}, "rail.order"),
        ({"account": ""}, "rail.order"),
        ({"account": "1" * 35}, "rail.order"),
        ({"account": "1</Id><Id>2"}, "rail.order"),
        ({"end_to_end_id": "A&B"}, "rail.order"),
        ({"end_to_end_id": "A" * 36}, "rail.order"),
        ({"bank": "<BIC>"}, "rail.order"),
        ({"name": "  "}, "rail.order"),
    ],
)
def test_an_order_that_cannot_be_paid_stops_all_files(tmp_path, wrong, code):
    rows = [one(1), one(2), one(3, **wrong)]
    assert refused(tmp_path, *rows, parameters={"count_max": 1}) == [code]


def test_no_orders_are_no_file(tmp_path):
    assert refused(tmp_path) == ["rail.no_orders"]


def test_an_order_above_the_limit_of_a_file(tmp_path):
    assert refused(tmp_path, one(amount_minor=101), parameters={"sum_max_minor": 100}) == ["rail.limit"]


def test_a_file_is_never_written_over(tmp_path):
    rail("iso20022").write([frame(one())], order(), tmp_path)
    before = (tmp_path / "CEIBA-1.xml").read_bytes()
    with pytest.raises(CeibaError) as error:
        rail("iso20022").write([frame(one(2))], order(), tmp_path)
    assert codes(error) == ["rail.exists"]
    assert (tmp_path / "CEIBA-1.xml").read_bytes() == before


@pytest.mark.parametrize(
    "parameters",
    [
        {"version": "pain.001.001.12"},
        {"letters": "all"},
        {"count_max": 0},
        {"name_max": True},
        {"name_max": "70"},
        {"unknown": 1},
    ],
)
def test_parameters_that_no_bank_has(parameters):
    with pytest.raises(CeibaError) as error:
        rail("iso20022", parameters)
    assert codes(error) == ["rail.parameter"]


def test_an_unknown_rail():
    with pytest.raises(CeibaError) as error:
        rail("pigeon")
    assert codes(error) == ["rail.unknown"]


def test_the_validation_finds_a_single_wrong_value_in_the_middle(tmp_path):
    rail("iso20022").write([frame(*map(one, range(1, 200)))], order(), tmp_path)
    data = (tmp_path / "CEIBA-1.xml").read_bytes()
    for was, becomes in (
        (b"250.00</InstdAmt></Amt><CdtrAgt>", b"25O.00</InstdAmt></Amt><CdtrAgt>"),
        (b"<Nm>", b"<Xm>"),
    ):
        validation = Validation(VERSIONS[0], "x.xml")
        at = data.index(was, len(data) // 2)
        with pytest.raises(CeibaError) as error:
            validation.feed(data[:at] + becomes + data[at + len(was) :])
        assert codes(error) == ["rail.invalid"]
    validation = Validation(VERSIONS[0], "x.xml")
    validation.feed(data[:-20])
    with pytest.raises(CeibaError):
        validation.close()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "own", [OWN, replace(OWN, scheme=Scheme.IBAN, account="GT82TRAJ01020000001210029690", bank=None)]
)
def test_every_way_to_name_accounts_and_banks_is_valid(tmp_path, version, own):
    rows = [
        one(1),
        one(2, scheme="iban", account="GT82TRAJ01020000001210029690", bank="TRAJGTGC"),
        one(3, scheme="local", account="0012-334.5", bank=None, concept=""),
        one(4, bank="TRAJGTGCXXX", name="José Ñandú <&> \"Ki'che'\" 木"),
    ]
    parameters = {
        "version": version, "scheme_codes": {"clabe": "CLABE", "local": "A&B"}, "clearing_system": "MXSPEI",
        "batch_booking": True, "initiator": "CEIBA<1>",
    }  # fmt: skip
    for options in (parameters, {"version": version, "letters": "latin"}):
        folder = tmp_path / f"{len(options)}"
        folder.mkdir()
        (file,) = rail("iso20022", options).write([frame(*rows)], order(own=own), folder)
        valid((folder / file.name).read_bytes(), SCHEMAS)


def test_division_by_count_and_by_sum_loses_nothing(tmp_path):
    rows = [one(number, amount_minor=100 + number) for number in range(1, 1001)]
    limits = {"count_max": 300, "sum_max_minor": 100_000}
    files = rail("iso20022", limits).write([frame(*rows[:700]), frame(*rows[700:])], order(), tmp_path)
    assert [file.message for file in files] == [f"CEIBA-1-{n}" for n in range(1, len(files) + 1)]
    seen = []
    for file in files:
        data = (tmp_path / file.name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == file.sha256
        assert file.count <= 300
        assert file.sum_minor <= 100_000
        text = data.decode()
        assert re.findall(r"<NbOfTxs>(\d+)<", text) == [str(file.count)] * 2
        assert re.findall(r"<CtrlSum>([\d.]+)<", text) == [major(file.sum_minor, 2)] * 2
        assert f"<MsgId>{file.message}</MsgId>" in text
        seen += re.findall(r"<EndToEndId>(\w+)</EndToEndId></PmtId><Amt><InstdAmt Ccy=\"MXN\">([\d.]+)", text)
    assert seen == [(row["end_to_end_id"], major(row["amount_minor"], 2)) for row in rows]


def test_the_same_orders_give_the_same_bytes_however_they_come(tmp_path):
    rows = list(map(one, range(1, 1201)))
    written_files = []
    for name, frames in (("a", [frame(*rows)]), ("b", [frame(*rows[:1]), frame(), frame(*rows[1:])])):
        (tmp_path / name).mkdir()
        written_files.append(rail("iso20022").write(frames, order(), tmp_path / name))
    assert written_files[0] == written_files[1]
    assert written_files[0][0].message == "CEIBA-1"


CURRENCIES = st.sampled_from(["MXN", "USD", "GTQ", "HNL", "JPY", "KWD"])


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(1, 10**14), st.text(max_size=200), st.text(max_size=300)),
        min_size=1,
        max_size=5,
    ),
    currency=CURRENCIES,
    version=st.sampled_from(VERSIONS),
    letters=st.sampled_from(list(Letters)),
)
def test_whatever_people_write_the_file_is_valid_and_the_amounts_come_back(
    tmp_path_factory, rows, currency, version, letters
):
    folder = tmp_path_factory.mktemp("orders")
    orders = [one(n, amount_minor=a, name=f"X{name}", concept=c) for n, (a, name, c) in enumerate(rows)]
    (file,) = rail("iso20022", {"version": version, "letters": letters.value}).write(
        [frame(*orders)], order(currency), folder
    )
    root = etree.parse(folder / file.name).getroot()
    space = {"p": etree.QName(root).namespace}
    amounts = [to_minor(e.text, e.get("Ccy")) for e in root.iterfind(".//p:InstdAmt", space)]
    assert amounts == [amount for amount, *_ in rows]
    for element in root.iter():
        assert re.fullmatch(r"[\w\-/?:().,'+ À-ÿ\n]*", element.text or "")


@given(st.text(), st.sampled_from(list(Letters)), st.integers(1, 140))
def test_letters_are_of_the_set_and_what_is_in_it_is_kept(text, letters, length):
    (made,) = written([text], letters, length)
    signs = "A-Za-z0-9/\\-?:().,'+ " + ("À-ÖØ-öø-ÿ" if letters is Letters.LATIN else "")
    assert re.fullmatch(f"[{signs}]{{0,{length}}}", made)
    assert written([made], letters, length) == [made]


@pytest.mark.parametrize(
    ("text", "basic", "latin"),
    [
        ("Ñandú Peña", "Nandu Pena", "Ñandú Peña"),
        ("n\u0303 decomposed", "n decomposed", "ñ decomposed"),
        ("A & B; <C>", "A + B, .C.", "A + B, .C."),
        ("Straße Łódź", "Strasse Lodz", "Straße Lódz"),
        ("a\tb\nc", "a b c", "a b c"),
        ("木\x00", "..", ".."),
    ],
)
def test_letters_that_are_rewritten(text, basic, latin):
    assert written([text], Letters.BASIC, 70) == [basic]
    assert written([text], Letters.LATIN, 70) == [latin]


@pytest.mark.parametrize("text", ["", ".", "-1", "+1", "1,00", "1e3", "٣", "1.001", "1" * 20, "NaN", "1 000"])
def test_texts_that_are_no_amount(text):
    with pytest.raises(ValueError, match=re.escape(text) or "^$"):
        to_minor(text, "MXN")


@given(st.integers(0, 10**15), CURRENCIES)
def test_amounts_come_back(minor, currency):
    text = major(minor, minor_digits(currency))
    assert to_minor(text, currency) == minor
    assert to_minor(f"{text}000" if "." in text else f"{text}.000", currency) == minor


def test_a_currency_that_is_no_code():
    with pytest.raises(ValueError, match="pesos"):
        to_minor("1", "pesos")
