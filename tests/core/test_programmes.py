"""The three programmes that ship: their numbers by date, what is labelled an assumption, and whom they pay."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceiba.core.checking import check_rulebook
from ceiba.core.determinations import compile_rules, decide, verdicts_of
from ceiba.core.facts import stage_schema
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.month import Month, month_range
from ceiba.core.pathway import stages_reached
from ceiba.core.register import CONTRACT_TENURES
from ceiba.core.rules.reading import read_rulebook
from ceiba.core.rules.rulebook import LEAVES_PAY, Rulebook, all_bases
from tests.core.rules.folders import PROGRAMMES, SMALL, shipped, small

BOOKS = {code: read_rulebook(shipped(code)) for code in ("ca", "mx", "pes")}
EVERYONE = pytest.mark.parametrize("code", BOOKS)

TYPICAL = {
    "country": "GT",
    "variant": "us36",
    "age_years": 41,
    "marginalisation": 4,
    "documents_missing": 0,
    "plots": 1,
    "plot_nominal_m2": 25_000,
    "plot_measured_m2": 24_600,
    "plot_overlap_m2": 0,
    "tenure": "possession",
    "home_plot_m": 3_000,
    "group_members": 24,
    "forest_m2": 0,
    "possession": True,
    "plan_due": 10,
    "plan_done": 9,
    "visit_accuracy_m": 6,
    "sessions_held": 4,
    "sessions_attended": 3,
    "deceased": False,
    "sanctions": 0,
}
COUNTED = {"survival_sampled": 50, "survival_alive": 41, "survival_age_months": 3, "plants_planted": 2_600}


def facts(code: str, stage: str = "month", **changes: object) -> pl.DataFrame:
    place = {"ca": {}, "mx": {"country": "MX", "variant": "standard"}, "pes": {"variant": "standard"}}[code]
    row = {"participant_id": 1, "area": "01"} | TYPICAL | place | changes
    schema = stage_schema(stage)
    return pl.DataFrame({name: pl.Series([row.get(name)], dtype=t) for name, t in schema.dtypes.items()})


def decided(code: str, month: Month, stage: str = "month", **changes: object) -> dict:
    rules = compile_rules(BOOKS[code].at(month, stage))
    return decide(facts(code, stage, **changes), rules).row(0, named=True)


# --- whom they pay -----------------------------------------------------------------------------------------------


@EVERYONE
@pytest.mark.parametrize("enrolled", [1, 6, 12])
def test_a_typical_person_is_paid_from_the_first_month_without_counts_or_history(code, enrolled):
    found = decided(code, Month(2026, 5), enrolled_months=enrolled)
    assert (found["outcome"], found["failed"]) == ("pay", [])


@EVERYONE
@pytest.mark.parametrize("enrolled", [13, 25, 36])
def test_a_typical_person_is_paid_later_with_counts_that_come_twice_a_year(code, enrolled):
    record = {"months_accepted": enrolled - 2, "months_missed_running": 0}
    found = decided(code, Month(2026, 5), enrolled_months=enrolled, **record, **COUNTED)
    assert (found["outcome"], found["failed"], found["unknown"]) == ("pay", [], [])


@pytest.mark.parametrize("code", ["ca", "mx"])
def test_after_a_drought_there_is_time_to_replant_before_pay_stops(code):
    low = COUNTED | {"enrolled_months": 20, "months_missed_running": 0, "survival_alive": 28}
    month = Month(2026, 5)
    assert decided(code, month, **low | {"survival_age_months": 6})["outcome"] == "pay"
    assert decided(code, month, **low | {"survival_age_months": 7})["failed"] == ["survival.alive"]
    nearly_all_dead = low | {"survival_alive": 19, "survival_age_months": 0}
    assert decided(code, month, **nearly_all_dead)["failed"] == ["survival.alive"]


@EVERYONE
def test_no_list_of_deaths_is_not_nobody_died(code):
    found = decided(code, Month(2026, 5), enrolled_months=6, deceased=None)
    assert (found["outcome"], found["amount_minor"], found["unknown"][0]) == ("hold", 0, "person.alive")
    found = decided(code, Month(2026, 5), enrolled_months=6, deceased=True)
    assert (found["outcome"], found["failed"]) == ("refuse", ["person.alive"])


@EVERYONE
def test_without_any_evidence_nobody_is_paid(code):
    nothing = dict.fromkeys(TYPICAL)
    found = decided(code, Month(2026, 5), **nothing)
    assert (found["outcome"], found["amount_minor"]) == ("hold", 0)


def test_the_36_months_are_accepted_months():
    """A missed month is made up later: who has 35 accepted after 40 is still paid, who has 36 is not."""
    month = Month(2026, 5)
    late = COUNTED | {"enrolled_months": 40, "months_missed_running": 0}
    assert decided("ca", month, months_accepted=35, **late)["outcome"] == "pay"
    found = decided("ca", month, months_accepted=36, **late)
    assert (found["outcome"], found["failed"]) == ("refuse", ["term.us36"])
    assert decided("ca", month, variant="amexcid", enrolled_months=8)["outcome"] == "pay"
    assert decided("ca", month, variant="amexcid", enrolled_months=9)["failed"] == ["term.amexcid"]


def test_the_pathway_asks_for_36_accepted_months():
    month = Month(2026, 5)
    served = {"months_accepted": 36, "break_months_unexcused": 2}

    def state(**changes: object) -> tuple[str, list[str], list[str]]:
        reached = stages_reached(facts("ca", "pathway", **served | changes), BOOKS["ca"], month, ["record"])
        return reached.select("state", "failed", "unknown").row(0)

    assert state() == ("reached", [], [])
    assert state(months_accepted=35) == ("not_yet", ["pathway.accepted"], [])
    assert state(months_accepted=None) == ("not_yet", [], ["pathway.accepted"])
    assert state(break_months_unexcused=13) == ("not_yet", ["pathway.breaks"], [])
    assert state(break_months_longest=13) == ("reached", [], [])  # of which enough are excused
    assert state(variant="amexcid")[0] == "excluded"


def test_what_was_proposed_asks_for_the_stage_before_it():
    month, served = Month(2026, 5), {"months_accepted": 36, "break_months_unexcused": 2}
    of = stages_reached(facts("ca", "pathway", **served), BOOKS["ca"], month)
    assert dict(of.select("stage", "state").iter_rows()) == {
        "record": "reached", "seasonal_visa": "reached", "residence": "not_yet",
    }  # fmt: skip
    seasons = facts("ca", "pathway", **served, seasons_completed=3)
    assert set(stages_reached(seasons, BOOKS["ca"], month)["state"]) == {"reached"}
    short = facts("ca", "pathway", **served | {"months_accepted": 35}, seasons_completed=3)
    assert set(stages_reached(short, BOOKS["ca"], month)["state"]) == {"not_yet"}


def test_an_absence_pays_nobody_and_excuses_the_month():
    month, began = Month(2026, 5), {"absence": "illness", "absence_age_months": 0}
    ill = {"enrolled_months": 6, "months_missed_running": 0, **began}
    found = decided("ca", month, **ill, plan_done=2)
    assert (found["outcome"], found["failed"], found["unknown"]) == (
        "hold",
        ["work.plan", "absence.illness"],
        [],
    )
    assert decided("ca", month, **ill)["outcome"] == "pay"
    assert (
        decided("ca", month, **ill | {"absence": None, "absence_age_months": None})["unknown"] == []
    )  # no absence on record is no missing evidence
    assert BOOKS["ca"].excuses == {"absence.illness", "absence.maternity", "absence.disaster"}


@pytest.mark.parametrize(("cause", "months"), [("illness", 6), ("maternity", 4), ("disaster", 3)])
def test_an_absence_excuses_no_longer_than_the_rulebook_says_and_is_told_when_it_no_longer_does(
    cause, months
):
    month, missed = Month(2026, 5), {"enrolled_months": 6, "months_missed_running": 0, "plan_done": 2}
    longer = decided("ca", month, **missed, absence=cause, absence_age_months=months)
    assert (longer["outcome"], longer["failed"]) == ("hold", ["work.plan", "absence.length"])
    last = decided("ca", month, **missed, absence=cause, absence_age_months=months - 1)
    assert (last["outcome"], last["failed"]) == ("hold", ["work.plan", f"absence.{cause}"])
    paid = decided("ca", month, **missed | {"plan_done": 10}, absence=cause, absence_age_months=months)
    assert (paid["outcome"], paid["failed"]) == ("pay", ["absence.length"])  # a warning keeps no pay back


@EVERYONE
def test_a_typical_person_may_enrol(code):
    assert decided(code, Month(2026, 5), "enrolment")["outcome"] == "pay"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"age_years": 17}, "entry.age"),
        ({"documents_missing": 1}, "entry.documents"),
        ({"plot_nominal_m2": 24_999}, "entry.land_stated"),
        ({"plot_measured_m2": 9_999}, "entry.land_measured"),
        ({"plot_overlap_m2": 5_000}, "entry.overlap"),
        ({"possession": False}, "entry.possession"),
        ({"tenure": "lease", "tenure_months": 47}, "entry.tenure"),
        ({"home_plot_m": 20_001}, "entry.distance"),
        ({"forest_m2": 1}, "entry.forest"),
    ],
)
def test_mexico_refuses_or_holds_at_entry(change, rule):
    found = decided("mx", Month(2026, 5), "enrolment", **change)
    assert found["outcome"] in ("hold", "refuse")
    assert found["failed"] == [rule]


def test_the_batch_and_the_explanation_agree():
    month = Month(2026, 5)
    changes = {"enrolled_months": 20, "plan_done": 3, "sessions_held": None}
    found = decided("ca", month, **changes)
    verdicts = verdicts_of(facts("ca", **changes), compile_rules(BOOKS["ca"].at(month)))
    assert found["failed"] == [rule for rule, verdict in verdicts.items() if verdict == "fail"]
    assert found["unknown"] == [rule for rule, verdict in verdicts.items() if verdict == "unknown"]


# --- amounts by date ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "amounts"),
    [
        (Month(2019, 1), {"support": 450_000, "savings_personal": 45_000, "savings_fund": 5_000}),
        (Month(2019, 12), {"support": 450_000, "savings_personal": 45_000, "savings_fund": 5_000}),
        (Month(2020, 1), {"support": 450_000, "savings_personal": 25_000, "savings_fund": 25_000}),
        (Month(2021, 12), {"support": 450_000, "savings_personal": 25_000, "savings_fund": 25_000}),
        (Month(2022, 1), {"support": 500_000}),
        (Month(2023, 12), {"support": 600_000}),
        (Month(2024, 1), {"support": 625_000}),
        (Month(2025, 1), {"support": 645_000}),
        (Month(2026, 11), {"support": 645_000}),
    ],
)
def test_a_month_is_decided_by_the_amounts_valid_then(month, amounts):
    found = decided("mx", month, enrolled_months=6)
    assert {name: found[f"amount_{name}"] for name in amounts} == amounts
    assert {name for name in found if name.startswith("amount_")} == {
        "amount_minor",
        *(f"amount_{name}" for name in amounts),
    }
    assert found["amount_minor"] == sum(amounts.values())


def test_a_month_is_decided_by_the_rules_valid_then():
    far = {"home_plot_m": 30_000}
    assert decided("mx", Month(2025, 12), "enrolment", **far)["outcome"] == "pay"
    assert decided("mx", Month(2026, 1), "enrolment", **far)["failed"] == ["entry.distance"]


def test_in_every_month_the_split_adds_up_to_the_support():
    for month in month_range(Month(2019, 1), Month(2027, 12)):
        support = BOOKS["mx"].at(month).parameters["support_minor"].value
        assert decided("mx", month, enrolled_months=6)["amount_minor"] == support, month


@pytest.mark.parametrize(("country", "amount"), [("GT", 25_000), ("HN", 25_000), ("SV", 25_000)])
def test_central_america_pays_250_dollars(country, amount):
    assert decided("ca", Month(2026, 5), enrolled_months=6, country=country)["amount_minor"] == amount


@pytest.mark.parametrize(
    ("square_metres", "amount"), [(1_000, 53), (10_000, 533), (150_000, 8_000), (900_000, 8_000)]
)
def test_ecosystem_services_pay_by_measured_hectare_up_to_a_limit(square_metres, amount):
    found = decided("pes", Month(2026, 5), enrolled_months=6, plot_measured_m2=square_metres)
    assert found["amount_minor"] == amount


def test_ecosystem_services_hold_a_plot_that_is_not_measured():
    found = decided("pes", Month(2026, 5), enrolled_months=6, plot_measured_m2=None)
    assert (found["outcome"], found["amount_minor"]) == ("hold", 0)
    assert "amount.support" in found["unknown"]


def split(support: int, personal: int, fund: int, cap: int) -> Rulebook:
    """The small rulebook with one support of which two parts are saved."""
    parameter = """
[[parameter]]
name = "{}"
unit = "minor"
value = {}
valid_from = "2026-01"
basis = "assumption"
meaning = {{ es = "Ahorro", en = "Savings" }}
"""
    component = SMALL["programme.toml"].split("[[component]]")[1]
    components = "".join(
        "[[component]]"
        + component.replace('"support"', f'"{name}"')
        .replace('"support_minor"', f'"{amount}"')
        .replace(
            'cases = [{ country = "GT", expect = 25000 }, { country = "HN", month = "2026-06", expect = 20000 }]',
            f"cases = [{{ expect = {expect} }}]",
        )
        for name, amount, expect in (
            ("support", "support_minor - personal_minor - fund_minor", support - personal - fund),
            ("personal", "personal_minor", personal),
            ("fund", "fund_minor", fund),
        )
    )
    parameters = SMALL["parameters.toml"].replace('by = "country"', "", 1)
    parameters = parameters.replace("values = { GT = 25000, HN = 20000 }", f"value = {support}", 1)
    parameters = parameters.replace("value = 75000", f"value = {cap}", 1)
    parameters += parameter.format("personal_minor", personal) + parameter.format("fund_minor", fund)
    programme = SMALL["programme.toml"].split("[[component]]")[0] + components
    return read_rulebook(small(programme=programme, parameters=parameters))


@settings(max_examples=25)
@given(st.integers(1, 10**12 - 1), st.integers(0, 10**12), st.integers(0, 10**12), st.integers(-1, 1))
def test_any_split_adds_up_and_one_that_does_not_is_refused(support, personal, fund, beyond):
    report = check_rulebook(split(support, personal, fund, max(support + beyond, 1)))
    codes = {problem.code for problem in report.problems}
    if personal + fund > support:
        assert "check.negative" in codes
    elif beyond < 0 and support > 1:
        assert codes == {"check.over_cap"}
    else:
        assert report.ok, codes
        book = split(support, personal, fund, support)
        row = facts("ca").with_columns(plan_due=pl.lit(1, pl.Int32), plan_done=pl.lit(1, pl.Int32))
        found = decide(row, compile_rules(book.at(Month(2026, 1)))).row(0, named=True)
        assert found["amount_minor"] == support
        assert found["amount_support"] + found["amount_personal"] + found["amount_fund"] == support


# --- what they say -----------------------------------------------------------------------------------------------

# The numbers that are marked as not established, and the ones with a source (the project's dossier, section 7).
ASSUMED = {
    "ca": {
        "cap_minor",
        "recovery_percent_max",
        "plan_percent_min",
        "attendance_percent_min",
        "survival_percent_min",
        "replanting_months",
        "life_age_years",
        "plot_measured_m2_min",
        "forest_m2_max",
        "group_members_min",
        "group_members_max",
        "missed_months_max",
        "amexcid_months",
        "us36_months",
        "age_years_min",
        "break_months_max",
    },
    "mx": {
        "cap_minor",
        "recovery_percent_max",
        "attendance_percent_min",
        "survival_percent_min",
        "life_age_years",
        "plot_measured_m2_min",
        "forest_m2_max",
        "plants_min",
        "group_members_min",
        "group_members_max",
        "missed_months_max",
        "marginalisation_min",
    },
    "pes": {
        "rate_ha_year_minor",
        "cap_minor",
        "survival_percent_min",
        "plot_measured_m2_min",
        "missed_months_max",
    },
}
SOURCED = {
    "ca": {"support_minor"},
    "mx": {
        "plan_percent_min",
        "plot_nominal_m2_min",
        "tenure_months_min",
        "home_plot_m_max",
        "age_years_min",
    },
    "pes": {"paid_m2_max", "contract_months"},
}


@EVERYONE
def test_what_nobody_has_established_is_labelled(code):
    by_name = {parameter.name: parameter.is_assumption for parameter in BOOKS[code].parameters}
    assert {name for name in ASSUMED[code] if not by_name[name]} == set()
    assert {name for name in SOURCED[code] if by_name[name]} == set()


def test_the_tariff_of_2023_is_an_assumption_and_the_others_are_not():
    tariffs = [parameter for parameter in BOOKS["mx"].parameters if parameter.name == "support_minor"]
    assert [str(p.valid_from) for p in tariffs if p.is_assumption] == ["2023-01"]
    assert len(tariffs) == 6


@EVERYONE
def test_no_article_of_law_is_cited(code):
    """No article number could be established, so none may appear."""
    for basis in all_bases(BOOKS[code]):
        assert "art." not in basis.lower(), basis
        assert "artículo" not in basis.lower(), basis


@EVERYONE
def test_who_is_not_paid_is_told_what_to_do(code):
    for rule in BOOKS[code].rules:
        if rule.stage == "month" and rule.otherwise not in LEAVES_PAY:
            assert any(
                word in rule.message["es"] for word in ("puede inconformarse", "Puede inconformarse")
            ), rule.id
            assert "can appeal" in rule.message["en"], rule.id


@EVERYONE
def test_warnings_say_that_pay_is_not_touched(code):
    for rule in BOOKS[code].rules:
        if rule.stage == "month" and rule.otherwise in LEAVES_PAY and rule.id != "record.missed":
            assert "No afecta su pago" in rule.message["es"], rule.id


def test_the_pathway_promises_nothing():
    first, *proposals = BOOKS["ca"].pathway
    assert (first.months, first.proposal) == (36, False)
    assert [stage.proposal for stage in proposals] == [True, True]
    for stage in BOOKS["ca"].pathway:
        assert "Ceiba acredita la participación y no confiere ningún derecho." in stage.text["es"]
        assert "Ceiba proves participation and confers no right." in stage.text["en"]
    for stage in proposals:
        assert stage.name["es"].startswith("Propuesta")
        assert "sin base legal" in stage.text["es"]


@EVERYONE
def test_the_documents_that_everyone_needs(code):
    needed = {document.id: document for document in BOOKS[code].documents}
    assert {"identity_document", "commitment_letter", "land_document", "privacy_consent"} <= set(needed)
    if code == "mx":
        assert needed["assembly_minutes"].tenures == ("ejidal", "communal", "sharecropping", "usufruct")
        assert "person_key" in needed


@pytest.mark.parametrize("code", ["ca", "mx"])
def test_the_contracts_that_must_run_on_are_those_of_the_register(code):
    rule = next(rule for rule in BOOKS[code].rules if rule.id == "entry.tenure")
    for tenure in CONTRACT_TENURES:
        assert f"'{tenure}'" in rule.require


@EVERYONE
def test_there_is_one_way_to_read_them(code):
    files = shipped(code)
    assert read_rulebook(files) == read_rulebook(dict(reversed(files.items())))
    with pytest.raises(CeibaError):
        read_rulebook({name: data + b"\nx = 1 x" for name, data in files.items()})


def test_what_the_demonstration_adds_is_a_rulebook_too_and_says_that_nobody_established_it() -> None:
    shipped_files = shipped("ca")
    added = {path.name: path.read_bytes() for path in PROGRAMMES.joinpath("ca", "example").glob("*.toml")}
    book = read_rulebook(
        shipped_files | {name: b"\n".join([shipped_files[name], text]) for name, text in added.items()}
    )
    assert added
    assert not check_rulebook(book).problems
    new = {basis for basis in all_bases(book) if basis not in set(all_bases(BOOKS["ca"]))}
    assert new <= {"assumption"}
    assert [component.to for component in book.components] == ["participant", "savings"]
