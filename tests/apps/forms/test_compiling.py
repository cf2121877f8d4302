"""XLSForms are compiled or refused, in plain words that say where, in both languages, with the compiler's beside."""

import json
import subprocess
import zipfile
from io import BytesIO

import pytest

from ceiba.core.kernel.errors import CeibaError
from ceiba.forms import compiling
from ceiba.forms.compiling import xlsform_compile
from ceiba.forms.plain_words import _SAID, problem_of
from tests.apps.forms.helpers import VISIT, workbook


def refused(data, name="form.md"):
    with pytest.raises(CeibaError) as caught:
        xlsform_compile(name=name, data=data if isinstance(data, bytes) else data.encode())
    assert all(p.text(language) for p in caught.value.problems for language in ("es", "en"))
    return caught.value.problems


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("| integer | due", "| intejer | due", "unknown_type", ("survey", 4, "type")),
        ("| integer | due", "| | due", "no_type", ("survey", 4, "type")),
        ("| integer | due", "| integer | ", "no_name", ("survey", 4, "name")),
        ("| integer | due", "| integer | 1 due", "bad_name", ("survey", 4, "name")),
        ("| integer | done", "| integer | due", "name_twice", ("survey", 5, "name")),
        ("| integer | due", "| calculate | due", "no_calculation", ("survey", 4, "calculation")),
        ("select_one yn", "select_one maybe", "no_list", ("survey", 6, "type")),
        ("| choices |", "| choises |", "no_choices", (None, None, None)),
        ("| survey |", "| servey |", "sheet_missing", (None, None, None)),
        ("<= ${due}", "<= ${dew}", "reference_unknown", ("survey", 5, "constraint")),
        ("<= ${due}", "<= ${d u e}", "reference_written", ("survey", 5, "constraint")),
        ("| integer | due", "| begin_group | due", "begin_open", ("survey", 4, None)),
        ("| integer | due", "| end_group | due", "end_alone", ("survey", 4, None)),
        ("| yn | no |", "| yn | yes |", "choice_twice", ("choices", 3, "name")),
        ("| yn | no |", "| yn | |", "choice_no_name", ("choices", 3, "name")),
        ("| list_name | name |", "| list_name | |", "header_none", ("choices", None, None)),
    ],
)
def test_what_is_wrong_is_said_with_its_place(old, new, code, where):
    assert old in VISIT
    (problem,) = refused(VISIT.replace(old, new, 1))
    assert problem.code == f"xlsform.{code}"
    if where[0]:
        assert (problem.where.item, problem.where.row, problem.where.column) == where
    assert problem.values["original"]
    assert problem.where.file == "form.md"


@pytest.mark.parametrize(
    ("old", "new", "code", "item"),
    [
        (". >= 0", ". >= ", "form.expression", "due"),
        ("visit.plan_due", "visit.plan_dew", "form.gives_unknown_near", "due"),
        ("| ca-visit |", "| ca visit |", "form.code_not_plain", "settings"),
        ("| 1 | Español", "| | Español", "form.version_missing", "settings"),
    ],
)
def test_what_a_phone_or_the_evidence_would_not_take_is_refused(old, new, code, item):
    problem = refused(VISIT.replace(old, new, 1))[0]
    assert (problem.code, problem.where.item, problem.where.file) == (code, item, "form.md")


def test_a_form_that_would_encrypt_its_submissions_is_refused():
    text = VISIT.replace("| namespaces |", "| namespaces | public_key |").replace(
        'forms" |', 'forms" | MIIBIjAN |'
    )
    assert [p.code for p in refused(text)] == ["form.encrypted"]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("form.exe", b"MZ", "form.file_kind"),
        ("form", b"x", "form.file_kind"),
        ("form.md", b"", "xlsform.not_xlsform"),
        ("form.md", b"\xff\xfe\x00", "xlsform.not_xlsform"),
        ("form.csv", b"a,b,c\n1,2,3\n", "xlsform.not_xlsform"),
        ("form.xls", b"not a workbook", "xlsform.not_xlsform"),
        ("form.xlsx", b"PK\x03\x04 cut off", "form.file_broken"),
        ("form.md", b"|" * (compiling.SOURCE_BYTES_MAX + 1), "form.file_large"),
    ],
)
def test_what_is_no_form_is_refused(name, data, code):
    assert [p.code for p in refused(data, name)] == [code]


def test_a_workbook_that_swells_is_not_opened(apart, monkeypatch):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b" " * (compiling.UNPACKED_BYTES_MAX + 1))
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("it was opened"))
    assert [p.code for p in refused(out.getvalue(), "form.xlsx")] == ["form.file_swells"]


@pytest.mark.parametrize("name", ["form.md", "form.xlsx"])
def test_a_form_in_order_is_compiled_apart(apart, name):
    data = VISIT.encode() if name.endswith("md") else workbook()
    compiled = xlsform_compile(name=name, data=data)
    assert (compiled.definition.code, compiled.definition.version) == ("ca-visit", "1")
    assert set(compiled.definition.given) == {
        "head.participant", "visit.plan_due", "visit.plan_done", "proof_of_life.holds",
    }  # fmt: skip
    assert compiled.notes == ()


def test_what_the_compiler_does_not_survive_is_too_much(apart, monkeypatch):
    died = subprocess.CompletedProcess([], returncode=-9, stdout=b"", stderr=b"")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: died)
    assert [p.code for p in refused(VISIT)] == ["xlsform.too_much"]


def test_what_takes_too_long_is_too_much(apart, monkeypatch):
    def slow(*_, **__):
        raise subprocess.TimeoutExpired("compiler", 1)

    monkeypatch.setattr(subprocess, "run", slow)
    assert [p.code for p in refused(VISIT)] == ["xlsform.too_much"]


def test_a_language_that_lacks_is_told_and_does_not_forbid():
    text = VISIT.replace("label::English (en)", "hint::English (en)", 1)
    assert "xlsform.translation" in {n.code for n in xlsform_compile(name="f.md", data=text.encode()).notes}
    alone = "| survey |\n| | type | name | label |\n| | text | a | A |\n"
    alone += "| settings |\n| | form_id | version |\n| | f | 1 |\n"
    notes = xlsform_compile(name="f.md", data=alone.encode()).notes
    assert [n.code for n in notes] == ["form.language_missing", "form.language_missing"]


def test_a_function_that_phones_may_not_know_is_told():
    notes = xlsform_compile(name="f.md", data=VISIT.replace(". >= 0", "sumif(.) and (. >= 0)").encode()).notes
    assert [(n.code, n.values["function"]) for n in notes] == [("form.function_unknown", "sumif")]


def test_words_not_known_are_shown_as_they_are():
    problem = problem_of("[row : 9] Something new went wrong")
    assert (problem.code, problem.where.row) == ("xlsform.other", 9)
    assert "Something new went wrong" in problem.text("es")
    json.dumps(dict(problem.values))


def test_every_pattern_has_words_that_can_be_filled():
    for code, *_ in _SAID:
        assert problem_of("").code == "xlsform.other"
        filled = type(problem_of(""))(f"xlsform.{code}", values={"text": "t", "detail": "d", "original": "o"})
        assert filled.text("es") and filled.text("en")
