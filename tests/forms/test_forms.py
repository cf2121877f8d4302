"""Every shipped form compiles, has a name and version of its own, and speaks both languages throughout."""

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import pyxform

from ceiba.core.evidence import KINDS
from ceiba.core.facts.standing import COMBINATIONS, LIST_OF
from ceiba.core.forms.gives import gives_problems
from tests.forms.shipped import CODES, JAVAROSA, PATHS, ROOT, XFORMS, compiled, definition, tree

LANGUAGES = ("Español (es)", "English (en)")
EVERY = (
    "enrolment", "goods", "harvest", "incident", "life", "nursery", "plot-walk", "planting", "second-visit",
    "survival", "visit",
)  # fmt: skip
EXCUSING = {"ca"}  # the programmes whose rules excuse absences
VALIDATE = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"


def test_each_programme_has_its_forms() -> None:
    assert {code for code in CODES if not code.startswith("pes-")} == {
        f"{programme}-{name}" for programme in ("ca", "mx") for name in EVERY
    } | {f"{programme}-absence" for programme in EXCUSING}
    less = ("enrolment", "incident", "life", "plot-walk", "second-visit", "survival", "visit")
    assert {code for code in CODES if code.startswith("pes-")} == {f"pes-{name}" for name in less}


@pytest.mark.parametrize("code", CODES)
def test_it_compiles_without_a_warning(code: str) -> None:
    assert compiled(code).warnings == []


@pytest.mark.parametrize("path", PATHS, ids=CODES)
def test_it_has_the_name_of_its_file_and_a_version_that_is_a_day(path: Path) -> None:
    form = definition(path.stem)
    assert form.code == path.stem
    assert path.parents[1].name == form.code.partition("-")[0]
    assert re.fullmatch(r"20\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])\d\d", form.version)


def test_names_and_versions_are_of_one_form_each() -> None:
    counts = Counter((definition(code).code, definition(code).version) for code in CODES)
    assert set(counts.values()) == {1}


@pytest.mark.parametrize("code", CODES)
def test_everything_said_is_said_in_both_languages(code: str) -> None:
    translations = {each.get("lang"): each for each in tree(code).iter(f"{XFORMS}translation")}
    assert tuple(translations) == LANGUAGES
    said = {}
    for language, each in translations.items():
        said[language] = {
            (text.get("id"), value.get("form")): "".join(
                [*value.itertext(), *(o.get("value") for o in value)]
            ).strip()
            for text in each
            for value in text
        }
        unsaid = [key for key, words in said[language].items() if words in ("", "-")]
        assert unsaid == [], language  # pyxform writes "-" for what is missing
    assert said[LANGUAGES[0]].keys() == said[LANGUAGES[1]].keys()


@pytest.mark.parametrize("code", CODES)
def test_every_question_has_words_and_every_constraint_says_what_is_wrong(code: str) -> None:
    form = definition(code)
    assert [each.name for each in form.fields if each.widget and set(each.label) != set(LANGUAGES)] == []
    binds = [bind for bind in tree(code).iter(f"{XFORMS}bind") if bind.get("constraint")]
    assert binds
    for bind in binds:
        assert bind.get(f"{JAVAROSA}constraintMsg", "").startswith("jr:itext("), bind.get("nodeset")


@pytest.mark.parametrize("code", CODES)
def test_photos_are_small_places_are_not_made_up_and_the_trail_is_kept(code: str) -> None:
    form = tree(code)
    images = [each for each in form.iter(f"{XFORMS}upload") if each.get("mediatype") == "image/*"]
    binds = {bind.get("nodeset"): bind for bind in form.iter(f"{XFORMS}bind")}
    odk = "{http://www.opendatakit.org/xforms}"
    orx = "{http://openrosa.org/xforms}"
    assert all(int(binds[each.get("ref")].get(f"{orx}max-pixels")) <= 1600 for each in images)
    for bind in binds.values():
        if bind.get("type") in ("geopoint", "geoshape"):
            assert bind.get(f"{odk}allow-mock-accuracy") == "false"
    assert binds["/data/meta/audit"].get(f"{odk}location-priority") == "balanced"


@pytest.mark.parametrize("code", CODES)
def test_what_it_gives_is_what_evidence_takes(code: str) -> None:
    assert [(p.code, p.where.item, dict(p.values)) for p in gives_problems(definition(code))] == []


def _not_brought(programme: str) -> set[str]:
    return {*LIST_OF} if programme in EXCUSING else {*LIST_OF, "absence"}


def test_a_programme_asks_for_absences_exactly_where_its_rules_excuse_them() -> None:
    """What no rule can use is not asked for: it would be personal data without a purpose."""
    for programme in ("ca", "mx", "pes"):
        rules = (ROOT / "programmes" / programme / "rules.toml").read_text()
        assert ("absence.cause" in _given(programme)) == ('otherwise = "excuse"' in rules), programme


def _given(programme: str) -> set[str]:
    return {word for code in CODES if code.startswith(f"{programme}-") for word in definition(code).given}


@pytest.mark.parametrize("programme", ["ca", "mx"])
def test_every_kind_that_technicians_bring_is_given_whole(programme: str) -> None:
    """Deaths and sanctions are told by the offices that answer for them; absences where a rule excuses them."""
    brought = {code for code, kind in KINDS.items() if kind.by_form} - _not_brought(programme)
    given = _given(programme)
    for code in brought:
        words = {f"{code}.{column.name}" for column in KINDS[code].body} or {f"{code}.holds"}
        assert words <= given, words - given
    assert {word.partition(".")[0] for word in given} - {"head", "participants", "plots"} == brought


def test_what_facts_are_drawn_from_is_given_as_far_as_the_contract_asks_it() -> None:
    """Payment for ecosystem services knows no groups and no planting of its own."""
    drawn_from = {kind for kind in COMBINATIONS if KINDS[kind].by_form} - _not_brought("pes")
    kinds = {word.partition(".")[0] for word in _given("pes")}
    assert drawn_from - kinds == {"attendance", "planting"}


@pytest.mark.skipif(
    shutil.which("java") is None, reason="needs Java: ODK Validate is JavaRosa, as in Collect"
)
def test_odk_validate_finds_nothing_wrong(tmp_path: Path) -> None:
    files = [tmp_path / f"{code}.xml" for code in CODES]
    for code, file in zip(CODES, files, strict=True):
        file.write_text(compiled(code).xform, encoding="utf-8")
    command = ["java", "-Djava.awt.headless=true", "-jar", str(VALIDATE), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
