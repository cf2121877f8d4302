"""Files of accounts: whole or not at all, each fault by row and column, each row a proposal of the sender."""

from pathlib import Path

import pytest

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import scope_of
from ceiba.core.kernel.errors import CeibaError
from ceiba.payees.models import PayeeAccount, PayeeImport
from ceiba.payees.selectors import waiting_of
from ceiba.payees.services import accounts_confirm, accounts_preview
from tests.apps.payees.conftest import Register
from tests.apps.payees.helpers import NOW, TODAY, clabe, codes, propose, refused, sheet_file, take, used
from tests.apps.registry.helpers import user

pytestmark = pytest.mark.django_db


def test_a_file_with_one_fault_is_not_taken(register: Register, tmp_path: Path) -> None:
    wrong = clabe(2)[:-1] + str((int(clabe(2)[-1]) + 1) % 10)
    path = sheet_file(
        tmp_path,
        {"participant": "P-1", "scheme": "clabe", "number": clabe(1)},
        {"participant": "P-2", "scheme": "clabe", "number": wrong},
    )
    assert refused(path, register.office) == [(2, "number", "payee.clabe_check")]
    assert not PayeeAccount.objects.exists()
    assert not PayeeImport.objects.exists()


def test_every_fault_is_told_by_row_and_column(register: Register, tmp_path: Path) -> None:
    propose("P-4", register.payments, number="+50255550044")
    path = sheet_file(
        tmp_path,
        {"participant": "P-1", "number": "5555"},
        {"participant": "P-1", "number": "+50255550001"},
        {"participant": "P-99"},
        {"participant": "HN-1"},
        {"participant": "P-2", "scheme": "local", "number": "123456"},
        {"participant": "P-3", "scheme": "cash", "number": "Alcaldía"},
        {"participant": "P-4", "number": "+50255550045"},
        {"participant": "", "document": ""},
    )
    assert refused(path, register.office) == [
        (1, "number", "payee.phone_form"),
        (2, "participant", "sheet.repeated"),
        (3, "participant", "payee.unknown"),
        (4, "participant", "payee.unknown"),
        (5, "bank", "payee.bank_missing"),
        (6, "cause", "payee.cash_cause"),
        (6, "expires_on", "payee.expires_missing"),
        (7, "participant", "payee.waits"),
        (8, "participant", "cell.required"),
        (8, "document", "cell.required"),
    ]
    assert PayeeAccount.objects.count() == 1


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OFFICE, Role.PAYMENTS}))
def test_other_roles_take_no_file_in(register: Register, tmp_path: Path, role: Role) -> None:
    path = sheet_file(tmp_path, {"participant": "P-1"})
    assert refused(path, user(role, code="P-1")) == [(None, None, "payee.not_allowed")]


def test_a_faulty_number_is_repeated_to_nobody(register: Register, tmp_path: Path) -> None:
    path = sheet_file(tmp_path, {"participant": "P-1", "scheme": "clabe", "number": "112180026050783858"})
    seen = accounts_preview(path=path, name=path.name, today=TODAY, actor=register.office)
    said = repr((seen.problems, seen.sample))
    assert "112180026050783858" not in said
    assert "3858" in said


def test_a_file_is_a_proposal_of_its_sender_that_another_confirms(register: Register, tmp_path: Path) -> None:
    known = used("P-3", register.payments, register.treasury, scheme="clabe", number=clabe(3))
    rows = [{"participant": f"P-{n}", "scheme": "clabe", "number": clabe(n)} for n in (1, 2, 3)]
    path = sheet_file(tmp_path, *rows)
    seen = accounts_preview(path=path, name=path.name, today=TODAY, actor=register.office)
    assert (seen.rows, seen.proposed, seen.unchanged, seen.acceptable) == (3, 2, 1, True)
    done = take(path, register.office)
    assert (done.rows, done.proposed, done.unchanged) == (3, 2, 1)
    waiting = waiting_of(done, scope_of(register.treasury))
    assert {account.proposed_by for account in waiting} == {register.office}
    ids = list(waiting.values_list("pk", flat=True))
    with pytest.raises(CeibaError) as error:
        accounts_confirm(accounts=ids, actor=register.office, now=NOW)
    assert codes(error.value) == {"payee.own_proposal"}
    assert accounts_confirm(accounts=ids, actor=register.treasury, now=NOW) == 2
    known.refresh_from_db()
    assert known.usable_until is None


def test_the_same_file_is_taken_once(register: Register, tmp_path: Path) -> None:
    path = sheet_file(tmp_path, {"participant": "P-1"})
    first = take(path, register.office)
    assert take(path, register.payments) == first
    assert accounts_preview(path=path, name="x.csv", today=TODAY, actor=register.office).earlier == first
    assert PayeeAccount.objects.count() == 1


def test_what_is_empty_in_a_file_is_empty_in_the_table(register: Register, tmp_path: Path) -> None:
    take(sheet_file(tmp_path, {"participant": "P-1"}), register.office)
    made = PayeeAccount.objects.get()
    assert (made.bank, made.why, made.holder, made.expires_on) == ("", "", "María Pérez", None)


def test_a_workbook_says_the_same(register: Register, tmp_path: Path) -> None:
    import polars as pl
    import xlsxwriter

    rows = pl.read_csv(
        sheet_file(tmp_path, {"participant": "P-1", "scheme": "clabe", "number": clabe(1)}),
        infer_schema=False,
    )
    path = tmp_path / "payee_accounts.xlsx"
    with xlsxwriter.Workbook(path) as book:
        rows.write_excel(book)
    take(path, register.office)
    assert PayeeAccount.objects.get().tail == clabe(1)[-4:]
