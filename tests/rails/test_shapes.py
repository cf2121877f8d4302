"""Entries that look alike, read by a pattern: it says what the stream says, and leaves what it may not take."""

import io
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceiba.core.kernel.errors import CeibaError
from ceiba.rails.iso20022.bookings import RECORDS
from ceiba.rails.iso20022.shapes import _divided, records
from ceiba.rails.iso20022.stream import Record, Stream
from tests.rails.messages import camt, detail, entry


def stream() -> Stream:
    return Stream("bank.xml", lambda _: RECORDS)


def seen(read: Any) -> list[Any]:
    """The records with those around them, in any order."""

    def of(record: Record | None) -> tuple[Any, ...]:
        if record is None:
            return ()
        return (record.name, tuple(sorted(record.fields.items())), *of(record.around))

    return sorted(map(of, read))


def left(entries: str) -> str:
    """What of the entries no shape took."""
    before, after = camt("|").split("|")
    return _divided(camt(entries), RECORDS)[1].removeprefix(before).removesuffix(after)


ALIKE = [entry(detail(f"{number:032}"), reference=f"B{number}") for number in range(3)]


@pytest.mark.parametrize(
    "odd",
    [
        entry(detail(refs="<TxId>&amp;</TxId>")),
        entry(detail(refs="<TxId>]]></TxId>")),
        entry(detail(refs="<TxId>\x01</TxId>")),
        entry(detail(refs="<TxId>\ufffe</TxId>")),
        entry(detail(refs="<TxId>one\ntwo</TxId>")),
        entry(detail(refs=f"<TxId>{'7' * 3_000}</TxId>")),
        entry(detail(refs="<TxId> 7 </TxId>")),
        entry(detail(refs="<TxId a='>'>7</TxId>")),
        entry(detail(refs="<TxId>7</TxId><TxId>8</TxId>")),
        entry(detail(refs="text <TxId>7</TxId>")),
        entry(detail(refs="<TxId>7<Odd/>8</TxId>")),
        entry(detail(refs="<TxId>7</InstrId>")),
        entry(detail(refs="</TxId/>")),
        entry(detail() + "<TxDtls/>"),
        entry(detail() + "<TxDtls>7</TxDtls>"),
        entry(detail()).replace("<TxDtls>", '<TxDtls Ccy="GTQ">'),
        entry(detail(), head=f"<Odd>{'<a/>' * 6_000}</Odd>"),
    ],
)
def test_what_no_shape_takes_is_left(odd: str) -> None:
    assert left("".join([*ALIKE, odd, *ALIKE])) == odd


def test_entries_that_look_alike_leave_nothing() -> None:
    other = [entry(detail(more="<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"), side="CRDT"), entry()]
    assert left("\n".join([*ALIKE, *other, *ALIKE, *other])).strip() == ""


def test_an_odd_entry_in_front_does_not_leave_the_others() -> None:
    odd = entry(detail(refs="<TxId a='7'>7</TxId>"))
    assert left(odd + "".join(ALIKE)) == odd


TEXTS = st.one_of(
    st.sampled_from(
        ["", " ", "7", " 7", "a  b", "\t", "&amp;", "&#10;", "ñ", "\u2003x", "x\x85", "]]", "a]"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="<&\r\x00"), max_size=6),
)
TAGS = st.sampled_from(["TxId", "n:InstrId", "Ustrd", "Amt", "Odd"])


@st.composite
def leaves(draw: st.DrawFn) -> str:
    tag, text = draw(TAGS), draw(TEXTS)
    given = draw(st.sampled_from(["", "", ' Ccy="GTQ"', ' Ccy=""', " a='7'"]))
    return draw(
        st.sampled_from([f"<{tag}{given}>{text}</{tag}>", f"<{tag}/>", f"<B>\n<{tag}>{text}</{tag}></B>"])
    )


ENTRIES = st.builds(
    lambda parts, twice: entry(detail(refs="".join(parts)) + (detail() if twice else "")),
    st.lists(leaves(), max_size=3),
    st.booleans(),
)


@given(st.lists(ENTRIES, min_size=1, max_size=4), st.integers(1, 3))
@settings(max_examples=300)
def test_shapes_say_what_the_stream_says(entries: list[str], times: int) -> None:
    data = camt("".join(entries * times)).encode()
    try:
        whole = seen(stream().records(io.BytesIO(data)))
    except CeibaError as refused:
        with pytest.raises(CeibaError) as error:
            list(records(data, stream(), RECORDS))
        assert [each.code for each in error.value.problems] == [each.code for each in refused.problems]
        return
    assert seen(records(data, stream(), RECORDS)) == whole


def test_entries_of_no_account_and_what_is_not_utf_8_are_for_the_stream() -> None:
    data = camt("".join(ALIKE))
    for wrong in (re.sub("</?Ntfctn>", "", data).encode(), data.replace("B1", "ñ").encode("latin-1")):
        with pytest.raises(ValueError, match=r"account|utf-8"):
            list(records(wrong, stream(), RECORDS))
