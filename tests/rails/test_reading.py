"""What banks say, message by message."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceiba.core.banking import Said
from ceiba.rails.amounts import major, minor_digits
from ceiba.rails.iso20022.rail import Iso20022
from tests.rails.messages import OURS, camt, detail, entry, status
from tests.rails.orders import SAMPLES, told

RAIL = Iso20022()


def rows(data):
    return told(RAIL, data).to_dicts()


def the_one(data):
    (row,) = rows(data)
    return row


def moved(data) -> int:
    """What the file says has moved on the account, all together."""
    return sum((1 if row["credit"] else -1) * row["amount_minor"] for row in rows(data) if row["booked"])


@pytest.mark.parametrize("version", ["02", "04", "08"])
@pytest.mark.parametrize("kind", ["053", "054"])
def test_a_payment_that_was_booked(kind, version):
    body = entry(detail(refs="<PmtInfId>P1</PmtInfId>"), status="BOOK" if version < "08" else "<Cd>BOOK</Cd>")
    row = the_one(camt(body, kind, version))
    assert row | {"entry": ""} == {
        "entry": "", "said": "paid", "end_to_end_id": OURS, "message": None, "batch": "P1", "amount_minor": 25_000,
        "currency": "GTQ", "credit": False, "own_account": "GT82TRAJ01020000001210029690", "booked": True,
        "booked_on": date(2026, 11, 6), "reference": "B1", "reason": None, "text": None,
    }  # fmt: skip


RETURN = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Cuenta</AddtlInf><AddtlInf>cerrada</AddtlInf></RtrInf>"
RETURN_FAMILY = "<BkTxCd><Domn><Fmly><SubFmlyCd>RRTN</SubFmlyCd></Fmly></Domn></BkTxCd>"
REVERSAL = "<RvslInd>true</RvslInd>"


@pytest.mark.parametrize(
    ("data", "said", "booked"),
    [
        (camt(entry(detail(more=RETURN), side="CRDT")), Said.RETURNED, True),
        (camt(entry(detail(), side="CRDT", head=REVERSAL)), Said.RETURNED, True),
        (camt(entry(detail(), side="CRDT").replace("<BkTxCd/>", RETURN_FAMILY)), Said.RETURNED, True),
        (camt(entry(detail(), side="CRDT")), Said.OTHER, True),
        (camt(entry(side="CRDT")), Said.OTHER, True),
        (camt(entry(detail("NOTPROVIDED"))), Said.OTHER, True),
        (camt(entry(detail(), head=REVERSAL)), Said.OTHER, True),
        (camt(entry()), Said.OTHER, True),
        (camt(entry(detail(), status="<Cd>PDNG</Cd>")), Said.PENDING, False),
        (camt(entry(detail(), status="PDNG"), version="02"), Said.PENDING, False),
        (camt(entry("<Btch><PmtInfId>P1</PmtInfId></Btch>")), Said.PAID, True),
    ],
)  # fmt: skip
def test_what_an_entry_says(data, said, booked):
    row = the_one(data)
    assert (row["said"], row["booked"], row["amount_minor"]) == (said, booked, 25_000)


def test_a_return_has_its_reason_and_the_words_beside_it():
    row = the_one(camt(entry(detail(more=RETURN), side="CRDT")))
    assert (row["reason"], row["text"], row["credit"]) == ("AC04", "Cuenta cerrada", True)


def test_a_batch_booked_as_one_is_one_entry_of_its_batch():
    row = the_one(camt(entry("<Btch><MsgId>M1</MsgId><PmtInfId>P1</PmtInfId></Btch>", amount="1000.00")))
    assert (row["end_to_end_id"], row["message"], row["batch"], row["amount_minor"]) == (
        None,
        "M1",
        "P1",
        100_000,
    )


def test_details_of_a_batch_belong_to_it():
    batch = "<Btch><PmtInfId>P1</PmtInfId></Btch>"
    found = rows(camt(entry(batch + detail(amount="100.00") + detail(f"{2:032}", "150.00"))))
    assert [(row["batch"], row["amount_minor"], row["booked"]) for row in found] == [
        ("P1", 10_000, True),
        ("P1", 15_000, True),
    ]
    assert len({row["entry"] for row in found}) == 2


@pytest.mark.parametrize(
    "details",
    [
        "",
        detail(amount=None),
        detail(amount=None) + detail(f"{2:032}", None),
        detail(amount=None) + detail(f"{2:032}", "100.00"),
        detail(amount="100.00") + detail(f"{2:032}", "100.00"),
        detail(amount="200.00") + detail(f"{2:032}", "100.00"),
        detail(amount="999.00", ccy="USD"),
        detail(amount="300.00") + detail(f"{2:032}", "50.00", more="<CdtDbtInd>CRDT</CdtDbtInd>"),
        "<Btch><PmtInfId>P1</PmtInfId></Btch></NtryDtls><NtryDtls><Btch><PmtInfId>P2</PmtInfId></Btch>",
    ],
)
def test_every_cent_of_an_entry_is_told_once(details):
    assert moved(camt(entry(details))) == -25_000


def test_a_detail_without_an_amount_beside_others_is_told_but_not_booked():
    found = rows(camt(entry(detail(amount=None) + detail(f"{2:032}", "100.00"))))
    assert {(row["end_to_end_id"], row["amount_minor"], row["booked"]) for row in found} == {
        (OURS, None, False), (f"{2:032}", 10_000, True), (None, 15_000, True),
    }  # fmt: skip


def test_entries_of_nothing_are_not_told():
    assert rows(camt(entry(detail(amount="0.00"), amount="0.00"))) == []


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 10**9)), st.booleans()), max_size=4),
    st.integers(0, 10**9),
    st.booleans(),
    st.sampled_from(["GTQ", "JPY", "KWD"]),
)
def test_whatever_the_details_the_sum_is_the_entry(details, amount, credit, currency):
    digits = minor_digits(currency)
    body = "".join(
        detail(
            f"{n:032}", None if minor is None else major(minor, digits), ccy=currency,
            more=f"<CdtDbtInd>{'CRDT' if back else 'DBIT'}</CdtDbtInd>",
        )
        for n, (minor, back) in enumerate(details)
    )  # fmt: skip
    if len(details) == 1 and details[0][0] is None:
        body = body.replace("CRDT" if not credit else "DBIT", "CRDT" if credit else "DBIT")
    whole = entry(body, amount=major(amount, digits), side="CRDT" if credit else "DBIT", currency=currency)
    assert moved(camt(whole)) == (amount if credit else -amount)


def test_a_notice_and_the_statement_say_the_same_entry():
    body = (
        entry(detail())
        + entry(detail(f"{2:032}"), reference="B2")
        + entry(tail="<AddtlNtryInf>Fee</AddtlNtryInf>")
    )
    assert set(told(RAIL, camt(body))["entry"]) == set(
        told(RAIL, camt(body, "053", "02").replace("<Cd>BOOK</Cd>", "BOOK"))["entry"]
    )


def test_an_entry_is_the_same_in_another_place_of_a_file():
    parts = [entry(detail(f"{n:032}"), reference=f"B{n}").replace(">7<", f">{n}<") for n in range(3)]
    turned = [part.replace("<NtryRef>", "<NtryRef>9") for part in reversed(parts)]
    assert set(told(RAIL, camt("".join(parts)))["entry"]) == set(told(RAIL, camt("".join(turned)))["entry"])


@pytest.mark.parametrize("reference", ["B1", None])
def test_what_differs_is_another_entry(reference):
    data = [
        entry(detail(), reference=reference),
        entry(detail(), reference=reference, side="CRDT", head=REVERSAL),
        entry(detail(amount="249.00"), reference=reference, amount="249.00"),
        entry(detail(f"{2:032}"), reference=reference),
        entry(detail(), reference=reference, status="<Cd>PDNG</Cd>"),
        entry(detail(), reference=reference, currency="USD").replace('Ccy="GTQ"', 'Ccy="USD"'),
    ]
    assert told(RAIL, camt("".join(data)))["entry"].n_unique() == len(data)


def test_two_bookings_of_one_payment_are_two_entries():
    with_references = camt(entry(detail()) + entry(detail(), reference="B2"))
    without = camt(entry(detail(), reference=None) * 2)
    for data in (with_references, without):
        found = told(RAIL, data)["entry"]
        assert found.n_unique() == 2
        assert set(found) == set(told(RAIL, data)["entry"])


def test_said_twice_under_one_reference_is_one_entry():
    assert told(RAIL, camt(entry(detail()) * 2))["entry"].n_unique() == 1


REASON = "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Cuenta cerrada</AddtlInf></StsRsnInf>"
AMOUNT = '<OrgnlTxRef><Amt><InstdAmt Ccy="GTQ">250.00</InstdAmt></Amt></OrgnlTxRef>'


@pytest.mark.parametrize("version", ["03", "10", "14"])
def test_statuses_of_the_message_a_batch_and_an_order(version):
    body = (
        "<OrgnlPmtInfAndSts><OrgnlPmtInfId>P1</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts>"
        f"<TxInfAndSts><OrgnlEndToEndId>{OURS}</OrgnlEndToEndId><TxSts>RJCT</TxSts>{REASON}{AMOUNT}</TxInfAndSts>"
        f"<TxInfAndSts><OrgnlEndToEndId>{2:032}</OrgnlEndToEndId></TxInfAndSts></OrgnlPmtInfAndSts>"
    )
    found = rows(status(body, version, group="<GrpSts>ACTC</GrpSts>"))
    assert [(r["said"], r["end_to_end_id"], r["message"], r["batch"]) for r in found] == [
        ("accepted", None, "M1", None),
        ("rejected", OURS, "M1", "P1"),
        ("accepted", f"{2:032}", "M1", "P1"),
        ("accepted", None, "M1", "P1"),
    ]
    assert (found[1]["reason"], found[1]["amount_minor"], found[1]["text"]) == (
        "AC04",
        25_000,
        "Cuenta cerrada",
    )
    assert not any(row["booked"] or row["credit"] for row in found)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("RJCT", "rejected"),
        ("ACSC", "paid"),
        ("ACCC", "paid"),
        ("ACSP", "accepted"),
        ("PDNG", "pending"),
        ("RCVD", "accepted"),
    ],
)
def test_the_codes_of_a_status(code, said):
    row = the_one(status("", group=f"<GrpSts>{code}</GrpSts>{REASON}"))
    assert (row["said"], row["reason"]) == (said, "AC04")


def test_a_code_that_nobody_knows_decides_nothing_and_is_kept():
    row = the_one(status("", group="<GrpSts>ZZZZ</GrpSts>"))
    assert (row["said"], row["reason"]) == ("pending", "ZZZZ")


def test_a_status_said_again_is_the_same_entry_and_another_is_not():
    def entry_of(code):
        return the_one(status("", group=f"<GrpSts>{code}</GrpSts>"))["entry"]

    assert entry_of("ACTC") == entry_of("ACTC")
    assert entry_of("ACTC") != entry_of("ACSP")


def test_prefixes_comments_and_sections_change_nothing():
    plain = camt(entry(detail(more="<AddtlTxInf>a &amp; b</AddtlTxInf>")))
    prefixed = (
        plain.replace("</", "\0").replace("<", "<b:").replace("\0", "</b:").replace("xmlns=", "xmlns:b=")
    )
    marked = plain.replace("<Ntry>", "<!-- <Ntry> --><?x <Ntry>?><Ntry>").replace(
        "a &amp; b", "<![CDATA[a & b]]>"
    )
    spaced = plain.replace("><", ">\n  <").replace("BOOK", "\n BOOK ")
    latin = "<?xml version='1.0' encoding='ISO-8859-1'?>" + plain
    wide = ("<?xml version='1.0' encoding='UTF-16'?>" + plain).encode("utf-16")
    for other in (prefixed, marked, spaced, latin, wide):
        assert rows(other) == rows(plain)


def test_what_lies_in_another_namespace_is_passed_over():
    foreign = '<SplmtryData xmlns:z="urn:z"><z:Envlp><z:Amt Ccy="USD">9</z:Amt></z:Envlp></SplmtryData>'
    assert rows(camt(entry(detail(more=foreign)))) == rows(camt(entry(detail())))


def test_a_banks_sample():
    """Of pyiso20022: its last entry but seven was booked in euros, of an order in dollars."""
    found = rows((SAMPLES / "camt053_001_02.xml").read_bytes())
    back = next(row for row in found if row["end_to_end_id"] == "GSKWTHM25VCGE5")
    assert (back["said"], back["reason"], back["amount_minor"]) == ("returned", "R02", 1_000)
    sums = dict.fromkeys(("USD", "EUR"), 0)
    for row in found:
        sums[row["currency"]] += row["amount_minor"] if row["credit"] else -row["amount_minor"]
    assert sums == {"USD": 6_000, "EUR": -2_906}
    assert {row["own_account"] for row in found} == {"DD01100056869"}
