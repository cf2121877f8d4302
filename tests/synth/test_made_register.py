"""Every row of a made register is valid by the register's own contract."""

from datetime import date

import numpy as np
import polars as pl
import pytest
import shapely

from ceiba.core.cells import ROW
from ceiba.core.geometry import area_m2, overlap_m2, parse_polygons
from ceiba.core.register import CONTRACT_TENURES, NEEDS_DOCUMENTS, SHEETS, TRANSITIONS
from ceiba.core.sheets import typed
from ceiba.geodata.areas import areas
from ceiba.synth.programmes import BASIC_DOCUMENTS


def test_sheets_have_the_schemas_of_the_register(country):
    for name, sheet in SHEETS.items():
        frame = country.sheet(name)
        sheet.schema.check(frame)
        assert frame.columns == sheet.schema.names
        assert frame.height == country.summary.register[name] > 0
        assert not frame.select(sheet.key).is_duplicated().any()


def test_every_row_would_be_read(country):
    """By the checks that the import of a register makes of its cells and keys."""
    for name, sheet in SHEETS.items():
        rows = country.sheet(name).with_row_index(ROW, 1).with_columns(pl.col(ROW).cast(pl.Int64))
        _, problems = typed(rows, sheet.columns, key=sheet.key, today=date(2026, 11, 30))
        assert problems.is_empty(), name


def test_references_hold(country):
    for name, sheet in SHEETS.items():
        frame = country.sheet(name)
        for column in sheet.columns:
            values = frame[column.name].drop_nulls()
            if column.refers == "area":
                assert values.is_in(areas()["code"].implode()).all()
            elif column.refers == "programme":
                assert set(values) == {country.options.programme}
            elif column.refers:
                key = country.sheet(column.refers)[SHEETS[column.refers].key[0]]
                assert values.is_in(key.implode()).all(), (name, column.name)


def test_enrolments_could_have_come_about(country):
    """The state can be reached, in the order of the dates, and has what it needs."""
    rows = country.sheet("enrolments")
    admitted = pl.col("active_on").is_not_null()
    assert rows.filter(pl.col("state").is_in(NEEDS_DOCUMENTS) & ~admitted).is_empty()
    assert rows.filter(pl.col("state").is_in(["applied", "waiting"]) & admitted).is_empty()
    assert rows.filter((pl.col("state") == "exited") != pl.col("cause").is_not_null()).is_empty()
    assert rows.filter(pl.col("applied_on") > pl.col("state_since")).is_empty()
    assert rows.filter(admitted & ~pl.col("active_on").is_between("applied_on", "state_since")).is_empty()
    assert rows["state_since"].max() <= country.options.last_month.last_day
    paths = rows.select("state", before=pl.when(admitted).then(pl.lit("active")).otherwise(pl.lit("applied")))
    for state, before in paths.unique().rows():
        assert state == before or state in TRANSITIONS[before], (before, state)


def test_whoever_was_admitted_holds_every_document(country):
    documents, enrolments = country.sheet("documents"), country.sheet("enrolments")
    admitted = enrolments.filter(pl.col("active_on").is_not_null())
    held = documents.filter("held").group_by("participant").agg(pl.col("document"))
    rows = admitted.join(held, on="participant", how="left")
    for document in BASIC_DOCUMENTS:
        assert rows["document"].list.contains(document).all()
    lacking = documents.filter(~pl.col("held")).join(enrolments, on="participant")
    assert set(lacking["state"]) <= {"applied"}


def test_mexico_asks_for_the_person_key_and_the_minutes(mexico):
    documents = mexico.sheet("documents")
    keys = documents.filter(pl.col("document") == "person_key")
    assert keys.height == mexico.options.participants
    assert keys["number"].str.contains(r"^[A-Z][AEIOUX][A-Z]{2}\d{6}[HM][A-Z]{2}[A-Z]{3}[0-9A-Z]\d$").all()
    assert keys["number"].is_unique().all()
    common = mexico.sheet("plots").filter(
        pl.col("tenure").is_in(["ejidal", "communal", "sharecropping", "usufruct"])
    )
    minutes = documents.filter(pl.col("document") == "assembly_minutes")
    assert set(minutes["participant"]) == set(common["participant"])


def test_identity_numbers_are_unique(country):
    numbers = country.sheet("documents").filter(pl.col("document") == "identity_document")["number"]
    assert numbers.null_count() == 0
    assert numbers.is_unique().all()


def test_who_they_are(central_america):
    people = central_america.sheet("participants")
    assert 0.3 < (people["sex"] == "F").mean() < 0.42
    assert 0.4 < people["phone"].is_not_null().mean() < 0.7
    assert {"spa", "kek", "quc", "mam"} & set(people["language"])
    countries = people["area"].str.head(2).value_counts(normalize=True)
    assert dict(countries.rows()) == pytest.approx({"GT": 14 / 40, "HN": 13 / 40, "SV": 13 / 40}, abs=0.06)
    at_entry = people.join(central_america.sheet("enrolments"), left_on="code", right_on="participant")
    age = at_entry.select(
        (pl.col("applied_on") - pl.col("birth_date")).dt.total_days() / 365.2425
    ).to_series()
    assert age.min() >= 18
    assert ((age > 75).sum(), (age > 96).sum()) > (5, 5)


def test_groups_and_technicians(country):
    people, groups = country.sheet("participants"), country.sheet("groups")
    members = country.options.participants / groups.height
    assert 23 < members < 30
    served = groups.group_by("technician_productive", "technician_social").len()
    assert served["len"].max() == 8
    assert people.group_by("group").len().drop_nulls()["len"].max() <= 30
    assert set(country.sheet("technicians")["kind"]) == {"productive", "social"}


def plots_of(country):
    sheet = country.sheet("plots")
    geoms, problems = parse_polygons(sheet["geometry"])
    assert problems == ()
    return sheet, geoms


def test_plots_overlap_only_where_planted(country):
    sheet, geoms = plots_of(country)
    owners = sheet["participant"].to_numpy()
    covered = sheet.filter(pl.Series(overlap_m2(geoms, owners) > 0))
    planted = country.faults("overlapping_plot")
    assert set(covered["participant"]) == set(planted["participant"]) | set(planted["other"])
    assert set(planted["plot"]) <= set(covered["code"])


def test_plots_lie_in_their_area_and_near_home(country):
    sheet, geoms = plots_of(country)
    shapes = dict(areas().select("code", "geometry").rows())
    middles = shapely.centroid(geoms)
    for (code,), rows in sheet.with_row_index().group_by("area"):
        inside = middles[rows["index"].to_numpy()]
        assert shapely.contains(shapely.from_wkb(shapes[code]), inside[~shapely.is_missing(inside)]).all()


def test_areas_of_plots(central_america, mexico, pes):
    for country in (central_america, mexico):
        sheet, geoms = plots_of(country)
        assert set(sheet["nominal_m2"]) == {25_000}
        measured = area_m2(geoms)[~shapely.is_missing(geoms)]
        assert 0.8 < np.mean((measured > 18_000) & (measured < 26_100)) < 0.98
        assert measured.max() < 26_500
    sheet, geoms = plots_of(pes)
    measured = area_m2(geoms)[~shapely.is_missing(geoms)]
    assert 500 < measured.min() < 5_000
    assert 60_000 < measured.max() < 151_000
    assert sheet["nominal_m2"].n_unique() > 100


def test_contracts_have_an_end_and_other_tenures_none(country):
    sheet = country.sheet("plots")
    contract = pl.col("tenure").is_in(CONTRACT_TENURES)
    assert sheet.select((contract == pl.col("tenure_until").is_not_null()).all()).item()


def test_mexico_works_where_marginalisation_is_medium_or_more(mexico):
    grades = mexico.sheet("participants").join(areas(), left_on="area", right_on="code")
    assert grades["marginalisation"].min() >= 3


def test_officers_are_active_members_of_their_group(country):
    officers = country.sheet("officers")
    rows = officers.join(country.sheet("participants"), left_on="participant", right_on="code").join(
        country.sheet("enrolments"), on="participant"
    )
    assert rows.height == officers.height
    assert (rows["group"] == rows["group_right"]).all()
    assert set(rows["state"]) == {"active"}
