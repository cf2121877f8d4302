"""Every address of erasures, every role, in and out of scope; who must not pass comes first."""

import pytest
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role, User
from ceiba.privacy.models import Erasure
from ceiba.privacy.services.requests import erasure_ask
from ceiba.registry.models import Participant
from tests.apps.privacy import given
from tests.apps.privacy.given import NOW, office
from tests.factories import user_make
from tests.queue import worked

OFFICE, AUDITOR, PARTICIPANT = Role.OFFICE, Role.AUDITOR, Role.PARTICIPANT
ADDRESSES = {
    "index": ({OFFICE, AUDITOR}, 200),
    "person": ({OFFICE, AUDITOR}, 200),
    "one": ({OFFICE, AUDITOR}, 200),
    "ask": ({OFFICE}, 302),
    "decide": ({OFFICE}, 302),
    "mine": ({PARTICIPANT}, 200),
    "ask_own": ({PARTICIPANT}, 302),
    "withdraw_own": ({PARTICIPANT}, 302),
}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def asked(db: None) -> Erasure:
    ana = office("ana")
    person = given.whole(ana)
    given.left(person)
    return erasure_ask(participant=person, reason="person_asked", actor=ana, at=NOW)


def path(name: str, asked: Erasure) -> str:
    args = {
        **{key: [asked.pk] for key in ("one", "decide", "withdraw_own")},
        **{key: [asked.participant.code] for key in ("person", "ask")},
    }
    return reverse(f"privacy:{name}", args=args.get(name, []))


def test_every_role_sees_what_it_may_and_is_refused_the_rest(asked: Erasure) -> None:
    codes = {Role.TECHNICIAN: "T-1", Role.PARTICIPANT: "", Role.CONSULAR: "C"}
    users = {
        role: user_make(f"r-{role}", role, areas=() if role in codes else ("GT",), code=codes.get(role, ""))
        for role in Role
        if role != PARTICIPANT
    }
    users[PARTICIPANT] = User.objects.get(username="sembradora7")
    for name, (allowed, status) in ADDRESSES.items():
        assert Client().get(path(name, asked))["Location"].startswith("/accounts/sign-in/"), name
        for role, user in users.items():
            client = signed_in(user)
            assert client.get(path(name, asked)).status_code == (status if role in allowed else 403), (
                name,
                role,
            )
            if role not in allowed:
                assert client.post(path(name, asked)).status_code == 403, (name, role)
    asked.refresh_from_db()
    assert (asked.state, Erasure.objects.count()) == ("asked", 1), "to look changes nothing"


def test_outside_the_scope_there_is_nobody(asked: Erasure) -> None:
    far = signed_in(office("lejos", "HN"))
    for name in ("person", "ask", "one", "decide"):
        for method in (far.get, far.post):
            assert method(path(name, asked)).status_code == 404, name
    page = far.get(path("index", asked))
    assert (page.context["waiting"], page.context["done"]) == ([], [])
    other = Participant.objects.exclude(pk=asked.participant_id)[0]
    stranger = signed_in(user_make("otra", PARTICIPANT, areas=(), code=other.code))
    assert stranger.post(path("withdraw_own", asked)).status_code == 404
    assert stranger.get(path("mine", asked)).context["person"] == other
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_the_page_says_what_goes_and_what_stays_and_the_second_person_erases(asked: Erasure) -> None:
    person = asked.participant
    name = f"{person.given_names} {person.family_names}"
    own = signed_in(User.objects.get(username="sembradora7")).get(path("mine", asked)).content.decode()
    for text in ("Meses sellados", "edad en años", "respaldos"):
        assert text in own, "seals hold personal data, and backups do: it is said"
    berta = signed_in(office("berta"))
    page = berta.get(path("one", asked))
    told = {each.holding.code for each in page.context["goes"]}
    assert {"identity", "forms", "files", "accounts", "cards", "salts", "login"} <= told
    assert {"seals", "bank_files", "facts", "payments"} & {
        each.holding.code for each in page.context["stays"]
    }
    assert name in page.content.decode()
    refused = berta.post(path("decide", asked), {"act": "confirm", "code": "OTRA"})
    assert refused.status_code == 422
    assert (
        berta.post(path("decide", asked), {"act": "confirm", "code": person.code.lower()}).status_code == 302
    )
    assert worked()[-1:] == ["succeeded"]
    for address in ("one", "person", "index"):
        page = berta.get(path(address, asked))
        assert page.status_code == 200
        assert name not in page.content.decode(), address
    for address in (
        reverse("pages:person", args=[person.code]),
        reverse("credentials:person", args=[person.code]),
        reverse("pathway:person", args=[person.code]),
        reverse("payees:person", args=[person.code]),
        reverse("service_record:person", args=["ca", person.code]),
        reverse("pages:people") + f"?q={person.code}",
    ):
        page = berta.get(address)
        assert page.status_code == 200, address
        assert name not in page.content.decode(), address
    again = berta.post(path("ask", asked), {"reason": "person_asked"})
    assert again.status_code == 422


def test_a_person_who_is_still_enrolled_is_told_why_not(db: None) -> None:
    person = given.whole(office("ana"))
    own = signed_in(User.objects.get(username="sembradora7"))
    page = own.post(reverse("privacy:ask_own"))
    assert page.status_code == 422
    assert "Primero sale" in page.content.decode()
    assert not Erasure.objects.exists()
    given.left(person)
    assert own.post(reverse("privacy:ask_own")).status_code == 302
    made = Erasure.objects.get()
    assert own.post(reverse("privacy:withdraw_own", args=[made.pk])).status_code == 302
    made.refresh_from_db()
    assert made.state == "withdrawn"
