"""The page of one record, and who may see it."""

import hashlib
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import AreaScope, Role, User
from ceiba.core.evidence import KINDS
from ceiba.evidence.models import Evidence
from ceiba.evidence.selectors import canonical_text, correction_chain
from tests.apps.evidence.helpers import register, row, take_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(tmp_path: Path) -> Evidence:
    register()
    take_rows(tmp_path, "visit", row("visit", plan_done=7))
    return Evidence.objects.get()


def client(role: str, *areas: str, code: str = "") -> Client:
    user = User.objects.create(username=f"{role} {areas} {code}", role=role, code=code, language="en")
    AreaScope.objects.bulk_create(AreaScope(user=user, area_code=area) for area in areas)
    signed_in = Client()
    signed_in.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return signed_in


def page(record: Evidence) -> str:
    return reverse("evidence:record", args=[record.pk])


def test_it_says_what_whose_when_and_that_the_hash_is_the_same(visit: Evidence) -> None:
    shown = client(Role.OFFICE, "GT").get(page(visit)).content.decode()
    for text in (
        "Monthly work plan and visit",
        "Tasks done",
        "<strong>7</strong>",
        "visit-P-1",
        "T-1",
        "visit-0.parquet",
    ):
        assert text in shown
    assert bytes(visit.sha256).hex() in shown
    assert visit.drop.sha256 in shown
    assert "Computed again just now: the same." in shown


@pytest.mark.parametrize(
    ("role", "areas", "code", "status"),
    [
        (Role.OFFICE, ("GT-01",), "", 200),
        (Role.OFFICE, ("HN",), "", 404),
        (Role.OFFICE, (), "", 404),
        (Role.AUDITOR, ("GT",), "", 200),
        (Role.PARTICIPANT, (), "P-1", 200),
        (Role.PARTICIPANT, (), "P-2", 404),
        (Role.TECHNICIAN, ("GT",), "T-9", 404),
        (Role.PAYMENTS, ("GT",), "", 403),
        (Role.FUNDER, ("GT",), "", 403),
    ],
)
def test_who_may_see_the_person_may_see_the_evidence(
    visit: Evidence, role: str, areas: tuple[str, ...], code: str, status: int
) -> None:
    visitor = client(role, *areas, code=code)
    assert visitor.get(page(visit)).status_code == status
    assert visitor.get(reverse("evidence:text", args=[visit.pk])).status_code == status


def test_nobody_else_may(visit: Evidence) -> None:
    assert Client().get(page(visit)).status_code == 302


def test_a_record_that_is_not_there(visit: Evidence) -> None:
    assert client(Role.OFFICE, "GT").get(reverse("evidence:record", args=[visit.pk + 1])).status_code == 404


def test_the_receipt_of_a_list_is_about_nobody(tmp_path: Path) -> None:
    register()
    take_rows(tmp_path, "list_receipt", row("list_receipt", area="GT"))
    assert client(Role.PARTICIPANT, code="P-1").get(page(Evidence.objects.get())).status_code == 200


def test_the_text_has_the_hash(visit: Evidence) -> None:
    text = client(Role.OFFICE, "GT").get(reverse("evidence:text", args=[visit.pk]))
    assert hashlib.sha256(text.content).digest() == bytes(visit.sha256)
    assert text["Content-Disposition"] == f'attachment; filename="visit-{visit.pk}.json"'


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_of_every_kind_is_written_again_as_it_was(tmp_path: Path, kind: str) -> None:
    register()
    more = {"expires_on": date(2030, 1, 1)} if kind == "document_check" else {}
    take_rows(tmp_path, kind, row(kind, **more))
    record = Evidence.objects.get()
    assert hashlib.sha256(canonical_text(record).encode()).digest() == bytes(record.sha256)


def test_tampering_shows(visit: Evidence) -> None:
    """Somebody with the keys to the database switched the guard off."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE evidence_evidence DISABLE TRIGGER append_only")
        cursor.execute("UPDATE evidence_evidence SET body = jsonb_set(body, '{plan_done}', '10')")
    assert "has been tampered with" in client(Role.OFFICE, "GT").get(page(visit)).content.decode()


def test_corrections_are_shown_in_order(tmp_path: Path, visit: Evidence) -> None:
    take_rows(tmp_path, "visit", row("visit", key="b", corrects=visit.key))
    take_rows(tmp_path, "visit", row("visit", key="c", corrects="b"))
    keys = [visit.key, "b", "c"]
    for record in Evidence.objects.all():
        assert [r.key for r in correction_chain(record)] == keys
    shown = client(Role.OFFICE, "GT").get(page(visit)).content.decode()
    assert "Another record corrects this one" in shown
    assert shown.index(">b</a>") < shown.index(">c</a>")


def test_a_circle_of_corrections_ends(tmp_path: Path, visit: Evidence) -> None:
    take_rows(tmp_path, "visit", row("visit", key="b", corrects="c"))
    take_rows(tmp_path, "visit", row("visit", key="c", corrects="b"))
    assert len(correction_chain(Evidence.objects.get(key="b"))) == 2
