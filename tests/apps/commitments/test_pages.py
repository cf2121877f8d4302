"""The pages: a statement pasted and gone through, two people, lists and files. What must not pass comes first."""

import pytest
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import User
from ceiba.audit.models import Event
from ceiba.commitments.models import TEXT_MAX, Dismissal, Entry, Source, Terms
from ceiba.commitments.services import party_name
from ceiba.core.commitments import Answered, Kind
from tests.apps.commitments.given import SAID, TEXT, Register

SCRIPT = "<script>alert(1)</script> México aportará 5 millones de dólares a El Salvador & otros <b>más</b>."


def signed_in(user: User, language: str = "es") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def pasted(client: Client, text: str, **changed: str) -> Source:
    data = {"title": "Nota", "language": "es", "text": text} | changed
    response = client.post(reverse("commitments:paste"), data)
    assert response.status_code == 302, response.context["problems"]
    return Source.objects.latest("pk")


def filled(page: object) -> dict[str, object]:
    """What a form shows, to be sent as it is."""
    (form,) = page.context["forms"]  # type: ignore[attr-defined]
    return {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"title": ""}, "Este campo es obligatorio"),
        ({"text": "a" * (TEXT_MAX + 1)}, "100000"),
        ({"text": "México\x07 aportará"}, "caracteres de control"),
        ({"address": "javascript:alert(1)"}, "https://"),
        ({"published_on": "ayer"}, "no es una fecha"),
        ({"published_on": "2999"}, "todavía no llega"),
        ({"language": "fr"}, "fr"),
    ],
)
def test_what_is_no_source_is_not_kept(made: Register, data: dict[str, str], told: str) -> None:
    given = {"title": "Nota", "language": "es", "text": "Hola."} | data
    response = signed_in(made.ana).post(reverse("commitments:paste"), given)
    assert response.status_code == 422
    assert told in response.content.decode()
    assert Source.objects.count() == 1


def test_a_request_larger_than_the_site_takes_is_refused(made: Register) -> None:
    given = {"title": "Nota", "language": "es", "text": "a" * 2_600_000}
    assert signed_in(made.ana).post(reverse("commitments:paste"), given).status_code in (400, 413)
    assert Source.objects.count() == 1


def test_markup_in_a_statement_is_text_everywhere(made: Register) -> None:
    client = signed_in(made.ana)
    source = pasted(client, SCRIPT, title="<i>Nota</i>", publisher="<u>x</u>")
    place = source.text.index("5 millones")
    pages = [
        reverse("commitments:statement", args=[source.pk]),
        reverse("commitments:take", args=[source.pk, place]),
    ]
    form = client.get(pages[1])
    client.post(pages[1], filled(form) | {"said_on": "2020", "subject_es": "<b>fuerte</b>"})
    entry = Entry.objects.latest("pk")
    pages += [
        reverse("commitments:entry", args=[entry.pk]),
        reverse("commitments:commitment", args=[entry.commitment_id]),
    ]
    pages += [reverse(f"commitments:{name}") for name in ("index", "waiting", "statements", "new")]
    for page in pages:
        html = client.get(page).content.decode()
        for raw in ("<script>alert", "<b>más", "<b>fuerte", "<i>Nota", "<u>x"):
            assert raw not in html, page


def test_nothing_is_entered_by_pasting(made: Register) -> None:
    source = pasted(signed_in(made.ana), TEXT)
    assert Entry.objects.count() == 0
    assert (source.text, source.sha256) == (TEXT, made.source.sha256)


def test_candidates_are_gone_through_one_by_one(made: Register) -> None:
    client = signed_in(made.ana)
    read = reverse("commitments:statement", args=[made.source.pk])
    page = client.get(read)
    found = page.context["read"]
    assert [each.candidate.act for each in found.found] == ["promise", "delivery", "proposal"]
    assert [passed.why for passed, _ in found.passed] == []
    promise, told, proposal = (each.candidate.at for each in found.found)

    take = reverse("commitments:take", args=[made.source.pk, promise])
    data = filled(client.get(take))
    assert (data["quantity"], data["unit"], data["due_on"]) == ("30,000,000", "USD", "2020")
    assert "said_on" not in data, "the sentence does not say when: nobody guesses"
    refused = client.post(take, data)
    assert refused.status_code == 422
    assert client.post(take, data | {"said_on": "2019-06-20"})["Location"] == read
    entry = Entry.objects.get()
    assert (entry.by, entry.terms.sentence, entry.terms.found_at) == (made.ana, SAID, promise)
    assert made.source.text[entry.terms.start : entry.terms.end] == SAID

    assert client.post(take, data | {"said_on": "2019-06-20"}).status_code == 302
    assert Entry.objects.count() == 1, "it has been looked at"
    dismiss = reverse("commitments:dismiss", args=[made.source.pk, proposal])
    for _ in range(2):
        assert client.post(dismiss, {"why": "Es de otro programa"})["Location"] == read
    assert Dismissal.objects.count() == 1

    client_b = signed_in(made.beto)
    client_b.post(reverse("commitments:decide", args=[entry.pk]), {"decision": "confirm"})
    delivery = reverse("commitments:take", args=[made.source.pk, told])
    data = filled(client.get(delivery))
    assert (data["quantity"], data["on"]) == ("10,000,000", "2020")
    assert client.post(delivery, data | {"of": str(entry.commitment_id)}).status_code == 302
    assert client.get(read).context["read"].open == 0


def test_a_refused_candidate_can_be_looked_at_again(made: Register) -> None:
    client, read = signed_in(made.ana), reverse("commitments:statement", args=[made.source.pk])
    place = client.get(read).context["read"].found[0].candidate.at
    take = reverse("commitments:take", args=[made.source.pk, place])
    client.post(take, filled(client.get(take)) | {"said_on": "2019"})
    assert client.get(read).context["read"].open == 2
    decide = reverse("commitments:decide", args=[Entry.objects.get().pk])
    signed_in(made.beto).post(decide, {"decision": "refuse", "why": "La cantidad es otra."})
    assert client.get(read).context["read"].open == 3


def test_a_place_where_nothing_was_read_is_not_there(made: Register) -> None:
    take = reverse("commitments:take", args=[made.source.pk, 1])
    assert signed_in(made.ana).get(take).status_code == 404


def test_the_one_who_entered_it_is_told_that_somebody_else_confirms(made: Register) -> None:
    entry = made.entered()
    page, decide = (
        reverse("commitments:entry", args=[entry.pk]),
        reverse("commitments:decide", args=[entry.pk]),
    )
    own = signed_in(made.ana)
    assert decide not in own.get(page).content.decode()
    assert own.post(decide, {"decision": "confirm"}).status_code == 422
    assert decide in signed_in(made.beto).get(page).content.decode()
    assert signed_in(made.beto).get(decide).status_code == 302, "looking decides nothing"
    assert not hasattr(Entry.objects.get(), "decision")


def test_by_hand_with_a_correction_a_delivery_and_a_retraction(made: Register) -> None:
    ana, beto = signed_in(made.ana), signed_in(made.beto)
    data = {
        "promiser": made.mexico, "receiver": "", "kind": "goods", "quantity": "2,700,000", "unit": "doses",
        "subject_en": "Vaccines", "said_on": "2021-05", "source": made.source.pk,
    }  # fmt: skip
    wrong = ana.post(reverse("commitments:new"), data | {"unit": "USD"})
    assert wrong.status_code == 422
    assert "Cantidad y unidad" in wrong.content.decode()
    ana.post(reverse("commitments:new"), data)
    entry = Entry.objects.get()
    assert (entry.terms.quantity, entry.terms.receiver) == (2_700_000, None)
    beto.post(reverse("commitments:decide", args=[entry.pk]), {"decision": "confirm"})
    number = entry.commitment_id

    correct = reverse("commitments:correct", args=[number])
    form, _ = beto.get(correct).context["forms"]
    shown = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    assert beto.post(correct, shown | {"due_on": "2021"}).status_code == 422, "without a reason"
    beto.post(correct, shown | {"due_on": "2021", "why": "La fuente da un plazo."})
    ana.post(reverse("commitments:decide", args=[Entry.objects.latest("pk").pk]), {"decision": "confirm"})
    assert "Vencido" in ana.get(reverse("commitments:commitment", args=[number])).content.decode()

    given = {"of": number, "on": "2021-06", "quantity": "2700000", "unit": "doses", "source": made.source.pk}
    ana.post(reverse("commitments:delivery", args=[number]), given)
    delivery = Entry.objects.latest("pk")
    beto.post(reverse("commitments:decide", args=[delivery.pk]), {"decision": "confirm"})
    page = ana.get(reverse("commitments:commitment", args=[number]))
    assert page.context["standing"].state == "met"
    assert [line.stands for line in page.context["history"]] == ["holds", "holds", "replaced"]
    ana.post(reverse("commitments:retract", args=[delivery.pk]), {"why": "Era otra entrega."})
    beto.post(reverse("commitments:decide", args=[Entry.objects.latest("pk").pk]), {"decision": "confirm"})
    assert ana.get(reverse("commitments:commitment", args=[number])).context["standing"].state == "late"


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("", 3), ("?state=late", 1), ("?state=unanswered", 1), ("?kind=proposal", 1), ("?year=2019", 2),
            ("?year=20", 3),
        ("?by=0", 0), ("?state=nonsense", 3), ("?by=x&to=%00&page=-1", 3), ("?by=99999999999999999999", 3),
    ],
)  # fmt: skip
def test_the_list_is_filtered(made: Register, asked: str, left: int) -> None:
    made.confirmed()
    made.delivered(made.confirmed(), 30_000_000)
    made.confirmed(
        kind=Kind.PROPOSAL, said_on="2021-04-18", due_on="", quantity=None, unit="", receiver=made.states
    )
    page = signed_in(made.ana).get(reverse("commitments:index") + asked)
    assert len(page.context["rows"]) == left
    assert [page.context["counts"][state] for state in ("late", "met", "unanswered")] == [1, 1, 1]
    by = signed_in(made.ana).get(f"{reverse('commitments:index')}?to={made.states}")
    assert len(by.context["rows"]) == 1


def test_the_file_has_no_formulas_and_who_took_it_is_written_down(made: Register) -> None:
    made.confirmed(subject_es="=HYPERLINK(1)", subject_en="+1", agreement="@sum")
    body = b"".join(signed_in(made.ana).get(reverse("commitments:export"))).decode("utf-8-sig")
    head, row = body.strip().split("\n")
    assert head.startswith("number,state,by,to,kind,quantity,delivered,unit,")
    assert "'=HYPERLINK(1)" in row
    assert ",=" not in row
    assert ",'+1," in row
    assert row.endswith("'@sum")
    assert "30000000.00" in row
    assert (
        Event.objects.filter(action="commitments.exported", actor=made.ana, detail={"rows": 1}).count() == 1
    )


def test_a_party_is_called_otherwise_and_was_called_so(made: Register) -> None:
    client, page = signed_in(made.ana), reverse("commitments:party", args=[made.mexico])
    client.post(
        page, {"name_es": "Estados Unidos Mexicanos", "name_en": "Mexico", "aliases": "México\nMX\n\nMX"}
    )
    shown = client.get(page)
    assert [naming.name_es for naming in shown.context["namings"]] == [
        "Estados Unidos Mexicanos",
        "Gobierno de México",
    ]
    assert shown.context["called"].aliases == ["México", "MX"]
    data = {"kind": "agency", "country": "M1", "name_es": "Agencia", "name_en": "Agency"}
    assert client.post(reverse("commitments:party_new"), data).status_code == 422
    assert client.post(reverse("commitments:party_new"), data | {"country": "mx"}).status_code == 302


def test_a_statement_is_read_with_the_names_of_now(made: Register) -> None:
    client, read = signed_in(made.ana), reverse("commitments:statement", args=[made.source.pk])
    party_name(party=made.mexico, name_es="Otro", name_en="Other", aliases=(), actor=made.ana)
    candidate = client.get(read).context["read"].found[0].candidate
    assert candidate.by is None
    assert "by_unknown" in candidate.doubts


def test_the_sentence_is_marked_in_its_text(made: Register) -> None:
    number = made.confirmed()
    html = signed_in(made.ana).get(reverse("commitments:commitment", args=[number])).content.decode()
    assert f"<mark>{SAID}</mark>" in html
    assert "Se reunieron ayer. <mark>" in html


def test_a_proposal_that_was_declined_says_so_in_both_languages(made: Register) -> None:
    number = made.confirmed(kind=Kind.PROPOSAL, quantity=None, unit="", due_on="")
    made.answered(number, Answered.DECLINED)
    page = reverse("commitments:commitment", args=[number])
    client = signed_in(made.ana)
    assert "Rechazado" in client.get(page).content.decode()
    client.post(reverse("accounts:language"), {"language": "en", "next": "/"})
    assert "Declined" in client.get(page).content.decode()
    assert Terms.objects.get().subject_en in client.get(page).content.decode()
