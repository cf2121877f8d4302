"""IATI files drawn from the books and the record: true, right, and shown to those who may see them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree
from typer.testing import CliRunner

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope, scope_of
from ceiba.accounts.services import scope_set
from ceiba.cli.app import app
from ceiba.core.iati.known import Knowledge
from ceiba.core.kernel.identity import row_ids
from ceiba.core.ledger import ACCOUNTS, TRANSFERS, AccountKind, TransferKind, account_code
from ceiba.determinations.models import Determination
from ceiba.funding.models import Agreement, Commitment, Disbursement
from ceiba.funding.selectors import money_of, paid_cells, standing
from ceiba.jobs.state import Stage
from ceiba.ledger.selectors import account_ids
from ceiba.ledger.services import accounts_open, transfers_book
from ceiba.reports.iati.files import files_of, files_write
from ceiba.reports.iati.making import audience_of, files_ask, files_make, making_for
from ceiba.reports.iati.selectors import knowledge_of, programmes_published, publisher_of
from ceiba.reports.models import IatiFiles
from ceiba.rulebook.models import Programme
from tests.apps.funding.helpers import EVERYWHERE, Office
from tests.apps.funding.paying import pay
from tests.apps.reports.conftest import SUPPORT
from tests.factories import CODE, World, late_decide, user_make
from tests.queue import worked

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SEE = {Role.OFFICE, Role.PAYMENTS, Role.TREASURY, Role.AUDITOR, Role.FUNDER}
ADDRESSES = {
    "index": (reverse("iati:index"), 302),
    "files": (reverse("iati:files", args=[CODE]), 200),
    "file": (reverse("iati:file", args=[CODE, "activities"]), 200),
    "make": (reverse("iati:make", args=[CODE]), 302),
}


def knowledge() -> Knowledge:
    publisher = publisher_of(CODE)
    assert publisher is not None
    return knowledge_of(CODE, publisher, AT)


def client_of(role: str, areas: tuple[str, ...] = EVERYWHERE, code: str = "") -> Client:
    """A user of a role; where the role may, the files that they may see were made."""
    client = Client()
    user = user_make(f"{role}-{'-'.join(areas)}", role, areas=areas, code=code)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    if role in SEE:
        files_make(programme=CODE, user=user, at=AT)
    return client


# --- who may see them


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("role", Role.values)
def test_each_role_passes_where_the_matrix_says(name: str, role: str) -> None:
    address, status = ADDRESSES[name]
    code = {Role.FUNDER: "US", Role.PARTICIPANT: "CA-000000", Role.TECHNICIAN: "T-P-GT-1304"}.get(
        Role(role), ""
    )
    assert client_of(role, code=code).get(address).status_code == (status if role in SEE else 403)


@pytest.mark.parametrize("name", ADDRESSES)
def test_nobody_passes_without_signing_in(name: str) -> None:
    assert Client().get(ADDRESSES[name][0])["Location"].startswith("/accounts/sign-in/")


@pytest.mark.parametrize("role", [Role.OFFICE, Role.TREASURY, Role.AUDITOR])
@pytest.mark.parametrize("name", ["files", "file", "make"])
def test_who_reaches_a_part_of_the_programme_is_not_told_of_all_of_it(role: str, name: str) -> None:
    client = client_of(role, areas=("GT", "HN"))
    assert client.get(ADDRESSES[name][0]).status_code == 404
    page = client.get(ADDRESSES["index"][0])
    assert page.status_code == 200
    assert "XI-IATI" not in page.content.decode()


@pytest.mark.parametrize("name", ["files", "file", "make"])
def test_a_funder_who_pays_nothing_sees_nothing(name: str) -> None:
    assert client_of(Role.FUNDER, code="").get(ADDRESSES[name][0]).status_code == 404
    assert client_of(Role.FUNDER, areas=("GT",), code="EU").get(ADDRESSES[name][0]).status_code == 404


def test_a_funder_is_told_of_the_own_agreements_alone() -> None:
    client = client_of(Role.FUNDER, areas=("GT",), code="MX")
    for address in (ADDRESSES["files"][0], ADDRESSES["file"][0]):
        text = client.get(address).content.decode()
        assert "MX-1" in text
        assert "US-1" not in text and "Financiador US" not in text
    assert "<result" not in client.get(ADDRESSES["file"][0]).content.decode()  # Honduras is not theirs to see
    whole = client_of(Role.FUNDER, code="MX").get(ADDRESSES["file"][0]).content.decode()
    assert "<result" in whole


def test_a_programme_without_a_publisher_and_a_kind_of_file_that_there_is_not_are_not_found() -> None:
    client = client_of(Role.OFFICE)
    assert client.get(reverse("iati:files", args=["mx"])).status_code == 404
    assert client.get(reverse("iati:file", args=[CODE, "people"])).status_code == 404


# --- what they tell


def test_the_files_are_right() -> None:
    files = files_of(knowledge())
    assert [(file.name, file.findings) for file in files] == [
        ("ca-activities.xml", ()),
        ("ca-organisation.xml", ()),
    ]


def test_expenditure_is_what_moved_and_stayed(made: World) -> None:
    """Not what was refused, waits or came back: 24 supports of USD 250, and savings of two people out of three."""
    paid = knowledge().paid
    by_agreement = paid.group_by("agreement").agg(pl.sum("amount_minor")).rows()
    assert dict(by_agreement) == {"US-1": 24 * SUPPORT, "MX-1": 2_000}
    places = (
        paid.filter(pl.col("agreement") == "US-1").sort("area").select("country", "area", "people").rows()
    )
    assert places == [("GT", "GT-13", 12), ("GT", "GT-14", 6), ("HN", "HN-LE", 6)]
    assert set(paid["month"]) == {date(2026, 11, 1)}  # when it moved, not the month it was for


def test_a_person_s_place_is_that_of_the_month(made: World) -> None:
    before = knowledge().paid
    person = made.people_in("HN")[0]
    person.area_id = "GT-1301"
    person.save()
    assert knowledge().paid.sort(before.columns).equals(before.sort(before.columns))


def test_three_savers_are_one_sum_without_their_place(made: World) -> None:
    (activities, _) = files_of(knowledge())
    (mx,) = [a for a in etree.fromstring(activities.data) if a.findtext("iati-identifier").endswith("MX-1")]
    (spent,) = [t for t in mx.iter("transaction") if t.find("transaction-type").get("code") == "4"]
    assert Decimal(spent.findtext("value")) == 20
    assert mx.find("location") is None and "departamentos" in spent.findtext("description/narrative")


def test_no_person_is_in_the_files(made: World) -> None:
    for file in files_of(knowledge()):
        text = file.data.decode()
        for person in made.people:
            assert person.code not in text and person.family_names not in text


def test_what_stands_of_commitments_is_told_and_what_was_replaced_is_not() -> None:
    office = Office.__new__(Office)
    office.ana, office.berta = (user_make(name, Role.OFFICE, areas=EVERYWHERE) for name in ("rosa", "sara"))
    old = Commitment.objects.get(agreement__code="US-1")
    office.accept(office.commitment(old.agreement, replaces=old, amount_minor=5_000_000), office.berta)
    waiting = office.commitment(old.agreement, amount_minor=9_999_999)
    assert waiting.accepted is None
    money = knowledge().money_in.filter(pl.col("agreement") == "US-1").sort("kind")
    assert money.select("kind", "amount_minor").rows() == [("commitment", 5_000_000), ("receipt", 800_000)]


def test_results_are_of_the_record_the_books_and_the_facts(made: World) -> None:
    results = {row["indicator"]: row for row in knowledge().achieved.rows(named=True)}
    accepted = Determination.objects.filter(outcome="pay").count()
    assert results["months_accepted"]["actual"] == round_to_five(accepted)
    assert results["people_paid"]["actual"] == 25  # of 24, told as outsiders are told
    assert results["hectares_measured"]["actual"] == Decimal("56.19")  # 24 x 23,412 square metres
    assert results["hectares_measured"]["comment_es"] is None  # two people share land: too few to be told of
    alive = sum(66 + index % 30 for index in range(24)) / (24 * 100)
    assert results["trees_alive"]["actual"] == round(alive * 24 * 2_100)
    assert results["trees_alive"]["end"] == date(2026, 10, 31)
    words = results["trees_alive"]["comment_en"].replace(",", "").split()
    low, high = (int(word) for word in words if word.isdigit() and len(word) > 2)
    assert low < results["trees_alive"]["actual"] < high


def test_a_month_decided_again_counts_as_it_was_decided_last(made: World) -> None:
    before = {r[0]: r[3] for r in knowledge().achieved.rows()}["hectares_measured"]
    person = made.people[0]
    late_decide(made, person, made.month, {"plot_measured_m2": 123_412}, cause=cause_of(made))
    after = {r[0]: r[3] for r in knowledge().achieved.rows()}["hectares_measured"]
    assert after - before == 10


def test_a_programme_without_agreements_or_months_has_right_files() -> None:
    empty = knowledge()
    cleared = {
        name: getattr(empty, name).clear() for name in ("agreements", "money_in", "paid", "costs", "achieved")
    }
    assert all(file.findings == () for file in files_of(replace(empty, **cleared)))


def test_the_funder_s_page_and_the_file_agree_by_number(made: World) -> None:
    """Promised, arrived and paid; what people explained to be a funder's, or to have gone back, on both sides."""
    explain("US-1", 700, to_fund=True)
    explain("US-1", 50_000, to_fund=False)
    pay("US-1", 4_000, made.people[0].pk, kind=TransferKind.RECOVERY)
    pay("US-1", 4_000, made.people[0].pk, kind=TransferKind.RETURNED, back=True)
    office = Office.__new__(Office)
    office.ana, office.berta = (user_make(name, Role.OFFICE, areas=EVERYWHERE) for name in ("rosa", "sara"))
    old = Disbursement.objects.get(agreement__code="US-1")
    office.accept(office.disbursement(old.agreement, replaces=old, amount_minor=790_000), office.berta)
    (activities, organisation) = files_of(knowledge())
    assert activities.findings == organisation.findings == ()
    agreements = list(standing(Agreement))
    money = money_of(agreements, Scope(Role.AUDITOR, EVERYWHERE))
    for each in agreements:
        (activity,) = [
            a for a in etree.fromstring(activities.data) if a.findtext("iati-identifier").endswith(each.code)
        ]
        sums: dict[str, int] = {}
        for transaction in activity.iter("transaction"):
            code = transaction.find("transaction-type").get("code")
            sums[code] = sums.get(code, 0) + int(Decimal(transaction.findtext("value")) * 100)
        page = money[each.code]
        assert (sums["11"], sums["1"], sums["4"]) == (
            page.committed_minor,
            page.received_minor,
            page.paid_minor,
        )
    assert money["US-1"].received_minor == 790_000 + 700 - 50_000
    given_back = [
        t
        for t in etree.fromstring(activities.data).iter("transaction")
        if t.findtext("value").startswith("-")
    ]
    assert [t.find("transaction-type").get("code") for t in given_back] == ["1"]


def test_a_funder_s_page_differs_from_the_file_by_its_rounding_alone(made: World) -> None:
    (us,) = standing(Agreement).filter(code="US-1")
    cells = paid_cells(us, Scope(Role.FUNDER, EVERYWHERE, "US"))
    whole = next(cell for cell in cells if cell.component is None and cell.department is None)
    told = knowledge().paid.filter(pl.col("agreement") == "US-1")
    assert (told["people"].sum(), told["amount_minor"].sum()) == (24, 24 * SUPPORT)
    assert (whole.people, whole.amount_minor) == (25, 25 * SUPPORT), "as if it were of as many as are told"


def test_plans_and_where_agreements_pay_are_told_as_they_stand() -> None:
    office = Office.__new__(Office)
    office.ana, office.berta = (user_make(name, Role.OFFICE, areas=EVERYWHERE) for name in ("rosa", "sara"))
    office.programme = Programme.objects.get(pk=CODE)
    (us,) = standing(Agreement).filter(code="US-1")
    waiting = office.instalment(us)
    assert knowledge().plans.is_empty(), "what nobody confirmed is no plan"
    office.accept(waiting, office.berta)
    office.accept(office.instalment(us, replaces=waiting, amount_minor=70_000), office.berta)
    office.accept(office.division(("US-1", 1_000), area="HN"), office.berta)
    known = knowledge()
    assert known.plans.rows() == [("US-1", date(2027, 1, 1), date(2027, 3, 31), 70_000, True)]
    assert known.pays_in.rows() == [("US-1", "HN")]
    (activities, organisation) = files_of(known)
    assert activities.findings == organisation.findings == ()
    assert (
        b'<recipient-country code="HN"/>' in organisation.data and b"<planned-disbursement" in activities.data
    )


def explain(agreement: str, minor: int, *, to_fund: bool) -> None:
    """What a person's explanation of an open item books."""
    fund = account_ids(CODE, AccountKind.FUND, [agreement])["account_id"].item()
    code = account_code(CODE, "USD", AccountKind.SUSPENSE, "BANCO-1")
    row = {"code": code, "kind": "suspense", "programme": CODE, "currency": "USD", "subject": "BANCO-1"}
    accounts_open(accounts=pl.DataFrame([row], ACCOUNTS.dtypes))
    suspense = account_ids(CODE, AccountKind.SUSPENSE, ["BANCO-1"])["account_id"].item()
    transfer = {
        "id": row_ids("explained", pl.Series([f"{agreement} {minor}"])).item(), "kind": "explained",
        "debit_id": suspense if to_fund else fund, "credit_id": fund if to_fund else suspense, "amount_minor": minor,
        "currency": "USD", "pending": False,
    }  # fmt: skip
    transfers_book(transfers=pl.DataFrame([transfer], TRANSFERS.dtypes), cause="item:1", at=AT)


# --- the page and the command


def test_the_page_says_what_is_published_and_that_the_identifier_is_an_example() -> None:
    text = client_of(Role.OFFICE).get(ADDRESSES["files"][0]).content.decode()
    for word in (
        "XI-IATI-CEIBAEXAMPLE-CA-US-1",
        "Convenio MX-1",
        "31220",
        "Hectáreas medidas",
        "supuesto",
        "MX-1. ",
    ):
        assert word in text
    assert "es de ejemplo" in text
    assert text.count("sin faltas") == 2


def test_the_file_is_what_the_page_checked_and_comes_as_a_file() -> None:
    response = client_of(Role.OFFICE).get(ADDRESSES["file"][0])
    assert response["Content-Type"] == "application/xml"
    assert 'filename="ca-activities.xml"' in response["Content-Disposition"]
    assert etree.fromstring(response.content).tag == "iati-activities"


def test_files_are_made_by_the_worker_for_whoever_asked_and_for_nobody_else(made: World) -> None:
    office, funder = (
        user_make("asks", Role.OFFICE, areas=EVERYWHERE),
        user_make("pays", Role.FUNDER, areas=("GT",), code="MX"),
    )
    client, other = Client(), Client()
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    other.force_login(funder, backend="django.contrib.auth.backends.ModelBackend")
    (files, _), (file, _), (make, _) = ADDRESSES["files"], ADDRESSES["file"], ADDRESSES["make"]
    assert client.get(file).status_code == 404, "nobody had them made"
    assert client.get(make).status_code == 302
    assert making_for(CODE, scope_of(office)) is None, "looking asks for nothing"
    client.post(make)
    client.post(make)
    assert "hx-get" in client.get(files).content.decode()
    assert worked() == ["succeeded"], "asked twice, made once"
    state = making_for(CODE, scope_of(office))
    assert state is not None and state.stage == Stage.DONE
    part = client.get(make, HTTP_HX_REQUEST="true")
    assert part["HX-Refresh"] == "true"
    assert client.get(file).status_code == 200
    assert other.get(file).status_code == 404, "what was made for the office is not the funder's"
    assert audience_of(CODE, scope_of(funder)) != audience_of(CODE, scope_of(office))


def test_who_may_see_no_files_any_more_has_none_made(made: World) -> None:
    office = user_make("moved", Role.OFFICE, areas=EVERYWHERE)
    files_ask(programme=CODE, user=office)
    scope_set(user=office, areas=["GT"])
    assert worked() == ["aborted"]
    assert not IatiFiles.objects.filter(programme=CODE).exists()


def test_problems_are_told_with_their_place(settings: Any, tmp_path: Path) -> None:
    folder = tmp_path / CODE / "iati"
    folder.mkdir(parents=True)
    shipped = (settings.PROGRAMMES_DIR / CODE / "iati" / "publisher.toml").read_text()
    (folder / "publisher.toml").write_text(shipped.replace('"31220"', '"31221"').replace('"5"', '"9"'))
    settings.PROGRAMMES_DIR = tmp_path
    text = client_of(Role.OFFICE).get(ADDRESSES["files"][0]).content.decode()
    assert "«31221» (sector/@code) no está en la lista Sector" in text
    assert "«9» (default-tied-status/@code)" in text


def test_files_are_written_whole(tmp_path: Path) -> None:
    paths = files_write(files_of(knowledge()), tmp_path / "out")
    assert [path.name for path in paths] == ["ca-activities.xml", "ca-organisation.xml"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(path.name for path in paths)


def test_the_command_checks_files(tmp_path: Path) -> None:
    paths = files_write(files_of(knowledge()), tmp_path)
    good = CliRunner().invoke(app, ["iati", "check", *map(str, paths)])
    assert good.exit_code == 0 and good.output.count("sin faltas") == 2
    broken = tmp_path / "broken.xml"
    broken.write_bytes(
        paths[0].read_bytes().replace(b'hierarchy="1"', b'hierarchy="uno"').replace(b'"31220"', b'"1"')
    )
    bad = CliRunner().invoke(app, ["iati", "check", str(broken), "--json"])
    assert bad.exit_code == 1
    assert '"iati.schema"' in bad.output and '"iati.code"' in bad.output


def test_who_publishes_is_listed_by_scope() -> None:
    office = user_make("office", Role.OFFICE, areas=EVERYWHERE)
    assert [each.code for each in programmes_published(scope_of(office))] == [CODE]


def cause_of(made: World) -> Any:
    from ceiba.evidence.models import Evidence

    return Evidence.objects.filter(participant_id=made.people[0].pk)[0]


def round_to_five(count: int) -> int:
    return (count + 2) // 5 * 5


def test_the_command_writes_files_and_warns_of_the_example_and_of_few_people(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("ceiba.cli.iati.open_database", lambda: None)
    done = CliRunner().invoke(app, ["iati", "export", "--programme", CODE, "--folder", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "es de ejemplo" in done.output and "MX-1" in done.output
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_the_command_writes_nothing_when_the_files_have_errors_or_nobody_publishes(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    monkeypatch.setattr("ceiba.cli.iati.open_database", lambda: None)
    nobody = CliRunner().invoke(
        app, ["iati", "export", "--programme", "mx", "--folder", str(tmp_path / "out")]
    )
    assert nobody.exception.problems[0].code == "iati.no_publisher"
    folder = tmp_path / CODE / "iati"
    folder.mkdir(parents=True)
    shipped = (settings.PROGRAMMES_DIR / CODE / "iati" / "publisher.toml").read_text()
    (folder / "publisher.toml").write_text(shipped.replace('"31220"', '"31221"'))
    settings.PROGRAMMES_DIR = tmp_path
    wrong = CliRunner().invoke(
        app, ["iati", "export", "--programme", CODE, "--folder", str(tmp_path / "out")]
    )
    assert wrong.exception.problems[0].code == "iati.not_written"
    assert not (tmp_path / "out").exists()
