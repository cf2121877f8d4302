"""What a programme knows that its IATI files tell, drawn from the books and the record; and who may see it.

The files are one publication of the whole programme: whoever reaches only a part of it is not shown it. A funder's
user sees the agreements of the own funder; the programme's results as well if the whole programme is theirs to see.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final, LiteralString

import polars as pl
from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import NullIf

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import CELL_MIN, Scope
from ceiba.core.iati.cells import CELLS
from ceiba.core.iati.known import ACHIEVED, AGREEMENTS, COSTS, MONEY_IN, PAYS_IN, PLACES, PLANS, Knowledge
from ceiba.core.iati.publisher import FILE, Publisher, read_publisher
from ceiba.core.iati.results import PAID_YEARS, STANDING, achieved, worked_years
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.core.service_record import MARK_OF, RECORD
from ceiba.frames.postgres import read_frame, read_queryset
from ceiba.funding.models import Agreement, Commitment, Disbursement, Instalment
from ceiba.funding.selectors import agreements_in, areas_paid, standing
from ceiba.geodata.areas import areas
from ceiba.rulebook.models import Programme
from ceiba.rulebook.selectors import latest_version, programmes, rulebook_of
from ceiba.runs.selectors import decided_runs
from ceiba.service_record.selectors import records_of

_SQL: Final = Path(__file__).parent / "sql"
_RECORDS: Final = FrameSchema(RECORD.name, tuple(c for c in RECORD if c.name != "last_month"), RECORD.key)
_STORED: Final = FrameSchema(
    "entries",
    tuple(Column(c.name, pl.Int64 if c.name == "ref" else c.dtype) for c in MONEY_IN),
)
_STATE: Final = "state"
_LANGUAGE: Final = "es"  # of the names of funders, as of the files


def publisher_of(programme: str) -> Publisher | None:
    """The publisher of a programme's files; None when its folder says nothing of IATI.

    Raises CeibaError with every problem of reading it.
    """
    path: Path = settings.PROGRAMMES_DIR / programme / "iati" / FILE
    return read_publisher(path.read_bytes()) if path.is_file() else None


def programmes_published(scope: Scope) -> list[Programme]:
    """The programmes that have a publisher and whose files, or a part of them, the scope may see."""
    found = [programme for programme in programmes() if publisher_of(programme.code) is not None]
    return [programme for programme in found if sees(programme.code, scope)]


def sees(programme: str, scope: Scope) -> bool:
    """Whether the scope may see the programme's files: all of it is within, or it is a funder's that pays in it."""
    if scope.role == Role.FUNDER:
        return agreements_in(scope).filter(programme=programme).exists()
    return reaches_whole(programme, scope)


def knowledge_of(programme: str, publisher: Publisher, at: datetime, scope: Scope | None = None) -> Knowledge:
    """Everything known; with a scope, as much of it as a funder's user may see (of others, see `sees`)."""
    book = rulebook_of(latest_version(programme))
    runs = decided_runs(programme)
    parameters = {"programme": programme}
    known = Knowledge(
        publisher=publisher,
        programme=programme,
        name=book.name,
        summary=book.summary,
        currency=book.currency,
        countries=tuple(book.countries),
        components={component.id: component.name for component in book.components},
        began=runs[0].month if runs else at.date(),
        at=at,
        least=CELL_MIN,
        agreements=_agreements(programme),
        money_in=_money_in(programme),
        paid=read_frame(_query("paid"), parameters, CELLS),
        costs=read_frame(_query("costs"), parameters, COSTS),
        places=_places(),
        achieved=_achieved(programme, [run.month for run in runs]),
        plans=_plans(programme),
        pays_in=_pays_in(programme, book.countries),
    )
    return known if scope is None or scope.role != Role.FUNDER else _own_of(known, scope)


def _own_of(known: Knowledge, scope: Scope) -> Knowledge:
    """What a funder's user is told: the own agreements, and results only if the whole programme is theirs to see."""
    own = list(agreements_in(scope).filter(programme=known.programme).values_list("code", flat=True))
    kept = pl.col("agreement").is_in(own)
    return replace(
        known,
        agreements=known.agreements.filter(kept),
        money_in=known.money_in.filter(kept),
        paid=known.paid.filter(kept),
        costs=known.costs.filter(kept),
        plans=known.plans.filter(kept),
        pays_in=known.pays_in.filter(kept),
        achieved=known.achieved if reaches_whole(known.programme, scope) else ACHIEVED.empty(),
    )


def reaches_whole(programme: str, scope: Scope) -> bool:
    """Whether all of the programme lies within a scope."""
    return all(scope.covers(country) for country in rulebook_of(latest_version(programme)).countries)


def _agreements(programme: str) -> pl.DataFrame:
    rows = standing(Agreement).filter(programme=programme).order_by("code")
    columns = rows.values_list(
        "code",
        NullIf(F("receiver_activity"), Value("")),
        "title_es",
        "title_en",
        "funder__code",
        f"funder__name_{_LANGUAGE}",
        NullIf(F("funder__reference"), Value("")),
        "funder__kind",
        NullIf(F("provider_activity"), Value("")),
        "valid_from",
        "valid_until",
    )
    return read_queryset(columns, AGREEMENTS)


def _money_in(programme: str) -> pl.DataFrame:
    """What stands of commitments and disbursements; a correction that says there was nothing is left out.

    Beside them what people explained to be a funder's money, or to have gone back to it.
    """
    of_programme = {"agreement__programme": programme, "amount_minor__gt": 0}
    columns = ("agreement__code", "pk")
    promised = standing(Commitment).filter(**of_programme)
    received = standing(Disbursement).filter(**of_programme)
    parts = (
        promised.values_list(*columns, Value("commitment"), "dated", "amount_minor"),
        received.values_list(*columns, Value("receipt"), "value_date", "amount_minor"),
    )
    stored = pl.concat([read_queryset(part, _STORED) for part in parts])
    explained = read_frame(_query("explained"), {"programme": programme}, MONEY_IN)
    return MONEY_IN.check(pl.concat([stored.with_columns(pl.col("ref").cast(pl.String)), explained]))


def _plans(programme: str) -> pl.DataFrame:
    """What stands of the disbursements that funders plan."""
    rows = standing(Instalment).filter(agreement__programme=programme, amount_minor__gt=0)
    revised = ExpressionWrapper(Q(replaces__isnull=False), BooleanField())
    columns = rows.values_list("agreement__code", "due_from", "due_until", "amount_minor", revised)
    return read_queryset(columns, PLANS)


def _pays_in(programme: str, countries: Iterable[str]) -> pl.DataFrame:
    """In which countries each agreement pays by the divisions that stand; everywhere is every one of them."""
    everywhere = list(countries)
    pairs = {
        (agreement, country)
        for agreement, area in areas_paid(programme)
        for country in ([area[:2]] if area else everywhere)
    }
    return pl.DataFrame(sorted(pairs), schema=dict(PAYS_IN.dtypes), orient="row")


def _places() -> pl.DataFrame:
    """Every state and department, with the point inside it that the shipped areas have: never a plot's."""
    return PLACES.check(
        areas()
        .filter(pl.col("level") == _STATE)
        .select(area="code", name="name", country=pl.col("code").str.slice(0, 2), lon="lon", lat="lat")
    )


def _achieved(programme: str, months: list[date]) -> pl.DataFrame:
    if not months:
        return ACHIEVED.empty()
    last_of_years = list({month.year: month for month in months}.values())
    parameters = {"programme": programme, "months": last_of_years}
    paid = read_frame(_query("paid_years"), parameters, PAID_YEARS)
    worked = worked_years(
        records_of(programme, _RECORDS), paid, [month.year for month in last_of_years], MARK_OF["pay"]
    )
    standing_then = read_frame(_query("standing"), parameters, STANDING)
    return achieved(worked, standing_then, Month.of(months[-1]).last_day, CELL_MIN)


def _query(name: str) -> LiteralString:
    return (_SQL / f"{name}.sql").read_text()
