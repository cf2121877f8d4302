"""Pages of constancias: who may see and do what, of whom; why somebody is refused; what the holder gets."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ceiba.accounts.models import Role, User
from ceiba.core.kernel.errors import CeibaError
from ceiba.credentials.models import Credential, CredentialEvent
from ceiba.credentials.selectors import Standing
from ceiba.credentials.services import credential_suspend, revocation_ask, revocation_confirm
from ceiba.credentials.states import CredentialState, Happening, Reason
from ceiba.credentials.views.one import ACTS
from ceiba.proofs.sd_jwt import Asked, bound, presented
from ceiba.proofs.squeezed import squeezed, unsqueezed
from ceiba.proofs.verifying import verify
from ceiba.registry.models import Participant
from ceiba.web.labels import GROUPS
from tests.apps.credentials.conftest import Office, months_of
from tests.apps.modules import savepoint
from tests.proofs import made
from tests.queue import worked

READERS = (Role.OFFICE, Role.TECHNICIAN, Role.SUPERVISOR, Role.AUDITOR)
FORMS = ("card", "vc", "vc-cose", "sd-jwt")
CUILCO, HONDURAS = 1, 3  # people who live in every scope but the participant's, and in none


@pytest.fixture(autouse=True)
def db(office: Office) -> Iterator[None]:
    """The office as it was made, for each test."""
    with savepoint():
        yield


def client_of(office: Office, role: str, language: str = "es") -> Client:
    client = Client(headers={"accept-language": language})
    if role:
        office.users[role].language = language
        office.users[role].save()
        client.force_login(office.users[role], backend="django.contrib.auth.backends.ModelBackend")
    return client


def addresses(person: Participant, row: Credential) -> dict[str, str]:
    """Each address of somebody's, by its view."""
    code, pk = person.code, row.pk
    return {
        "person": reverse("credentials:person", args=[code]),
        "issue": reverse("credentials:issue", args=[code]),
        "one": reverse("credentials:one", args=[pk]),
        "act": reverse("credentials:act", args=[pk]),
        "paper": reverse("credentials:paper", args=[pk]),
        "wallet": reverse("credentials:wallet", args=[pk]),
        "show": reverse("credentials:show", args=[pk]),
        "copy": reverse("credentials:copy", args=[pk]),
        **{form: reverse("credentials:download", args=[pk, form]) for form in FORMS},
    }


@pytest.mark.parametrize("role", Role)
def test_nobody_reaches_whom_they_may_not_see(office: Office, role: str) -> None:
    outside = office.made.people[HONDURAS]
    client = client_of(office, role)
    sees = role in READERS or role == Role.PARTICIPANT
    for view, address in addresses(outside, office.issued(outside)).items():
        expected = 404 if role == Role.OFFICE or (sees and view not in ("issue", "act")) else 403
        for answer in (client.get(address), client.post(address, {"act": "suspend", "reason": "lost"})):
            assert answer.status_code == expected, (view, role)
    if role in READERS:
        listed = client.get(reverse("credentials:issued")).content.decode()
        assert "<table" not in listed and outside.code not in listed
    assert Credential.objects.get(participant=outside).state == "valid"


@pytest.mark.parametrize("role", Role)
def test_what_each_role_may_do_within_its_scope(office: Office, role: str) -> None:
    own = office.person if role == Role.PARTICIPANT else office.made.people[CUILCO]
    row, client = office.issued(own), client_of(office, role)
    got = {view: client.get(address).status_code for view, address in addresses(own, row).items()}
    posted = client.post(addresses(own, row)["act"], {"act": "suspend", "reason": "lost"}).status_code
    held = dict.fromkeys(("paper", "wallet", "show", *FORMS), 200) | {"copy": 302}
    match role:
        case Role.OFFICE:
            assert got == {"person": 200, "one": 200, "issue": 302, "act": 302} | held
            assert posted == 302 and Credential.objects.get(pk=row.pk).state == "suspended"
        case Role.PARTICIPANT:
            assert got == {"person": 302, "one": 302, "issue": 403, "act": 403} | held
        case Role.TECHNICIAN | Role.SUPERVISOR | Role.AUDITOR:
            assert got == {"person": 200, "one": 200, "issue": 403, "act": 403} | dict.fromkeys(held, 403)
        case _:
            assert set(got.values()) == {403}
    if role != Role.OFFICE:
        assert posted == 403 and Credential.objects.get(pk=row.pk).state == "valid"
    index = client.get(reverse("credentials:index")).status_code
    assert index == (302 if role == Role.PARTICIPANT else 200 if role in READERS else 403)


def test_nobody_signed_in_is_asked_to(office: Office) -> None:
    row = office.issued()
    for address in (*addresses(office.person, row).values(), reverse("credentials:mine")):
        assert Client().get(address).status_code == 302
        assert "/accounts/" in Client().get(address)["Location"]


def test_the_desk_says_who_and_why_not(office: Office) -> None:
    client = client_of(office, Role.OFFICE)
    months_of(office.made.people[CUILCO], "A" * 35)
    months_of(office.made.people[5], "A" * 10 + "H" * 13 + "A" * 26)
    desk = client.get(reverse("credentials:index"))
    shown = {row.person.pk for row in desk.context["page"].rows}
    assert shown == {office.made.people[n].pk for n in (0, 2, 4)}  # 3 lives in Honduras
    refused = client.get(reverse("credentials:index"), {"standing": "not_yet"})
    reasons = {row.person.pk: row.reasons for row in refused.context["page"].rows}
    assert set(reasons) == {office.made.people[n].pk for n in (CUILCO, 5, 6)}
    for texts in reasons.values():
        assert len(texts) == 1 and texts[0]["es"] in refused.content.decode()
    found = client.get(reverse("credentials:index"), {"q": office.person.code})
    assert [row.person.pk for row in found.context["page"].rows] == [office.person.pk]
    other = client.get(reverse("credentials:index"), {"area": "GT-14"})
    assert {row.person.area_id for row in other.context["page"].rows} == {"GT-1406"}


def test_a_refusal_is_explained_on_the_page(office: Office) -> None:
    person, client = office.made.people[6], client_of(office, Role.OFFICE, "en")
    answer = client.post(reverse("credentials:issue", args=[person.code]), {"programme": "ca"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "the rules of the constancia are not met" in page
    (shown,) = answer.context["programmes"]
    assert [rule.id for rule in shown["stage"].missing] == ["pathway.accepted"]
    assert shown["stage"].reasons[0]["en"] in page
    assert not Credential.objects.exists()
    assert (
        client.post(reverse("credentials:issue", args=[person.code]), {"programme": "none"}).status_code
        == 404
    )


def test_one_is_issued_suspended_and_revoked_by_two(office: Office) -> None:
    person, client = office.made.people[CUILCO], client_of(office, Role.OFFICE)
    made = client.post(reverse("credentials:issue", args=[person.code]), {"programme": "ca"})
    row = Credential.objects.get(participant=person)
    assert made["Location"] == reverse("credentials:one", args=[row.pk])
    act = reverse("credentials:act", args=[row.pk])
    assert client.post(act, {"act": "suspend"}).status_code == 422  # without a reason
    assert client.post(act, {"act": "destroy", "reason": "lost"}).status_code == 404
    client.post(act, {"act": "ask", "reason": "identity"})
    asked = client.get(reverse("credentials:one", args=[row.pk]))
    assert not asked.context["decides"] and asked.context["asked_oneself"]
    refused = client.post(act, {"act": "confirm"})
    assert refused.status_code == 422 and "otra persona" in refused.content.decode()
    second = client_of(office, "second")
    assert second.get(reverse("credentials:one", args=[row.pk])).context["decides"]
    second.post(act, {"act": "confirm"})
    assert Credential.objects.get(pk=row.pk).state == "revoked"
    for form in (*FORMS, "show", "copy"):  # and is handed to nobody any more
        assert client.get(reverse("credentials:download", args=[row.pk, form])).status_code == 404
    assert list(CredentialEvent.objects.order_by("pk").values_list("happening", flat=True)) == [
        "issued", "asked", "revoked"
    ]  # fmt: skip


def test_the_holder_sees_prints_and_takes_it(office: Office) -> None:
    client, row = client_of(office, Role.PARTICIPANT), office.issued()
    mine = client.get(reverse("credentials:mine"))
    assert [each.standing for each in mine.context["held"]] == ["valid"] and not mine.context["waiting"]
    paper = client.get(reverse("credentials:paper", args=[row.pk]))
    page = paper.content.decode()
    assert "Ana Pérez López" in page and "36 meses aceptados" in page and "36 accepted months" in page
    assert "No da derecho a una visa" in page and '<svg viewBox="0 0 ' in page
    assert "style=" not in page and "<style" not in page
    for form in FORMS:
        file = client.get(reverse("credentials:download", args=[row.pk, form]))
        assert verify(file.content, office.trust, timezone.now()).proven["months_accepted"] == 36
        assert reverse("credentials:download", args=[row.pk, form]) in page
    cose = client.get(reverse("credentials:download", args=[row.pk, "vc-cose"]))
    assert (
        cose["Content-Type"] == "application/vc+cose"
        and "constancia-ca.vc.cose" in cose["Content-Disposition"]
    )
    assert paper["Cache-Control"] == "private, no-store"


def test_a_copy_to_show_parts_of_is_bound_to_its_holders_key_and_to_no_offices(office: Office) -> None:
    row, now = office.issued(), timezone.now()
    address, own = reverse("credentials:copy", args=[row.pk]), client_of(office, Role.PARTICIPANT)

    def taken(client: Client, jwk: object) -> Any:
        return client.post(address, json.dumps({"jwk": jwk}), content_type="application/json")

    for jwk in (None, [], "x", {"kty": "EC"}, dict(made.KEY.public.jwk), {"kty": "oct", "k": "AA"}):
        refused = taken(own, jwk)
        assert refused.status_code == 422 and refused.json()["problem"], jwk
    whole = taken(own, dict(made.HOLDER.public.jwk)).json()["sd_jwt"]
    asked = Asked("7K3M9QXT2FHB", "https://consulado.ejemplo/verificar/")
    part = bound(presented(whole, ["months_accepted"]), made.HOLDER, asked, now)
    verdict = verify(unsqueezed(squeezed(part)), office.trust, now, asked=asked)
    assert verdict.proven == {"months_accepted": 36}
    assert "unchecked.holder" not in [problem.code for problem in verdict.not_checked]
    with pytest.raises(CeibaError) as replayed:
        verify(part, office.trust, now, asked=Asked("000000000000", asked.audience))
    assert replayed.value.problems[0].code == "sd.binding"
    by_office = taken(client_of(office, Role.OFFICE), dict(made.HOLDER.public.jwk)).json()["sd_jwt"]
    with pytest.raises(CeibaError):
        verify(bound(by_office, made.HOLDER, asked, now), office.trust, now, asked=asked)
    page = own.get(reverse("credentials:show", args=[row.pk])).content.decode()
    assert page.count('name="show"') == 6 and page.count(" checked") == 2
    assert "style=" not in page and 'id="asked"' in page
    assert (
        'id="asked"'
        not in client_of(office, Role.OFFICE).get(reverse("credentials:show", args=[row.pk])).content.decode()
    )


def test_a_suspended_one_is_shown_as_such_and_given_to_nobody(office: Office) -> None:
    row = office.issued()
    credential_suspend(credential=row.id, reason="lost", actor=office.users["office"], at=timezone.now())
    client = client_of(office, Role.PARTICIPANT)
    mine = client.get(reverse("credentials:mine")).content.decode()
    assert (
        "se perdió el papel o el teléfono" in mine and reverse("credentials:paper", args=[row.pk]) not in mine
    )
    assert "No vale hoy" in client.get(reverse("credentials:paper", args=[row.pk])).content.decode()
    assert client.get(reverse("credentials:download", args=[row.pk, "vc"])).status_code == 404
    revocation_ask(credential=row.id, reason="lost", actor=office.users["office"], at=timezone.now())
    revocation_confirm(credential=row.id, actor=office.users["second"], at=timezone.now())
    mine = client.get(reverse("credentials:mine"))
    assert [stage.reached for _, stage in mine.context["waiting"]] == [True]


def test_who_lacks_months_reads_what_is_missing(office: Office) -> None:
    months_of(office.person, "A" * 12)
    mine = client_of(office, Role.PARTICIPANT).get(reverse("credentials:mine"))
    ((_, stage),) = mine.context["waiting"]
    assert stage.reasons[0]["es"] in mine.content.decode()


def test_an_expired_one_does_not_hold(office: Office, settings: object) -> None:
    settings.CONSTANCIA_DAYS = 30  # type: ignore[attr-defined]
    row = office.issued(at=timezone.now() - timedelta(days=31))
    client = client_of(office, Role.PARTICIPANT)
    assert client.get(reverse("credentials:mine")).context["held"][0].standing == "expired"
    assert client.get(reverse("credentials:download", args=[row.pk, "vc"])).status_code == 404


def test_all_of_an_area_as_a_job_of_the_asker_alone(office: Office) -> None:
    client, address = client_of(office, Role.OFFICE), reverse("credentials:issue_all")
    assert client.post(address, {"programme": "ca", "area": "HN"}).status_code == 404
    assert client_of(office, Role.AUDITOR).post(address, {"programme": "ca"}).status_code == 403
    asked = client.post(address, {"programme": "ca", "area": "GT-13"})["Location"]
    assert client.get(asked).context["issuance"].wanted == 4
    assert client_of(office, "second").get(asked).status_code == 404
    assert client.post(address, {"programme": "ca", "area": "GT-13"})["Location"] == asked  # not twice
    assert worked() == ["succeeded", "succeeded"]  # what verifiers fetch is made anew as well
    done = client.get(asked)
    assert done.context["issuance"].done == 4 and "4 de 4" in done.content.decode()
    client.post(address, {"programme": "ca", "area": "GT-13"})  # now there is nobody
    assert Credential.objects.count() == 4
    waiting = client.post(address, {"programme": "ca", "area": ""})["Location"]
    User.objects.filter(pk=office.users["office"].pk).update(role=Role.AUDITOR)
    assert worked() == ["aborted"]  # with the rights that they have by then
    assert "ya no puede emitir" in client_of(office, Role.OFFICE).get(waiting).content.decode()


def test_every_code_is_told_in_words() -> None:
    for group, codes in (
        ("credential", (*CredentialState, "expired")), ("credential_event", Happening), ("credential_reason", Reason),
        ("credential_standing", Standing), ("credential_act", (*ACTS, "confirm")),
    ):  # fmt: skip
        assert set(codes) <= set(GROUPS[group]), group
