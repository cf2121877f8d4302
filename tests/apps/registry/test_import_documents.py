"""Documents: numbers are kept encrypted, found by their hash, and not lost by an empty cell."""

import pytest
from django.db import connection

from ceiba.core.rules.rulebook import RequiredDocument
from ceiba.registry import numbers
from ceiba.registry.models import Document
from ceiba.registry.services import required_documents_set
from tests.apps.registry.helpers import base, look, sheet_file, take

pytestmark = pytest.mark.django_db


def test_the_number_is_nowhere_in_the_clear_and_opens_in_its_place_only(tmp_path):
    base(2)
    take(
        "documents",
        sheet_file(tmp_path, "documents", {}, {"document": "person_key", "number": None, "held": False}),
    )
    document = Document.objects.get(document="identity_document")
    with connection.cursor() as cursor:
        cursor.execute("SELECT d::text FROM registry_document d")
        assert not any("1234" in text or "31323334" in text for (text,) in cursor.fetchall())
    sealed = [bytes(document.number_cipher)]
    assert numbers.decrypted(["P-1"], ["identity_document"], sealed) == ["1234 56789 0901"]
    assert numbers.decrypted(["P-2"], ["identity_document"], sealed) == [None]
    assert numbers.decrypted(["P-1"], ["person_key"], sealed) == [None]
    assert Document.objects.get(document="person_key").number_cipher is None


def test_another_key_opens_nothing(tmp_path, settings):
    base(1)
    take("documents", sheet_file(tmp_path, "documents", {}))
    sealed = [bytes(Document.objects.get().number_cipher)]
    settings.DOCUMENT_KEY = "another"
    assert numbers.decrypted(["P-1"], ["identity_document"], sealed) == [None]


def test_the_same_number_is_the_same_document_however_it_is_written(tmp_path):
    base(1)
    take("documents", sheet_file(tmp_path, "documents", {}))
    done = take("documents", sheet_file(tmp_path, "documents", {"number": "1234-56789.0901"}, name="b.csv"))
    assert done.unchanged == 1


def test_an_empty_number_keeps_the_one_there_is(tmp_path):
    base(1)
    take("documents", sheet_file(tmp_path, "documents", {}))
    done = take("documents", sheet_file(tmp_path, "documents", {"number": None, "held": False}, name="b.csv"))
    document = Document.objects.get()
    assert (done.updated, document.held) == (1, False)
    assert numbers.decrypted(["P-1"], ["identity_document"], [bytes(document.number_cipher)]) == [
        "1234 56789 0901"
    ]


def test_a_number_of_two_people_is_shown_within_the_file_and_against_the_register(tmp_path):
    base(3)
    take("documents", sheet_file(tmp_path, "documents", {}))
    path = sheet_file(
        tmp_path, "documents", {"participant": "P-2"}, {"participant": "P-3", "number": "9"}, name="b.csv"
    )
    (warning,) = look("documents", path).warnings
    assert warning.text("es") == (
        "b.csv, fila 1, columna number: Aviso: el número de documento de «P-2» es también el de P-1. "
        "Puede ser la misma persona dos veces."
    )
    within = sheet_file(
        tmp_path,
        "documents",
        {"participant": "P-2", "number": "7"},
        {"participant": "P-3", "number": "7"},
        name="c.csv",
    )
    assert [(w.where.row, w.code) for w in look("documents", within).warnings] == [
        (1, "import.number_twice"),
        (2, "import.number_twice"),
    ]
    assert take("documents", path).created == 2  # a warning stops nothing


def test_the_same_digits_on_another_document_are_another_number(tmp_path):
    base(2)
    take("documents", sheet_file(tmp_path, "documents", {}))
    path = sheet_file(tmp_path, "documents", {"participant": "P-2", "document": "person_key"}, name="b.csv")
    assert look("documents", path).warnings == ()


def test_a_document_that_no_programme_asks_for_is_shown(tmp_path):
    base(1)
    text = {"es": "x", "en": "x"}
    required_documents_set(
        programme="ca",
        documents=[RequiredDocument("identity_document", text), RequiredDocument("land_document", text)],
    )
    (warning,) = look(
        "documents", sheet_file(tmp_path, "documents", {"document": "identity_documnt"})
    ).warnings
    assert warning.code == "import.document_unasked"
    assert "identity_document, land_document" in warning.text("es")
    assert look("documents", sheet_file(tmp_path, "documents", {})).warnings == ()
