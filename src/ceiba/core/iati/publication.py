"""From what a programme knows to what its IATI files say.

The programme is an activity (hierarchy 1) that holds one activity an agreement (hierarchy 2). Money is told at the
agreements alone, results at the programme alone, so that neither is counted twice.
"""

from typing import Any, Final

import polars as pl

from ceiba.core.iati import money, results
from ceiba.core.iati.cells import told_cells
from ceiba.core.iati.elements import HUNDRED
from ceiba.core.iati.frames import (
    ACTIVITIES,
    DOCUMENTS,
    LOCATIONS,
    ORGANISATIONS,
    PARTICIPATING,
    RECIPIENTS,
    SECTORS,
    Defaults,
    Publication,
)
from ceiba.core.iati.known import Knowledge
from ceiba.core.iati.money import REPORTING, funder_org
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages

register_messages(
    {
        "iati.same_activity": {
            "es": "los convenios {agreements} darían la misma actividad. Cambie el código de uno.",
            "en": "the agreements {agreements} would make the same activity. Change the code of one.",
        },
    }
)

FUNDING, ACCOUNTABLE = "1", "2"  # codelist OrganisationRole
_PIPELINE, _IMPLEMENTATION, _CLOSED = "1", "2", "4"  # codelist ActivityStatus
_PLACED: Final = ("activity", "country", "amount_minor")
_NOT_IN_IDENTIFIERS: Final = r"[^A-Za-z0-9._-]+"


def publication_of(known: Knowledge) -> Publication:
    """The publication.

    Raises CeibaError (iati.same_activity) when two agreements would have one identifier; ValueError when money names
    an agreement that is not among the agreements: nothing may be lost in silence.
    """
    _check_agreements(known)
    told = told_cells(known.paid, known.least)
    top = f"{known.publisher.ref}-{known.programme.upper()}"
    children = _children(known, told, top)
    budgets = money.budgets(known, children)
    activities = pl.concat([_programme(known, top), _agreements(known, children, top)])
    return Publication(
        defaults=_defaults(known),
        organisations=_organisations(known),
        activities=ACTIVITIES.check(activities),
        participating=_participating(known, children, top),
        recipients=_recipients(known, told, children, top),
        sectors=_sectors(known, activities),
        locations=_locations(known, told, children, top),
        budgets=budgets,
        planned=money.planned(known, children),
        transactions=money.transactions(known, told, children),
        documents=_documents(known, top),
        indicators=results.indicators(known, top),
        periods=results.periods(known, top),
        totals=money.totals(known, budgets, told, children),
        lines=money.lines(known, told),
    )


def too_few(known: Knowledge) -> list[str]:
    """Agreements that paid fewer people in all than a cell should have; each is told as one sum all the same."""
    told = told_cells(known.paid, known.least)
    return sorted(told.filter(pl.col("people") < known.least)["agreement"])


def _check_agreements(known: Knowledge) -> None:
    named = pl.concat(
        [frame["agreement"] for frame in (known.money_in, known.paid, known.costs, known.plans)]
    )
    strangers = set(named) - set(known.agreements["agreement"])
    if strangers:
        raise ValueError(f"money of agreements that are not known: {', '.join(sorted(strangers))}")


def _children(known: Knowledge, told: pl.DataFrame, top: str) -> pl.DataFrame:
    """agreement, activity, and country where all that it paid was in one."""
    country = told.group_by("agreement").agg(
        country=pl.when(pl.col("country").n_unique() == 1).then(pl.col("country").first())
    )
    only = known.countries[0] if len(known.countries) == 1 else None
    made = pl.format("{}-{}", pl.lit(top), pl.col("agreement").str.replace_all(_NOT_IN_IDENTIFIERS, "-"))
    children = known.agreements.join(country, on="agreement", how="left").select(
        "agreement",
        activity=pl.coalesce("our_activity", made),
        country=pl.coalesce("country", pl.lit(only, pl.String)),
    )
    twice = children.filter(pl.col("activity").is_duplicated())
    if twice.height:
        named = {"agreements": ", ".join(sorted(twice["agreement"]))}
        raise CeibaError(Problem("iati.same_activity", Where(item=twice["activity"][0]), named))
    return children.sort("agreement")


def _defaults(known: Knowledge) -> Defaults:
    publisher = known.publisher
    return Defaults(
        reporting=REPORTING,
        currency=known.currency,
        region=publisher.region,
        collaboration_type=publisher.collaboration_type,
        flow_type=publisher.flow_type,
        finance_type=publisher.finance_type,
        aid_type=publisher.aid_type,
        tied_status=publisher.tied_status,
        updated_at=known.at,
    )


def _organisations(known: Knowledge) -> pl.DataFrame:
    publisher = known.publisher
    own = [(REPORTING, publisher.ref, publisher.type, publisher.name)]
    partners = [(_partner(n), each.ref, each.type, each.name) for n, each in enumerate(publisher.partners)]
    funders = known.agreements.unique("funder", keep="first", maintain_order=True).select(
        org=funder_org(pl.col("funder")), ref="funder_ref", type="funder_type", name="funder_name"
    )
    listed = pl.DataFrame(own + partners, schema=dict(ORGANISATIONS.dtypes), orient="row")
    return ORGANISATIONS.check(pl.concat([listed, funders]))


def _programme(known: Knowledge, top: str) -> pl.DataFrame:
    row: dict[str, Any] = {
        "activity": top,
        "parent": None,
        "title_es": known.name["es"],
        "title_en": known.name["en"],
        "description_es": known.summary["es"],
        "description_en": known.summary["en"],
        "status": _IMPLEMENTATION if known.began <= known.at.date() else _PIPELINE,
        "scope": known.publisher.scope,
        "planned_start": known.began,
        "actual_start": known.began if known.began <= known.at.date() else None,
        "planned_end": None,
        "actual_end": None,
    }
    return pl.DataFrame([row], schema=dict(ACTIVITIES.dtypes))


def _agreements(known: Knowledge, children: pl.DataFrame, top: str) -> pl.DataFrame:
    today = pl.lit(known.at.date())
    ended = (pl.col("ends_on") < today).fill_null(False)
    status = pl.when(pl.col("starts_on") > today).then(pl.lit(_PIPELINE)).when(ended).then(pl.lit(_CLOSED))
    rows = children.join(known.agreements, on="agreement").sort("agreement")
    return rows.select(
        "activity",
        parent=pl.lit(top),
        title_es="title_es",
        title_en="title_en",
        description_es=pl.format("{}. {}", "title_es", pl.lit(known.summary["es"])),
        description_en=pl.format("{}. {}", "title_en", pl.lit(known.summary["en"])),
        status=status.otherwise(pl.lit(_IMPLEMENTATION)),
        scope=pl.lit(None, pl.String),
        planned_start="starts_on",
        actual_start=pl.when(pl.col("starts_on") <= today).then("starts_on"),
        planned_end="ends_on",
        actual_end=pl.when(ended).then("ends_on"),
    )


def _participating(known: Knowledge, children: pl.DataFrame, top: str) -> pl.DataFrame:
    """Funders at their agreements and at the programme; whoever reports is accountable; partners everywhere."""
    funders = children.join(known.agreements, on="agreement").select(
        "activity", org=funder_org(pl.col("funder")), role=pl.lit(FUNDING), their_activity="funder_activity"
    )
    above = funders.unique("org").with_columns(activity=pl.lit(top), their_activity=pl.lit(None, pl.String))
    everywhere = [
        (REPORTING, ACCOUNTABLE),
        *((_partner(n), p.role) for n, p in enumerate(known.publisher.partners)),
    ]
    listed = pl.DataFrame(everywhere, schema={"org": pl.String, "role": pl.String}, orient="row")
    names = pl.concat([pl.DataFrame({"activity": [top]}), children.select("activity")])
    same = names.join(listed, how="cross").with_columns(their_activity=pl.lit(None, pl.String))
    every = pl.concat([frame.select(PARTICIPATING.names) for frame in (above, funders, same)])
    return PARTICIPATING.check(every.sort("activity", "role", "org"))


def _recipients(known: Knowledge, told: pl.DataFrame, children: pl.DataFrame, top: str) -> pl.DataFrame:
    """Shares of the countries by what is told to have been paid in each; equal ones where nothing is yet."""
    activity = pl.lit(top).alias("activity")
    at_children = told.join(children.select("agreement", "activity"), on="agreement")
    both = pl.concat([at_children.select(_PLACED), told.select(activity, *_PLACED[1:])])
    paid = both.filter(pl.col("amount_minor") > 0).group_by("activity", "country").agg(pl.sum("amount_minor"))
    names = pl.concat([pl.DataFrame({"activity": [top]}), children.select("activity")])
    listed = pl.DataFrame({"country": list(known.countries)}, schema={"country": pl.String})
    each = names.join(listed, how="cross").join(paid, on=["activity", "country"], how="left")
    weight = pl.col("amount_minor").fill_null(0)
    weighed = each.with_columns(weight=pl.when(weight.sum().over("activity") == 0).then(1).otherwise(weight))
    shared = weighed.filter(pl.col("weight") > 0).with_columns(share=_shares(pl.col("weight")))
    return RECIPIENTS.check(shared.filter(pl.col("share") > 0).select(RECIPIENTS.names).sort(RECIPIENTS.key))


def _shares(weight: pl.Expr) -> pl.Expr:
    """Hundredths of a percent by weight within an activity, by largest remainder: a hundred percent in all."""
    total = weight.sum().over("activity")
    exact = weight.cast(pl.Int128) * HUNDRED
    floor = exact // total
    missing = HUNDRED - floor.sum().over("activity")
    rank = (exact - floor * total).rank("ordinal", descending=True).over("activity")
    return (floor + (rank <= missing).cast(pl.Int128)).cast(pl.Int32)


def _sectors(known: Knowledge, activities: pl.DataFrame) -> pl.DataFrame:
    rows = [(sector.code, sector.share) for sector in known.publisher.sectors]
    listed = pl.DataFrame(rows, schema={"sector": pl.String, "share": pl.Int32}, orient="row")
    return SECTORS.check(
        activities.select("activity").join(listed, how="cross").select(SECTORS.names).sort(SECTORS.key)
    )


def _locations(known: Knowledge, told: pl.DataFrame, children: pl.DataFrame, top: str) -> pl.DataFrame:
    """The departments that are told of by name: at their agreement, and all of them at the programme."""
    seen = told.select("agreement", "area").drop_nulls().unique().join(children, on="agreement")
    both = pl.concat(
        [seen.select("activity", "area"), seen.select(pl.lit(top).alias("activity"), "area").unique()]
    )
    return LOCATIONS.check(both.join(known.places, on="area").select(LOCATIONS.names).sort(LOCATIONS.key))


def _documents(known: Knowledge, top: str) -> pl.DataFrame:
    rows = [
        (top, d.url, d.format, d.category, d.language, d.title["es"], d.title["en"])
        for d in known.publisher.documents
    ]
    return DOCUMENTS.check(pl.DataFrame(rows, schema=dict(DOCUMENTS.dtypes), orient="row"))


def _partner(number: int) -> str:
    return f"partner:{number}"
