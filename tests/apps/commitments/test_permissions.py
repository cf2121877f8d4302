"""Every address of the register, every role; what somebody may not see is not there. Who must not pass is first."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role
from ceiba.commitments.models import Decision, Dismissal, Entry, Party, Source
from ceiba.core.commitments import Kind
from tests.apps.commitments.given import Register
from tests.factories import user_make

ROLES = tuple(Role.values)
SEE = set(ROLES) - {Role.PARTICIPANT, Role.CONSULAR}
INSIDERS = {Role.OFFICE, Role.AUDITOR}
RECORD = {Role.OFFICE}

# name -> who may; those who see the register, but not this page of it, are told that there is none
PAGES = {
    "index": SEE, "export": SEE, "commitment": SEE, "entry": SEE, "parties": SEE, "party": SEE,
    "new": RECORD, "correct": RECORD, "delivery": RECORD, "answer": RECORD, "retract": RECORD, "take": RECORD,
    "paste": RECORD, "party_new": RECORD, "waiting": INSIDERS, "statements": INSIDERS, "statement": INSIDERS,
}  # fmt: skip
POSTED = (
    "new",
    "correct",
    "delivery",
    "answer",
    "retract",
    "decide",
    "paste",
    "take",
    "dismiss",
    "party_new",
    "party",
)


def address(made: Register, name: str) -> str:
    """The address of a confirmed commitment, its delivery, the pasted source or its proposal."""
    number = Entry.objects.order_by("pk").values_list("commitment", flat=True)[0]
    delivery = Entry.objects.filter(kind="delivery").values_list("pk", flat=True)[0]
    place = made.source.text.index("propuso")
    found = {
        "commitment": [number], "correct": [number], "delivery": [number], "answer": [number],
        "entry": [delivery], "decide": [delivery], "retract": [delivery], "statement": [made.source.pk],
        "take": [made.source.pk, place], "dismiss": [made.source.pk, place], "party": [made.mexico],
    }  # fmt: skip
    return reverse(f"commitments:{name}", args=found.get(name, []))


@pytest.fixture
def as_role(made: Register) -> Callable[[str], Client]:
    made.delivered(made.confirmed(kind=Kind.PROPOSAL), 5)

    def signed_in(role: str) -> Client:
        client = Client()
        if role:
            client.force_login(
                user_make(f"as-{role}", role, code="CA-1"),
                backend="django.contrib.auth.backends.ModelBackend",
            )
        return client

    return signed_in


@pytest.mark.parametrize("name", [*PAGES, "decide", "dismiss"])
def test_nobody_passes_without_signing_in(
    made: Register, as_role: Callable[[str], Client], name: str
) -> None:
    for response in (as_role("").get(address(made, name)), as_role("").post(address(made, name))):
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/sign-in/")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", PAGES)
def test_each_role_passes_where_the_matrix_says(
    made: Register, as_role: Callable[[str], Client], name: str, role: str
) -> None:
    status = as_role(role).get(address(made, name)).status_code
    hidden = 404 if PAGES[name] == INSIDERS and role in SEE else 403
    assert status == (200 if role in PAGES[name] else hidden)


@pytest.mark.parametrize("role", sorted(set(ROLES) - RECORD))
@pytest.mark.parametrize("name", POSTED)
def test_nobody_but_the_office_writes(
    made: Register, as_role: Callable[[str], Client], name: str, role: str
) -> None:
    tables = (Entry, Decision, Dismissal, Source, Party)
    before = [table.objects.count() for table in tables]
    data = {
        "decision": "confirm",
        "why": "x",
        "title": "x",
        "language": "es",
        "name_es": "x",
        "name_en": "x",
        "kind": "agency",
    }
    assert as_role(role).post(address(made, name), data).status_code == 403
    assert [table.objects.count() for table in tables] == before


@pytest.mark.parametrize("role", sorted(SEE - INSIDERS))
def test_what_nobody_confirmed_is_not_there_for_outsiders(
    made: Register, as_role: Callable[[str], Client], role: str
) -> None:
    entry = made.entered(subject_es="Nadie lo confirmó", subject_en="Nobody confirmed it")
    client = as_role(role)
    assert client.get(reverse("commitments:commitment", args=[entry.commitment_id])).status_code == 404
    assert client.get(reverse("commitments:entry", args=[entry.pk])).status_code == 404
    assert "confirmó" not in client.get(reverse("commitments:index")).content.decode()
    assert "confirmó" not in b"".join(client.get(reverse("commitments:export"))).decode()
    number = made.confirmed()
    waits = made.delivered(number, 7, confirmed=False)
    page = client.get(reverse("commitments:commitment", args=[number])).content.decode()
    assert reverse("commitments:entry", args=[waits.pk]) not in page


@pytest.mark.parametrize("role", sorted(INSIDERS))
def test_insiders_see_what_waits(made: Register, as_role: Callable[[str], Client], role: str) -> None:
    entry = made.entered(subject_es="Nadie lo confirmó")
    client = as_role(role)
    assert client.get(reverse("commitments:commitment", args=[entry.commitment_id])).status_code == 200
    assert "Nadie lo confirm" in client.get(reverse("commitments:waiting")).content.decode()


@pytest.mark.parametrize("name", ["commitment", "correct", "delivery", "answer", "entry", "decide", "retract",
                                  "statement", "party"])  # fmt: skip
def test_what_is_not_there_is_not_there(made: Register, as_role: Callable[[str], Client], name: str) -> None:
    assert as_role(Role.OFFICE).get(reverse(f"commitments:{name}", args=[999_999])).status_code == 404


def test_nobody_corrects_or_adds_to_what_is_not_confirmed(
    made: Register, as_role: Callable[[str], Client]
) -> None:
    number, client = made.entered().commitment_id, as_role(Role.OFFICE)
    for name in ("correct", "delivery", "answer"):
        assert client.get(reverse(f"commitments:{name}", args=[number])).status_code == 404
