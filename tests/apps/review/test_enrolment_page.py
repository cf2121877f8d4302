"""The page on which an office enters whom a phone enrolled: every role, in and out of scope; then what it shows."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ceiba.accounts.models import Role
from ceiba.entities.models import Proposal
from ceiba.registry.models import Participant
from ceiba.registry.services import rows_put
from ceiba.submissions.models import Submission
from tests.apps.review.enrolled import CODE, enrolled
from tests.apps.review.field import attach, photo, signed
from tests.factories import World, user_make

VARIANT = {"enrolments.0.variant": "us36"}


@pytest.fixture
def proposal(made: World) -> Proposal:
    return enrolled(made, timezone.now())


def address(proposal: Proposal) -> str:
    return reverse("review:enrolment", args=[proposal.pk])


def test_nobody_passes_without_signing_in(proposal: Proposal) -> None:
    assert Client().get(address(proposal))["Location"].startswith("/accounts/sign-in/")
    assert Client().post(address(proposal), VARIANT)["Location"].startswith("/accounts/sign-in/")


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.OFFICE])
def test_only_offices_pass(made: World, proposal: Proposal, role: str) -> None:
    client = signed(made.users[role])
    assert client.get(address(proposal)).status_code == client.post(address(proposal)).status_code == 403
    assert not Participant.objects.filter(code=CODE).exists()


@pytest.mark.parametrize("areas", [(), ("HN",), ("GT-1301",)])
def test_for_an_office_of_another_area_there_is_nobody(proposal: Proposal, areas: tuple[str, ...]) -> None:
    client = signed(user_make("away", Role.OFFICE, areas=areas))
    assert client.get(address(proposal)).status_code == client.post(address(proposal)).status_code == 404
    assert not Participant.objects.filter(code=CODE).exists()


def test_the_page_is_of_the_changes_and_not_of_the_submissions(made: World, proposal: Proposal) -> None:
    places = signed(made.users["office"]).get(address(proposal)).context["viewer"].places
    assert [place.href for place in places if place.here] == [reverse("entities:proposals")]


def test_whoever_sent_it_is_told_that_somebody_else_decides(made: World) -> None:
    sender = user_make("sends", Role.OFFICE)
    proposal = enrolled(made, timezone.now(), by=sender)
    client = signed(sender)
    for answer in (
        client.get(address(proposal), follow=True),
        client.post(address(proposal), VARIANT, follow=True),
    ):
        assert answer.redirect_chain == [(reverse("entities:proposal", args=[proposal.pk]), 302)]
        assert "somebody else decides it" in answer.content.decode()
    assert not Participant.objects.filter(code=CODE).exists()


def test_the_list_of_changes_leads_an_office_there_and_a_technician_not(
    made: World, proposal: Proposal
) -> None:
    change = reverse("entities:proposal", args=[proposal.pk])
    assert signed(made.users["office"]).get(change)["Location"] == address(proposal)
    for role in ("technician", "auditor"):
        assert signed(made.users[role]).get(change).status_code == 200


def test_what_the_phone_wrote_is_in_the_fields(made: World, proposal: Proposal) -> None:
    attach(Submission.objects.get(), "a.jpg", photo())
    shown = signed(made.users["office"]).get(address(proposal)).content.decode()
    for text in (
        'value="GT0000999"', 'value="Ana"', 'value="Choc"', 'value="1980-01-01"', 'value="GT-1304"', 'value="25000"',
        'value="2030-01-01"', 'value="GT0000999-261126"', "Cuilco", ["Identity document", "DPI, DNI o DUI)"][0],
        "ca-2026-11", "Photo of the document", "Financed by the United States",
    ):  # fmt: skip
        assert text in shown, text
    assert shown.count("not there") == 2
    assert "They may be in the register already" not in shown


def test_nothing_is_lost_when_something_is_to_be_put_right(made: World, proposal: Proposal) -> None:
    written = {**VARIANT, "participants.0.birth_date": "", "participants.0.given_names": "Ana Lucía <b>",
               "documents.0.number": "1234 5678"}  # fmt: skip
    answer = signed(made.users["office"], "es").post(address(proposal), written)
    shown = answer.content.decode()
    assert answer.status_code == 422
    for text in ('value="Ana Lucía &lt;b&gt;"', 'value="1234 5678"', "La celda está vacía", 'aria-invalid="true"',
                 '<option value="us36" selected>'):  # fmt: skip
        assert text in shown, text
    assert "import.csv" not in shown
    assert not Participant.objects.filter(code=CODE).exists()


def test_a_double_is_shown_and_somebody_says_that_it_is_none(made: World, proposal: Proposal) -> None:
    office = made.users["office"]
    row = {"code": "GT-OLD", "given_names": "Ana", "family_names": "Choc", "birth_date": "1980-01-01", "sex": "F",
           "area": "GT-1301"}  # fmt: skip
    rows_put(sheet="participants", rows=[row], actor=office, today=timezone.now().date(), client_key="a")
    client = signed(office)
    shown = client.get(address(proposal)).content.decode()
    assert "GT-OLD" in shown
    assert "born on the same day" in shown
    assert client.post(address(proposal), VARIANT).status_code == 422
    assert client.post(address(proposal), {**VARIANT, "other": "on"}).status_code == 302


def test_entered_it_leads_back_to_the_list_and_the_page_to_the_decision(
    made: World, proposal: Proposal
) -> None:
    client = signed(made.users["office"], "es")
    answer = client.post(address(proposal), VARIANT, follow=True)
    assert answer.redirect_chain == [(reverse("entities:proposals"), 302)]
    assert CODE in answer.content.decode()
    assert Participant.objects.filter(code=CODE).exists()
    again = client.post(address(proposal), VARIANT)
    assert again["Location"] == reverse("entities:proposal", args=[proposal.pk])


def test_it_is_linked_or_refused_from_there_too(made: World, proposal: Proposal) -> None:
    client = signed(made.users["office"])
    shown = client.get(address(proposal)).content.decode()
    decide = reverse("entities:decide", args=[proposal.pk])
    assert shown.count(f'action="{decide}"') == 2
    answer = client.post(decide, {"decision": "accept", "code": "NO-77"})
    assert answer.status_code == 422
    assert "NO-77" in answer.content.decode()
    assert client.post(decide, {"decision": "refuse", "why": "x"}).status_code == 302
    assert Proposal.objects.get(pk=proposal.pk).state == "refused"


def test_a_plot_leads_to_its_person_and_alone_has_a_page_of_its_own(made: World, proposal: Proposal) -> None:
    client = signed(made.users["office"])
    plot = Proposal.objects.get(entity__list_name="plots")
    change = reverse("entities:proposal", args=[plot.pk])
    assert address(proposal) in client.get(change).content.decode()
    someone = made.people_in("GT-1304")[0]
    linked = {"decision": "accept", "code": someone.code}
    assert client.post(reverse("entities:decide", args=[proposal.pk]), linked).status_code == 302
    shown = client.get(change, follow=True).content.decode()
    for text in ("GT0000999-261126", someone.code, 'value="25000"', "Enter the plot"):
        assert text in shown, text
    assert 'name="participants.0.code"' not in shown
    assert client.post(address(plot), {"plots.0.nominal_m2": "x"}).status_code == 422
    assert client.post(address(plot), {"plots.0.nominal_m2": "30000"}).status_code == 302
    assert someone.plots.get(code="GT0000999-261126").nominal_m2 == 30_000
