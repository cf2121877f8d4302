"""The activity file: a `Publication` as an `iati-activities` document.

Money and places are said of each transaction, never of the activity as a whole as well: the standard allows one or
the other (rules 3.6.2 and 6.6.2). An activity without transactions says its countries and their shares itself.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl
from lxml import etree

from ceiba.core.iati.elements import (
    VERSION,
    XML_LANG,
    Row,
    child,
    moment,
    narratives,
    number_of,
    percent_of,
    period,
    rows_by,
    spoken,
    value,
)
from ceiba.core.iati.frames import Publication

_DATES: Final = (("1", "planned_start"), ("2", "actual_start"), ("3", "planned_end"), ("4", "actual_end"))
_PARENT, _CHILD = "1", "2"
_ORIGINAL: Final = "1"  # codelist BudgetType
_UNIT: Final = "1"  # codelist IndicatorMeasure
_GRID: Final = "http://www.opengis.net/def/crs/EPSG/0/4326"

Element = etree._Element
ByActivity = Mapping[str, list[Row]]


class _Parts:
    """The publication's frames, by activity, and its organisations by name."""

    def __init__(self, publication: Publication) -> None:
        self.defaults = publication.defaults
        self.orgs = {row["org"]: row for row in publication.organisations.rows(named=True)}
        self.participating = rows_by(publication.participating, "activity")
        self.recipients = rows_by(publication.recipients, "activity")
        self.sectors = rows_by(publication.sectors, "activity")
        self.locations = rows_by(publication.locations, "activity")
        self.budgets = rows_by(publication.budgets, "activity")
        self.planned = rows_by(publication.planned, "activity")
        self.transactions = rows_by(publication.transactions, "activity")
        self.documents = rows_by(publication.documents, "activity")
        self.indicators = rows_by(publication.indicators, "activity")
        periods = publication.periods.with_columns(key=pl.concat_str("activity", "indicator", separator="\n"))
        self.periods = rows_by(periods, "key")
        children = publication.activities.filter(pl.col("parent").is_not_null())
        self.children = rows_by(children, "parent")


def activities_document(publication: Publication) -> Element:
    """The `iati-activities` element, an activity after the other in the order of the frame."""
    parts = _Parts(publication)
    root = etree.Element("iati-activities", version=VERSION)
    root.set("generated-datetime", moment(publication.defaults.updated_at))
    for row in publication.activities.rows(named=True):
        _activity(root, row, parts)
    return root


def _activity(root: Element, row: Row, parts: _Parts) -> None:
    """One activity. The order is the schema's."""
    defaults, name = parts.defaults, row["activity"]
    element = child(
        root,
        "iati-activity",
        last_updated_datetime=moment(defaults.updated_at),
        default_currency=defaults.currency,
        hierarchy=1 if row["parent"] is None else 2,
    )
    element.set(XML_LANG, defaults.language)
    child(element, "iati-identifier").text = name
    reporting_org(element, parts.orgs[defaults.reporting])
    spoken(element, "title", row, "title")
    spoken(element, "description", row, "description", type="1")
    for part in parts.participating.get(name, ()):
        _org(
            element,
            "participating-org",
            parts.orgs[part["org"]],
            role=part["role"],
            activity_id=part["their_activity"],
        )
    child(element, "activity-status", code=row["status"])
    for code, column in _DATES:
        if row[column] is not None:
            child(element, "activity-date", type=code, iso_date=row[column])
    if row["scope"] is not None:
        child(element, "activity-scope", code=row["scope"])
    _where(element, name, parts)
    for sector in parts.sectors.get(name, ()):
        child(
            element, "sector", vocabulary="1", code=sector["sector"], percentage=percent_of(sector["share"])
        )
    _kinds(element, parts)
    _money(element, name, parts)
    for document in parts.documents.get(name, ()):
        document_link(element, document)
    _related(element, row, parts)
    for indicator in parts.indicators.get(name, ()):
        _result(element, indicator, parts.periods.get(f"{name}\n{indicator['indicator']}", ()))


def _where(element: Element, name: str, parts: _Parts) -> None:
    if name not in parts.transactions:
        for recipient in parts.recipients.get(name, ()):
            child(
                element,
                "recipient-country",
                code=recipient["country"],
                percentage=percent_of(recipient["share"]),
            )
    for place in parts.locations.get(name, ()):
        _location(element, place)


def _location(element: Element, place: Row) -> None:
    """A department: a point inside it, said to be approximate."""
    location = child(element, "location", ref=place["area"])
    child(location, "location-reach", code="1")
    narratives(child(location, "name"), place["name"])
    child(location, "administrative", vocabulary="A4", level=0, code=place["country"])
    point = child(location, "point", srsName=_GRID)
    child(point, "pos").text = f"{place['lat']:.4f} {place['lon']:.4f}"
    child(location, "exactness", code="2")
    child(location, "location-class", code="1")
    child(location, "feature-designation", code="ADM1")


def _kinds(element: Element, parts: _Parts) -> None:
    defaults = parts.defaults
    child(element, "collaboration-type", code=defaults.collaboration_type)
    child(element, "default-flow-type", code=defaults.flow_type)
    child(element, "default-finance-type", code=defaults.finance_type)
    child(element, "default-aid-type", vocabulary="1", code=defaults.aid_type)
    child(element, "default-tied-status", code=defaults.tied_status)


def _money(element: Element, name: str, parts: _Parts) -> None:
    for budget in parts.budgets.get(name, ()):
        made = child(element, "budget", type=_ORIGINAL, status=budget["status"])
        period(made, budget)
        value(made, budget)
    for planned in parts.planned.get(name, ()):
        made = child(element, "planned-disbursement", type=planned["type"])
        period(made, planned)
        value(made, planned)
        if planned["provider"] is not None:
            _org(
                made,
                "provider-org",
                parts.orgs[planned["provider"]],
                provider_activity_id=planned["provider_activity"],
            )
        _org(made, "receiver-org", parts.orgs[parts.defaults.reporting], receiver_activity_id=name)
    for transaction in parts.transactions.get(name, ()):
        _transaction(element, transaction, parts)


def _transaction(element: Element, row: Row, parts: _Parts) -> None:
    made = child(element, "transaction", ref=row["ref"])
    child(made, "transaction-type", code=row["type"])
    child(made, "transaction-date", iso_date=row["date"])
    value(made, row)
    spoken(made, "description", row, "description")
    if row["provider"] is not None:
        provider = parts.orgs[row["provider"]]
        _org(made, "provider-org", provider, provider_activity_id=row["provider_activity"])
    if row["receiver"] is not None:
        receiver = parts.orgs[row["receiver"]]
        _org(made, "receiver-org", receiver, receiver_activity_id=row["receiver_activity"])
    if row["country"] is not None:
        child(made, "recipient-country", code=row["country"])
    else:
        child(made, "recipient-region", vocabulary="1", code=parts.defaults.region)


def _related(element: Element, row: Row, parts: _Parts) -> None:
    if row["parent"] is not None:
        child(element, "related-activity", ref=row["parent"], type=_PARENT)
    for each in parts.children.get(row["activity"], ()):
        child(element, "related-activity", ref=each["activity"], type=_CHILD)


def _result(element: Element, row: Row, periods: "list[Row] | tuple[()]") -> None:
    adds_up = "true" if row["adds_up"] else "false"
    result = child(element, "result", type=row["result_type"], aggregation_status=adds_up)
    spoken(result, "title", row, "title")
    indicator = child(result, "indicator", measure=_UNIT, ascending="true", aggregation_status=adds_up)
    spoken(indicator, "title", row, "title")
    spoken(indicator, "description", row, "description")
    child(indicator, "baseline", year=row["baseline_year"], value=number_of(row["baseline"]))
    for each in periods:
        made = child(indicator, "period")
        period(made, each)
        for tag in ("target", "actual"):
            if each[tag] is not None:
                said = child(made, tag, value=number_of(each[tag]))
                if each[f"{tag}_comment_es"] is not None:
                    spoken(said, "comment", each, f"{tag}_comment")


def reporting_org(parent: Element, org: Row) -> None:
    """Who publishes."""
    narratives(child(parent, "reporting-org", ref=org["ref"], type=org["type"]), org["name"])


def document_link(parent: Element, document: Row) -> None:
    """A document that is published elsewhere."""
    link = child(parent, "document-link", url=document["url"], format=document["format"])
    spoken(link, "title", document, "title")
    child(link, "category", code=document["category"])
    child(link, "language", code=document["language"])


def _org(parent: Element, tag: str, org: Row, **values: object) -> None:
    narratives(child(parent, tag, ref=org["ref"], type=org["type"], **values), org["name"])
