"""Every address, every role, in and out of scope. Who must not pass comes first."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import resolve

from ceiba.accounts.models import Role, User
from ceiba.accounts.selectors import Scope, scope_of
from ceiba.analysts.urls import urlpatterns
from ceiba.entities.exporting import listed_count, listed_for
from ceiba.entities.models import Entity, EntityVersion, Source
from ceiba.entities.services import entities_refresh
from ceiba.submissions.exporting import covers_all, kept_count, reach_of
from ceiba.submissions.models import Standing
from tests.apps.analysts.field import CUILCO, EDIT, EVERYTHING, HERE, HONDURAS, NEIGHBOUR, NOBODY, Field, code
from tests.apps.analysts.tool import FORM, Tool, content, tool_of
from tests.factories import user_make

pytestmark = pytest.mark.usefixtures("db")
Tools = Callable[[str], Tool]
READERS = {Role.OFFICE, Role.SUPERVISOR, Role.AUDITOR, Role.TECHNICIAN}
EVERYONE = set(Role.values)
PROJECT = "/v1/projects/{project}"

# Addresses of what is asked, not of what was answered: nobody's data.
OF_FORMS = (
    f"{PROJECT}/forms", "", ".xml", ".xlsx", ".svc", ".svc/$metadata", "/fields", "/attachments", "/versions",
    "/versions/1", "/versions/1.xml", "/versions/1/fields", f"{PROJECT}/datasets", f"{PROJECT}/datasets/participants",
    f"{PROJECT}/datasets/participants.svc", f"{PROJECT}/datasets/participants.svc/$metadata",
)  # fmt: skip
NOT_THERE = ("/attachments/none.csv",)
# Addresses of what was answered: whoever may gets what they reach of it.
OF_SUBMISSIONS = (
    "/submissions", "/submissions.csv", "/submissions.csv.zip", "/submissions/keys", "/submissions/submitters",
    ".svc/Submissions", ".svc/Submissions.planted", f"{PROJECT}/datasets/participants/entities",
    f"{PROJECT}/datasets/participants.svc/Entities",
)  # fmt: skip
# Addresses of one submission, and of a version of it.
OF_ONE = (
    "/submissions/{id}", "/submissions/{id}.xml", "/submissions/{id}/attachments", "/submissions/{id}/comments",
    "/submissions/{id}/diffs", "/submissions/{id}/versions", "/submissions/{id}/versions/{id}",
    "/submissions/{id}/versions/{id}.xml", "/submissions/{id}/versions/{id}/attachments",
    ".svc/Submissions('{id}')", ".svc/Submissions('{id}')/planted",
)  # fmt: skip
OF_A_FILE = ("/submissions/{id}/attachments/a.jpg", "/submissions/{id}/versions/{id}/attachments/a.jpg")
OF_ENTITIES = (
    f"{PROJECT}/datasets/participants/entities/{{uuid}}",
    f"{PROJECT}/datasets/participants/entities/{{uuid}}/versions",
)
PROJECTS = "/v1/projects"
REACHED = {Role.OFFICE: HERE, Role.SUPERVISOR: HERE, Role.AUDITOR: HERE, Role.TECHNICIAN: [CUILCO]}


OF_ONESELF = ("/v1/users/current", "/v1/sessions/current", "/v1/sessions/none")  # test_sessions.py


def test_every_address_is_tried() -> None:
    tried = {
        resolve(whole).url_name
        for each in (
            *OF_FORMS,
            *NOT_THERE,
            *OF_SUBMISSIONS,
            *OF_ONE,
            *OF_A_FILE,
            *OF_ENTITIES,
            *OF_ONESELF,
            PROJECTS,
            PROJECT,
        )
        for address in (each.replace("{id}", CUILCO).replace("{uuid}", str(UUID(int=1))),)
        for whole in (
            address.format(project=1) if address.startswith("/v1/") else FORM.format(project=1) + address,
        )
    }
    assert tried == {each.name for each in urlpatterns} - {"sessions", "root", "nothing"}


def addressed(tool: Tool, address: str) -> str:
    return address.format(project=tool.project) if address.startswith(PROJECT) else address


@pytest.mark.parametrize("address", [*OF_FORMS, *OF_SUBMISSIONS, *OF_ONE, *OF_A_FILE, *NOT_THERE])
def test_nobody_without_a_token_gets_anything(tool: Tools, address: str) -> None:
    some = tool(Role.OFFICE)
    whole = addressed(some, address.replace("{id}", CUILCO))
    whole = whole if whole.startswith("/v1/") else some.form + whole
    cache.clear()
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Token x"}):
        answer = Client().get(whole, headers=headers)
        assert answer.status_code == 401, whole
        assert json.loads(answer.content)["code"] == 401.2


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("address", OF_FORMS)
def test_only_who_sees_forms_gets_them(tool: Tools, role: str, address: str) -> None:
    some = tool(role)
    assert some.status(addressed(some, address)) == (200 if role in READERS else 403)


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("address", [PROJECTS, PROJECT])
def test_a_participant_or_a_consulate_needs_no_projects(tool: Tools, role: str, address: str) -> None:
    some = tool(role)
    assert some.status(addressed(some, address)) == (
        403 if role in (Role.PARTICIPANT, Role.CONSULAR) else 200
    )


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("address", NOT_THERE)
def test_what_a_form_does_not_have(tool: Tools, role: str, address: str) -> None:
    assert tool(role).status(address) == (404 if role in READERS else 403)


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("address", OF_SUBMISSIONS)
def test_only_readers_of_evidence_get_lists(tool: Tools, role: str, address: str) -> None:
    some = tool(role)
    assert some.status(addressed(some, address)) == (200 if role in READERS else 403)


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("address", [*OF_ONE, *OF_A_FILE])
def test_nobody_reaches_a_submission_out_of_scope(tool: Tools, role: str, address: str) -> None:
    some = tool(role)
    for outside in (HONDURAS, NOBODY):
        assert some.status(address.replace("{id}", outside)) == (404 if role in READERS else 403)


@pytest.mark.parametrize("address", [*OF_ONE, *OF_A_FILE])
def test_a_technician_reaches_only_the_own_portfolio(tool: Tools, address: str) -> None:
    assert tool(Role.TECHNICIAN).status(address.replace("{id}", NEIGHBOUR)) == 404
    assert tool("neighbour").status(address.replace("{id}", CUILCO)) == 404


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("address", [*OF_ONE, *OF_A_FILE])
def test_who_may_reaches_one_inside(tool: Tools, role: str, address: str) -> None:
    assert tool(role).status(address.replace("{id}", CUILCO)) == (200 if role in READERS else 403)


@pytest.mark.parametrize("role", sorted(READERS))
def test_lists_counts_tables_and_files_hold_the_same(tool: Tools, role: str) -> None:
    some = tool(role)
    reached = sorted(REACHED[role])
    assert sorted(each["instanceId"] for each in some.read("/submissions")) == reached
    assert sorted(some.ids()) == reached
    assert some.read(".svc/Submissions", **{"$count": "true", "$top": 0})["@odata.count"] == len(reached)
    assert {row["__Submissions-id"] for row in some.table("Submissions.planted")} <= set(reached)
    lines = content(some.ask("/submissions.csv")).decode()
    assert {each for each in EVERYTHING if each in lines} == set(reached)


def test_what_is_of_nobody_known_is_for_those_who_see_the_whole_programme(tool: Tools) -> None:
    assert NOBODY not in tool(Role.OFFICE).ids()
    assert NOBODY in tool("neighbour").ids()  # who sent it
    assert tool("national").ids() == EVERYTHING


def test_a_technician_sees_what_they_sent(tool: Tools) -> None:
    assert tool("neighbour").ids() == [NOBODY, HONDURAS, NEIGHBOUR]


@pytest.mark.parametrize("role", [role for role in Role.values if role not in READERS])
def test_whoever_may_not_export_reaches_nothing(field: Field, db: None, role: str) -> None:
    user = user_make("x", role, ("GT", "HN", "SV"), code=code(field, "GT-1304"))
    entities_refresh(today=date(2026, 4, 15))
    reached = reach_of(user, scope_of(user), ("GT", "HN", "SV"))
    assert kept_count(reached, "ca-visit") == 0
    people = listed_for(user, scope_of(user), "participants", everywhere=True)
    assert listed_count(people) == 0


def test_areas_add_nothing_to_a_portfolio(field: Field, db: None) -> None:
    user = user_make("x", Role.TECHNICIAN, ("GT", "HN", "SV"), code="T-P-GT-1301")
    assert tool_of(user).ids() == [NEIGHBOUR]


def test_what_one_sent_as_a_technician_is_not_seen_in_another_role(field: Field) -> None:
    before = field.users["neighbour"]
    assert NOBODY in tool_of(before).ids()
    User.objects.filter(pk=before.pk).update(role=Role.SUPERVISOR)
    assert tool_of(User.objects.get(pk=before.pk)).ids() == []


def test_nobody_sees_all_of_what_is_not_known() -> None:
    everywhere = Scope(Role.OFFICE, ("GT", "HN"))
    assert covers_all(everywhere, ("GT", "HN"))
    assert not covers_all(everywhere, ("GT", "SV"))
    assert not covers_all(everywhere, ())


def test_a_form_of_a_group_is_of_its_place(tool: Tools, field: Field) -> None:
    Standing.objects.filter(submission__instance_id=NOBODY).update(
        group_code="CAC-GT-1304-0", area_code="GT-1304"
    )
    assert NOBODY in tool(Role.OFFICE).ids() and NOBODY in tool(Role.TECHNICIAN).ids()
    Standing.objects.filter(submission__instance_id=NOBODY).update(
        group_code="CAC-HN-LE-0", area_code="HN-LE"
    )
    assert NOBODY not in tool(Role.OFFICE).ids() and NOBODY not in tool(Role.TECHNICIAN).ids()
    Standing.objects.filter(submission__instance_id=NOBODY).update(group_code="CAC-X", area_code="MX-07")
    assert NOBODY not in tool("national").ids()


def test_an_edit_out_of_reach_is_not_shown(tool: Tools, field: Field) -> None:
    stranger = field.world.people_in("HN")[0]
    Standing.objects.filter(submission__instance_id=EDIT).update(participant=stranger)
    some = tool(Role.OFFICE)
    row = some.table(filter="__system/submitterId ne null")[-1]
    assert (row["__id"], row["done"], row["__system"]["edits"]) == (CUILCO, 8, 0)
    assert [each["instanceId"] for each in some.read(f"/submissions/{CUILCO}/versions")] == [CUILCO]
    assert some.status(f"/submissions/{CUILCO}/versions/{EDIT}.xml") == 404


def test_what_an_edit_replaces_out_of_reach_is_not_shown(tool: Tools, field: Field) -> None:
    stranger = field.world.people_in("HN")[0]
    Standing.objects.filter(submission__instance_id=CUILCO).update(participant=stranger)
    some = tool(Role.OFFICE)
    assert some.ids() == [EDIT, NEIGHBOUR]
    assert some.status(f"/submissions/{CUILCO}") == 404
    assert [each["instanceId"] for each in some.read(f"/submissions/{EDIT}/versions")] == [EDIT]


def test_submitters_are_those_of_what_is_reached(tool: Tools, field: Field) -> None:
    found = tool(Role.TECHNICIAN).read("/submissions/submitters")
    assert [each["id"] for each in found] == [field.users["technician"].pk]


def test_no_project_leads_to_another_ones_forms(tool: Tools, field: Field) -> None:
    from ceiba.analysts.services import projects_number
    from ceiba.rulebook.models import Programme

    Programme.objects.create(code="mx", currency="MXN", name={"es": "m", "en": "m"})
    projects_number()
    some = tool("national")
    other = next(each["id"] for each in some.read("/v1/projects") if each["id"] != some.project)
    assert some.status(f"/v1/projects/{other}/forms/ca-visit/submissions") == 404
    assert some.status("/v1/projects/999/forms") == 404
    assert some.read("/v1/projects") == some.read("/v1/projects")  # numbers are kept


def test_a_project_is_there_before_anybody_lists_them(tool: Tools) -> None:
    from ceiba.rulebook.models import Programme

    some = tool(Role.OFFICE)
    Programme.objects.create(code="pes", currency="MXN", name={"es": "p", "en": "p"})
    numbers = [n for n in range(some.project, some.project + 30) if some.status(f"/v1/projects/{n}") == 200]
    assert len(numbers) == 2


WRITES = (
    ("POST", "/submissions"), ("PATCH", f"/submissions/{CUILCO}"), ("DELETE", ""), ("POST", "/draft"),
    ("POST", f"/submissions/{CUILCO}/comments"), ("PUT", f"/submissions/{CUILCO}"), ("POST", "/v1/projects"),
    ("POST", f"{PROJECT}/datasets"), ("POST", f"{PROJECT}/datasets/participants/entities"), ("POST", "/v1/users"),
)  # fmt: skip


@pytest.mark.parametrize(("method", "address"), WRITES)
def test_nothing_can_be_written(tool: Tools, method: str, address: str) -> None:
    some = tool(Role.OFFICE)
    assert some.status(addressed(some, address), method) == 405


@pytest.mark.parametrize(
    "address", ["/v1/", "/v1/nothing", "/v1/projects/x", "/v1/projects/1/forms/none.svc/x"]
)
def test_what_is_not_there_is_said_in_shape(tool: Tools, address: str) -> None:
    assert tool(Role.OFFICE).status(address) == 404


def entities_of(some: Tool, name: str) -> set[str]:
    rows: list[dict[str, Any]] = some.read(f"/v1/projects/{some.project}/datasets/{name}.svc/Entities")[
        "value"
    ]
    return {row["code"] for row in rows}


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("address", OF_ENTITIES)
def test_nobody_reaches_an_entity_out_of_scope(tool: Tools, field: Field, role: str, address: str) -> None:
    entities_refresh(today=date(2026, 4, 15))
    some, listing = tool(role), f"{PROJECT}/datasets/participants.svc/Entities"
    rows = tool("national").read(addressed(some, listing))["value"]
    entity = {row["code"]: row["__id"] for row in rows}
    outside = entity[field.world.people_in("HN")[0].code]
    inside = entity[field.world.people_in("GT-1304")[0].code]
    for uuid, expected in ((outside, 404), (inside, 200)):
        whole = address.format(project=some.project, uuid=uuid)
        assert some.status(whole) == (expected if role in READERS else 403)


def test_entities_are_those_of_the_people_reached(tool: Tools, field: Field) -> None:
    entities_refresh(today=date(2026, 4, 15))
    people = field.world.people
    inside = {each.code for each in people if each.area_id.startswith("GT")}
    own = {each.code for each in people if each.area_id == "GT-1304"}
    assert entities_of(tool(Role.OFFICE), "participants") == inside
    assert entities_of(tool(Role.TECHNICIAN), "participants") == own
    assert len(entities_of(tool(Role.TECHNICIAN), "plots")) == len(own)
    assert entities_of(tool(Role.TECHNICIAN), "groups") == {"CAC-GT-1304-0"}
    assert entities_of(tool("national"), "participants") == {each.code for each in people}


def test_what_stands_in_no_register_is_for_its_maker_and_those_who_see_all(tool: Tools, field: Field) -> None:
    made = Entity.objects.create(
        uuid=UUID(int=7), list_name="wells", version=1, made_by=field.users["technician"]
    )
    EntityVersion.objects.create(
        entity=made, number=1, label="Pozo", properties={"code": "W-1"}, source=Source.SUBMISSION
    )
    for name, found in (
        ("national", {"W-1"}),
        (Role.TECHNICIAN, {"W-1"}),
        (Role.OFFICE, set()),
        ("neighbour", set()),
    ):
        assert entities_of(tool(name), "wells") == found
