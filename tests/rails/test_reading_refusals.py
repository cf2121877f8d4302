"""What must not be read as a bank's answer: bombs, other documents, files cut short, values nobody understands."""

import io
import tracemalloc

import pytest

from ceiba.core.kernel.errors import CeibaError
from ceiba.rails.iso20022.rail import Iso20022
from tests.rails.messages import camt, detail, entry, status
from tests.rails.orders import SAMPLES, codes, told

RAIL = Iso20022()
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
BOMB = (
    "<!DOCTYPE d ["
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(9))
    + "]>"
)
GOOD = camt(entry(detail()))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", "rail.not_xml"),
        ("not xml", "rail.not_xml"),
        ("fecha;monto\n1;2", "rail.not_xml"),
        ("\x00\x01", "rail.not_xml"),
        (GOOD[:-10], "rail.not_xml"),
        (GOOD[: len(GOOD) // 2], "rail.not_xml"),
        (GOOD + "<more/>", "rail.not_xml"),
        (GOOD.replace("<Ntry>", "<Ntry>&a8;"), "rail.not_xml"),
        (BOMB + GOOD.replace("<NtryRef>7", "<NtryRef>&a8;"), "rail.unsafe"),
        ('<!DOCTYPE d SYSTEM "file:///etc/passwd">' + GOOD, "rail.unsafe"),
        ('<!DOCTYPE d [<!ENTITY % x SYSTEM "http://127.0.0.1/">%x;]>' + GOOD, "rail.unsafe"),
        (GOOD.replace("<Ntry>", "<a>" * 5_000 + "</a>" * 5_000 + "<Ntry>"), "rail.unsafe"),
        (GOOD.replace("<Ntry>", "".join(f"<a{n}/>" for n in range(30_000)) + "<Ntry>"), "rail.unsafe"),
        (GOOD.replace("<NtryRef>7", "<NtryRef>" + "7" * 3_000_000), "rail.unsafe"),
        (GOOD.replace("<Ntry>", f'<Ntry a="{"7" * 3_000_000}">'), "rail.unsafe"),
        ("<html/>", "rail.kind"),
        ("<Document/>", "rail.kind"),
        (f'<BkToCstmrStmt xmlns="{NAMESPACE}camt.053.001.08"/>', "rail.kind"),
        (f'<Document xmlns="{NAMESPACE}camt.053.001.01"/>', "rail.kind"),
        (f'<Document xmlns="{NAMESPACE}camt.053.001.99"/>', "rail.kind"),
        (f'<Document xmlns="{NAMESPACE}camt.053.002.08"/>', "rail.kind"),
        (f'<Document xmlns="{NAMESPACE}pain.001.001.09"/>', "rail.kind"),
        (f'<Document xmlns="urn:other:{NAMESPACE}camt.053.001.08"/>', "rail.kind"),
        (f'<Document xmlns:x="{NAMESPACE}camt.053.001.08"/>', "rail.kind"),
        (camt(entry(detail(), amount="250,00")), "rail.value"),
        (camt(entry(detail(), amount="-250.00")), "rail.value"),
        (camt(entry(detail(), amount="250.001")), "rail.value"),
        (camt(entry(detail(amount="2.5e2"))), "rail.value"),
        (camt(entry(detail(), currency="Q")), "rail.value"),
        (camt(entry(detail(), side="OUT")), "rail.value"),
        (camt(entry(detail()).replace("2026-11-06", "06/11/2026")), "rail.value"),
        (camt(entry(detail()).replace('<Amt Ccy="GTQ">', "<Amt>")), "rail.lacks"),
        (camt(detail()), "rail.lacks"),
        (status("", message=""), "rail.lacks"),
        (
            status("<OrgnlPmtInfAndSts><TxInfAndSts><TxSts>RJCT</TxSts></TxInfAndSts></OrgnlPmtInfAndSts>"),
            "rail.lacks",
        ),
    ],
)
def test_it_is_refused_with_what_to_do(data, code):
    with pytest.raises(CeibaError) as error:
        told(RAIL, data)
    assert codes(error) == [code]
    assert error.value.problems[0].where.file == "bank.xml"


def test_another_message_of_the_same_family_is_named():
    with pytest.raises(CeibaError) as error:
        told(RAIL, (SAMPLES / "camt052_001_02.xml").read_bytes())
    assert codes(error) == ["rail.kind"]
    assert "camt.052.001.02" in error.value.text("es")


def test_memory_does_not_grow_with_the_file(monkeypatch):
    monkeypatch.setattr("ceiba.rails.entries.ROWS", 200)

    def peak(entries: int) -> int:
        data = camt("".join(entry(detail(f"{n:032}"), reference=f"B{n}") for n in range(entries))).encode()
        tracemalloc.start()
        for _ in RAIL.read(io.BytesIO(data), "bank.xml"):
            pass
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    few, many = peak(1_000), peak(5_000)
    assert many < 2 * few
