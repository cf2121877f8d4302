"""Every address of savings, every role, in and out of scope. Who must not pass comes first."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role, User
from ceiba.audit.models import Event
from ceiba.savings.models import Move, Withdrawal
from ceiba.savings.selectors.proof import sources_of
from ceiba.savings.services import move_order
from tests.apps.savings.helpers import ASKED, Saving
from tests.factories import CODE, user_make

OFFICE, PAYMENTS, TREASURY, AUDITOR, PARTICIPANT = (
    Role.OFFICE, Role.PAYMENTS, Role.TREASURY, Role.AUDITOR, Role.PARTICIPANT,
)  # fmt: skip
VIEW = {OFFICE, PAYMENTS, TREASURY, AUDITOR}
Address = Callable[["Site"], str]


class Site:
    """Addresses in the scope of those who reach everything, with the withdrawal and the order that they are of."""

    def __init__(self, saves: Saving) -> None:
        self.saves = saves
        self.code = saves.people[0].code
        self.withdrawal = saves.ask(0)
        cause = sources_of(CODE)[0].cause
        self.move: Move = move_order(programme=CODE, cause=cause, actor=saves.users["tesorera"], at=ASKED)

    def path(self, name: str) -> str:
        args: dict[str, list[object]] = {
            "person": [self.code],
            "ask": [self.code, self.saves.account(0).pk],
            "give_up": [self.withdrawal.pk],
            "confirm": [self.move.pk],
            "send": [self.move.pk],
            "book": [self.move.pk],
            "cancel": [self.move.pk],
        }
        own = args.get(name, [CODE] if name in PROGRAMME else [])
        query = "?month=2026-12" if name == "messages" else ""
        return reverse(f"savings:{name}", args=own) + query


PROGRAMME = {"ask_due", "pay", "proof", "proof_list", "interest", "order", "messages"}
# name -> (who may, what those see who may)
ADDRESSES: dict[str, tuple[set[Role], int]] = {
    "index": (VIEW, 200),
    "person": (VIEW | {PARTICIPANT}, 200),
    "ask": ({PAYMENTS}, 302),
    "withdrawals": (VIEW, 200),
    "decide": ({TREASURY}, 302),
    "give_up": ({TREASURY}, 302),
    "ask_due": ({PAYMENTS}, 302),
    "pay": ({PAYMENTS}, 302),
    "proof": (VIEW, 200),
    "proof_list": ({PAYMENTS, TREASURY, AUDITOR}, 200),
    "interest": ({PAYMENTS}, 302),
    "order": ({TREASURY}, 302),
    "confirm": ({TREASURY}, 302),
    "send": ({TREASURY}, 302),
    "book": ({PAYMENTS}, 302),
    "cancel": ({TREASURY}, 302),
    "messages": ({PAYMENTS}, 200),
}


def signed_in(somebody: User) -> Client:
    client = Client()
    client.force_login(somebody, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def site(saves: Saving) -> Site:
    return Site(saves)


def everybody(site: Site, areas: tuple[str, ...]) -> dict[Role, User]:
    code = {PARTICIPANT: site.code}
    return {
        role: user_make(
            f"{role}-{len(areas)}", role, areas=() if role in code else areas, code=code.get(role, "")
        )
        for role in Role
    }


def test_nobody_passes_without_signing_in(site: Site) -> None:
    for name in (*ADDRESSES, "mine"):
        for method in (Client().get, Client().post):
            assert method(site.path(name))["Location"].startswith("/accounts/sign-in/"), name


def test_every_role_sees_what_it_may_and_a_get_changes_nothing(site: Site) -> None:
    people = everybody(site, ("GT", "HN", "SV"))
    for name, (may, status) in ADDRESSES.items():
        for role, somebody in people.items():
            found = signed_in(somebody).get(site.path(name)).status_code
            assert found == (status if role in may else 403), (name, role)
    assert list(Withdrawal.objects.values_list("state", flat=True)) == ["asked"]
    assert list(Move.objects.values_list("state", flat=True)) == ["ordered"]


def test_outside_the_scope_there_is_nothing(site: Site) -> None:
    people = everybody(site, ("SV",))
    people[PARTICIPANT] = user_make("otra", PARTICIPANT, areas=(), code=site.saves.people[1].code)
    of_a_person = {"person", "ask", "give_up"}
    whole = {"proof", "proof_list", "interest", "order", "confirm", "send", "book", "cancel"}
    for name in of_a_person | whole:
        for role in ADDRESSES[name][0]:
            for method in ("get", "post"):
                found = getattr(signed_in(people[role]), method)(site.path(name)).status_code
                assert found == 404, (name, role, method)
    chosen = {"withdrawal": site.withdrawal.pk, "decision": "approve"}
    assert signed_in(people[TREASURY]).post(site.path("decide"), chosen).status_code == 404
    page = signed_in(people[AUDITOR]).get(site.path("withdrawals")).content.decode()
    assert site.code not in page
    assert signed_in(people[PAYMENTS]).get(site.path("messages")).getvalue() == b"phone,text\n"
    index = signed_in(people[AUDITOR]).get(site.path("index")).content.decode()
    assert reverse("savings:proof", args=[CODE]) not in index


def test_a_participant_sees_their_own_and_no_other(site: Site) -> None:
    own = signed_in(user_make("ella", PARTICIPANT, areas=(), code=site.code))
    assert own.get(reverse("savings:mine"))["Location"] == site.path("person")
    page = own.get(site.path("person")).content.decode()
    assert "USD\u00a0250.00" in page
    assert "Ask for it" not in page
    assert "Pedirlo" not in page
    other = reverse("savings:person", args=[site.saves.people[1].code])
    assert own.get(other).status_code == 404
    office = signed_in(user_make("oficina", OFFICE, areas=("GT", "HN", "SV")))
    assert office.get(reverse("savings:mine")).status_code == 404


def test_who_takes_a_list_is_written_down(site: Site) -> None:
    clients = {
        "savings.exported": (signed_in(user_make("audita", AUDITOR, areas=("GT", "HN", "SV"))), "proof_list"),
        "savings.messages_exported": (signed_in(site.saves.users["pagos"]), "messages"),
    }
    for action, (client, name) in clients.items():
        assert not Event.objects.filter(action=action).exists()
        text = client.get(site.path(name)).getvalue().decode()
        assert text.count("\n") > 20
        assert Event.objects.filter(action=action).count() == 1
        assert not any(person.code in text for person in site.saves.people)


def test_asked_approved_and_paid_by_their_pages(site: Site) -> None:
    saves = site.saves
    person = saves.people[1]
    pays, treasury = signed_in(saves.users["pagos"]), signed_in(saves.users["tesorera"])
    address = reverse("savings:ask", args=[person.code, saves.account(1).pk])
    for amount in ("250.01", "0", "x", "1e9", "1.001", "NaN", ""):
        pays.post(address, {"amount": amount, "cause": "request"})
        assert not Withdrawal.objects.filter(participant=person).exists(), amount
    pays.post(address, {"amount": "1,00.50", "cause": "nothing"})
    pays.post(address, {"amount": "100.50", "cause": "request", "note": "Semilla"})
    made = Withdrawal.objects.get(participant=person)
    assert made.amount_minor == 10_050
    treasury.post(site.path("decide"), {"withdrawal": [made.pk, site.withdrawal.pk], "decision": "approve"})
    made.refresh_from_db()
    assert made.state == "approved"
    given = {"month": str(made.month)[:7], "account": saves.bank.code, "execute_on": "2026-12-20"}
    pays.post(site.path("pay"), given | {"account": saves.pays.bank.code})
    pays.post(site.path("pay"), given | {"month": "x"})
    assert saves.account(1).available_minor == 25_000
    pays.post(site.path("pay"), given)
    assert saves.account(1).available_minor == 25_000 - 10_050
