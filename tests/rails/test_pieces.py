"""A long notice cut between entries: the pieces say what the whole says, and what is not plain is left whole."""

import io
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ceiba.core.banking import ENTRIES
from ceiba.core.kernel.errors import CeibaError
from ceiba.rails.entries import told_apart
from ceiba.rails.iso20022 import reading
from ceiba.rails.iso20022.pieces import pieces
from ceiba.rails.iso20022.rail import Iso20022
from tests.rails.messages import camt, detail, entry, status
from tests.rails.orders import told

RAIL = Iso20022()
RETURNED = detail(more="<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>")
ENTRY_TEXTS = st.one_of(
    st.builds(lambda number: entry(detail(f"{number:032}"), reference=f"B{number}"), st.integers(1, 99)),
    st.just(entry(reference=None)),  # alike, and numbered: the second of a piece is the third of the file
    st.just(entry(RETURNED, side="CRDT", reference="R1")),
    st.just(entry(detail(amount="100.00") + detail(amount="50.00"), amount="200.00", reference=None)),
)


def said(documents: Any) -> pl.DataFrame:
    frames = [frame for each in documents for frame in reading._read_whole(each, "bank.xml") or []]
    return pl.concat([ENTRIES.empty(), *told_apart(frames)])


@pytest.mark.parametrize("kind", ["053", "054"])
@pytest.mark.parametrize("prefix", ["", "n0:"])
@given(st.lists(ENTRY_TEXTS, min_size=1, max_size=12), st.integers(1, 2_000))
@settings(max_examples=60)
def test_pieces_say_what_the_whole_says(kind: str, prefix: str, texts: list[str], size: int) -> None:
    data = camt("\n".join(texts), kind)
    if prefix:
        data = data.replace("<", f"<{prefix}").replace(f"<{prefix}/", f"</{prefix}")
        data = data.replace("xmlns=", "xmlns:n0=")
    documents = list(pieces(data.encode(), size) or [])
    assert len(documents) > (1 if size < 300 < 300 * len(texts) // 2 else 0)
    assert_frame_equal(said(documents), told(RAIL, data), check_row_order=False)


TWO = entry(detail(), reference="B1") + entry(detail(), reference="B2")


@pytest.mark.parametrize(
    "data",
    [
        camt(TWO + "<!-- </Ntry> -->"),
        camt(TWO.replace("<NtryRef>7", "<NtryRef><![CDATA[</Ntry>]]>")),
        camt(TWO.replace("</Ntry><Ntry>", "</Ntry><?mark </Ntry>?><Ntry>")),
        "<!DOCTYPE d>" + camt(TWO),
        camt(f"{TWO}</Ntfctn><Ntfctn><Acct><Id><IBAN>OTHER</IBAN></Id></Acct>{TWO}"),
        camt(TWO.replace("</Ntry>", "</Ntry >")),
        camt(TWO + entry().replace("</Ntry>", "</Ntry >")),
        camt(""),
        status("<OrgnlPmtInfAndSts/>"),
        camt(TWO).encode("utf-16"),
        '<?xml version="1.0" encoding="ISO-8859-1"?>' + camt(TWO),
        "",
    ],
)
def test_what_is_not_plain_is_left_whole(data: str | bytes) -> None:
    assert pieces(data.encode() if isinstance(data, str) else data, 10) is None


@pytest.fixture
def few_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    real = reading.pieces
    monkeypatch.setattr(reading, "pieces", lambda data: real(data, 400))
    monkeypatch.setattr(reading, "_PROCESSES", 2)


def read(path: Path, long_bytes: int) -> pl.DataFrame:
    with path.open("rb") as file:
        return pl.concat([ENTRIES.empty(), *reading.entries(file, "bank.xml", long_bytes=long_bytes)])


@pytest.mark.usefixtures("few_bytes")
def test_other_processes_read_what_this_one_reads(tmp_path: Path) -> None:
    path = tmp_path / "bank.xml"
    path.write_text(
        camt("".join(entry(detail(f"{n:032}"), reference=None) for n in range(9)) + entry(reference=None) * 3)
    )
    assert read(path, 0).height == 12
    assert_frame_equal(read(path, 0), read(path, 1_000_000), check_row_order=False)


@pytest.mark.usefixtures("few_bytes")
@pytest.mark.parametrize(
    ("wrong", "code"),
    [("<Amt>", "rail.lacks"), ("</Amt></Amt>", "rail.not_xml"), ("<Amt Ccy='GTQ'>x", "rail.value")],
)
def test_what_is_wrong_in_a_piece_is_said_of_the_file(tmp_path: Path, wrong: str, code: str) -> None:
    path = tmp_path / "bank.xml"
    path.write_text(camt(TWO * 5 + entry(detail()).replace('<Amt Ccy="GTQ">', wrong, 1)))
    with pytest.raises(CeibaError) as whole:
        read(path, 1_000_000)
    with pytest.raises(CeibaError) as beside:
        read(path, 0)
    assert beside.value.problems == whole.value.problems
    assert [problem.code for problem in beside.value.problems] == [code]


def test_what_is_no_file_of_the_system_is_read_here() -> None:
    frames = reading.entries(io.BytesIO(camt(TWO).encode()), "bank.xml", long_bytes=0)
    assert sum(frame.height for frame in frames) == 2
