"""The pages of changes: every role, in and out of scope; who must not pass comes first."""

import pytest
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role, User
from ceiba.entities.models import Proposal
from ceiba.registry.models import Participant
from tests.apps.entities.helpers import country, entity_of, technician
from tests.apps.entities.sending import NEW, creation, send, update
from tests.apps.entities.test_decisions import WALK
from tests.apps.registry.helpers import user

pytestmark = pytest.mark.django_db
READ = {Role.OFFICE, Role.AUDITOR, Role.TECHNICIAN}


@pytest.fixture(autouse=True)
def mine() -> User:
    country()
    someone = technician("T-1")
    send(update(entity_of("P-1"), someone, values={"group": "CAC-9", "phone": "5555"}))
    return someone


@pytest.fixture
def proposal() -> Proposal:
    return Proposal.objects.get()


def signed_in(role: str, areas: tuple[str, ...] = ("GT",), code: str = "") -> Client:
    client = Client()
    codes = {Role.TECHNICIAN: code or "T-2", Role.PARTICIPANT: "P-1"}
    areas = () if role in codes else areas
    someone = user(role, areas=areas, code=codes.get(role, ""))
    client.force_login(someone, backend="django.contrib.auth.backends.ModelBackend")
    return client


def addresses(proposal: Proposal) -> dict[str, str]:
    return {
        "list": reverse("entities:proposals"),
        "page": reverse("entities:proposal", args=[proposal.pk]),
        "decide": reverse("entities:decide", args=[proposal.pk]),
    }


def test_nobody_passes_without_signing_in(proposal: Proposal) -> None:
    for address in addresses(proposal).values():
        assert Client().get(address)["Location"].startswith("/accounts/sign-in/")
        assert Client().post(address, {"decision": "accept"})["Location"].startswith("/accounts/sign-in/")


@pytest.mark.parametrize("role", Role.values)
def test_each_role_passes_where_the_matrix_says(proposal: Proposal, role: str) -> None:
    client, there = signed_in(role), addresses(proposal)
    read = 200 if role in READ else 403
    assert client.get(there["list"]).status_code == read
    assert client.get(there["page"]).status_code == read
    assert client.get(there["decide"]).status_code == (302 if role == Role.OFFICE else 403)


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.OFFICE])
def test_only_offices_decide(proposal: Proposal, role: str) -> None:
    sent = signed_in(role).post(addresses(proposal)["decide"], {"decision": "accept"})
    assert sent.status_code == 403
    proposal.refresh_from_db()
    assert proposal.state == "open"


@pytest.mark.parametrize(
    ("role", "areas", "code"),
    [
        (Role.OFFICE, ("HN",), ""), (Role.OFFICE, (), ""), (Role.AUDITOR, ("HN",), ""),
        (Role.TECHNICIAN, (), "T-9"), (Role.TECHNICIAN, (), "T-77"),
    ],
)  # fmt: skip
def test_a_person_out_of_scope_is_not_there(
    proposal: Proposal, role: str, areas: tuple[str, ...], code: str
) -> None:
    client, there = signed_in(role, areas, code), addresses(proposal)
    assert "P-1" not in client.get(there["list"]).content.decode()
    assert client.get(there["page"]).status_code == 404
    if role == Role.OFFICE:
        assert client.get(there["decide"]).status_code == 404
        assert client.post(there["decide"], {"decision": "accept"}).status_code == 404
    proposal.refresh_from_db()
    assert proposal.state == "open"


def test_somebody_new_is_seen_by_the_offices_of_the_place_and_by_the_sender(mine: User) -> None:
    send(creation(mine, 2, label="Ana Ixcoy", values={"group": "CAC-9", "code": "GT0000001"}))
    page = addresses(Proposal.objects.get(reason="new"))["page"]
    assert signed_in(Role.OFFICE, ("GT-0902",)).get(page, follow=True).status_code == 200
    assert signed_in(Role.OFFICE, ("GT-0901",)).get(page).status_code == 404
    assert signed_in(Role.TECHNICIAN, code="T-2").get(page).status_code == 404
    namesake = signed_in(Role.TECHNICIAN, code="T-1")  # another account of the same technician
    assert namesake.get(page).status_code == 200
    User.objects.filter(pk=mine.pk).update(role=Role.SUPERVISOR)
    assert namesake.get(page).status_code == 404, "what another role's account sent is not theirs"
    User.objects.filter(pk=mine.pk).update(role=Role.TECHNICIAN)
    sender = Client()
    sender.force_login(mine, backend="django.contrib.auth.backends.ModelBackend")
    shown = sender.get(page).content.decode()
    assert "Ana Ixcoy" in shown
    assert "<form" not in shown.split('id="decision"')[1].split("</main>")[0]


def test_the_page_sets_what_is_beside_what_would_be(proposal: Proposal) -> None:
    shown = signed_in(Role.OFFICE).get(addresses(proposal)["page"]).content.decode()
    for text in ("María Pérez · P-1", "CAC-1", "CAC-9", "T-1", "Aceptar el cambio", "Rechazar el cambio"):
        assert text in shown
    assert "5555" not in shown, "what changed by itself is not asked"


def test_whoever_sent_it_has_no_buttons() -> None:
    sender = user(Role.OFFICE)
    send(update(entity_of("P-2"), sender, 2, values={"group": "CAC-9"}))
    client = Client()
    client.force_login(sender, backend="django.contrib.auth.backends.ModelBackend")
    there = addresses(Proposal.objects.latest("pk"))
    assert "Usted envió este cambio" in client.get(there["page"]).content.decode()
    answer = client.post(there["decide"], {"decision": "accept"})
    assert answer.status_code == 422
    assert "lo decide otra persona" in answer.content.decode()


def test_accepting_changes_the_register_and_leads_back(proposal: Proposal) -> None:
    client = signed_in(Role.OFFICE)
    answer = client.post(addresses(proposal)["decide"], {"decision": "accept"}, follow=True)
    assert answer.redirect_chain == [(reverse("entities:proposals"), 302)]
    assert Participant.objects.get(code="P-1").group.code == "CAC-9"
    assert "P-1" not in answer.content.decode()
    decided = client.get(reverse("entities:proposals"), {"state": "accepted"}).content.decode()
    assert "P-1" in decided


def test_a_refusal_without_reason_is_asked_again_and_with_one_is_read_by_the_sender(
    mine: User, proposal: Proposal
) -> None:
    client, there = signed_in(Role.OFFICE), addresses(proposal)
    answer = client.post(there["decide"], {"decision": "refuse", "why": " "})
    assert answer.status_code == 422
    assert "escriba por qué" in answer.content.decode()
    assert client.post(there["decide"], {"decision": "refuse", "why": "Sigue <b>aquí</b>"}).status_code == 302
    sender = Client()
    sender.force_login(mine, backend="django.contrib.auth.backends.ModelBackend")
    assert "Sigue &lt;b&gt;aquí&lt;/b&gt;" in sender.get(there["page"]).content.decode()


def test_a_code_that_is_not_there_is_asked_again(mine: User) -> None:
    send(creation(mine, 2, label="Ana", values={"code": "GT0000001"}))
    found = Proposal.objects.get(reason="new")
    client, there = signed_in(Role.OFFICE), addresses(found)
    assert 'value="GT0000001"' in client.get(there["page"], follow=True).content.decode()
    answer = client.post(there["decide"], {"decision": "accept", "code": "NO-77"})
    assert answer.status_code == 422
    assert "NO-77" in answer.content.decode()
    assert NEW not in answer.content.decode()


def test_who_stands_under_the_code_is_told_within_the_scope_alone(mine: User) -> None:
    send(creation(mine, 2, label="Ana", values={"code": "Q-1", "group": "CAC-1"}))
    page = addresses(Proposal.objects.get(reason="new"))["page"]
    assert "María Pérez · Q-1" in signed_in(Role.OFFICE, ("GT",)).get(page, follow=True).content.decode()
    assert "María Pérez" not in signed_in(Role.OFFICE, ("GT-0901",)).get(page, follow=True).content.decode()


def test_a_walk_is_drawn_over_what_there_is(mine: User) -> None:
    send(update(entity_of("PL-P-1", "plots"), mine, 2, values={"geometry": WALK}))
    page = addresses(Proposal.objects.latest("pk"))["page"]
    shown = signed_in(Role.OFFICE).get(page).content.decode()
    assert 'class="plot plot-1"' in shown
    assert 'class="plot plot-2"' in shown
    assert "1.19" in shown
    assert "0.76" in shown
    send(update(entity_of("PL-P-2", "plots"), mine, 3, values={"geometry": "14 -91 0 0"}))
    page = addresses(Proposal.objects.latest("pk"))["page"]
    assert "no se puede leer como polígono" in signed_in(Role.OFFICE).get(page).content.decode()


@pytest.mark.parametrize(
    "query",
    ["?after=x", "?after=-1", "?after=٣", "?after=99999999999999999999", f"?after={'9' * 5_000}", "?state=x"],
)
def test_a_strange_query_is_the_first_page(query: str) -> None:
    assert signed_in(Role.OFFICE).get(reverse("entities:proposals") + query).status_code == 200


def test_pages_follow_one_another() -> None:
    someone = technician("T-2")
    entity = entity_of("P-2")
    send(*(update(entity, someone, n, branch=f"b{n}", values={"group": "CAC-9"}) for n in range(100, 155)))
    client, seen, after = signed_in(Role.OFFICE), [], ""
    while after is not None:
        page = client.get(reverse("entities:proposals"), {"after": after}).context["page"]
        seen += [row.pk for row in page.rows]
        after = page.next
    assert len(seen) == len(set(seen)) == 56


@pytest.mark.parametrize("role", sorted(READ))
def test_a_change_leads_to_the_submission_that_said_it(proposal: Proposal, role: str) -> None:
    link = reverse("review:submission", args=[proposal.update.submission])
    assert link in signed_in(role, code="T-1").get(addresses(proposal)["page"]).content.decode()
