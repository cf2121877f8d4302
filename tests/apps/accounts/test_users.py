"""Making users, what they may see, and the known passwords of a demonstration."""

import pytest
from django.db import IntegrityError, transaction

from ceiba.accounts.models import Role, User
from ceiba.accounts.permissions import MATRIX, Action, may
from ceiba.accounts.selectors import Scope, scope_of
from ceiba.accounts.services import DEMO_PASSWORD, DEMO_USERS, demo_users_create, scope_set, user_create
from ceiba.audit.models import Event
from ceiba.core.kernel.errors import CeibaError

pytestmark = pytest.mark.django_db
PASSWORD = "arbol-de-ceiba-2026"


def problems(**given: object) -> set[str]:
    complete = {"username": "ana", "password": PASSWORD, "role": Role.OFFICE, "areas": ["GT"]} | given
    with pytest.raises(CeibaError) as raised:
        user_create(**complete)  # type: ignore[arg-type]
    assert not User.objects.filter(username="ana").exclude(password="").exists()
    return {problem.code for problem in raised.value.problems}


def test_a_user_who_would_be_wrong_is_not_made() -> None:
    assert problems(role="king") == {"user.role"}
    assert problems(areas=[]) == {"user.needs_areas"}
    assert problems(role=Role.TECHNICIAN, areas=[]) == {"user.needs_code"}
    assert problems(role=Role.PARTICIPANT, areas=[]) == {"user.needs_code"}
    assert problems(role=Role.CONSULAR, areas=[]) == {"user.needs_code"}
    assert problems(role=Role.CONSULAR, code="CON") == {"user.no_areas"}
    assert problems(password="1234") == {"user.password"}
    assert problems(password="ana", areas=[]) == {"user.needs_areas", "user.password"}


def test_a_name_is_taken_once() -> None:
    user_create(username="eva", password=PASSWORD, role=Role.OFFICE, areas=["GT"])
    assert problems(username="eva") == {"user.exists"}


def test_a_technician_has_a_code_alone_and_officers_of_a_consulate_share_one() -> None:
    user_create(username="uno", password=PASSWORD, role=Role.TECHNICIAN, code="T-1")
    assert problems(role=Role.TECHNICIAN, areas=[], code="T-1") == {"user.code_taken"}
    officers = [
        user_create(username=name, password=PASSWORD, role=Role.CONSULAR, code="CON") for name in ("a", "b")
    ]
    assert {scope_of(each) for each in officers} == {Scope(Role.CONSULAR, (), "CON")}


def test_the_database_refuses_a_role_it_does_not_know() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="x", role="king")


def test_a_user_is_made_with_scope_and_written_down() -> None:
    by = user_create(username="jefa", password=PASSWORD, role=Role.OFFICE, areas=["GT"])
    user = user_create(username="ana", password=PASSWORD, role=Role.AUDITOR, areas=["GT-13", "HN"], by=by)
    assert user.check_password(PASSWORD)
    assert scope_of(user) == Scope(Role.AUDITOR, ("GT-13", "HN"))
    event = Event.objects.filter(action="user.created").latest("pk")
    assert event.actor == by
    assert PASSWORD not in str(event.detail)


def test_a_scope_is_replaced_whole() -> None:
    user = user_create(username="ana", password=PASSWORD, role=Role.OFFICE, areas=["GT", "HN"])
    scope_set(user=user, areas=["SV"])
    assert scope_of(user).areas == ("SV",)
    assert not scope_of(user).covers("GT-13")
    assert scope_of(user).covers("SV-AH")


def test_known_passwords_only_exist_in_a_demonstration(settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    with pytest.raises(CeibaError) as raised:
        demo_users_create(areas=["GT"], technician="T-1", participant="P-1")
    assert raised.value.problems[0].code == "user.demo_only"
    assert not User.objects.exists()
    settings.DEMO = True  # type: ignore[attr-defined]
    made = demo_users_create(areas=["GT"], technician="T-1", participant="P-1")
    assert set(made) == set(Role)
    assert made[Role.TECHNICIAN].code == "T-1"
    assert scope_of(made[Role.TECHNICIAN]).areas == ()
    assert all(user.check_password(DEMO_PASSWORD) for user in made.values())
    again = demo_users_create(areas=["HN"], technician="T-2", participant="P-1")
    assert again[Role.TECHNICIAN].code == "T-2"
    assert User.objects.count() == len(DEMO_USERS)


@pytest.mark.parametrize(
    ("role", "never"),
    [
        (
            Role.TECHNICIAN,
            {Action.VIEW_MONEY, Action.VIEW_PAYMENTS, Action.EXPORT_PAYMENTS, Action.RUN_MONTH},
        ),
        # Who fills forms in is not told what is thought of them, and who judges them fills none in.
        (Role.TECHNICIAN, {Action.REVIEW_SUBMISSIONS, Action.VIEW_FLAGS}),
        (
            Role.SUPERVISOR,
            {
                Action.FILL_FORMS,
                Action.RUN_MONTH,
                Action.IMPORT_REGISTER,
                Action.VIEW_MONEY,
                Action.VIEW_PAYMENTS,
            },
        ),
        (
            Role.PAYMENTS,
            {Action.RUN_MONTH, Action.IMPORT_REGISTER, Action.VIEW_EVIDENCE, Action.VIEW_DETAILS},
        ),
        (Role.FUNDER, {Action.VIEW_PEOPLE, Action.VIEW_PLOTS, Action.VIEW_MONEY, Action.VIEW_EVIDENCE}),
        (Role.AUDITOR, {Action.RUN_MONTH, Action.IMPORT_REGISTER, Action.REVIEW_SUBMISSIONS}),
        (
            Role.PARTICIPANT,
            {Action.VIEW_AGGREGATES, Action.VIEW_MAP, Action.VIEW_RECORD, Action.VIEW_PAYMENTS},
        ),
        (Role.OFFICE, {Action.EXPORT_PAYMENTS, Action.READ_DOSSIER}),
        # A consulate has what is shared with it: no list, no count, no map, no page of a person.
        (Role.CONSULAR, set(Action) - {Action.READ_DOSSIER, Action.VIEW_RULEBOOK}),
    ],
)
def test_duties_are_kept_apart(role: Role, never: set[Action]) -> None:
    assert not MATRIX[role] & never


def test_every_role_has_its_row_and_every_action_somebody() -> None:
    assert set(MATRIX) == set(Role)
    assert frozenset().union(*MATRIX.values()) == set(Action)


def test_a_user_who_was_stopped_may_nothing() -> None:
    user = User(username="x", role=Role.OFFICE, is_active=False)
    assert not any(may(user, action) for action in Action)
