"""Every address of payees, every role, in and out of scope. Who must not pass comes first."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role, User
from ceiba.payees.models import PayeeAccount
from ceiba.payees.selectors.lists import PAGE_ROWS
from tests.apps.payees.conftest import Register
from tests.apps.payees.helpers import NOW, clabe, propose, sheet_file, take, used
from tests.apps.registry.helpers import person, user
from tests.queue import worked

pytestmark = pytest.mark.django_db

OFFICE, PAYMENTS, TREASURY, AUDITOR, PARTICIPANT = (
    Role.OFFICE, Role.PAYMENTS, Role.TREASURY, Role.AUDITOR, Role.PARTICIPANT,
)  # fmt: skip
VIEW, PROPOSE, CONFIRM, SEE_MONEY = (
    {OFFICE, PAYMENTS, TREASURY, AUDITOR},
    {OFFICE, PAYMENTS},
    {TREASURY},
    {OFFICE, PAYMENTS, TREASURY, AUDITOR, PARTICIPANT},
)
Address = Callable[[Register, PayeeAccount, int], str]
# name -> (address of what is in the scope, who may, what those see who may)
ADDRESSES: dict[str, tuple[Address, set[Role], int]] = {
    "index": (lambda r, a, f: reverse("payees:index"), VIEW, 200),
    "decide": (lambda r, a, f: reverse("payees:decide"), CONFIRM, 302),
    "person": (lambda r, a, f: reverse("payees:person", args=["P-1"]), VIEW, 200),
    "propose": (lambda r, a, f: reverse("payees:propose", args=["P-1"]), PROPOSE, 200),
    "withdraw": (lambda r, a, f: reverse("payees:withdraw", args=[a.pk]), PROPOSE, 302),
    "close": (lambda r, a, f: reverse("payees:close", args=[a.pk]), CONFIRM, 302),
    "files": (lambda r, a, f: reverse("payees:files"), VIEW, 200),
    "upload": (lambda r, a, f: reverse("payees:upload"), PROPOSE, 302),
    "preview": (lambda r, a, f: reverse("payees:preview", args=["abc"]), PROPOSE, 302),
    "taking_in": (lambda r, a, f: reverse("payees:taking_in", args=[1]), PROPOSE, 404),
    "file_decide": (lambda r, a, f: reverse("payees:file_decide", args=[f]), CONFIRM, 302),
}


def signed_in(somebody: User) -> Client:
    client = Client()
    client.force_login(somebody, backend="django.contrib.auth.backends.ModelBackend")
    return client


def body(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def account(register: Register) -> PayeeAccount:
    return propose("P-1", register.office)


@pytest.fixture
def file(register: Register, tmp_path: Path) -> int:
    return take(sheet_file(tmp_path, {"participant": "P-2", "number": "+50255550002"}), register.office).pk


@pytest.fixture
def elsewhere(register: Register) -> PayeeAccount:
    """An account of somebody of Honduras, proposed there."""
    return propose("HN-1", user(Role.OFFICE, areas=["HN"]), number="+50455550001")


@pytest.mark.parametrize("name", ADDRESSES)
def test_nobody_passes_without_signing_in(
    register: Register, account: PayeeAccount, file: int, name: str
) -> None:
    for method in (Client().get, Client().post):
        assert method(ADDRESSES[name][0](register, account, file)).status_code == 302
    assert Client().get(reverse("payees:mine"))["Location"].startswith("/accounts/sign-in/")
    assert (
        Client()
        .post(reverse("payees:object", args=[account.pk]))["Location"]
        .startswith("/accounts/sign-in/")
    )
    account.refresh_from_db()
    assert account.state == "proposed"


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", ADDRESSES)
def test_each_role_passes_where_the_matrix_says(
    register: Register, account: PayeeAccount, file: int, name: str, role: Role
) -> None:
    address, allowed, status = ADDRESSES[name]
    client = signed_in(user(role, code="P-1"))
    expected = status if role in allowed else 403
    assert client.get(address(register, account, file)).status_code == expected
    if role not in allowed:
        assert client.post(address(register, account, file)).status_code == 403
    account.refresh_from_db()
    assert account.state == "proposed", "a page that is only looked at changes nothing"


@pytest.mark.parametrize("role", Role)
def test_ones_own_accounts_are_for_participants_alone(
    register: Register, account: PayeeAccount, role: Role
) -> None:
    client = signed_in(user(role, areas=("GT",), code="P-1"))
    expected = {PARTICIPANT: 200}.get(role, 404 if role in SEE_MONEY else 403)
    assert client.get(reverse("payees:mine")).status_code == expected
    answer = client.post(reverse("payees:object", args=[account.pk]))
    assert answer.status_code == {200: 302}.get(expected, expected)
    account.refresh_from_db()
    assert account.state == ("frozen" if role == PARTICIPANT else "proposed")


@pytest.mark.parametrize("role", sorted(VIEW))
def test_nothing_out_of_scope_is_seen_or_done(
    register: Register, elsewhere: PayeeAccount, role: Role
) -> None:
    client, pk = signed_in(user(role)), elsewhere.pk
    expected = {name: 404 if role in ADDRESSES[name][1] else 403 for name in ADDRESSES}
    assert client.get(reverse("payees:person", args=["HN-1"])).status_code == expected["person"]
    for method in (client.get, client.post):
        assert method(reverse("payees:propose", args=["HN-1"])).status_code == expected["propose"]
        assert method(reverse("payees:close", args=[pk]), {"why": "x"}).status_code == expected["close"]
        assert method(reverse("payees:withdraw", args=[pk]), {"why": "x"}).status_code == expected["withdraw"]
    ticked = {"account": [pk], "decision": "confirm"}
    assert client.post(reverse("payees:decide"), ticked).status_code == expected["decide"]
    for address in ("/payees/", "/payees/?area=HN", "/payees/?q=HN-1"):
        assert "HN-1" not in body(client.get(address)).replace("q=HN-1", "").replace('value="HN-1"', "")
    elsewhere.refresh_from_db()
    assert elsewhere.state == "proposed"


def test_one_account_out_of_scope_stops_the_whole_decision(
    register: Register, account: PayeeAccount, elsewhere: PayeeAccount
) -> None:
    ticked = {"account": [account.pk, elsewhere.pk], "decision": "confirm"}
    assert signed_in(register.treasury).post(reverse("payees:decide"), ticked).status_code == 404
    assert not PayeeAccount.objects.exclude(state="proposed").exists()


def test_nobody_objects_for_another(register: Register) -> None:
    other = propose("P-2", register.office)
    answer = signed_in(register.participant).post(reverse("payees:object", args=[other.pk]))
    assert answer.status_code == 404
    other.refresh_from_db()
    assert other.state == "proposed"


def test_a_file_elsewhere_is_not_decided(register: Register, tmp_path: Path) -> None:
    there = take(sheet_file(tmp_path, {"participant": "HN-1"}), user(Role.OFFICE, areas=["HN"]))
    client = signed_in(register.treasury)
    assert (
        client.post(reverse("payees:file_decide", args=[there.pk]), {"decision": "confirm"}).status_code
        == 404
    )
    assert "payee_accounts.csv" not in body(client.get("/payees/files/"))


def test_of_a_file_across_borders_only_the_own_part_is_decided(register: Register, tmp_path: Path) -> None:
    rows = ({"participant": "P-1"}, {"participant": "HN-1", "number": "+50455550001"})
    both = take(sheet_file(tmp_path, *rows), user(Role.OFFICE, areas=["GT", "HN"]))
    signed_in(register.treasury).post(reverse("payees:file_decide", args=[both.pk]), {"decision": "confirm"})
    states = dict(PayeeAccount.objects.values_list("participant__code", "state"))
    assert states == {"P-1": "confirmed", "HN-1": "proposed"}


def test_the_number_is_on_no_page(register: Register) -> None:
    number = clabe(77_123_456_789)
    made = used("P-1", register.office, register.treasury, scheme="clabe", number=number)
    pages = {
        register.office: [
            "/payees/?standing=in_use",
            "/payees/person/P-1/",
            reverse("pages:person", args=["P-1"]),
        ],
        register.treasury: ["/payees/?standing=in_use", "/payees/person/P-1/"],
        register.participant: ["/payees/mine/"],
    }
    for who, addresses in pages.items():
        for address in addresses:
            text = body(signed_in(who).get(address))
            assert number[-4:] in text, address
            assert number not in text and number[:-4] not in text, address
    assert made.tail == number[-4:]


def test_a_proposal_with_a_fault_is_shown_again_with_what_to_do(register: Register) -> None:
    client, address = signed_in(register.office), reverse("payees:propose", args=["P-1"])
    cells = {"scheme": "clabe", "number": "012180026050783859", "cause": "first", "document": "Carta 14"}
    answer = client.post(address, cells)
    assert answer.status_code == 422
    assert "hay un dígito equivocado" in body(answer)
    assert not PayeeAccount.objects.exists()
    assert client.post(address, cells | {"number": "012180026050783858"}).status_code == 302
    assert PayeeAccount.objects.get().tail == "3858"
    # the person of the address, whatever the form says
    client.post(address, cells | {"participant": "P-2", "number": clabe(1)})
    assert PayeeAccount.objects.filter(participant__code="P-2").count() == 0


def test_ones_own_proposal_cannot_be_ticked_and_is_not_confirmed(register: Register) -> None:
    made = propose("P-1", register.office)
    User.objects.filter(pk=register.office.pk).update(role=TREASURY)
    client = signed_in(User.objects.get(pk=register.office.pk))
    assert "disabled" in body(client.get("/payees/"))
    answer = client.post(reverse("payees:decide"), {"account": [made.pk], "decision": "confirm"}, follow=True)
    assert "las confirma otra persona" in body(answer)
    made.refresh_from_db()
    assert made.state == "proposed"


def test_a_proposal_is_taken_back_on_the_page_by_whoever_made_it(
    register: Register, account: PayeeAccount
) -> None:
    address, page = reverse("payees:withdraw", args=[account.pk]), reverse("payees:person", args=["P-1"])
    other, own = signed_in(register.payments), signed_in(register.office)
    assert "Retirar mi propuesta" not in body(other.get(page))
    assert "solo ella retira la propuesta" in body(other.post(address, {"why": "x"}, follow=True))
    account.refresh_from_db()
    assert account.state == "proposed"
    assert "Retirar mi propuesta" in body(own.get(page))
    assert "Nadie puede confirmarla ya" in body(own.post(address, {"why": "Otro número"}, follow=True))
    assert "P-1" in body(own.get("/payees/?standing=withdrawn"))


def test_many_are_confirmed_at_once_and_told(register: Register) -> None:
    made = [propose(f"P-{n}", register.office, number=f"+5025555000{n}") for n in (1, 2, 3)]
    ticked = {"account": [made[0].pk, made[2].pk], "decision": "confirm"}
    answer = signed_in(register.treasury).post(reverse("payees:decide"), ticked, follow=True)
    assert "Se confirmaron 2 cuentas." in body(answer)
    assert PayeeAccount.objects.filter(state="confirmed").count() == 2


def test_a_refusal_without_a_reason_is_not_one(register: Register, account: PayeeAccount) -> None:
    client = signed_in(register.treasury)
    form = {"account": [account.pk], "decision": "refuse", "why": " "}
    assert "Diga por qué" in body(client.post(reverse("payees:decide"), form, follow=True))
    account.refresh_from_db()
    assert account.state == "proposed"
    client.post(reverse("payees:decide"), form | {"why": "El documento es de otra persona"})
    account.refresh_from_db()
    assert account.state == "refused"


def test_a_shared_number_shows_to_whoever_confirms(register: Register, account: PayeeAccount) -> None:
    propose("P-2", register.payments)
    assert body(signed_in(register.treasury).get("/payees/")).count("persona más tiene la misma") == 2


def test_the_list_goes_on_where_the_page_ends(register: Register) -> None:
    for n in range(PAGE_ROWS + 1):
        person(f"Q-{n}")
        propose(f"Q-{n}", register.office, number=f"+502{10_000_000 + n}")
    client = signed_in(register.treasury)
    first = client.get("/payees/?area=GT-09")
    following = client.get(f"/payees/?area=GT-09&after={first.context['page'].next}")
    seen = [row.participant.code for page in (first, following) for row in page.context["page"].rows]
    assert seen == [f"Q-{n}" for n in range(PAGE_ROWS + 1)]
    assert first.context["page"].count == PAGE_ROWS + 1
    assert client.get("/payees/?q=Q-7").context["page"].count == 1


def test_a_file_goes_from_the_page_to_the_worker_to_the_treasury(
    register: Register, tmp_path: Path, settings
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    rows = [{"participant": f"P-{n}", "scheme": "clabe", "number": clabe(n)} for n in (1, 2)]
    path = sheet_file(tmp_path, *rows)
    office, treasury = signed_in(register.office), signed_in(register.treasury)
    form = {"file": SimpleUploadedFile(path.name, path.read_bytes())}
    preview = office.post(reverse("payees:upload"), form)["Location"]
    assert "El archivo está en orden" in body(office.get(preview))
    assert signed_in(register.payments).get(preview)["Location"] == reverse("payees:files")
    # the register's own page does not know the file
    assert office.get(preview.replace("/payees/files/", "/register/"))["Location"] == "/register/"
    progress = office.post(preview)["Location"]
    assert signed_in(register.payments).get(progress).status_code == 404
    worked()
    assert "2 cuentas esperan" in body(office.get(progress))
    source = PayeeAccount.objects.first().source_id
    answer = treasury.post(reverse("payees:file_decide", args=[source]), {"decision": "confirm"}, follow=True)
    assert "Se confirmaron 2 cuentas." in body(answer)
    assert not list((tmp_path / "data" / "uploads").iterdir())


@pytest.mark.parametrize("role", [TREASURY, OFFICE])
def test_a_large_file_is_left_to_the_worker_with_the_rights_one_has_then(
    register: Register, file: int, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    monkeypatch.setattr("ceiba.payees.views.files.AT_ONCE", 0)
    treasury = signed_in(register.treasury)
    address = reverse("payees:file_decide", args=[file])
    assert "Diga por qué" in body(treasury.post(address, {"decision": "refuse", "why": ""}, follow=True))
    for _ in range(2):
        treasury.post(address, {"decision": "confirm"})
    assert PayeeAccount.objects.get().state == "proposed"
    User.objects.filter(pk=register.treasury.pk).update(role=role)
    worked()
    assert PayeeAccount.objects.get().state == ("confirmed" if role == TREASURY else "proposed")


def test_whoever_sent_a_large_file_does_not_leave_it_to_the_worker(
    register: Register, file: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ceiba.payees.views.files.AT_ONCE", 0)
    User.objects.filter(pk=register.office.pk).update(role=TREASURY)
    client = signed_in(User.objects.get(pk=register.office.pk))
    answer = client.post(reverse("payees:file_decide", args=[file]), {"decision": "confirm"}, follow=True)
    assert "las confirma otra persona" in body(answer)
    worked()
    assert PayeeAccount.objects.get().state == "proposed"


def test_a_faulty_file_says_what_to_correct(register: Register, tmp_path: Path, settings) -> None:
    settings.DATA_DIR = tmp_path / "data"
    path = sheet_file(tmp_path, {"participant": "P-1", "scheme": "clabe", "number": "123"})
    office = signed_in(register.office)
    form = {"file": SimpleUploadedFile(path.name, path.read_bytes())}
    answer = office.get(office.post(reverse("payees:upload"), form)["Location"])
    assert answer.status_code == 422
    assert "Una CLABE tiene 18 dígitos" in body(answer)


def test_the_person_reads_who_changed_it_by_role_and_not_by_name(register: Register) -> None:
    used("P-1", register.office, register.treasury, now=NOW)
    text = body(signed_in(register.participant).get("/payees/mine/"))
    assert "Tesorería" in text
    assert register.treasury.username not in text
