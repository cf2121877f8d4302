"""Drops are well formed, arrive when they say, and speak only of people who were active."""

from datetime import date

import polars as pl

from ceiba.core.cells import ROW
from ceiba.core.evidence import KINDS
from ceiba.core.intake import KNOWN, correction_problems, row_problems
from ceiba.core.kernel.month import Month
from ceiba.core.sheets import typed
from ceiba.geodata.areas import areas

TODAY = date(2026, 11, 30)


def test_drops_have_the_schemas_of_their_kinds(country):
    for kind, contract in KINDS.items():
        frame = country.evidence(kind)
        contract.schema.check(frame)
        assert frame.height == country.summary.evidence[kind]
        for column in contract.body:
            values = frame[column.name].drop_nulls()
            if column.choices:
                assert set(values) <= set(column.choices)
            if column.low is not None:
                assert values.is_between(column.low, column.high).all()


def test_every_record_would_be_taken_in(country):
    """By the checks that the intake itself makes of cells, of rows and of corrections."""
    people = country.sheet("participants").select(participant="code").with_row_index("participant_id")
    codes = areas()["code"].implode()
    for kind in KINDS.values():
        rows = country.evidence(kind.code).with_row_index(ROW, 1).with_columns(pl.col(ROW).cast(pl.Int64))
        cells, problems = typed(rows, kind.columns, key=("key",), today=TODAY)
        assert problems.is_empty(), kind.code
        placed = cells.join(people, on="participant", how="left").with_columns(
            pl.col("participant_id").cast(pl.Int64),
            area_known=pl.col("area").is_in(codes),
            cutoff=pl.lit(None, pl.Datetime("us", "UTC")),
        )
        assert row_problems(kind, placed).is_empty(), kind.code
        assert correction_problems(placed, KNOWN.empty()).is_empty(), kind.code


def test_files_have_exactly_the_columns_of_the_contract(country):
    for file in country.folder.glob("evidence/*/*.parquet"):
        assert pl.read_parquet_schema(file) == KINDS[file.stem].schema.dtypes


def test_every_month_has_a_drop_and_none_is_outside(country):
    folders = {path.name for path in (country.folder / "evidence").iterdir()}
    assert folders == {str(month) for month in country.months}


def test_a_drop_holds_what_was_received_between_two_closings(country):
    limits = pl.DataFrame(
        {
            "folder": [month.first_day for month in country.months],
            "opens": [country.cutoff(month + (-1)) for month in country.months],
            "closes": [country.cutoff(month) for month in country.months],
        }
    )
    for kind in KINDS:
        rows = country.evidence(kind).join(limits, on="folder")
        assert rows.filter(pl.col("received_at") <= pl.col("opens")).is_empty(), kind
        assert rows.filter(pl.col("received_at") > pl.col("closes")).is_empty(), kind
        assert rows.filter(pl.col("folder") < pl.col("month")).is_empty(), kind
        assert rows.filter(pl.col("observed_at") > pl.col("received_at")).is_empty(), kind
        assert rows.filter(pl.col("observed_at").dt.date().dt.month_start() != pl.col("month")).is_empty(), (
            kind
        )


def test_some_records_are_late_by_up_to_three_months(central_america):
    visits = central_america.evidence("visit")
    late = visits.select((pl.col("folder") - pl.col("month")).dt.total_days() // 28).to_series()
    assert 0.01 < (late > 0).mean() < 0.06
    assert 2 <= late.max() <= 4


def test_keys_are_unique_and_tell_month_and_kind(country):
    for kind in KINDS:
        rows = country.evidence(kind)
        assert rows["key"].is_unique().all()
        prefix = pl.concat_str(
            pl.lit(f"{country.options.programme}-"), pl.col("month").dt.strftime("%Y-%m"), pl.lit(f"-{kind}-")
        )
        assert rows.select(pl.col("key").str.starts_with(prefix).all()).item()


def test_corrections_come_after_what_they_correct(central_america):
    visits = central_america.evidence("visit")
    pairs = visits.filter(pl.col("corrects").is_not_null()).join(
        visits, left_on="corrects", right_on="key", suffix="_first"
    )
    assert pairs.height > 10
    assert (pairs["participant"] == pairs["participant_first"]).all()
    assert (pairs["received_at"] > pairs["received_at_first"]).all()
    assert (pairs["plan_done"] >= pairs["plan_done_first"]).all()


def test_evidence_is_only_of_people_active_in_its_month(country):
    enrolments = country.sheet("enrolments")
    for kind, contract in KINDS.items():
        if not contract.of_person or kind == "death":
            continue
        rows = country.evidence(kind).join(enrolments, on="participant", how="left")
        if kind == "land_check":  # the visit that puts somebody on the waiting list comes before
            rows = rows.filter(pl.col("state") != "waiting")
        assert rows.filter(
            pl.col("active_on").is_null() | (pl.col("active_on") > pl.col("month"))
        ).is_empty(), kind
        left = pl.col("state") != "active"
        assert rows.filter(left & (pl.col("observed_at").dt.date() >= pl.col("state_since"))).is_empty(), kind


def test_people_areas_and_reporters_are_those_of_the_register(country):
    people = country.sheet("participants").select("code", "area", "group")
    groups = country.sheet("groups").select("code", "technician_productive", "technician_social")
    rows = country.evidence("visit").join(people, left_on="participant", right_on="code", suffix="_home")
    assert rows.height == country.summary.evidence["visit"]
    assert (rows["area"] == rows["area_home"]).all()
    rows = rows.join(groups, left_on="group", right_on="code")
    assert (rows["reporter"] == rows["technician_productive"]).all()


def test_one_visit_and_one_attendance_a_person_and_month(country):
    for kind in ("visit", "attendance", "proof_of_life", "death"):
        rows = country.evidence(kind).filter(pl.col("corrects").is_null())
        assert not rows.select("participant", "month").is_duplicated().any()


def test_counts_make_sense(country):
    assert country.evidence("visit").filter(pl.col("plan_done") > pl.col("plan_due")).is_empty()
    assert country.evidence("visit")["plan_due"].is_between(6, 14).all()
    assert country.evidence("visit")["accuracy_m"].is_between(3, 30).all()
    attendance = country.evidence("attendance")
    assert attendance["sessions_held"].is_between(2, 5).all()
    assert attendance.filter(pl.col("sessions_attended") > pl.col("sessions_held")).is_empty()
    survival = country.evidence("survival")
    assert survival.filter(pl.col("alive") + pl.col("replanted") > pl.col("sampled")).is_empty()


def test_seasons(central_america):
    planting = central_america.evidence("planting")["month"].dt.month()
    assert set(planting) == {5, 6, 7, 8, 9}
    due = (
        central_america.evidence("visit").group_by(pl.col("month").dt.month()).agg(pl.col("plan_due").mean())
    )
    tasks = dict(due.rows())
    assert tasks[2] < 8.5
    assert tasks[7] > 11.5
    survival = central_america.evidence("survival")
    assert set(survival["month"].dt.month()) <= {2, 3, 10, 11}
    assert 0.6 < survival["alive"].sum() / survival["sampled"].sum() < 0.9


def test_lists_come_for_every_state_and_country(country):
    receipts = country.evidence("list_receipt").filter(pl.col("month") == country.months[0].first_day)
    areas = country.sheet("participants")["area"]
    missing = country.faults("missing_list").filter(pl.col("month") == country.months[0].first_day)["area"]
    deaths = receipts.filter(pl.col("list") == "deaths")["area"]
    assert set(deaths) | set(missing) <= set(areas.str.head(5))
    assert set(receipts.filter(pl.col("list") == "sanctions")["area"]) <= set(areas.str.head(2))
    assert receipts["participant"].null_count() == receipts.height


def test_about_nine_months_in_ten_would_be_accepted(central_america):
    """The month's rules of Central America as this test states them: plan, attendance, lists."""
    visits = central_america.evidence("visit")
    visits = visits.join(visits, left_on="key", right_on="corrects", how="anti")
    enrolments = central_america.sheet("enrolments").filter(pl.col("active_on").is_not_null())
    months = pl.DataFrame({"month": [month.first_day for month in central_america.months]})
    active = enrolments.join(months, how="cross").filter(
        (pl.col("active_on") <= pl.col("month"))
        & ((pl.col("state") == "active") | (pl.col("state_since") > pl.col("month")))
    )
    people = central_america.sheet("participants").select("code", state_area=pl.col("area").str.head(5))
    deaths = central_america.evidence("list_receipt").filter(pl.col("list") == "deaths")
    on = ["participant", "month"]
    decided = (
        active.join(people, left_on="participant", right_on="code")
        .join(
            visits.select(*on, done=100 * pl.col("plan_done") >= 80 * pl.col("plan_due")), on=on, how="left"
        )
        .join(
            central_america.evidence("attendance").select(
                *on, attended=2 * pl.col("sessions_attended") >= pl.col("sessions_held")
            ),
            on=on,
            how="left",
        )
        .join(deaths.select("month", state_area="area", listed=True), on=["month", "state_area"], how="left")
        .with_columns(
            accepted=(pl.col("done") & pl.col("attended") & pl.col("listed")).fill_null(value=False)
        )
    )
    assert 0.88 < decided["accepted"].mean() < 0.94
    whole = decided.group_by("participant").agg(pl.col("accepted").sum(), n=pl.len())
    whole = whole.filter(pl.col("n") == len(central_america.months))
    assert 0.3 < (whole["accepted"] == whole["n"]).mean() < 0.8


def test_months_are_the_ones_asked_for(central_america):
    assert Month.of(central_america.evidence("visit")["month"].min()) == central_america.options.first_month
