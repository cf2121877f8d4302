"""The pages of submissions: who must not see or decide first, then what each shows."""

import csv
import hashlib
import io
from datetime import timedelta
from math import asinh, pi, radians, tan
from typing import Any

import mapbox_vector_tile
import pytest
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role
from ceiba.audit.models import Event
from ceiba.entities.models import Entity
from ceiba.entities.services import entities_refresh
from ceiba.evidence.models import Evidence
from ceiba.review.models import Flag, InTray, Review, SecondVisit
from ceiba.review.selectors.returned import returned_note
from ceiba.review.services.flags import flags_compute
from ceiba.review.services.photos import photos_look
from ceiba.submissions.models import Conflict, Standing, Submission
from tests.apps.review.field import NOON, attach, device_of, photo, signed, submitted
from tests.factories import World, user_make
from tests.fieldforms import filled, published

NOW = NOON + timedelta(days=1)
READERS = {Role.OFFICE, Role.SUPERVISOR, Role.AUDITOR, Role.TECHNICIAN}
FLAG_READERS = READERS - {Role.TECHNICIAN}
REVIEWERS = {Role.OFFICE, Role.SUPERVISOR}


def body(answer: Any) -> bytes:
    """The whole of an answer; a file is closed then."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def status(client: Client, address: str) -> int:
    answer = client.get(address)
    body(answer)
    return answer.status_code


def arrived(*submissions: Submission) -> None:
    flags_compute(submissions=[s.pk for s in submissions], now=NOW)
    photos_look(now=NOW)


@pytest.fixture
def visit(made: World) -> Submission:
    """A visit by Cuilco's technician of one of their people, with a photo and a flag."""
    published()
    sent = submitted(
        made.users["technician"], made.people[1], "uuid:1", visit={"plan_due": 8, "plan_done": 7}, accuracy_m=0.0,
        xml=filled("uuid:1", person="CA-000001", due=8, done=7, photo="a.jpg", planted=(("timber", 30),)),
        files={"a.jpg": photo()},
    )  # fmt: skip
    arrived(sent)
    return sent


def reads(sent: Submission) -> dict[str, str]:
    file = sent.attachments.get().pk
    return {
        "review:submission": reverse("review:submission", args=[sent.pk]),
        "review:raw": reverse("review:raw", args=[sent.pk]),
        "review:file": reverse("review:file", args=[sent.pk, file]),
        "review:thumbnail": reverse("review:thumbnail", args=[sent.pk, file]),
    }


def acts(sent: Submission) -> dict[str, str]:
    return {
        "review:decide": reverse("review:decide", args=[sent.pk]),
        "review:dismiss": reverse("review:dismiss", args=[sent.pk, "accuracy_zero"]),
        "review:quarantine": reverse("review:quarantine", args=[sent.pk]),
    }


LISTS = (
    "review:index", "review:returned", "review:returned_list", "review:second_visits", "pages:submissions_map",
)  # fmt: skip


@pytest.mark.parametrize("role", Role.values)
def test_each_role_passes_where_the_matrix_says(made: World, visit: Submission, role: str) -> None:
    client = signed(made.users[role])
    for name, address in reads(visit).items():
        assert status(client, address) == (200 if role in READERS else 403), name
    for name in LISTS:
        assert status(client, reverse(name)) == (200 if role in READERS else 403), name
    tile = reverse("pages:submissions_tile", args=[6, 15, 29])
    assert client.get(tile).status_code == (200 if role in READERS else 403)
    assert client.get(reverse("review:agreement")).status_code == (200 if role in FLAG_READERS else 403)
    for name, address in acts(visit).items():
        assert client.post(address).status_code == (302 if role in REVIEWERS else 403), name


def test_nobody_passes_without_signing_in(visit: Submission) -> None:
    for address in (*reads(visit).values(), *acts(visit).values(), *map(reverse, LISTS)):
        assert Client().get(address).status_code in {302, 405}
        assert Client().post(address).status_code in {302, 405}
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("role", "areas", "code"),
    [
        (Role.OFFICE, ("HN",), ""),
        (Role.SUPERVISOR, ("GT-14",), ""),
        (Role.AUDITOR, ("HN",), ""),
        (Role.TECHNICIAN, (), "T-P-GT-1301"),
    ],
)
def test_outside_the_scope_there_is_nothing(
    visit: Submission, role: str, areas: tuple[str, ...], code: str
) -> None:
    client = signed(user_make("other", role, areas=areas, code=code))
    for name, address in reads(visit).items():
        assert status(client, address) == 404, name
    for name, address in acts(visit).items():
        expected = 404 if role in REVIEWERS else 403
        assert client.post(address, {"decision": "approved"}).status_code == expected, name
    for name in LISTS:
        assert "CA-000001" not in client.get(reverse(name)).content.decode()
    assert "0 submissions" in client.get(reverse("review:index")).content.decode()
    assert not Review.objects.exists()


def test_the_files_of_one_are_not_reached_through_another(made: World, visit: Submission) -> None:
    other = submitted(made.users["technician"], made.people[5], "uuid:2")
    arrived(other)
    client = signed(made.users["supervisor"])
    file = visit.attachments.get().pk
    for name in ("review:file", "review:thumbnail"):
        assert client.get(reverse(name, args=[other.pk, file])).status_code == 404


def test_a_technician_is_not_told_the_flags(made: World, visit: Submission) -> None:
    client = signed(made.users["technician"])
    for address in (reverse("review:submission", args=[visit.pk]), reverse("review:index")):
        assert "accuracy zero" not in client.get(address).content.decode().lower()
    listed = client.get(reverse("review:index"), {"flag": "odd_hour"}).content.decode()
    assert "1 submission<" in listed.replace("\n", "<"), "a filter tells no flag either"


def test_nobody_decides_of_their_own(made: World) -> None:
    supervisor = made.users["supervisor"]
    own = submitted(supervisor, made.people[1], "uuid:own")
    arrived(own)
    client = signed(supervisor)
    page = client.get(reverse("review:submission", args=[own.pk])).content.decode()
    assert 'name="decision"' not in page
    answer = client.post(reverse("review:decide", args=[own.pk]), {"decision": "approved"}, follow=True)
    assert "This submission is yours" in answer.content.decode()
    assert not Review.objects.exists()


def test_a_return_without_a_reason_is_refused(made: World, visit: Submission) -> None:
    client = signed(made.users["supervisor"])
    for decision in ("returned", "second_visit", "nonsense"):
        client.post(reverse("review:decide", args=[visit.pk]), {"decision": decision, "reason": "  "})
    assert not Review.objects.exists()
    assert InTray.objects.get().decision == ""


def test_what_an_edit_replaced_is_not_decided_of(made: World, visit: Submission) -> None:
    edit = submitted(made.users["technician"], made.people[1], "uuid:2", replaces="uuid:1",
                     xml=filled("uuid:2", person="CA-000001", due=8, done=6))  # fmt: skip
    arrived(edit)
    client = signed(made.users["supervisor"])
    client.post(reverse("review:decide", args=[visit.pk]), {"decision": "approved"})
    assert not Review.objects.exists()
    page = client.get(reverse("review:submission", args=[edit.pk])).content.decode()
    assert "Versions" in page
    assert "Done" in page and ">7<" in page and ">6<" in page


def test_a_return_reaches_whoever_sent_it_until_it_is_sent_again(made: World, visit: Submission) -> None:
    technician = made.users["technician"]
    before = signed(technician).get(reverse("review:returned")).content.decode()
    assert "Nothing is returned to you" in before
    signed(made.users["supervisor"]).post(
        reverse("review:decide", args=[visit.pk]), {"decision": "returned", "reason": "La foto está oscura"}
    )
    shown = signed(technician, "es").get(reverse("review:returned")).content.decode()
    assert "La foto está oscura" in shown
    rows = list(
        csv.DictReader(io.StringIO(signed(technician).get(reverse("review:returned_list")).content.decode()))
    )
    assert [(row["name"], row["reason"]) for row in rows] == [("uuid:1", "La foto está oscura")]
    assert (
        "La foto está oscura"
        not in signed(made.users["office"]).get(reverse("review:returned")).content.decode()
    )
    told = returned_note(technician.pk, "es", NOW)
    assert "Le devolvieron 1; lo más reciente: CA-000001: «La foto está oscura»" in told
    assert returned_note(made.users["office"].pk, "es", NOW) == ""
    edit = submitted(technician, made.people[1], "uuid:2", replaces="uuid:1")
    arrived(edit)
    assert returned_note(technician.pk, "es", NOW) == told, "it is read once a minute"
    assert returned_note(technician.pk, "es", NOW + timedelta(minutes=1)) == ""
    assert "Nothing is returned" in signed(technician).get(reverse("review:returned")).content.decode()


def test_a_decision_is_written_down_as_evidence_and_in_the_audit_log(made: World, visit: Submission) -> None:
    supervisor = made.users["supervisor"]
    signed(supervisor).post(reverse("review:decide", args=[visit.pk]), {"decision": "approved"})
    review = Review.objects.get()
    assert (review.decision, review.by) == ("approved", supervisor)
    assert Evidence.objects.get(kind="review").body == {"decision": "approved", "subject": "uuid:1"}
    event = Event.objects.get(action="review.approved")
    assert (event.actor, event.subject) == (supervisor, f"submission {visit.pk}")


def test_a_second_visit_goes_to_another_portfolio(made: World, visit: Submission) -> None:
    signed(made.users["supervisor"]).post(
        reverse("review:decide", args=[visit.pk]), {"decision": "second_visit", "reason": "Números raros"}
    )
    asked = SecondVisit.objects.get()
    assert asked.draw is None
    assert asked.technician in {"T-P-GT-1301", "T-S-GT-1301"}, "the neighbours: both of Cuilco look after her"
    goes = user_make("goes", Role.TECHNICIAN, areas=(), code=asked.technician)
    assert made.people[1].code in signed(goes).get(reverse("review:second_visits")).content.decode()
    own = signed(made.users["technician"]).get(reverse("review:second_visits")).content.decode()
    assert made.people[1].code not in own


def test_a_flag_is_dismissed_with_a_reason(made: World, visit: Submission) -> None:
    client = signed(made.users["supervisor"])
    address = reverse("review:dismiss", args=[visit.pk, "accuracy_zero"])
    client.post(address, {"why": ""})
    assert Flag.objects.get().dismissed_at is None
    client.post(address, {"why": "GPS externo"})
    assert Flag.objects.get().dismissed_why == "GPS externo"
    assert (
        client.post(reverse("review:dismiss", args=[visit.pk, "odd_hour"]), {"why": "x"}).status_code == 404
    )


def test_quarantine_says_what_is_wrong_and_what_to_do(made: World) -> None:
    sent = submitted(
        made.users["technician"], None, "uuid:q", state="quarantined",
        problems=[{"code": "evidence.unknown_participant", "place": "/data/person", "values": {"text": "CA-9"}},
                  {"code": "gone.since", "values": {}}],
    )  # fmt: skip
    arrived(sent)
    client = signed(made.users["supervisor"])
    page = client.get(reverse("review:submission", args=[sent.pk])).content.decode()
    assert "Nobody in the register has the code" in page
    assert "gone.since" in page
    address = reverse("review:quarantine", args=[sent.pk])
    client.post(address, {"act": "aside", "reason": ""})
    assert Standing.objects.get().state == "quarantined"
    client.post(address, {"act": "aside", "reason": "prueba"})
    assert Standing.objects.get().state == InTray.objects.get().state == "set_aside"
    client.post(address, {"act": "retake"})
    assert Standing.objects.get().state == InTray.objects.get().state == "received"


def test_the_page_shows_answers_photos_and_what_became_of_it(made: World, visit: Submission) -> None:
    attach(visit, "otra.bin", b"<script>alert(1)</script>")
    page = (
        signed(made.users["supervisor"]).get(reverse("review:submission", args=[visit.pk])).content.decode()
    )
    for text in ("Planted 1", "Timber", "Accuracy zero", "otra.bin", "Monthly work plan and visit", "uuid:1",
                 "Computed again just now: the same.", bytes(visit.sha256).hex(), "GPS accuracy zero"):  # fmt: skip
        assert text.lower() in page.lower(), text
    assert "alert(1)" not in page


def test_a_missing_photo_is_told(made: World) -> None:
    published()
    sent = submitted(made.users["technician"], made.people[1], "uuid:1", xml=filled("uuid:1", photo="b.jpg"))
    arrived(sent)
    page = signed(made.users["supervisor"]).get(reverse("review:submission", args=[sent.pk])).content.decode()
    assert "Has not arrived:" in page and "b.jpg" in page


def test_other_bytes_of_the_same_name_are_compared(made: World, visit: Submission) -> None:
    other = filled("uuid:1", person="CA-000001", due=8, done=2, photo="a.jpg")
    conflict = Conflict.objects.create(
        submission=visit, xml=other, sha256=hashlib.sha256(other).digest(),
        device=device_of(made.users["technician"], "tablet"), received_at=NOW,
    )  # fmt: skip
    client = signed(made.users["supervisor"])
    page = client.get(reverse("review:submission", args=[visit.pk])).content.decode()
    assert "Other bytes under the same name" in page and "tablet" in page and ">2<" in page
    assert client.get(reverse("review:conflict", args=[visit.pk, conflict.pk])).content == other
    assert client.get(reverse("review:conflict", args=[visit.pk, conflict.pk + 1])).status_code == 404
    stranger = signed(user_make("hn", Role.SUPERVISOR, areas=("HN",)))
    assert stranger.get(reverse("review:conflict", args=[visit.pk, conflict.pk])).status_code == 404


def test_the_xml_is_handed_over_as_it_came(made: World, visit: Submission) -> None:
    answer = signed(made.users["auditor"]).get(reverse("review:raw", args=[visit.pk]))
    assert answer.content == bytes(visit.xml)
    assert answer["X-Ceiba-Sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert answer["X-Ceiba-Intact"] == "yes"
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.jpg", "x.js", "../../etc/passwd"])
def test_what_a_browser_would_run_is_handed_over_to_keep(made: World, visit: Submission, name: str) -> None:
    file = attach(visit, name, b"<html><script>alert(1)</script></html>")
    answer = signed(made.users["supervisor"]).get(reverse("review:file", args=[visit.pk, file.pk]))
    body(answer)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "/" not in answer["Content-Disposition"].partition("filename")[2]


def test_a_photo_is_shown_and_nothing_of_it_is_left_on_the_machine(made: World, visit: Submission) -> None:
    client = signed(made.users["supervisor"])
    addresses = reads(visit)
    whole, small = client.get(addresses["review:file"]), client.get(addresses["review:thumbnail"])
    assert whole["Content-Type"] == "image/jpeg"
    assert body(whole) == photo()
    body(small)
    assert small["Content-Type"] == "image/webp"
    assert "no-store" in small["Cache-Control"] and "no-store" in whole["Cache-Control"]


def test_the_list_is_asked_again_and_says_nothing_while_nothing_has_changed(
    made: World, visit: Submission
) -> None:
    client = signed(made.users["supervisor"])
    first = client.get(reverse("review:index"), headers={"HX-Request": "true"})
    seen = first.content.decode().partition("seen=")[2].partition('"')[0].partition("&")[0]
    again = {"seen": seen}
    assert client.get(reverse("review:index"), again, headers={"HX-Request": "true"}).status_code == 204
    arrived(submitted(made.users["technician"], made.people[5], "uuid:2"))
    answer = client.get(reverse("review:index"), again, headers={"HX-Request": "true"})
    assert "2 submissions" in answer.content.decode()


def test_pages_follow_each_other_without_a_gap(made: World) -> None:
    many = [submitted(made.users["technician"], made.people[1], f"uuid:{i}") for i in range(90)]
    arrived(*many)
    client, seen, address = signed(made.users["supervisor"]), [], "?decision=all"
    for _ in range(3):
        page = client.get(reverse("review:index") + address).context["page"]
        seen += [row.pk for row in page.rows]
        address = f"?decision=all&before={page.next}"
    assert seen == sorted((s.pk for s in many), reverse=True)
    assert page.next is None


@pytest.mark.parametrize(
    ("filters", "n"),
    [
        ({}, 1), ({"flag": "any"}, 1), ({"flag": "accuracy_zero"}, 1), ({"flag": "odd_hour"}, 0),
        ({"area": "GT-13"}, 1), ({"area": "GT-14"}, 0), ({"technician": "T-P-GT-1304"}, 1), ({"technician": "x"}, 0),
        ({"form": "ca-visit"}, 1), ({"form": "x"}, 0), ({"state": "taken"}, 1), ({"state": "quarantined"}, 0),
        ({"decision": "approved"}, 0), ({"since": "2026-11-10"}, 1), ({"since": "2026-11-11"}, 0),
        ({"until": "2026-11-10"}, 1), ({"until": "2026-11-09"}, 0), ({"since": "x", "state": "x", "before": "x"}, 1),
    ],
)  # fmt: skip
def test_filters(made: World, visit: Submission, filters: dict[str, str], n: int) -> None:
    page = signed(made.users["supervisor"]).get(reverse("review:index"), filters).context["page"]
    assert page.total == len(page.rows) == n


def test_tiles_have_what_the_list_has(made: World, visit: Submission) -> None:
    tray = InTray.objects.get()
    x, y = _tile_of(tray.lon, tray.lat, 12)
    address = reverse("pages:submissions_tile", args=[12, x, y])
    found = mapbox_vector_tile.decode(signed(made.users["supervisor"]).get(address).content)
    (feature,) = found["submissions"]["features"]
    assert feature["properties"] == {"id": visit.pk, "form": "ca-visit", "look": "flagged"}
    own = mapbox_vector_tile.decode(signed(made.users["technician"]).get(address).content)
    assert own["submissions"]["features"][0]["properties"]["look"] == "open", "no flag is told"
    stranger = signed(user_make("hn", Role.SUPERVISOR, areas=("HN",)))
    assert "submissions" not in mapbox_vector_tile.decode(stranger.get(address).content)


def _tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    side = 2**zoom
    return int((lon + 180) / 360 * side), int((1 - asinh(tan(radians(lat))) / pi) / 2 * side)


LISTED = """
| survey | | | |
| | type | name | label | bind::ceiba:gives |
| | text | person | Sower | |
| | text | code | Code | head.participant |
| | begin_repeat | task | Tasks: ${class_label} | |
| | text | class_label | Class | |
| | integer | due | Due of ${class_label} | |
| | end_repeat | | | |
| settings | | | |
| | form_id | form_title | version | namespaces |
| | {code} | Listed | {version} | ceiba="urn:ceiba:forms" |
"""


def listed(made: World, person: Any, name: str) -> Submission:
    """A submission that names `person` by the id on the phone, whoever it is of, and one task."""
    entities_refresh(today=NOW.date())
    entity = Entity.objects.get(list_name="participants", row=person.pk)
    published(LISTED)
    xml = (
        f'<data id="ca-visit" version="1"><person>{entity.uuid}</person><code>CA-000001</code>'
        f"<task><class_label>Weeding</class_label><due>3</due></task>"
        f"<meta><instanceID>{name}</instanceID></meta></data>"
    ).encode()
    sent = submitted(made.users["technician"], made.people[1], name, xml=xml)
    arrived(sent)
    return sent


def test_who_was_chosen_from_the_phones_list_is_named_only_within_what_one_sees(made: World) -> None:
    outside = next(each for each in made.people if not each.area_id.startswith("GT"))
    sent = listed(made, outside, "uuid:outside")
    html = signed(made.users[Role.SUPERVISOR]).get(reverse("review:submission", args=[sent.pk]))
    assert html.status_code == 200
    assert outside.family_names not in html.content.decode()


def test_what_was_chosen_and_what_a_label_names_is_told_in_words(made: World) -> None:
    person = made.people[1]
    sent = listed(made, person, "uuid:words")
    html = signed(made.users[Role.OFFICE]).get(reverse("review:submission", args=[sent.pk])).content.decode()
    assert f"{person.family_names} · {person.code}" in html
    assert "Tasks: Weeding 1" in html
    assert "Due of Weeding" in html
    assert "${" not in html


def test_a_record_of_evidence_leads_to_its_submission_for_whoever_may_see_it(
    made: World, visit: Submission
) -> None:
    record, link = (
        Evidence.objects.get(submission=visit, kind="visit"),
        reverse("review:submission", args=[visit.pk]),
    )
    page = reverse("evidence:record", args=[record.pk])
    participant = user_make("somebody", Role.PARTICIPANT, areas=(), code=made.people[1].code)
    assert link not in signed(participant).get(page).content.decode()
    for role in (Role.OFFICE, Role.SUPERVISOR, Role.AUDITOR, Role.TECHNICIAN):
        client = signed(made.users[role])
        assert link in client.get(page).content.decode(), role
        assert client.get(link).status_code == 200, role


def test_the_same_thing_against_a_submission_is_said_once_and_by_its_question(made: World) -> None:
    published()
    unknown = {"code": "evidence.unknown_participant", "values": {"text": "P-9", "detail": ""}}
    problems = [
        unknown | {"place": "visit.participant"}, unknown | {"place": "planting.participant"},
        {"code": "form.shape_crosses", "place": "/data/edge", "values": {}},
    ]  # fmt: skip
    sent = submitted(
        made.users["technician"], made.people[1], "uuid:1", state="quarantined", problems=problems
    )
    arrived(sent)
    html = signed(made.users[Role.OFFICE]).get(reverse("review:submission", args=[sent.pk])).content.decode()
    assert html.count("P-9") == 1
    assert "Edge: " in html
    assert "/data/edge" not in html
