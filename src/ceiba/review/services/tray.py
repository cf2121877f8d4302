"""Keeps the tray: a row for each submission, as it stands now."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

import polars as pl
from django.db import transaction

from ceiba.core.forms.safe_xml import UnsafeXml, local_name, read_xml
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import execute, temp_frame
from ceiba.submissions.browse import xml_of

_SQL: Final = Path(__file__).parents[1] / "sql"
_TRAY: Final = (_SQL / "tray.sql").read_text()
_REPLACED: Final = (_SQL / "replaced.sql").read_text()
_FLAGS: Final = (_SQL / "tray_flags.sql").read_text()
_BATCH: Final = FrameSchema("tray_batch", (Column("id", pl.Int64), Column("phone", pl.String)))
_PHONE_MAX: Final = 80
NO_PHONES: Final[Mapping[int, str]] = MappingProxyType({})


def tray_refresh(*, submissions: Iterable[int]) -> None:
    """Put these submissions into the tray, or their rows right. What was decided of them stays."""
    ids = sorted(set(submissions))
    with tray_batch(ids, {pk: _phone(xml) for pk, xml in xml_of(ids).items()}):
        execute(_TRAY)
        execute(_REPLACED)


@contextmanager
def tray_batch(submissions: Iterable[int], phones: Mapping[int, str] = NO_PHONES) -> Iterator[None]:
    """A transaction with the submissions in the temporary table tray_batch (id, phone)."""
    ids = sorted(set(submissions))
    with transaction.atomic():
        frame = pl.DataFrame(
            {"id": ids, "phone": [phones.get(pk, "") for pk in ids]}, schema=dict(_BATCH.dtypes)
        )
        temp_frame("tray_batch", _BATCH, frame)
        yield


def tray_flags_refresh() -> None:
    """Put the flags that hold on the rows of tray_batch."""
    execute(_FLAGS)


def _phone(xml: bytes) -> str:
    """The phone's identifier, which forms ask for as the metadata `deviceid`."""
    try:
        root = read_xml(xml)
    except UnsafeXml:
        return ""
    for element in root.iter():
        if local_name(element).lower() == "deviceid":
            return (element.text or "").strip()[:_PHONE_MAX]
    return ""
