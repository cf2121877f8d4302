"""What a rule may not say. Every text here would be valid somewhere and must not compile here."""

import pytest

from ceiba.core.kernel.errors import CeibaError, Where
from ceiba.core.rules.expression import DEPTH_MAX, Names, compile_amount, compile_condition, names_in
from tests.core.rules.random_sql import PARAMETERS

NAMES = Names("month", PARAMETERS)


def refused(sql: str, compile_=compile_condition) -> str:
    with pytest.raises(CeibaError) as caught:
        compile_(sql, NAMES, Where(file="rules.toml", rule="x", column="require"))
    (problem,) = caught.value.problems
    for language in ("es", "en"):
        assert problem.text(language).startswith("rules.toml, ")
    return problem.code


NOT_ALLOWED = [
    "(SELECT TRUE)",
    "plan_done IN (SELECT 1)",
    "plan_done IN UNNEST(plan_due)",
    "plan_done IN plan_due",
    "plan_done IN (plan_due)",
    "plan_done IN (1 + 1)",
    "EXISTS (SELECT 1)",
    "plan_done = ANY(plan_due)",
    "CAST(plan_done AS BOOLEAN)",
    "plan_done::BOOLEAN",
    "COALESCE(deceased, FALSE)",
    "NULLIF(plan_done, 1) = 1",
    "IFNULL(deceased, FALSE)",
    "IF(deceased, TRUE, FALSE)",
    "ROUND(plan_done) = 1",
    "pg_sleep(10) = 1",
    "read_csv('/etc/passwd') = 1",
    "CURRENT_DATE = 1",
    "RANDOM() = 1",
    "ROW_NUMBER() OVER (ORDER BY plan_done) = 1",
    "SUM(plan_done) = 1",
    "COUNT(*) = 1",
    "LEAST(DISTINCT plan_done) = 1",
    "CASE plan_done WHEN 1 THEN TRUE END",
    "plan_done BETWEEN SYMMETRIC 9 AND 1",
    "facts.deceased",
    "public.facts.deceased",
    "*",
    "facts.*",
    "country LIKE '%'",
    "country || 'x' = 'GT'",
    "plan_done % 2 = 0",
    "plan_done / 2 = 1",
    "plan_done & 1 = 1",
    "~plan_done = 1",
    "plan_done << 1 = 2",
    "deceased IS DISTINCT FROM possession",
    "plan_done <=> plan_due",
    "deceased AS x",
    "(plan_done, plan_due) = (1, 2)",
    "[plan_done] = [1]",
    "{'a': 1} = 1",
    "plan_done[0] = 1",
    "? = 1",
    ":deceased",
    "@deceased = 1",
    "N'GT' = country",
    "INTERVAL '1' DAY = 1",
    "country -> 'x'",
    "plan_done IS plan_due",
    "TRY(deceased)",
    "plan_done ** 2 = 4",
]


@pytest.mark.parametrize("sql", NOT_ALLOWED)
def test_only_what_is_listed_compiles(sql):
    assert refused(sql) in ("expression.not_allowed", "expression.syntax", "expression.unknown_name")


@pytest.mark.parametrize(
    "sql",
    [
        "deceased; DROP TABLE facts",
        "deceased, possession",
        "deceased FROM facts",
        "deceased WHERE possession",
        "deceased LIMIT 1",
        "deceased ORDER BY 1",
        "deceased INTO stolen",
        "deceased UNION SELECT TRUE",
        "DISTINCT deceased",
        "WITH x AS (SELECT TRUE) SELECT * FROM x",
        "deceased)",
        "(deceased",
        "deceased AND",
        "TRUE) OR (TRUE) FROM (SELECT 1",
        "",
        "'GT",
        "deceased possession",
    ],
)
def test_one_condition_and_nothing_beside_it(sql):
    assert refused(sql) in ("expression.syntax", "expression.not_allowed")


@pytest.mark.parametrize(
    "sql",
    [
        "deceased -- AND possession",
        "deceased /* AND possession */",
        "/*+ hint */ deceased",
        "deceased # AND possession",
        "{# AND possession #} deceased",
        "{% if x %} deceased",
        "dec\u0435ased",  # a Cyrillic letter
        "deceased\u00a0",
        "deceased\u200b",
        "plan_done \uff1e 3",
        "plan_done > \u0663",  # an Arabic digit
        "plan_done > \u00b2",
        "country = 'GT\u202e'",
        "deceased\x00",
        "país = 'GT'",
    ],
)
def test_nothing_hides_in_comments_or_other_alphabets(sql):
    assert refused(sql) == "expression.not_plain"


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("plan_done", "expression.needs_truth"),
        ("NULL", "expression.needs_truth"),
        ("'GT'", "expression.needs_truth"),
        ("country", "expression.needs_truth"),
        ("plan_done AND deceased", "expression.needs_truth"),
        ("NOT plan_done", "expression.needs_truth"),
        ("(plan_done AND plan_due) = 3", "expression.needs_truth"),
        ("plan_done IS TRUE", "expression.needs_truth"),
        ("deceased + 1 = 2", "expression.needs_number"),
        ("- deceased = 1", "expression.needs_number"),
        ("ABS(country) = 1", "expression.needs_number"),
        ("country BETWEEN 'A' AND 'Z'", "expression.needs_number"),
        ("plan_done = 'GT'", "expression.kinds_differ"),
        ("country = 1", "expression.kinds_differ"),
        ("country < 'GT'", "expression.kinds_differ"),
        ("plan_done IN ('1')", "expression.kinds_differ"),
        ("country IN ('GT', 1)", "expression.kinds_differ"),
        ("plan_done = NULL", "expression.kinds_differ"),
        ("deceased = possession", "expression.kinds_differ"),
        ("CASE WHEN deceased THEN 1 ELSE 'x' END = 1", "expression.kinds_differ"),
        ("CASE WHEN deceased THEN NULL END", "expression.kinds_differ"),
        # What another SQL would group otherwise:
        ("plan_done = 1 IS NULL", "expression.kinds_differ"),
        ("plan_done = plan_due = deceased", "expression.kinds_differ"),
        ("1 < plan_done < 5", "expression.kinds_differ"),
        ("plan_done BETWEEN 1 AND 2 = TRUE", "expression.kinds_differ"),
    ],
)
def test_kinds_are_not_mixed(sql, code):
    assert refused(sql) == code


@pytest.mark.parametrize(
    "sql", ["0.8 * plan_done > 1", "plan_done > 1e3", "plan_done > .5", "plan_done IN (1.0)"]
)
def test_numbers_are_whole(sql):
    assert refused(sql) == "expression.not_whole"


@pytest.mark.parametrize(
    "sql",
    [
        "plan_done > 9223372036854775808",
        "plan_done > " + "9" * 900,
        "plan_done * 9223372036854775807 > 0",
        "plot_measured_m2 * plot_measured_m2 * plot_measured_m2 > 0",
        "- 9223372036854775807 - 1 < plan_done",
        "9223372036854775807 + plan_done > 0",
    ],
)
def test_nothing_leaves_64_bits(sql):
    assert refused(sql) == "expression.too_large"


@pytest.mark.parametrize(
    "sql",
    [
        "(" * 400 + "deceased" + ")" * 400,
        "(" * 900,
        "ABS(" * 100 + "plan_done" + ")" * 100 + " = 1",
        "CASE WHEN deceased THEN " * 30 + "TRUE" + " END" * 30,
        "NOT " * 200 + "deceased",
        "- " * 300 + "1 = 1",
        " AND ".join(["TRUE"] * (DEPTH_MAX + 2)),
    ],
)
def test_deep_nesting_is_refused_and_not_a_crash(sql):
    assert refused(sql) == "expression.too_deep"


@pytest.mark.parametrize("sql", ["~" * 400 + "plan_done = 1", "x<" * 400 + "1", "[" * 400, "{" * 400])
def test_other_deep_texts_are_refused_too(sql):
    assert refused(sql).startswith("expression.")


def test_long_texts_are_refused():
    assert refused("deceased OR " * 100 + "deceased") == "expression.too_long"


def test_unknown_names_come_with_the_nearest_known():
    with pytest.raises(CeibaError) as caught:
        compile_condition("plan_dun > 1", NAMES)
    assert caught.value.problems[0].code == "expression.unknown_name"
    assert "plan_done" in caught.value.text("es")


@pytest.mark.parametrize(
    "sql", ["break_months_longest > 1", "DECEASED", '"Deceased"', "participant_id = 1", "area = 'GT'"]
)
def test_a_name_is_a_fact_of_its_stage_as_written(sql):
    assert refused(sql) == "expression.unknown_name"


@pytest.mark.parametrize(
    "amount", ["deceased", "plan_done > 1", "'GT'", "NULL", "1) >= 0 OR (1", "1, 2", "1 -- x"]
)
def test_an_amount_is_one_whole_number(amount):
    assert refused(amount, compile_amount).startswith("expression.")


def test_what_is_listed_compiles():
    sql = (
        "NOT deceased AND (country IN ('GT', 'HN') OR variant <> 'us36') AND plan_done BETWEEN 1 AND 9 AND "
        "CASE WHEN sanctions IS NULL THEN NULL ELSE sanctions END = 0 AND ABS(seven - plan_due) >= 0 AND "
        "LEAST(plan_done, 5) DIV 2 <= GREATEST(by_country, - 1) AND possession IS NOT FALSE"
    )
    compiled = compile_condition(sql, NAMES)
    assert compiled.facts == (
        "deceased",
        "country",
        "variant",
        "plan_done",
        "sanctions",
        "plan_due",
        "possession",
    )
    assert compiled.parameters == ("seven", "by_country")
    assert compiled.keys == ("country",)
    assert compiled.codes == ("GT", "HN", "us36")
    assert set(names_in(sql)) == {*compiled.facts, *compiled.parameters}


@pytest.mark.parametrize(
    ("amount", "bounds"),
    [
        ("seven", (7, 7)),
        ("by_country", (0, 40)),
        ("plan_done - seven", (-7, 993)),
        ("LEAST(plan_done, 40)", (0, 40)),
        ("GREATEST(plan_done - 9, 0)", (0, 991)),
        ("CASE WHEN plot_measured_m2 > 25000 THEN 100 ELSE 50 END", (50, 100)),
        ("LEAST(plot_measured_m2, 150000) * 6400 DIV 120000", (0, 8000)),
        ("ABS(minus)", (3, 3)),
        ("(plan_done - 5) DIV minus", (-995, 995)),
        ("- plan_done", (-1000, 0)),
    ],
)
def test_bounds_are_tight_enough_for_caps(amount, bounds):
    assert compile_amount(amount, NAMES).bounds == bounds
