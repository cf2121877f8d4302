"""What analysts read of entities, and what they do not."""

import pytest

from ceiba.accounts.models import Role, User
from ceiba.accounts.selectors import Scope, scope_of
from ceiba.entities.models import Entity
from ceiba.entities.selectors import entities_of, lists, versions_of
from ceiba.entities.services import entities_refresh
from ceiba.registry.models import Participant
from ceiba.registry.selectors import groups_in, participants_in, reaches, whereabouts_of
from tests.apps.entities.helpers import TODAY, country, entity_of, technician
from tests.apps.entities.sending import NEW, creation, send, update
from tests.apps.registry.helpers import user

pytestmark = pytest.mark.django_db
SCOPES = (
    Scope(Role.OFFICE, ("GT",)), Scope(Role.OFFICE, ("GT-0902",)), Scope(Role.OFFICE, ()),
    Scope(Role.AUDITOR, ("HN",)),
    Scope(Role.PAYMENTS, ("GT-0901",)), Scope(Role.TECHNICIAN, (), "T-1"), Scope(Role.TECHNICIAN, (), "T-9"),
    Scope(Role.TECHNICIAN, ("GT",), ""), Scope(Role.PARTICIPANT, (), "P-1"), Scope(Role.PARTICIPANT, ("GT",), ""),
    Scope(Role.FUNDER, ("GT",)),
)  # fmt: skip


@pytest.fixture(autouse=True)
def mine() -> User:
    country()
    return technician("T-1")


def codes_of(scope: Scope, name: str = "participants") -> set[str]:
    return {each.properties["code"] for each in entities_of(name, scope)}


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: f"{scope.role} {scope.areas} {scope.code}")
def test_nobody_reads_what_the_scope_does_not_reach(scope: Scope) -> None:
    reached = set(participants_in(scope).values_list("code", flat=True))
    assert codes_of(scope) == reached
    assert codes_of(scope, "plots") == {f"PL-{code}" for code in reached}
    assert codes_of(scope, "groups") == set(groups_in(scope).values_list("code", flat=True))
    for code in ("P-1", "Q-1"):
        assert bool(versions_of("participants", entity_of(code).uuid, scope)) is (code in reached)
    assert {each.name: each.entities for each in lists(scope)}["participants"] == len(reached)


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: f"{scope.role} {scope.areas} {scope.code}")
def test_whoever_is_asked_of_many_rows_is_answered_as_the_one_place_that_says(scope: Scope) -> None:
    everyone = list(Participant.objects.values_list("pk", flat=True))
    reached = {pk for pk, where in whereabouts_of("participants", everyone).items() if reaches(scope, where)}
    assert reached == set(participants_in(scope).values_list("pk", flat=True))


def test_what_forms_alone_know_is_its_makers_and_their_offices(mine: User) -> None:
    send(creation(mine, list_name="nurseries", label="Vivero", values={"trees": "10", "kind": "x"}))
    for scope, sees in (
        (scope_of(mine), True),
        (scope_of(technician("T-9")), False),
        (Scope(Role.OFFICE, ("GT-0901",)), True),
        (Scope(Role.OFFICE, ("GT-0902",)), False),
        (Scope(Role.AUDITOR, ("GT",)), True),
        (Scope(Role.FUNDER, ("GT",)), False),
    ):
        found = entities_of("nurseries", scope)
        assert [str(each.uuid) for each in found] == ([NEW] if sees else [])
        assert bool(versions_of("nurseries", Entity.objects.get(uuid=NEW).uuid, scope)) is sees
        about = lists(scope)[-1]
        assert (about.name, about.entities) == ("nurseries", int(sees))
        assert about.properties == (("kind", "trees") if sees else ())


def test_pages_follow_one_another() -> None:
    scope = Scope(Role.OFFICE, ("GT",))
    seen, after = [], 0
    while page := entities_of("participants", scope, after, most=3):
        seen += [each.properties["code"] for each in page]
        after = page[-1].pk
    assert sorted(seen) == ["P-1", "P-2", "P-3", "Q-1"]


def test_versions_say_where_they_come_from(mine: User) -> None:
    entity = entity_of("P-1")
    send(update(entity, mine, 7, values={"phone": "9"}))
    Participant.objects.filter(code="P-1").update(phone="1")
    entities_refresh(today=TODAY)
    first, second, third = versions_of("participants", entity.uuid, scope_of(user(Role.OFFICE)))
    assert (first.number, first.source, first.submission) == (1, "register", None)
    assert (second.source, second.submission, second.sent_by, second.branch) == (
        "submission",
        7,
        mine.pk,
        "b",
    )
    assert (second.base_version, second.trunk_version) == (1, 1)
    assert (third.source, third.properties["phone"]) == ("register", "1")


def test_what_is_gone_is_not_read(mine: User) -> None:
    Entity.objects.filter(pk=entity_of("P-1").pk).update(deleted_at=TODAY.isoformat() + "T00:00Z")
    assert codes_of(scope_of(mine)) == {"P-2", "P-3"}
