"""The rulebook as a page that anyone can read, in both languages."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation

import ceiba.web
from ceiba.core.rules.reading import read_rulebook
from ceiba.core.rules.rulebook import Rule
from ceiba.rulebook.document import document_of
from ceiba.rulebook.selectors import rulebook_of
from ceiba.rulebook.services import rulebook_publish
from ceiba.web.templatetags.said import said
from tests.core.rules.folders import changed, shipped, small

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
LATER = datetime(2026, 2, 5, 12, tzinfo=UTC)
BARE = "<!doctype html><title>{% block title %}{% endblock %}</title><main>{% block content %}{% endblock %}</main>"

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.apps.rulebook.site")]


def test_what_a_run_is_compared_by_is_complete_and_an_assumption_where_nobody_said_it():
    entries = {each.setting.name: each for each in document_of(read_rulebook(small())).variance}
    told = {name: (each.value, each.basis.assumption) for name, each in entries.items()}
    assert told["people_percent"] == (20, False)
    assert told["phone_people_max"] == (3, True)
    assert len(told) == 6


@pytest.fixture(autouse=True)
def bare_site(settings):
    """Pages extend the site's frame; here it is bare, so that only the rulebook's own part is looked at."""
    loaders = [
        ("django.template.loaders.locmem.Loader", {"web/base.html": BARE}),
        "django.template.loaders.app_directories.Loader",
    ]
    options = settings.TEMPLATES[0]["OPTIONS"] | {"loaders": loaders}
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"APP_DIRS": False, "OPTIONS": options}]


def page(client, code: str, language: str = "es", digest: str = "") -> str:
    address = f"/rules/{code}/{digest}/" if digest else f"/rules/{code}/"
    client.cookies["django_language"] = language
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def publish(files, at=AT):
    return rulebook_publish(files=files, actor=None, at=at)


def test_nothing_published_is_not_found(client):
    assert client.get("/rules/ca/").status_code == 404
    assert client.get("/rules/").status_code == 200


def test_it_is_only_for_reading(client):
    publish(small())
    assert client.post("/rules/small/").status_code == 405


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("code", ["ca", "mx", "pes"])
def test_every_rule_is_there_in_the_readers_language(client, code, language):
    version = publish(shipped(code))
    text = page(client, code, language)
    book = rulebook_of(version)
    other = "en" if language == "es" else "es"
    for rule in book.rules:
        assert f'id="rule-{rule.id}-{rule.valid_from}"' in text
        for words in (rule.title, rule.message, rule.unknown):
            assert escaped(words[language]) in text
            assert words[other] == words[language] or escaped(words[other]) not in text
        assert escaped(rule.require) in text
    for parameter in book.parameters:
        assert f'id="parameter-{parameter.name}"' in text
    assert text.count("badge-assumption") > 10
    assert "{{" not in text
    assert "{%" not in text


def escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#x27;")
        .replace('"', "&quot;")
    )


def test_what_nobody_established_carries_the_mark_and_the_rest_does_not(client):
    publish(small())
    text = page(client, "small", "en")
    land = text[text.index('id="rule-entry.land') : text.index('id="documents"')]
    plan = text[text.index('id="rule-work.plan') : text.index('id="rule-entry.land')]
    assert "badge-assumption" in land
    basis = plan[plan.index("Basis") : plan.index("As computed")]
    assert "badge-assumption" not in basis
    assert "a source" in basis


def test_numbers_are_shown_by_date_and_country(client):
    publish(shipped("mx"))
    text = re.sub(r"\s+", " ", page(client, "mx", "en"))
    history = text[text.index('<section id="parameter-support_minor"') :]
    assert history.index("2019-01") < history.index("2023-01") < history.index("2026-01")
    for amount in ("MXN 5,000.00", "MXN 6,000.00", "MXN 6,250.00", "MXN 6,450.00"):
        assert amount in history
    publish(shipped("ca"))
    text = page(client, "ca", "en")
    for shown in ("GT: 3,500 m²", "HN: 5,000 m²", "SV: 5,000 m²"):
        assert shown in text


def test_the_pathway_is_marked_as_a_proposal(client):
    publish(shipped("ca"))
    text = page(client, "ca", "en")
    assert text.count("proposal, no legal basis") == 2
    assert "confers no right" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Who decides", "At most", "6 months a year", "for 3 years", "Proposed in",
                "nobody has said how many",
                "Longest break that the certificate allows, excused months left out: <strong>12 months",
                "that an illness excuses", "<strong>6 months")),
        ("es", ("Quién decide", "Como máximo", "6 meses al año", "3 años", "Se propuso en",
                "nadie ha dicho cuánt",
                "admite la constancia, sin contar los meses justificados: <strong>12 meses",
                "que justifica una enfermedad", "<strong>6 meses")),
    ],
)  # fmt: skip
def test_a_stage_shows_all_that_is_laid_down_of_it(client, language, words):
    publish(shipped("ca"))
    pathway = page(client, "ca", language).partition('id="stages"')[2].partition('id="calendar"')[0]
    for text in words:
        assert text in pathway
    residence = pathway.partition('id="stage-residence"')[2].partition('id="excuses"')[0]
    for rule in ("pathway.variant", "pathway.accepted", "pathway.breaks", "pathway.seasons"):
        assert f'href="#rule-{rule}-2019-06"' in residence  # those of the stages before it as well
    assert 'href="#stage-seasonal_visa"' in residence
    record = pathway.partition('id="stage-record"')[2].partition('id="stage-seasonal_visa"')[0]
    assert "pathway.seasons" not in record
    excused = pathway.partition('id="excuses"')[2]
    assert all(f"<code>absence.{cause}</code>" in excused for cause in ("illness", "maternity", "disaster"))


def test_statistics_are_shown_where_there_are_some(client):
    publish(small())
    text = page(client, "small", "en")
    assert text.count("months of people decided") == 1
    assert "4,321" in text
    assert text.index('id="rule-work.plan') < text.index("4,321") < text.index('id="rule-entry.land')


def test_without_statistics_the_page_is_the_same_but_for_them(client):
    version = publish(small())
    entries = [e for _, rules in document_of(rulebook_of(version)).stages for e in rules]
    assert all(entry.counts is None for entry in entries)


def test_an_earlier_version_keeps_its_address(client):
    first = publish(small())
    second = publish(changed("programme", "Para pruebas", "Otra cosa"), at=LATER)
    assert "Otra cosa" in page(client, "small")
    assert "Para pruebas" in page(client, "small", digest=first.digest)
    assert second.digest in page(client, "small")
    assert client.get("/rules/small/0000/").status_code == 404


def test_texts_are_escaped(client):
    publish(changed("rules", 'es = "Faltó"', 'es = "<script>alert(1)</script>"'))
    text = page(client, "small")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_a_rule_names_its_parameters_facts_and_cases():
    from ceiba.core.rules.reading import read_rulebook

    document = document_of(read_rulebook(shipped("ca")))
    entry = next(e for _, rules in document.stages for e in rules if e.item.id == "work.plan")
    assert isinstance(entry.item, Rule)
    assert [parameter.name for parameter in entry.parameters] == ["plan_percent_min"]
    assert [fact.name for fact in entry.facts] == ["plan_due", "plan_done"]
    first = entry.cases[0]
    assert (first.facts, first.verdict) == ("plan_done = 8, plan_due = 10", "pass")


@pytest.mark.parametrize(
    ("language", "words"), [("es", "hola"), ("en", "hello"), ("en-gb", "hello"), ("fr", "hola")]
)
def test_said_gives_the_words_of_the_page(language, words):
    with translation.override(language):
        assert said({"es": "hola", "en": "hello"}) == words
        assert said(None) == ""


def test_templates_hold_no_style_or_script():
    """The content security policy would refuse them."""
    folder = Path(ceiba.web.__file__).parents[1] / "rulebook" / "templates"
    for template in folder.rglob("*.html"):
        assert not re.search(r"style=|<script|<style|onclick", template.read_text()), template
