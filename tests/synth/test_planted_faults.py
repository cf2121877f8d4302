"""Each planted fault is in the data as labelled, at its rate, and nowhere else."""

from math import ceil

import polars as pl

from ceiba.core.geometry import parse_polygons


def test_faults_come_at_the_rates_asked_for(central_america):
    rates, register = central_america.options.faults, central_america.summary.register
    faults = central_america.summary.faults
    lasting = (central_america.sheet("enrolments")["state"] == "active").sum()
    assert faults["dead"] == ceil(rates.dead * lasting)
    assert faults["very_old"] == ceil(rates.very_old * lasting)
    assert faults["overlapping_plot"] == ceil(rates.overlapping_plots * register["plots"])
    assert faults["two_names"] == ceil(rates.two_names * register["participants"])
    assert faults["regular_technician"] == ceil(rates.regular_technicians * register["technicians"] / 2)
    visits = central_america.evidence("visit").filter(pl.col("corrects").is_null()).height
    assert 0.8 < faults["missing_evidence"] / (rates.missing_evidence * visits) < 1.2


def test_nobody_has_two_faults_of_the_person(country):
    kinds = ("dead", "very_old", "overlapping_plot", "two_names")
    people = [
        code
        for kind in kinds
        for column in ("participant", "other")
        for code in country.faults(kind)[column].drop_nulls()
    ]
    assert len(people) == len(set(people)) > 0


def test_the_dead_are_reported_on(central_america):
    dead = central_america.faults("dead")
    visits = central_america.evidence("visit").join(dead, on="participant", suffix="_death")
    after = visits.filter(pl.col("month") > pl.col("month_death"))
    assert after["participant"].n_unique() >= 0.9 * dead.height
    enrolments = central_america.sheet("enrolments").join(dead, on="participant")
    assert set(enrolments["state"]) == {"active"}
    notices = dead.join(central_america.evidence("death"), on="participant", how="left", suffix="_notice")
    told = pl.col("note").str.contains("notice in the drop of")
    assert notices.select((pl.col("folder").is_not_null() == told).all()).item()
    drop = pl.col("note").str.extract(r"(\d{4}-\d{2})$")
    assert notices.filter(told).select((pl.col("folder").dt.strftime("%Y-%m") == drop).all()).item()
    assert notices.filter(told).select((pl.col("month") == pl.col("month_notice")).all()).item()


def test_other_deaths_are_of_people_the_register_knows_dead(central_america):
    deaths = central_america.evidence("death").join(central_america.sheet("enrolments"), on="participant")
    others = deaths.join(central_america.faults("dead"), on="participant", how="anti")
    assert set(others["state"]) == {"deceased"}
    assert (others["died_on"] == others["state_since"]).all()


def test_the_very_old_are_97_to_109_without_proof_of_life(central_america):
    people = central_america.sheet("participants").join(
        central_america.faults("very_old"), left_on="code", right_on="participant"
    )
    last = central_america.options.last_month.last_day
    ages = people.select((pl.lit(last) - pl.col("birth_date")).dt.total_days() // 365.2425).to_series()
    assert ages.is_between(97, 109).all()
    proofs = central_america.evidence("proof_of_life")["participant"]
    assert not people["code"].is_in(proofs.implode()).any()
    assert proofs.len() > 10


def test_an_overlapping_plot_lies_in_the_other(country):
    plots = country.sheet("plots")
    geoms = dict(zip(plots["participant"], parse_polygons(plots["geometry"])[0], strict=True))
    for inner, outer in country.faults("overlapping_plot").select("participant", "other").rows():
        assert geoms[outer].buffer(1e-6).contains(geoms[inner])


def test_two_names_are_one_person(country):
    people, pairs = country.sheet("participants"), country.faults("two_names")
    both = pairs.join(people, left_on="participant", right_on="code").join(
        people, left_on="other", right_on="code", suffix="_other"
    )
    assert both.height == pairs.height > 0
    assert (both["birth_date"] == both["birth_date_other"]).all()
    assert (both["family_names"] != both["family_names_other"]).all()
    truth = dict(pl.read_parquet(country.folder / "truth" / "people.parquet").rows())
    assert all(truth[name] == truth[other] for name, other in pairs.select("participant", "other").rows())
    assert len(set(truth.values())) == country.options.participants - pairs.height


def test_copied_counts_are_the_same_in_the_group(central_america):
    copied = central_america.faults("copied_count").select("participant", "month")
    people = central_america.sheet("participants").select("code", "group")
    counts = central_america.evidence("survival").join(people, left_on="participant", right_on="code")
    same = counts.join(copied, on=["participant", "month"]).group_by("group", "month")
    assert same.agg(pl.struct("sampled", "alive", "replanted").n_unique().alias("n"))["n"].max() == 1
    others = counts.join(copied, on=["participant", "month"], how="anti").group_by("group", "month")
    assert others.agg(pl.struct("sampled", "alive", "replanted").n_unique().alias("n"))["n"].mean() > 10
    assert counts.join(copied, on=["participant", "month"], how="semi").height >= 0.9 * copied.height > 0


def test_the_too_regular_technician(central_america):
    visits = central_america.evidence("visit").filter(pl.col("corrects").is_null())
    regular = visits.join(
        central_america.faults("regular_technician"), left_on="reporter", right_on="technician"
    )
    assert regular.height > 100
    assert (regular["plan_done"] == regular["plan_due"]).all()
    assert regular["accuracy_m"].n_unique() == 1
    assert (
        regular.select(
            (pl.col("observed_at") - pl.col("month").cast(pl.Datetime("us", "UTC"))).n_unique()
        ).item()
        == 1
    )


def test_a_working_absence_is_attested_and_all_work_was_done(central_america):
    planted = central_america.faults("working_absence").select("participant", "month")
    absences = central_america.evidence("absence")
    assert 0 < planted.height < 0.1 * absences.height
    attested = absences.filter("documented").join(planted, on=["participant", "month"])
    assert attested.select("participant", "month").unique().height == planted.height
    visits = central_america.evidence("visit").join(planted, on=["participant", "month"])
    assert (visits["plan_done"] == visits["plan_due"]).all()
    assert visits.height >= planted.height
    others = absences.filter("documented").join(planted, on=["participant", "month"], how="anti")
    whole = others.filter(pl.col("since").dt.day() <= 3, pl.col("until") >= pl.col("month").dt.month_end())
    done = central_america.evidence("visit").join(whole, on=["participant", "month"], how="semi")
    assert done.height > 10
    assert (10 * done["plan_done"] < 8 * done["plan_due"]).mean() > 0.8


def test_absences_are_made_where_the_rules_excuse_them(central_america, mexico, pes):
    absences = central_america.evidence("absence")
    assert set(absences["cause"]) == {"illness", "maternity", "disaster"}
    assert (absences["until"] >= absences["since"]).all()
    assert (absences["since"].dt.month_start() == absences["month"]).all()
    visits = central_america.evidence("visit").height
    assert 0.002 < absences.height / visits < 0.006
    assert mexico.evidence("absence").is_empty()
    assert pes.evidence("absence").is_empty()


def test_missing_evidence_never_arrives(country):
    missing = country.faults("missing_evidence")
    assert missing.height > 0
    for kind in ("visit", "attendance"):
        assert country.evidence(kind).join(missing, on=["participant", "month"], how="semi").is_empty()


def test_a_missing_list_never_arrives(central_america):
    missing = central_america.faults("missing_list")
    deaths = central_america.evidence("list_receipt").filter(pl.col("list") == "deaths")
    assert missing.height > 0
    assert deaths.join(missing, on=["area", "month"], how="semi").is_empty()
    complete = deaths.filter(pl.col("folder") == pl.col("month"))
    assert complete.height / deaths.height > 0.9
