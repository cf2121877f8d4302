"""Every address, every role, in and out of scope. Who must not pass comes first."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role
from tests.apps.web.conftest import ROLES, own_person
from tests.factories import CODE, World, user_make

MONTH = date(2026, 10, 1)
OFFICE, TECHNICIAN, SUPERVISOR, PAYMENTS, TREASURY, AUDITOR, FUNDER, PARTICIPANT, CONSULAR = (
    Role.OFFICE, Role.TECHNICIAN, Role.SUPERVISOR, Role.PAYMENTS, Role.TREASURY, Role.AUDITOR, Role.FUNDER,
    Role.PARTICIPANT, Role.CONSULAR,
)  # fmt: skip
EVERYONE = set(ROLES)
SEE_PEOPLE = EVERYONE - {FUNDER, CONSULAR}
SEE_MAP = EVERYONE - {PAYMENTS, TREASURY, PARTICIPANT, CONSULAR}

# name -> (address, or a function of a person's code; who may)
GENERAL = {
    "pages:month_people": (reverse("pages:month_people", args=[CODE, MONTH]), SEE_PEOPLE),
    "pages:map": (reverse("pages:map"), SEE_MAP),
    "pages:tile": (reverse("pages:tile", args=[6, 16, 29]), SEE_MAP),
    "pages:submissions_map": (reverse("pages:submissions_map"), SEE_MAP - {FUNDER}),
    "pages:submissions_tile": (reverse("pages:submissions_tile", args=[6, 16, 29]), SEE_MAP - {FUNDER}),
    "payments:list": (reverse("payments:list", args=[CODE, MONTH]), {OFFICE, PAYMENTS, TREASURY, AUDITOR}),
    "payments:export": (reverse("payments:export", args=[CODE, MONTH]), {PAYMENTS, TREASURY, AUDITOR}),
    "service_record:index": (reverse("service_record:index"), EVERYONE - {PARTICIPANT, CONSULAR}),
    "registry:files": (reverse("registry:files"), {OFFICE, TECHNICIAN, AUDITOR}),
    "runs:months": (reverse("runs:months", args=[CODE]), {OFFICE}),
}
# name -> (address; who may; what those see who may: a way on, or that nobody asked for this month)
LEADS_ON = {
    "runs:index": (reverse("runs:index"), {OFFICE}, 302),
    "runs:decide": (reverse("runs:decide", args=[CODE, MONTH]), {OFFICE}, 302),
    "runs:progress": (reverse("runs:progress", args=[CODE, MONTH]), {OFFICE}, 404),
}
OF_A_PERSON = {
    "pages:person": (lambda code: reverse("pages:person", args=[code]), SEE_PEOPLE),
    "pages:explained": (lambda code: reverse("pages:explained", args=[code, MONTH]), SEE_PEOPLE),
    "pages:evidence": (
        lambda code: reverse("pages:evidence", args=[code, MONTH, "plan_done"]),
        SEE_PEOPLE - {PAYMENTS, TREASURY},
    ),
}
SignIn = Callable[[str], Client]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", OF_A_PERSON)
def test_nobody_reaches_a_person_out_of_scope(made: World, as_role: SignIn, name: str, role: str) -> None:
    address, allowed = OF_A_PERSON[name]
    stranger = made.people_in("HN")[0].code
    expected = 404 if role in allowed else 403
    assert as_role(role).get(address(stranger)).status_code == expected


@pytest.mark.parametrize("name", OF_A_PERSON)
def test_a_technician_reaches_only_the_own_portfolio(made: World, as_role: SignIn, name: str) -> None:
    neighbour = made.people_in("GT-1301")[0].code
    assert as_role(TECHNICIAN).get(OF_A_PERSON[name][0](neighbour)).status_code == 404


@pytest.mark.parametrize("name", OF_A_PERSON)
def test_a_participant_reaches_only_the_own_page(made: World, as_role: SignIn, name: str) -> None:
    neighbour = made.people_in("GT-1301")[1].code
    assert as_role(PARTICIPANT).get(OF_A_PERSON[name][0](neighbour)).status_code == 404


@pytest.mark.parametrize("name", [*GENERAL, *LEADS_ON, *OF_A_PERSON])
def test_nobody_passes_without_signing_in(made: World, as_role: SignIn, name: str) -> None:
    given = {**GENERAL, **LEADS_ON}
    address = given[name][0] if name in given else OF_A_PERSON[name][0](made.people[1].code)
    response = as_role("").get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/sign-in/?next=")
    part = as_role("").get(address, headers={"HX-Request": "true"})
    assert part.status_code == 401
    assert part["HX-Redirect"] == "/accounts/sign-in/"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", GENERAL)
def test_each_role_passes_where_the_matrix_says(made: World, as_role: SignIn, name: str, role: str) -> None:
    address, allowed = GENERAL[name]
    assert as_role(role).get(address).status_code == (200 if role in allowed else 403)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", LEADS_ON)
def test_each_role_is_led_on_where_the_matrix_says(
    made: World, as_role: SignIn, name: str, role: str
) -> None:
    address, allowed, status = LEADS_ON[name]
    assert as_role(role).get(address).status_code == (status if role in allowed else 403)
    assert as_role(role).post(address).status_code == (status if role in allowed else 403)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", OF_A_PERSON)
def test_each_role_reaches_people_in_scope(made: World, as_role: SignIn, name: str, role: str) -> None:
    address, allowed = OF_A_PERSON[name]
    response = as_role(role).get(address(own_person(made, role)))
    assert response.status_code == (200 if role in allowed else 403)


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_a_page_is_left_on_the_machine(made: World, as_role: SignIn, role: str) -> None:
    response = as_role(role).get("/", follow=True)
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("role", ROLES)
def test_the_start_is_the_month_or_the_own_page(made: World, as_role: SignIn, role: str) -> None:
    response = as_role(role).get("/")
    if role == PARTICIPANT:
        assert response["Location"] == f"/people/{made.people[0].code}/"
    elif role == CONSULAR:
        assert response["Location"] == "/pathway/shared/"
    else:
        assert response.status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_an_area_out_of_scope_is_not_there(made: World, as_role: SignIn, role: str) -> None:
    if role in (PARTICIPANT, CONSULAR):
        pytest.skip("has no month at a glance")
    assert as_role(role).get("/?area=HN").status_code == 404
    assert as_role(role).get("/?area=G").status_code == 404


@pytest.mark.parametrize("role", [OFFICE, PAYMENTS, AUDITOR, FUNDER, TECHNICIAN])
def test_a_user_without_areas_or_code_sees_nothing(made: World, role: str) -> None:
    client = Client()
    user = user_make("empty", role, areas=())
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/").content.decode()
    assert "Huehuetenango" not in page
    if role != FUNDER:
        assert client.get("/people/").context["people"] == []
        assert client.get(f"/people/{made.people[1].code}/").status_code == 404


@pytest.mark.parametrize("role", [OFFICE, TECHNICIAN, PAYMENTS, AUDITOR])
def test_lists_hold_only_people_in_scope(made: World, as_role: SignIn, role: str) -> None:
    client = as_role(role)
    reach = {p.code for p in made.people_in("GT-1304" if role == TECHNICIAN else "GT")}
    listed: set[str] = set()
    after: str | None = ""
    while after is not None:
        page = client.get("/people/", {"after": after}).context
        listed |= {person.code for person in page["people"]}
        after = page["next"]
    assert listed == reach
    months = client.get(GENERAL["pages:month_people"][0]).context["page"].rows
    assert {row.participant.code for row in months} <= reach
    records = client.get(reverse("service_record:index")).context["page"].rows
    assert {row.participant.code for row in records} <= reach


def test_search_of_a_participant_leads_to_the_own_page(made: World, as_role: SignIn) -> None:
    response = as_role(PARTICIPANT).get("/people/?q=a")
    assert response["Location"] == f"/people/{made.people[0].code}/"


@pytest.mark.parametrize(
    ("role", "sees"), [(OFFICE, True), (AUDITOR, True), (PAYMENTS, True), (TECHNICIAN, False)]
)
def test_amounts_are_for_those_who_pay_or_audit(made: World, as_role: SignIn, role: str, sees: bool) -> None:
    paid = next(p for p in made.people_in("GT-1304") if _outcome(made, p.pk) == "pay")
    page = as_role(role).get(reverse("pages:explained", args=[paid.code, MONTH])).content.decode()
    assert ("USD" in page) is sees


@pytest.mark.parametrize(
    ("role", "sees"), [(OFFICE, True), (TECHNICIAN, True), (AUDITOR, True), (PAYMENTS, False)]
)
def test_details_of_a_person_are_for_those_who_need_them(
    made: World, as_role: SignIn, role: str, sees: bool
) -> None:
    page = as_role(role).get(f"/people/{made.people[1].code}/").content.decode()
    assert ("5555-0000" in page) is sees
    assert ("PL-000001" in page) is sees


def _outcome(made: World, participant: int) -> str:
    from ceiba.determinations.models import Determination

    return Determination.objects.get(month=made.month, participant_id=participant, revision=0).outcome
