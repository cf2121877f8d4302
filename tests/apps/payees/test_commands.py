"""`ceiba import` of accounts: by a person who is named, and confirmed by another."""

from pathlib import Path

import pytest

from ceiba.cli.register import Source, previewed, sources_in, taken
from ceiba.core.kernel.errors import CeibaError
from ceiba.payees.models import PayeeAccount
from tests.apps.payees.conftest import Register
from tests.apps.payees.helpers import clabe, codes, sheet_file

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", [None, "nobody"])
def test_accounts_are_of_somebody(register: Register, tmp_path: Path, name: str | None) -> None:
    source = Source(sheet_file(tmp_path, {"participant": "P-1"}), "payee_accounts")
    for door in (previewed, taken):
        with pytest.raises(CeibaError) as error:
            door(source, by=name)
        assert codes(error.value) == {"import.by"}
    assert not PayeeAccount.objects.exists()


def test_a_file_is_known_by_its_name_and_proposed(register: Register, tmp_path: Path) -> None:
    path = sheet_file(tmp_path, {"participant": "P-1", "scheme": "clabe", "number": clabe(1)})
    (source,) = sources_in([path])
    assert previewed(source, by=register.office.username)["new"] == 1
    assert taken(source, by=register.office.username)["new"] == 1
    assert PayeeAccount.objects.get().proposed_by == register.office
