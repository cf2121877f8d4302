"""Whatever may be wrong with a folder of TOML is said, all of it, with its place and in both languages."""

import hashlib
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.kernel.errors import CeibaError, Problem
from ceiba.core.kernel.month import Month
from ceiba.core.kernel.plain import folder_digest
from ceiba.core.rules.reading import FILE_BYTES_MAX, read_rulebook
from ceiba.core.rules.rulebook import VARIANCE
from ceiba.core.variance import Thresholds
from tests.core.rules.folders import SMALL, changed, shipped, small


def problems(files: dict[str, bytes]) -> list[Problem]:
    with pytest.raises(CeibaError) as caught:
        read_rulebook(files)
    for problem in caught.value.problems:  # every message can be written, in both languages, and says where
        assert problem.text("es") != problem.text("en")
        assert problem.where.file
    return list(caught.value.problems)


def only(files: dict[str, bytes]) -> Problem:
    found = problems(files)
    assert len(found) == 1, [problem.text("en") for problem in found]
    return found[0]


def test_it_reads_what_is_in_order():
    rulebook = read_rulebook(small())
    assert rulebook.code == "small"
    assert rulebook.calendar == {"cutoff_day": 5, "pay_day": 10, "late_months_max": 12}
    assert rulebook.bases["pay_day"] == "a source"
    assert rulebook.variance == {"people_percent": 20}
    assert rulebook.parameters[0].values == {"GT": 25000, "HN": 20000}
    assert rulebook.changes == [Month(2026, 1), Month(2026, 7)]
    assert rulebook.rules[0].cases[1].month == Month(2026, 6)
    assert [p.is_assumption for p in rulebook.parameters] == [False, True, True, False, True]


def test_a_programme_need_not_say_what_a_run_is_compared_by():
    files = small()
    said = b'[variance]\npeople_percent = { value = 20, basis = "a source" }\n'
    assert said in files["programme.toml"]
    files["programme.toml"] = files["programme.toml"].replace(said, b"")
    assert read_rulebook(files).variance == {}


def test_what_a_run_is_compared_by_has_the_names_of_the_thresholds():
    assert list(VARIANCE) == [each.name for each in fields(Thresholds)]


def test_a_programme_need_not_have_a_pathway():
    files = small()
    del files["pathway.toml"]
    assert read_rulebook(files).pathway == ()


# --- files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["programme.toml", "parameters.toml", "rules.toml"])
def test_a_missing_file(name):
    files = small()
    del files[name]
    assert (only(files).code, only(files).where.file) == ("reading.file_missing", name)


def test_an_unexpected_file_comes_with_the_nearest_name():
    found = only(small() | {"rule.toml": b""})
    assert found.code == "reading.file_unknown"
    assert found.values["close"].startswith("rules.toml")


def test_a_file_that_is_too_large():
    assert only(small(rules="#" * (FILE_BYTES_MAX + 1))).code == "reading.too_large"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ('[[rule]]\nid = "ñ"'.encode("latin-1"), "toml.encoding"),
        ("x = 1".encode("utf-16"), "toml.encoding"),
        (b"\xff\xfe\x00", "toml.encoding"),
        (b"\xed\xa0\x80", "toml.encoding"),  # a lone surrogate
        (b"\xef\xbb\xbfrule = []", "toml.mark"),
    ],
)
def test_other_encodings(data, code):
    found = only(small() | {"rules.toml": data})
    assert (found.code, found.where.file) == (code, "rules.toml")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a = 1\na = 2\nb = 3\n", "toml.duplicate", 2),
        ("[a]\nx = 1\n[a]\n", "toml.duplicate", 3),
        ("a = { b = 1, b = 2 }\n", "toml.duplicate", 1),
        ("a.b = 1\na.b.c = 2\nd = 1\n", "toml.duplicate", 2),
        ("[[a]]\n[a]\n", "toml.duplicate", 2),
        ('a = "x\n', "toml.value", 1),
        ('a = """x\n\n', "toml.unclosed", 2),
        ("a = [1,\n2", "toml.unclosed", 2),
        ("\n\n[a", "toml.unclosed", 3),
        ("a = yes\n", "toml.value", 1),
        ("a = 2026-02-30\n", "toml.value", 1),
        ('a = "\\q"\n', "toml.value", 1),
        ('a = "\\ud800"\n', "toml.value", 1),
        ('a = "\x01"\n', "toml.value", 1),
        ("a b\n", "toml.syntax", 1),
        ("a = 1 b = 2\n", "toml.syntax", 1),
        ("= 1\n", "toml.syntax", 1),
        ("a = 01\n", "toml.syntax", 1),
        ("a: 1\n", "toml.syntax", 1),
        ('{"a": 1}\n', "toml.syntax", 1),
        ("a = " + "9" * 5000, "toml.value", "?"),
        ("a = " + "[" * 5000, "toml.value", "?"),
        ("a = " + "{a=" * 5000, "toml.value", "?"),
    ],
)
def test_what_is_not_toml_is_shown_with_its_line(text, code, line):
    found = only(small(rules=text))
    assert (found.code, found.values["line"]) == (code, line)


@pytest.mark.parametrize("dot", [".", " . ", '"."', "'.'"])
@pytest.mark.parametrize("start", ["", "[", "[[", "rule = { "])
def test_keys_of_many_parts_are_refused_before_they_cost_minutes(start, dot):
    found = only(small(rules=start + dot.join(["a"] * 40_000) + " = 1"))
    assert found.code in ("toml.too_deep", "toml.syntax")


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "a " * 100_000, "." * 200_000, '"' * 200_000, "'." * 100_000]
)
def test_long_nonsense_is_refused_at_once(text):
    assert only(small(rules=text)).code.startswith("toml.")


# --- keys and values ---------------------------------------------------------------------------------------------

ONE_THING_WRONG = [
    # file, what is there, what is put there, code, where it is said
    ("programme", 'code = "small"\n', "", "table.missing", "code"),
    ("programme", 'code = "small"', 'code = "Small Programme"', "table.malformed", "code"),
    ("programme", 'code = "small"', 'code = "a_code_of_17_chars"', "table.too_long", "code"),
    ("programme", 'code = "small"', "code = 7", "table.not_text", "code"),
    ("programme", 'code = "small"', 'code = ""', "table.empty", "code"),
    ("programme", 'code = "small"', 'code = "small"\ncurrrency = "USD"', "table.unknown_key", "currrency"),
    ("programme", 'currency = "USD"', 'currency = "EUR"', "table.not_choice", "currency"),
    ("programme", 'countries = ["GT", "HN"]', 'countries = "GT"', "table.not_list", "countries"),
    ("programme", 'name = { es = "Pequeño", en = "Small" }', 'name = "Small"', "table.not_table", "name"),
    ("programme", 'en = "Small"', 'en = "   "', "table.empty", "name.en"),
    ("programme", 'es = "Pequeño", ', "", "table.missing", "name.es"),
    ("programme", 'en = "Small"', 'en = "Small", fr = "Petit"', "table.unknown_key", "name.fr"),
    ("programme", "Para pruebas", "x" * 1001, "table.too_long", "summary.es"),
    ("programme", "Para pruebas", "Para\\u0000pruebas", "table.control", "summary.es"),
    ("programme", "Para pruebas", "Para \u202epruebas", "table.control", "summary.es"),
    ("programme", "Para pruebas", "Para\\u001bpruebas", "table.control", "summary.es"),
    (
        "programme",
        'one = { es = "Una", en = "One" }',
        'one = { es = "Una" }',
        "table.missing",
        "variants.one.en",
    ),
    ("programme", "value = 5,", "value = 0,", "table.range", "calendar.cutoff_day.value"),
    ("programme", "value = 5,", "value = 29,", "table.range", "calendar.cutoff_day.value"),
    ("programme", "value = 5,", "value = 5.0,", "table.not_whole", "calendar.cutoff_day.value"),
    ("programme", "value = 5,", 'value = "5",', "table.not_whole", "calendar.cutoff_day.value"),
    ("programme", "value = 5,", "value = true,", "table.not_whole", "calendar.cutoff_day.value"),
    (
        "programme",
        'value = 5, basis = "assumption"',
        "value = 5",
        "table.missing",
        "calendar.cutoff_day.basis",
    ),
    ("programme", "cutoff_day = {", "cutof_day = {", "table.missing", "calendar.cutoff_day"),
    ("programme", '{ value = 5, basis = "assumption" }', "5", "table.not_table", "calendar.cutoff_day"),
    ("programme", "group_members", "group_member", "table.unknown_key", "staffing.group_member"),
    ("programme", "[staffing]", "[staff]", "table.missing", "staffing"),
    ("programme", "value = 20,", "value = -1,", "table.range", "variance.people_percent.value"),
    ("programme", "value = 20,", "value = 1001,", "table.range", "variance.people_percent.value"),
    ("programme", "value = 20,", "value = 2.5,", "table.not_whole", "variance.people_percent.value"),
    (
        "programme",
        'value = 20, basis = "a source"',
        "value = 20",
        "table.missing",
        "variance.people_percent.basis",
    ),
    ("programme", "people_percent", "person_percent", "table.unknown_key", "variance.person_percent"),
    ("programme", '{ value = 20, basis = "a source" }', "20", "table.not_table", "variance.people_percent"),
    ("programme", 'to = "participant"', 'to = "participants"', "table.not_choice", "to"),
    (
        "programme",
        'to = "participant"',
        'to = "participant"\nvalid_until = "2025-12"',
        "table.range",
        "valid_until",
    ),
    ("programme", 'id = "identity_document"', 'id = "identity document"', "table.malformed", "id"),
    (
        "programme",
        'id = "identity_document"',
        'id = "identity_document"\ntenures = ["rented"]',
        "table.not_choice",
        "tenures",
    ),
    (
        "programme",
        'id = "identity_document"',
        'id = "identity_document"\ncountries = ["SV"]',
        "table.not_choice",
        "countries",
    ),
    ("parameters", 'name = "cap_minor"', 'name = "cap-minor"', "table.malformed", "name"),
    ("parameters", 'name = "cap_minor"', 'name = "plan_done"', "reading.name_taken", "name"),
    ("parameters", 'unit = "minor"', 'unit = "dollars"', "table.not_choice", "unit"),
    ("parameters", "value = 75000", "value = 750.00", "table.not_whole", "value"),
    ("parameters", "value = 75000", "value = 1e5", "table.not_whole", "value"),
    ("parameters", "value = 75000", "value = nan", "table.not_whole", "value"),
    ("parameters", "value = 75000", 'value = "75,000"', "table.not_whole", "value"),
    ("parameters", "value = 75000", "value = 2026-01-01", "table.not_whole", "value"),
    ("parameters", "value = 75000", "value = 9223372036854775808", "table.range", "value"),
    ("parameters", "value = 75000", "value = " + "9" * 4000, "table.range", "value"),
    ("parameters", "value = 75000\n", "", "reading.value_or_by", "value"),
    ("parameters", "value = 75000", 'value = 75000\nby = "country"', "reading.value_or_by", "value"),
    ("parameters", "value = 75000", 'by = "country"', "reading.value_or_by", "value"),
    ("parameters", 'by = "country"', "value = 1", "reading.value_or_by", "value"),
    ("parameters", 'by = "country"', 'by = "state"', "table.not_choice", "by"),
    ("parameters", 'by = "country"', 'by = "variant"', "reading.values_differ", "values"),
    ("parameters", ", HN = 20000", "", "reading.values_differ", "values"),
    ("parameters", "HN = 20000", "HN = 20000, SV = 1", "reading.values_differ", "values"),
    ("parameters", "HN = 20000", "HN = 200.5", "table.not_whole", "values.HN"),
    ("parameters", "values = { GT = 25000, HN = 20000 }", "values = 5", "table.not_table", "values"),
    ("parameters", 'basis = "a source"', 'basis = "Assumption"', "table.assumption", "basis"),
    ("parameters", 'basis = "a source"', 'basis = "supuesto: nadie sabe"', "table.assumption", "basis"),
    ("parameters", 'basis = "a source"\n', "", "table.missing", "basis"),
    ("parameters", 'valid_from = "2026-01"', 'valid_from = "2026-13"', "table.not_month", "valid_from"),
    ("parameters", 'valid_from = "2026-01"', 'valid_from = "2026-1"', "table.not_month", "valid_from"),
    ("parameters", 'valid_from = "2026-01"', 'valid_from = "01-2026"', "table.not_month", "valid_from"),
    ("parameters", 'valid_from = "2026-01"', 'valid_from = "2026-01-01"', "table.not_month", "valid_from"),
    ("parameters", 'valid_from = "2026-01"', "valid_from = 2026-01-01", "table.not_month", "valid_from"),
    ("parameters", 'valid_from = "2026-01"', "valid_from = 2026", "table.not_month", "valid_from"),
    ("parameters", 'valid_from = "2026-01"', 'valid_from = "enero de 2026"', "table.not_month", "valid_from"),
    ("parameters", 'valid_from = "2026-01"', 'valid_from = "0000-01"', "table.not_month", "valid_from"),
    ("parameters", 'valid_from = "2026-01"', 'valid_from = "2200-01"', "table.not_month", "valid_from"),
    (
        "parameters",
        'valid_from = "2026-01"',
        'valid_from = "\u0662\u0660\u0662\u0666-01"',
        "table.not_month",
        "valid_from",
    ),
    ("parameters", 'valid_until = "2026-06"', 'valid_until = "9999-12"', "table.not_month", "valid_until"),
    ("parameters", 'valid_until = "2026-06"', 'valid_until = "2025-12"', "table.range", "valid_until"),
    ("parameters", 'valid_until = "2026-06"', 'valid_until = "2026-07"', "reading.overlap", "valid_from"),
    ("parameters", 'valid_until = "2026-06"\n', "", "reading.overlap", "valid_from"),
    ("rules", 'id = "work.plan"', 'id = "Work.Plan"', "table.malformed", "id"),
    ("rules", 'id = "work.plan"', 'id = "work,plan"', "table.malformed", "id"),
    ("rules", 'id = "work.plan"', f'id = "{"a" * 61}"', "table.too_long", "id"),
    ("rules", 'id = "work.plan"', 'id = "amount.plan"', "reading.id_reserved", "id"),
    ("rules", 'id = "work.plan"\n', "", "table.missing", "id"),
    ("rules", 'id = "entry.land"', 'id = "work.plan"', "reading.overlap", "valid_from"),
    ("rules", 'stage = "month"', 'stage = "monthly"', "table.not_choice", "stage"),
    ("rules", 'otherwise = "hold"', 'otherwise = "suspend"', "table.not_choice", "otherwise"),
    ("rules", "require = ", "requires = ", "table.missing", "require"),
    (
        "rules",
        'message = { es = "Faltó", en = "Short" }',
        'message = { es = "Faltó" }',
        "table.missing",
        "message.en",
    ),
    ("rules", 'expect = "pass"', 'expect = "passes"', "reading.expect", "cases[1].expect"),
    ("rules", 'expect = "pass"', "expect = true", "reading.expect", "cases[1].expect"),
    ("rules", ', expect = "pass"', "", "table.missing", "cases[1].expect"),
    ("rules", "plan_done = 8", "plan_done = 8.0", "reading.fact", "cases[1].plan_done"),
    ("rules", "plan_done = 8", "plan_done = [8]", "reading.fact", "cases[1].plan_done"),
    ("rules", 'month = "2026-06"', 'month = "junio"', "table.not_month", "cases[2].month"),
    ("rules", "    { plan_due = 10", "    7, { plan_due = 10", "table.not_table", "cases[4]"),
    ("pathway", "proposal = false", 'proposal = "no"', "table.not_truth", "proposal"),
    ("pathway", "months = 36", "months = 0", "table.range", "months"),
    ("pathway", "[[stage]]", "[stage]", "table.not_list", "stage"),
]


@pytest.mark.parametrize(("file", "old", "new", "code", "column"), ONE_THING_WRONG)
def test_one_thing_wrong_is_said_in_its_place(file, old, new, code, column):
    found = problems(changed(file, old, new))
    assert (code, f"{file}.toml", column) in [(p.code, p.where.file, p.where.column) for p in found]
    assert len(found) <= 2  # a misspelt key is both missing and unknown


def test_problems_name_the_rule_or_the_item():
    assert only(changed("rules", 'otherwise = "hold"', 'otherwise = "suspend"')).where.rule == "work.plan"
    assert only(changed("parameters", "value = 75000", "value = 7.5")).where.item == "cap_minor"
    assert only(changed("rules", 'id = "work.plan"\n', "")).where.rule == "rule[1]"
    text = only(changed("rules", 'otherwise = "hold"', 'otherwise = "holds"')).text("es")
    assert text.startswith("rules.toml, regla work.plan, columna otherwise: ")
    assert "hold?" in text


@pytest.mark.parametrize(
    ("countries", "code"),
    [
        ('["GT", "GT"]', "table.twice"),
        ('["Guatemala"]', "table.malformed"),
        ('["gt"]', "table.malformed"),
        ("[]", "table.empty"),
        ('[""]', "table.empty"),
        ("[1]", "table.not_text"),
    ],
)
def test_countries(countries, code):
    files = changed("programme", '["GT", "HN"]', countries)
    assert code in [problem.code for problem in problems(files)]


def test_variants_must_be_some():
    text = SMALL["programme.toml"]
    for line in ('one = { es = "Una", en = "One" }\n', 'two = { es = "Dos", en = "Two" }\n'):
        text = text.replace(line, "")
    assert only(small(programme=text)).code == "table.empty"


def test_an_identifier_used_twice():
    document = SMALL["programme.toml"].split("[[document]]")[1].split("[[component]]")[0]
    found = only(small(programme=SMALL["programme.toml"] + "\n[[document]]" + document))
    assert (found.code, found.where.item) == ("reading.twice", "identity_document")
    found = only(small(pathway=SMALL["pathway.toml"] * 2))
    assert (found.code, found.where.item) == ("reading.twice", "record")


def test_versions_may_follow_each_other_but_not_change_stage():
    rules = SMALL["rules.toml"]
    first = rules.split("\n[[rule]]")[0]
    ended = first.replace('valid_from = "2026-01"', 'valid_from = "2026-01"\nvalid_until = "2026-12"')
    second = first.replace('valid_from = "2026-01"', 'valid_from = "2027-01"')
    assert len(read_rulebook(small(rules=ended + "\n" + second, pathway="")).rules) == 2
    elsewhere = second.replace('stage = "month"', 'stage = "enrolment"')
    assert only(small(rules=ended + "\n" + elsewhere, pathway="")).code == "reading.stage_changes"


def test_a_stage_follows_one_that_is_written_before_it_and_names_rules_of_the_pathway():
    stage = SMALL["pathway.toml"]
    second = stage.replace('"record"', '"visa"') + 'after = "record"\n'
    assert [s.after for s in read_rulebook(small(pathway=stage + second)).pathway] == [None, "record"]
    assert only(small(pathway=second + stage)).code == "reading.stage_after"
    assert only(small(pathway=stage + 'after = "record"\n')).code == "reading.stage_after"
    assert only(small(pathway=stage.replace("pathway.accepted", "work.plan"))).code == "reading.stage_rule"
    assert only(small(pathway=stage + "months_a_year = 13\n")).code == "table.range"


def test_a_reason_excuses_in_every_version_or_in_none():
    first = SMALL["rules.toml"].split("\n[[rule]]")[0]
    ended = first.replace('valid_from = "2026-01"', 'valid_from = "2026-01"\nvalid_until = "2026-12"')
    second = first.replace('valid_from = "2026-01"', 'valid_from = "2027-01"').replace('"hold"', '"excuse"')
    assert only(small(rules=ended + "\n" + second, pathway="")).code == "reading.excuse_changes"


def test_every_problem_is_said_at_once():
    files = small(
        programme=SMALL["programme.toml"].replace('"USD"', '"EUR"').replace("value = 5,", "value = 99,"),
        parameters=SMALL["parameters.toml"].replace("75000", "7.5").replace('unit = "percent"', "unit = 1"),
        rules=SMALL["rules.toml"].replace('"hold"', '"stop"').replace('es = "Tierra", ', ""),
        pathway=SMALL["pathway.toml"].replace("false", '"?"'),
    )
    assert len(problems(files)) == 10


def test_every_syntax_error_of_every_file_is_said_at_once():
    assert [p.where.file for p in problems(small(rules="a b", parameters="[", pathway="="))] == [
        "parameters.toml",
        "rules.toml",
        "pathway.toml",
    ]


@given(st.sampled_from(sorted(SMALL)), st.integers(0, 2_000), st.binary(max_size=4), st.integers(0, 30))
def test_no_damage_to_a_file_ever_crashes_the_reader(name, at, inserted, removed):
    files = small()
    data = files[name]
    files[name] = data[:at] + inserted + data[at + removed :]
    try:
        read_rulebook(files)
    except CeibaError as error:
        assert error.text("es"), "either it reads or it says why"


# --- the digest --------------------------------------------------------------------------------------------------


def test_the_digest_is_as_described():
    files = {"b.toml": b"2", "a.toml": "ñ".encode()}
    expected = hashlib.sha256(b"a.toml\n2\n\xc3\xb1b.toml\n1\n2").hexdigest()
    assert folder_digest(files) == expected


def test_the_digest_depends_on_every_byte_and_name_but_not_on_order():
    files = small()
    assert folder_digest(dict(reversed(files.items()))) == folder_digest(files)
    digests = {
        folder_digest(files),
        folder_digest(files | {"rules.toml": files["rules.toml"] + b"\n"}),
        folder_digest({name.upper(): data for name, data in files.items()}),
        folder_digest({"a": b"1\n1\nb"}),
        folder_digest({"a": b"1", "b": b""}),
    }
    assert len(digests) == 5
    assert read_rulebook(files).digest == folder_digest(files)


@pytest.mark.parametrize("code", ["ca", "mx", "pes"])
def test_line_endings_change_the_digest_and_nothing_else(code):
    files = shipped(code)
    windows = {name: data.replace(b"\n", b"\r\n") for name, data in files.items()}
    assert read_rulebook(windows).digest != read_rulebook(files).digest
    assert read_rulebook(windows).rules == read_rulebook(files).rules
