"""The pages of the reconciliation: who sees what, who may do what; a file is looked at before it is taken in."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ceiba.accounts.models import Role, User
from ceiba.core.ledger import AccountKind, account_code
from ceiba.ledger.models import Account
from ceiba.payments.models import Payment
from ceiba.reconciliation.models import BankFile, Explanation, ItemState, Matching, OpenItem
from ceiba.reconciliation.selectors.scope import TAKE_TASK, sent_as
from ceiba.registry.uploads import Upload, upload_take_in
from tests.apps.funding.helpers import BANK
from tests.apps.payments.paying.helpers import CODE
from tests.apps.reconciliation.conftest import Sent
from tests.apps.reconciliation.test_matching import LATE
from tests.factories import user_make
from tests.queue import statuses, worked

WHOLE = ("GT", "HN", "SV")
SEES = {Role.OFFICE, Role.PAYMENTS, Role.TREASURY, Role.AUDITOR}
BACKEND = "django.contrib.auth.backends.ModelBackend"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def signed_in(role: str, areas: tuple[str, ...] = WHOLE) -> Client:
    code = {Role.TECHNICIAN: "T-P-GT-1304", Role.PARTICIPANT: "CA-000000"}.get(Role(role), "")
    number = User.objects.count()
    return client_of(user_make(f"{role}-{number}", role, areas=() if code else areas, code=code))


def body(response) -> str:
    return response.content.decode()


@pytest.fixture
def fee(sent: Sent) -> OpenItem:
    sent.take(sent.bank().books(None, 350, reference="FEE").notice())
    sent.match()
    return OpenItem.objects.get()


@pytest.fixture
def doubled(sent: Sent) -> OpenItem:
    """A payment in Guatemala that was booked twice."""
    payment = next(each for each in sent.payments if each.participant.area_id.startswith("GT-13"))
    sent.take(sent.bank().books(payment, reference="1").books(payment, reference="2").notice())
    sent.match()
    return OpenItem.objects.get(kind="excess")


def addresses(item: OpenItem, explanation: int = 1) -> tuple[list[str], list[str]]:
    """What is seen, and what acts."""
    one = f"/reconciliation/items/{item.pk}/"
    return (
        ["/reconciliation/", "/reconciliation/items/", one],
        [
            f"{one}own/", f"{one}note/", f"{one}explain/", f"{one}deposit/",
            f"{one}move/", f"{one}close/",
            f"{one}explanations/{explanation}/",
            "/reconciliation/match/", "/reconciliation/files/", f"/reconciliation/files/{'0' * 64}/",
            "/reconciliation/files/taking/1/",
        ],
    )  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_and_does_what_it_may(fee: OpenItem, role: str):
    client = signed_in(role)
    seen, acts = addresses(fee)
    for address in seen:
        assert client.get(address).status_code == (200 if role in SEES else 403), address
    for address in acts:
        for response in (client.get(address), client.post(address)):
            assert (response.status_code == 403) == (role != Role.PAYMENTS), address
    fee.refresh_from_db()
    assert (fee.state, Matching.objects.count()) == (ItemState.OPEN, 1)


def test_nobody_passes_without_signing_in(fee: OpenItem):
    for address in (*addresses(fee)[0], *addresses(fee)[1]):
        assert Client().get(address)["Location"].startswith("/accounts/sign-in/")
        assert Client().post(address).status_code == 302


@pytest.mark.parametrize(
    ("areas", "sees"), [(("GT",), True), (("GT-13",), True), (("HN",), False), ((), False)]
)
def test_what_is_of_a_payment_is_seen_where_its_person_is(
    doubled: OpenItem, areas: tuple[str, ...], sees: bool
):
    client = signed_in(Role.PAYMENTS, areas)
    address = f"/reconciliation/items/{doubled.pk}/"
    assert client.get(address).status_code == (200 if sees else 404)
    assert client.post(f"{address}own/").status_code == (302 if sees else 404)
    assert (address in body(client.get("/reconciliation/items/"))) is sees
    doubled.refresh_from_db()
    assert (doubled.owner is not None) is sees


@pytest.mark.parametrize("areas", [("GT",), ("GT", "HN"), ("GT-13",), ()])
def test_what_is_of_nobodys_payment_is_seen_only_by_who_sees_the_whole_programme(
    fee: OpenItem, areas: tuple[str, ...]
):
    client = signed_in(Role.PAYMENTS, areas)
    address = f"/reconciliation/items/{fee.pk}/"
    assert client.get(address).status_code == 404
    for act in ("own", "note", "explain", "deposit", "move", "close"):
        assert client.post(f"{address}{act}/").status_code == 404
    page = body(client.get("/reconciliation/items/?state=all"))
    assert (address in page, "0 partidas" in page) == (False, True)
    board = body(client.get("/reconciliation/"))
    assert "aviso.xml" not in board
    assert 'name="file"' not in board
    assert client.post("/reconciliation/match/", {"account": BANK}).status_code == 404
    file = SimpleUploadedFile("aviso.xml", b"<x/>")
    assert client.post("/reconciliation/files/", {"account": BANK, "file": file}).status_code == 404
    assert not fee.notes.filter(by__isnull=False).exists()


def test_outcomes_are_counted_within_the_areas(doubled: OpenItem, sent: Sent):
    everybody, some = (
        body(signed_in(Role.AUDITOR, areas).get("/reconciliation/")) for areas in (WHOLE, ("GT-14",))
    )
    in_quiche = sum(each.participant.area_id.startswith("GT-14") for each in sent.payments)
    assert f'<td class="num" data-label="Pagos">{len(sent.payments)}</td>' in everybody
    assert 0 < in_quiche < len(sent.payments)
    assert f'<td class="num" data-label="Pagos">{in_quiche}</td>' in some
    assert "Cargado dos veces" in everybody
    assert "Cargado dos veces" not in some


def send(client: Client, path: Path):
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post("/reconciliation/files/", {"account": BANK, "file": file})


def test_a_file_is_looked_at_then_taken_in_by_the_worker(sent: Sent):
    client = client_of(sent.paying.users["pagos"])
    payment = sent.payments[0]
    path = sent.bank().books(payment, reference="1").books(None, 350, reference="FEE").notice()
    address = send(client, path)["Location"]
    page = client.get(address)
    assert page.status_code == 200
    assert "Todavía no se ha cambiado nada" in body(page)
    assert not BankFile.objects.exists()
    taking = client.post(address, {"decision": "take"})["Location"]
    assert "En espera" in body(client.get(taking))
    assert worked() == ["succeeded"]
    assert "2 asientos nuevos" in body(client.get(taking))
    assert Payment.objects.get(pk=payment.pk).state == "paid"
    assert BankFile.objects.get().taken_by == sent.paying.users["pagos"]
    again = client.get(send(client, path)["Location"])
    assert "ya se había cargado" in body(again)


def test_a_file_is_left_and_nothing_of_it_stays(sent: Sent, settings):
    client = client_of(sent.paying.users["pagos"])
    address = send(client, sent.bank().books(None, 350, reference="FEE").notice())["Location"]
    client.post(address, {"decision": "leave"})
    assert client.get(address)["Location"] == "/reconciliation/"
    assert not list((Path(settings.DATA_DIR) / "uploads").glob("*"))
    assert statuses() == []


def test_a_file_that_is_none_is_told_and_cannot_be_taken(sent: Sent):
    client = client_of(sent.paying.users["pagos"])
    path = sent.folder / "<b>.xml"
    path.write_text("hola")
    address = send(client, path)["Location"]
    page = client.get(address)
    assert page.status_code == 422
    assert "<b>.xml" not in body(page)
    assert 'value="take"' not in body(page)
    client.post(address, {"decision": "take"})
    assert worked() == ["aborted"]
    assert not BankFile.objects.exists()


def test_a_file_belongs_to_the_session_that_sent_it(sent: Sent):
    address = send(
        client_of(sent.paying.users["pagos"]), sent.bank().books(None, 350, reference="FEE").notice()
    )["Location"]
    stranger = client_of(sent.paying.users["revisora"])
    for response in (stranger.get(address), stranger.post(address, {"decision": "take"})):
        assert response["Location"] == "/reconciliation/"
    assert statuses() == []


def test_a_job_is_told_to_whoever_asked_and_to_nobody_else(sent: Sent):
    owner = sent.paying.users["pagos"]
    job = upload_take_in(upload=Upload(owner.pk, sent_as(sent.account), "0" * 64, "x"), task=TAKE_TASK)
    assert client_of(owner).get(f"/reconciliation/files/taking/{job}/").status_code == 200
    assert (
        client_of(sent.paying.users["revisora"]).get(f"/reconciliation/files/taking/{job}/").status_code
        == 404
    )


def test_who_lost_the_right_meanwhile_takes_nothing_in(sent: Sent):
    user = sent.paying.users["pagos"]
    client = client_of(user)
    address = send(client, sent.bank().books(sent.payments[0], reference="1").notice())["Location"]
    client.post(address, {"decision": "take"})
    user.scopes.filter(area_code="SV").delete()
    assert worked() == ["aborted"]
    assert not BankFile.objects.exists()


def test_an_item_is_taken_explained_and_confirmed_on_its_page(sent: Sent, doubled: OpenItem):
    address = f"/reconciliation/items/{doubled.pk}/"
    first, second = (client_of(sent.paying.users[name]) for name in ("pagos", "revisora"))
    first.post(f"{address}own/")
    charges = Account.objects.get(code=account_code(CODE, "USD", AccountKind.CHARGES, BANK))
    silent = first.post(f"{address}explain/", {"account": charges.pk, "why": " "})
    assert silent.status_code == 422
    assert "Escriba por qué" in body(silent)
    first.post(f"{address}explain/", {"account": charges.pk, "why": "El banco no lo devuelve."})
    waiting = Explanation.objects.get()
    assert "El banco no lo devuelve." in body(second.get(address))
    assert 'value="confirm"' not in body(first.get(address))
    confirming = f"{address}explanations/{waiting.pk}/"
    assert first.post(confirming, {"decision": "confirm"}).status_code == 422
    assert second.post(confirming, {"decision": "confirm"}).status_code == 302
    doubled.refresh_from_db()
    assert doubled.state == ItemState.EXPLAINED
    assert second.post(confirming, {"decision": "confirm"}).status_code == 404


def test_a_note_is_kept_and_shown_as_text(sent: Sent, fee: OpenItem):
    client = client_of(sent.paying.users["pagos"])
    client.post(f"/reconciliation/items/{fee.pk}/note/", {"text": "<b>Pregunté</b> al banco"})
    page = body(client.get(f"/reconciliation/items/{fee.pk}/"))
    assert "&lt;b&gt;Pregunté" in page
    assert "<b>Pregunté" not in page


def test_lists_are_filtered(sent: Sent, fee: OpenItem):
    client = client_of(sent.paying.users["pagos"])
    sent.match(today=LATE)
    every = body(client.get("/reconciliation/items/"))
    assert f"{1 + len(sent.payments)} partidas" in every
    assert "1 partida<" in body(client.get("/reconciliation/items/?kind=other"))
    assert "0 partidas" in body(client.get("/reconciliation/items/?owner=mine"))
    client.post(f"/reconciliation/items/{fee.pk}/own/")
    assert "1 partida<" in body(client.get("/reconciliation/items/?owner=mine"))
    assert "0 partidas" in body(client.get("/reconciliation/items/?state=closed"))
    assert client.get("/reconciliation/items/?state=x&kind=y&owner=z&older=9&after=x").status_code == 200


def test_matching_again_says_what_came_of_it(sent: Sent):
    client = client_of(sent.paying.users["pagos"])
    page = client.post("/reconciliation/match/", {"account": BANK}, follow=True)
    assert "Conciliado:" in body(page)
    assert client.get("/reconciliation/match/")["Location"] == "/reconciliation/"


def test_a_large_list_has_pages(sent: Sent):
    bank = sent.bank()
    for number in range(60):
        bank.books(None, number + 1, reference=f"FEE{number}")
    sent.take(bank.notice())
    sent.match()
    client = client_of(sent.paying.users["pagos"])
    first = body(client.get("/reconciliation/items/"))
    assert "60 partidas" in first
    assert "after=" in first
    last = OpenItem.objects.order_by("pk")[49].pk
    assert body(client.get(f"/reconciliation/items/?after={last}")).count("<tr>") == 11


@pytest.mark.parametrize(
    ("areas", "named"), [(("GT-13",), True), (("HN",), True), (("MX",), False), ((), False)]
)
def test_accounts_are_named_to_those_whose_people_are_paid_from_them(
    fee: OpenItem, areas: tuple[str, ...], named: bool
):
    client = signed_in(Role.AUDITOR, areas)
    assert (BANK in body(client.get("/reconciliation/"))) is named
    assert BANK not in body(client.get("/reconciliation/items/"))
