"""Places in the status lists: given at random, so that who has a list cannot tell who was issued one after whom."""

from datetime import datetime
from typing import Final, LiteralString

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.credentials.models import StatusList
from ceiba.frames.postgres import execute, read_frame

PLACES: Final = FrameSchema(
    "places", (Column("status_list_id", pl.Int32), Column("status_index", pl.Int32)), key=()
)
# gen_random_uuid() is drawn from the strong source; random() could be foretold.
_FREE: Final[LiteralString] = """
    SELECT %(number)s::int AS status_list_id, i AS status_index
    FROM generate_series(0, %(size)s - 1) i
    WHERE NOT EXISTS (
        SELECT FROM credentials_credential c WHERE c.status_list_id = %(number)s AND c.status_index = i)
    ORDER BY gen_random_uuid() LIMIT %(wanted)s
"""


def issuing_lock() -> None:
    """Wait for whoever issues, and keep others waiting until the transaction ends.

    Asked for before one looks who has one: so two who issue to the same person follow each other.
    """
    execute("SELECT pg_advisory_xact_lock(hashtext('ceiba status lists'))")


def places_draw(*, issuer: str, wanted: int, at: datetime) -> pl.DataFrame:
    """As many free places (`PLACES`), in the issuer's newest list and, when that is full, in new ones.

    In the caller's transaction, which holds `issuing_lock`.
    """
    drawn = PLACES.empty()
    newest = StatusList.objects.filter(issuer=issuer).order_by("-number").first()
    while True:
        if newest is not None:
            missing = wanted - drawn.height
            drawn = pl.concat([drawn, _free(newest, missing)])
        if drawn.height == wanted:
            return drawn
        last = StatusList.objects.order_by("-number").first()
        number = 1 if last is None else last.number + 1
        newest = StatusList.objects.create(number=number, issuer=issuer, opened_at=at)


def _free(status_list: StatusList, wanted: int) -> pl.DataFrame:
    params = {"number": status_list.number, "size": status_list.size, "wanted": wanted}
    return read_frame(_FREE, params, PLACES)
