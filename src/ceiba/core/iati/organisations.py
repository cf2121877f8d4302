"""The organisation file: what the publisher has budgeted and spent in all, a year at a time."""

from collections.abc import Mapping
from typing import Final

import polars as pl
from lxml import etree

from ceiba.core.iati.activities import document_link, reporting_org
from ceiba.core.iati.elements import (
    VERSION,
    XML_LANG,
    Row,
    child,
    moment,
    narratives,
    period,
    rows_by,
    value,
)
from ceiba.core.iati.frames import TOTAL_KINDS, Publication

_LINE: Final = {
    "total-budget": "budget-line",
    "recipient-org-budget": "budget-line",
    "recipient-region-budget": "budget-line",
    "recipient-country-budget": "budget-line",
    "total-expenditure": "expense-line",
}


def organisations_document(publication: Publication) -> "etree._Element":
    """The `iati-organisations` element, of the reporting organisation alone."""
    defaults = publication.defaults
    orgs: dict[str, Row] = {row["org"]: row for row in publication.organisations.rows(named=True)}
    own = orgs[defaults.reporting]
    root = etree.Element("iati-organisations", version=VERSION)
    root.set("generated-datetime", moment(defaults.updated_at))
    element = child(
        root,
        "iati-organisation",
        last_updated_datetime=moment(defaults.updated_at),
        default_currency=defaults.currency,
    )
    element.set(XML_LANG, defaults.language)
    child(element, "organisation-identifier").text = own["ref"]
    narratives(child(element, "name"), own["name"])
    reporting_org(element, own)
    lines = rows_by(_keyed(publication.lines), "key")
    for kind in TOTAL_KINDS:
        for row in _keyed(publication.totals.filter(pl.col("kind") == kind)).rows(named=True):
            _total(element, row, orgs, lines.get(row["key"], []))
    for document in publication.documents.unique("url", keep="first", maintain_order=True).rows(named=True):
        document_link(element, document)
    return root


def _keyed(frame: pl.DataFrame) -> pl.DataFrame:
    parts = ("kind", pl.col("org").fill_null(""), pl.col("start").cast(pl.String))
    return frame.with_columns(key=pl.concat_str(*parts, separator="\n"))


def _total(element: "etree._Element", row: Row, orgs: Mapping[str, Row], lines: list[Row]) -> None:
    made = child(element, row["kind"], status=row["status"])
    if row["org"] is not None:
        org = orgs[row["org"]]
        narratives(child(made, "recipient-org", ref=org["ref"]), org["name"])
    if row["kind"] == "recipient-country-budget":
        child(made, "recipient-country", code=row["place"])
    elif row["place"] is not None:
        child(made, "recipient-region", vocabulary="1", code=row["place"])
    period(made, row)
    value(made, row)
    for line in lines:
        said = child(made, _LINE[row["kind"]], ref=line["ref"])
        value(said, line)
        narratives(said, line["text_es"], line["text_en"])
