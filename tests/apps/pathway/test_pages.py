"""Every address of the pathway, every role, in and out of scope. Who must not pass comes first."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ceiba.accounts.models import Role, User
from ceiba.pathway.models import Batch, Consent, Look, OutsideNumber, Recipient, Referral, Withdrawal
from ceiba.pathway.services import batch_close, batch_draw, batches_keep, consent_withdraw
from ceiba.registry.models import Participant
from tests.apps.credentials.helpers import credential_row, key_row, list_row
from tests.apps.pathway.given import STAGE, Pathway
from tests.factories import CODE, user_make

OFFICE, AUDITOR, PARTICIPANT, CONSULAR = Role.OFFICE, Role.AUDITOR, Role.PARTICIPANT, Role.CONSULAR
COUNTS = set(Role) - {PARTICIPANT, CONSULAR}
SIGNED_IN = {
    "index": (COUNTS, 200),
    "recipients": ({OFFICE, AUDITOR}, 200),
    "new": ({OFFICE}, 200),
    "batch": (COUNTS, 200),
    "number": ({OFFICE}, 302),
    "refer": ({OFFICE}, 302),
    "answer": ({OFFICE}, 302),
    "movement": ({OFFICE}, 302),
    "person": ({OFFICE, AUDITOR}, 200),
    "agree_with_office": ({OFFICE}, 302),
    "withdraw_with_office": ({OFFICE}, 302),
    "mine": ({PARTICIPANT}, 200),
    "agree": ({PARTICIPANT}, 302),
    "withdraw": ({PARTICIPANT}, 302),
    "shared": ({CONSULAR}, 200),
    "dossier": ({CONSULAR}, 200),
}
NUMBER = {"number": "52817", "source": "Lotería, acta 1"}
OF_A_BATCH = {"number", "refer", "answer", "movement"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def person(way: Pathway) -> Participant:
    """The participant who has an account, with a live consent to the consulate."""
    found = way.world.people[0]
    way.agree(found, now=timezone.now())
    return found


@pytest.fixture
def batch(way: Pathway, person: Participant) -> Batch:
    return way.drawn(2)


def path(name: str, way: Pathway, batch: Batch, person: Participant) -> str:
    consent = Consent.objects.filter(participant=person).latest("pk")
    number = way.listed(batch)[0].entry.number
    args: dict[str, list[object]] = {
        **{key: [batch.pk] for key in ("batch", "number", "refer")},
        **{key: [batch.pk, number] for key in ("answer", "movement")},
        **{key: [person.code] for key in ("person", "agree_with_office", "dossier")},
        "withdraw_with_office": [person.code, consent.pk],
        "withdraw": [consent.pk],
    }
    return reverse(f"pathway:{name}", args=args.get(name, []))


def users(way: Pathway) -> dict[str, User]:
    return {**way.world.users, CONSULAR: way.officer}


def test_nobody_passes_without_signing_in(way: Pathway, batch: Batch, person: Participant) -> None:
    for name in SIGNED_IN:
        for method in (Client().get, Client().post):
            answered = method(path(name, way, batch, person))
            assert answered["Location"].startswith("/accounts/sign-in/"), name


def test_every_role_sees_what_it_may_and_a_get_changes_nothing(
    way: Pathway, batch: Batch, person: Participant
) -> None:
    for name, (allowed, status) in SIGNED_IN.items():
        for role, user in users(way).items():
            found = signed_in(user).get(path(name, way, batch, person)).status_code
            assert found == (status if role in allowed else 403), (name, role)
    assert not Withdrawal.objects.filter(replaced=False).exists()
    assert not Referral.objects.exists()
    assert Look.objects.count() == 1, "the consulate's own look, and no other"


def test_every_role_is_refused_the_acts_of_others(way: Pathway, batch: Batch, person: Participant) -> None:
    for name, (allowed, _) in SIGNED_IN.items():
        for role, user in users(way).items():
            if role not in allowed:
                assert signed_in(user).post(path(name, way, batch, person)).status_code == 403, (name, role)
    auditor = signed_in(way.world.users[AUDITOR])
    given = {"code": "NEW", "name": "Nuevo", "kind": "consulate", "country": "US"}
    assert auditor.post(reverse("pathway:recipients"), given).status_code == 404
    assert not Recipient.objects.filter(code="NEW").exists()


def test_outside_the_scope_there_is_nobody(way: Pathway, batch: Batch, person: Participant) -> None:
    office = signed_in(user_make("lejos", OFFICE, areas=("HN",)))
    for name in ("person", "agree_with_office", "withdraw_with_office", *OF_A_BATCH):
        for method in (office.get, office.post):
            assert method(path(name, way, batch, person)).status_code == 404, name
    page = office.get(path("batch", way, batch, person))
    assert page.status_code == 200
    assert page.context["people"] == []
    near = signed_in(user_make("cerca", OFFICE, areas=("GT-13",)))
    assert near.post(path("number", way, batch, person)).status_code == 404, "the batch is of all Guatemala"
    seen = {
        who.entry.participant.area_id for who in near.get(path("batch", way, batch, person)).context["people"]
    }
    assert seen == {"GT-1301", "GT-1304"}
    assert (
        signed_in(way.office).post(reverse("pathway:answer", args=[batch.pk, "ffffffff"])).status_code == 404
    )


def test_a_participant_reaches_no_consent_of_another(way: Pathway, batch: Batch, person: Participant) -> None:
    own = signed_in(way.world.users[PARTICIPANT])
    other = Consent.objects.exclude(participant=person).first()
    assert other is not None
    assert own.post(reverse("pathway:withdraw", args=[other.pk])).status_code == 404
    assert not Withdrawal.objects.filter(consent=other).exists()
    office = signed_in(way.office)
    mixed = reverse("pathway:withdraw_with_office", args=[person.code, other.pk])
    assert office.post(mixed).status_code == 404


def test_a_consulate_opens_who_shares_and_nobody_else(way: Pathway, person: Participant) -> None:
    consulate, ministry = signed_in(way.officer), signed_in(way.other_officer)
    stranger = reverse("pathway:dossier", args=[way.people[5].code])
    own = reverse("pathway:dossier", args=[person.code])
    for nobody in (stranger, reverse("pathway:dossier", args=["CA-999999"])):
        assert consulate.get(nobody).status_code == 404
    assert ministry.get(own).status_code == 404
    assert not Look.objects.exists()
    opened = consulate.get(own).content.decode()
    assert "5555-0000" in opened
    assert [look.parts for look in Look.objects.all()] == [
        ["identity", "constancia", "record", "plots", "contact"]
    ]
    listed = consulate.get(reverse("pathway:shared")).content.decode()
    assert person.code in listed
    assert person.family_names not in listed
    assert consulate.get(reverse("pathway:shared"), {"code": person.code.lower()})["Location"] == own
    for name in ("pages:person", "pathway:person"):
        assert consulate.get(reverse(name, args=[person.code])).status_code == 403
    assert consulate.get("/")["Location"] == reverse("pathway:shared")


@pytest.mark.parametrize("part", ["record", "plots", "contact", ""])
def test_the_page_holds_no_part_that_was_not_shared(way: Pathway, part: str) -> None:
    person = way.people[2]
    way.agree(person, parts=(part,) if part else (), now=timezone.now())
    page = signed_in(way.officer).get(reverse("pathway:dossier", args=[person.code])).content.decode()
    shows = {
        "record": 'id="record"',
        "plots": 'id="plots"',
        "contact": "5555-0000",
        "constancia": 'id="constancia"',
    }
    assert {name: mark in page for name, mark in shows.items()} == {name: name == part for name in shows}


def test_consent_by_the_person_and_at_the_office(way: Pathway) -> None:
    person = way.world.people[0]
    until = timezone.now().date() + timedelta(days=90)
    given = {"recipient": way.ministry.pk, "stage": f"{CODE}:{STAGE}", "parts": ["plots"], "until": until}
    own, office = signed_in(way.world.users[PARTICIPANT]), signed_in(way.office)
    told = own.post(reverse("pathway:agree"), given | {"reading": "aloud", "language": "x"}, follow=True)
    assert told.status_code == 200
    consent = Consent.objects.get(participant=person)
    assert (consent.reading, consent.language, consent.by.role) == ("own", "", PARTICIPANT)
    assert consent.parts == ["identity", "plots"]
    page = office.post(
        reverse("pathway:agree_with_office", args=[person.code]),
        given | {"reading": "interpreted", "language": "mam", "note": "Su hija tradujo"},
        follow=True,
    ).content.decode()
    assert "Su hija tradujo" in page
    assert Consent.objects.filter(participant=person, reading="interpreted", language="mam").count() == 1
    for wrong in ({"until": ""}, {"stage": "ca:other"}, {"recipient": 0}, {"parts": ["diary"]}):
        own.post(reverse("pathway:agree"), given | wrong)
    assert Consent.objects.count() == 2
    last = Consent.objects.latest("pk")
    own.post(reverse("pathway:withdraw", args=[last.pk]))
    assert Withdrawal.objects.get(consent=last).by.role == PARTICIPANT


def test_what_is_only_proposed_says_so_wherever_it_stands(
    way: Pathway, batch: Batch, person: Participant
) -> None:
    marked = "propuesta sin base legal"
    for role, name in (
        (OFFICE, "index"), (OFFICE, "batch"), (OFFICE, "person"), (PARTICIPANT, "mine"), (CONSULAR, "shared"),
        (CONSULAR, "dossier"),
    ):  # fmt: skip
        page = signed_in(users(way)[role]).get(path(name, way, batch, person)).content.decode()
        assert marked in page, name
        assert "No da derecho a una visa" in page, name


def test_the_public_list_is_for_anybody_and_names_nobody(way: Pathway, batch: Batch) -> None:
    address = reverse("pathway:list", args=[batch.pk])
    answered = Client().get(address)
    assert answered.status_code == 200
    assert [each["place"] for each in answered.json()["entries"]] == list(range(1, 13))
    told = answered.content.decode()
    for person in way.people:
        assert person.code not in told
        assert person.family_names not in told
    assert Client().post(address).status_code == 405
    assert Client().get(reverse("pathway:list", args=[10**6])).status_code == 404


def test_a_funder_counts_roundly_and_sees_no_person(way: Pathway, batch: Batch) -> None:
    funder = signed_in(way.world.users[Role.FUNDER])
    page = funder.get(reverse("pathway:batch", args=[batch.pk]))
    assert page.context["people"] == []
    assert page.context["progress"].entrants == 10
    counts = funder.get(reverse("pathway:index")).context["pathways"][0][1]
    assert {count.reached for count in counts} <= {None, 0, 10}
    office = signed_in(way.office).get(reverse("pathway:index")).context["pathways"][0][1]
    assert [count.reached for count in office] == [12, 12, 0]


def test_a_batch_from_opening_to_offering_by_its_pages(way: Pathway) -> None:
    office = signed_in(way.office)
    today = timezone.now().date()
    given = {
        "recipient": way.consulate.pk, "stage": f"{CODE}:{STAGE}", "area": "GT-13", "places": 2, "closes_on": today,
        "season_from": today + timedelta(days=60), "season_until": today + timedelta(days=200), "class_months": 12,
        "outside": "Lotería",
    }  # fmt: skip
    assert office.post(reverse("pathway:new"), given | {"area": "HN"}).status_code == 200
    assert office.post(reverse("pathway:new"), given | {"places": 0}).status_code == 200
    assert not Batch.objects.exists()
    address = office.post(reverse("pathway:new"), given)["Location"]
    batch = Batch.objects.get()
    assert address == reverse("pathway:batch", args=[batch.pk])
    told = office.post(reverse("pathway:number", args=[batch.pk]), NUMBER | {"on": today}, follow=True)
    assert "se cierra sola al terminar el" in told.content.decode()
    assert not OutsideNumber.objects.exists()


def test_the_pages_say_what_comes_next_and_ask_for_what_a_person_must_say(way: Pathway) -> None:
    office, auditor = signed_in(way.office), signed_in(way.world.users[AUDITOR])
    today = timezone.now().date()
    days = {"closed": 6, "numbered": 3, "drawn": 2}
    at = {name: timezone.now() - timedelta(days=ago) for name, ago in days.items()}
    opened = at["closed"] - timedelta(days=2)
    for person in way.people:
        way.agree(person, now=opened, until=today + timedelta(days=90))
    season = {"season_from": today + timedelta(days=60), "season_until": today + timedelta(days=200)}
    batch = way.opened(2, now=opened, closes_on=at["closed"].date() - timedelta(days=1), **season)
    page = reverse("pathway:batch", args=[batch.pk])

    def says(text: str, form: str = "") -> None:
        for client in (office, auditor):
            assert text in client.get(page).content.decode(), text
            assert text in client.get(reverse("pathway:index")).content.decode(), text
        mark = f'action="{reverse(f"pathway:{form}", args=[batch.pk])}"' if form else "</html>"
        assert mark in office.get(page).content.decode()
        assert form == "" or mark not in auditor.get(page).content.decode()

    says("Se cierra solo: pendiente desde el")
    batch_close(batch=batch, now=at["closed"])
    says("La oficina anota el número externo", "number")
    given = NUMBER | {"on": at["numbered"].date()}
    office.post(reverse("pathway:number", args=[batch.pk]), given)
    says("Se sortea solo el", "number")
    office.post(
        reverse("pathway:number", args=[batch.pk]), given | {"number": "52818", "why": "Última cifra"}
    )
    assert "Última cifra" in office.get(page).content.decode()
    batch_draw(batch=batch, now=timezone.now() + timedelta(days=1))
    says("La oficina ofrece los lugares libres", "refer")
    office.post(reverse("pathway:refer", args=[batch.pk]), {"answer_by": today})
    says("Los ofrecimientos sin respuesta terminan solos, el primero el")
    assert 'value="no_answer"' not in office.get(page).content.decode()
    batches_keep(now=timezone.now() + timedelta(days=2))
    shown = office.get(page).content.decode()
    assert "por sí sola: no llegó ninguna hasta el" in shown
    assert 'value="no_answer"' in shown, "a correction may say so"


def test_a_certificates_number_leads_to_whoever_shares_their_certificate_and_to_nobody_else(
    way: Pathway, person: Participant
) -> None:
    key, place = key_row(), list_row()
    sharing, other, withheld = (
        credential_row(each, way.office, key, place) for each in (person, way.people[4], way.people[5])
    )
    way.agree(way.people[5], now=timezone.now(), parts=("record",))
    consulate = signed_in(way.officer)
    for row in (other, withheld):
        answered = consulate.get(reverse("pathway:shared"), {"code": str(row.pk)})
        assert row.participant.code not in answered["Location"]
        assert consulate.get(answered["Location"]).status_code == 404
    answered = consulate.get(reverse("pathway:shared"), {"code": str(sharing.pk)})
    assert answered["Location"] == reverse("pathway:dossier", args=[person.code])
    assert not Look.objects.exists()


def test_a_withdrawn_consent_ends_the_page_at_once(way: Pathway, person: Participant) -> None:
    consulate = signed_in(way.officer)
    address = reverse("pathway:dossier", args=[person.code])
    assert consulate.get(address).status_code == 200
    consent_withdraw(consent=Consent.objects.get(participant=person), by=way.office, now=datetime.now(UTC))
    assert consulate.get(address).status_code == 404
    assert Look.objects.count() == 1
