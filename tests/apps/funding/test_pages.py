"""Every address with every role, another funder, another office; and what a person does on the pages."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role, User
from ceiba.funding.models import Commitment, Disbursement, Division, Instalment
from ceiba.funding.selectors import agreements_in, shares_of, standing
from tests import factories
from tests.apps.funding.helpers import BANK, EVERYWHERE, Office
from tests.apps.modules import kept_for_module, savepoint
from tests.factories import CODE, World, user_make

SEES = {Role.OFFICE, Role.PAYMENTS, Role.TREASURY, Role.AUDITOR, Role.FUNDER}
ENTER = {kind: reverse("funding:enter", args=[CODE, kind]) for kind in ("funder", "agreement", "division")}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One small programme for the module, rolled back; each test in its own savepoint."""
    with kept_for_module(django_db_blocker.unblock):
        world = factories.world(people=8, months=1)
        factories.users_make(world)
        yield world


@pytest.fixture(autouse=True)
def db(made: World) -> Iterator[None]:
    with savepoint():
        yield


@pytest.fixture
def office(made: World) -> Office:
    """US-1 pays in Guatemala, MX-1 in Honduras; US-2 is another agreement that pays nowhere yet."""
    office = Office()
    us, mx = office.two_funders()
    office.accepted("agreement", "US-2", us.funder)
    office.accepted("commitment", us)
    office.accepted("commitment", mx)
    office.accepted("instalment", us)
    office.accepted("disbursement", us)
    office.accepted("division", ("US-1", 1_000), area="GT")
    office.accepted("division", ("MX-1", 1_000), area="HN")
    return office


def page(code: str) -> str:
    return reverse("funding:agreement", args=[code])


@pytest.mark.parametrize("role", [""])
def test_nobody_passes_without_signing_in(office: Office, role: str) -> None:
    waits = office.funder("EU")
    for address in (reverse("funding:index"), page("US-1"), *ENTER.values(), decide("funder", waits)):
        assert Client().get(address).status_code == 302


def decide(kind: str, entry: Any) -> str:
    return reverse("funding:decide", args=[CODE, kind, entry.pk])


@pytest.mark.parametrize("role", list(Role))
def test_each_role_passes_where_the_matrix_says(made: World, office: Office, role: Role) -> None:
    client = client_of(made.users[role])
    seen = 200 if role in SEES else 403
    assert client.get(reverse("funding:index")).status_code == seen
    expected = 404 if role == Role.FUNDER else seen  # tied to no funder
    assert client.get(page("US-1")).status_code == expected
    manages = 200 if role == Role.OFFICE else 403
    waits = office.funder("EU")
    for address in (*ENTER.values(), decide("funder", waits)):
        assert client.get(address).status_code == manages
        assert client.post(address).status_code == (
            422 if role == Role.OFFICE and "enter" in address else (302 if role == Role.OFFICE else 403)
        )


@pytest.mark.parametrize("role", sorted(SEES))
def test_an_agreement_that_pays_elsewhere_is_not_there(made: World, office: Office, role: Role) -> None:
    client = client_of(made.users[role])
    assert client.get(page("MX-1")).status_code == 404
    assert client.get(page("NOBODY")).status_code == 404
    assert "MX-1" not in client.get(reverse("funding:index")).content.decode()


def test_a_funder_sees_its_own_agreements_and_no_others(office: Office) -> None:
    mexico = client_of(user_make("embajada", Role.FUNDER, areas=EVERYWHERE, code="MX"))
    assert mexico.get(page("US-1")).status_code == 404
    assert mexico.get(page("MX-1")).status_code == 200
    assert "berta" not in mexico.get(page("MX-1")).content.decode(), (
        "who works in the office is not theirs to know"
    )
    text = mexico.get(reverse("funding:index")).content.decode()
    assert "MX-1" in text
    assert "US-1" not in text
    states = user_make("agencia", Role.FUNDER, areas=["HN"], code="US")
    from ceiba.accounts.selectors import scope_of

    assert [each.code for each in agreements_in(scope_of(states))] == ["US-1", "US-2"], "wherever they pay"
    nobody = user_make("nadie", Role.FUNDER, areas=EVERYWHERE)
    assert not agreements_in(scope_of(nobody)).exists()
    assert not agreements_in(scope_of(user_make("sin", Role.OFFICE, areas=()))).exists()


def test_a_departments_office_reads_and_enters_nothing(office: Office) -> None:
    local = client_of(user_make("local", Role.OFFICE, areas=["GT-13"]))
    assert local.get(page("US-1")).status_code == 200
    waits = office.funder("EU")
    for address in (*ENTER.values(), decide("funder", waits)):
        assert local.get(address).status_code == 404
        assert local.post(address, {"decision": "accept"}).status_code == 404
    waits.refresh_from_db()
    assert waits.decided_by is None


def test_an_office_divides_and_decides_only_its_own_places(made: World, office: Office) -> None:
    guatemala = client_of(made.users[Role.OFFICE])  # all of Guatemala, and nothing else
    offered = re.findall(r'<option value="([^"]*)"', guatemala.get(ENTER["division"]).content.decode())
    assert "GT" in offered and "HN" not in offered
    honduras = office.division(("MX-1", 1_000), area="HN", component="support")
    everywhere = office.division(("US-1", 1_000), component="support")
    for other in (honduras, everywhere):
        assert guatemala.get(decide("division", other)).status_code == 404
        assert guatemala.post(decide("division", other), {"decision": "accept"}).status_code == 404
    answer = guatemala.post(
        ENTER["division"],
        {"area": "", "from_month": "2026-01", "until_month": "2026-12", "share-US-1": "100"},
    )
    assert answer.status_code == 422
    assert not Division.objects.filter(area="", component="").exists()
    standing_hn = standing(Division).get(area="HN")
    assert guatemala.get(f"{ENTER['division']}?replaces={standing_hn.pk}").status_code == 404


def test_nothing_of_another_programme_or_kind(office: Office) -> None:
    ana = client_of(office.ana)
    for address in (
        reverse("funding:enter", args=["mx", "funder"]),
        reverse("funding:enter", args=[CODE, "user"]),
        reverse("funding:decide", args=[CODE, "funder", 999_999]),
        f"{ENTER['funder']}?replaces=x",
        f"{ENTER['funder']}?replaces=999999",
    ):
        assert ana.get(address).status_code == 404


def test_who_entered_it_does_not_confirm_it(office: Office) -> None:
    ana, berta = client_of(office.ana), client_of(office.berta)
    waits = office.funder("EU")
    assert 'value="accept"' not in ana.get(decide("funder", waits)).content.decode()
    assert ana.post(decide("funder", waits), {"decision": "accept"}).status_code == 422
    assert 'value="accept"' in berta.get(decide("funder", waits)).content.decode()
    assert berta.post(decide("funder", waits), {"decision": "accept"}).status_code == 302
    waits.refresh_from_db()
    assert waits.accepted
    again = berta.post(decide("funder", waits), {"decision": "refuse"})
    assert again.status_code == 422
    assert "decidido" in again.content.decode()


def test_shares_that_do_not_add_up_are_refused_on_the_page(office: Office) -> None:
    typed = {"area": "GT-13", "from_month": "2026-01", "until_month": "2026-12", "share-US-1": "60"}
    ana = client_of(office.ana)
    answer = ana.post(ENTER["division"], typed | {"share-MX-1": "30"})
    assert answer.status_code == 422
    assert "1000" in answer.content.decode()
    assert ana.post(ENTER["division"], typed | {"share-MX-1": "40"}).status_code == 302
    division = Division.objects.get(area="GT-13")
    assert sorted(division.shares.values_list("permille", flat=True)) == [400, 600]
    assert (division.from_month, division.until_month) == (date(2026, 1, 1), date(2026, 12, 1))


def test_a_disbursement_entered_corrected_and_refused(office: Office) -> None:
    enter = reverse("funding:enter", args=[CODE, "disbursement"])
    ana, berta = client_of(office.ana), client_of(office.berta)
    typed = {
        "agreement": "US-1", "amount": "1234.50", "value_date": "2026-03-04", "bank_account": BANK,
        "reference": "REF-9",
    }  # fmt: skip
    assert ana.post(enter, typed | {"amount": "1234.505"}).status_code == 422
    assert ana.post(enter, typed | {"amount": "0"}).status_code == 422
    assert ana.post(enter, typed | {"bank_account": "OTHER"}).status_code == 422
    assert ana.post(enter, typed | {"agreement": "NONE"}).status_code == 422
    assert ana.post(enter, typed).status_code == 302
    entry = Disbursement.objects.get(reference="REF-9")
    assert entry.amount_minor == 123_450
    berta.post(decide("disbursement", entry), {"decision": "accept"})
    correct = f"{enter}?replaces={entry.pk}"
    assert 'value="1234.50"' in ana.get(correct).content.decode()
    assert ana.post(correct, typed | {"amount": "1000"}).status_code == 302
    correction = Disbursement.objects.get(replaces=entry)
    text = berta.get(decide("disbursement", correction)).content.decode()
    assert "1,234.50" in text
    assert "1,000.00" in text
    berta.post(decide("disbursement", correction), {"decision": "refuse"})
    assert standing(Disbursement).get(reference="REF-9").amount_minor == 123_450


def test_a_plan_is_entered_by_one_confirmed_by_another_and_shown(office: Office) -> None:
    ana, berta = client_of(office.ana), client_of(office.berta)
    enter = reverse("funding:enter", args=[CODE, "instalment"])
    typed = {
        "agreement": "US-1", "amount": "1234.50", "due_from": "2027-04-01", "due_until": "2027-06-30",
        "document": "Calendario, cuadro 2",
    }  # fmt: skip
    assert ana.post(enter, typed | {"due_until": "2027-03-31"}).status_code == 422
    assert ana.post(enter, typed).status_code == 302
    entry = Instalment.objects.get(due_from=date(2027, 4, 1))
    assert ana.post(decide("instalment", entry), {"decision": "accept"}).status_code == 422
    assert "1,234.50" not in berta.get(page("US-1")).content.decode()
    berta.post(decide("instalment", entry), {"decision": "accept"})
    assert "1,234.50" in berta.get(page("US-1")).content.decode()


def test_a_promise_is_shown_in_its_own_words(made: World, office: Office) -> None:
    text = client_of(made.users[Role.AUDITOR]).get(page("US-1")).content.decode()
    commitment = Commitment.objects.get(agreement__code="US-1")
    assert f'<blockquote lang="es">{commitment.sentence}</blockquote>' in text
    assert commitment.document in text


def test_what_nobody_pays_is_told_to_those_who_manage(made: World, office: Office) -> None:
    national = client_of(office.ana)
    before = national.get(reverse("funding:index")).content.decode()
    assert "Nadie ha convenido pagar" not in before, "Guatemala and Honduras are paid"
    division = standing(Division).get(area="HN")
    office.accepted("division", ("MX-1", 1_000), area="HN", replaces=division, until_month=date(2026, 12, 1))
    cache.clear()
    after = national.get(reverse("funding:index")).content.decode()
    assert "Nadie ha convenido pagar" in after
    assert "HN-LE, mes 2027-01" in after
    assert shares_of(CODE, date(2027, 1, 1)).height == 2


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize(
    "kind", ["funder", "agreement", "commitment", "instalment", "disbursement", "division"]
)
def test_every_form_and_its_correction_are_shown(office: Office, kind: str, language: str) -> None:
    office.ana.language = language
    office.ana.save()
    from ceiba.funding.entering import KINDS

    ana = client_of(office.ana)
    enter = reverse("funding:enter", args=[CODE, kind])
    entry = standing(KINDS[kind]).order_by("pk").first()
    assert entry is not None
    for address in (enter, f"{enter}?replaces={entry.pk}", decide(kind, entry)):
        assert ana.get(address).status_code == 200
    assert ana.post(enter, {}).status_code == 422
