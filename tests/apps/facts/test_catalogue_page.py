import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from ceiba.core.facts import FACTS


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_fact_is_there_in_words_for_anybody(language: str) -> None:
    client = Client()
    client.cookies["django_language"] = language
    shown = client.get(reverse("facts:catalogue")).content.decode()
    for fact in FACTS.values():
        words = getattr(fact, language)
        assert f"<code>{fact.name}</code>" in shown
        assert escape(words[:1].upper() + words[1:]) in shown
