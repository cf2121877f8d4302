"""CSV files are opened in spreadsheets: what came from outside is no formula there."""

import csv
import io
import zipfile
from collections.abc import Callable

from ceiba.accounts.models import Role
from ceiba.evidence.taking import submissions_take
from tests.apps.analysts.field import RECEIPT, Field, code, receive, sender
from tests.apps.analysts.tool import Tool, content
from tests.fieldforms import filled


def test_no_cell_is_a_formula(db: None, field: Field, tool: Callable[[str], Tool]) -> None:
    person, technician = code(field, "GT-1304"), sender(field.users["technician"])
    receive(
        technician,
        filled("=1+1", person=person, cac="=2+2", due=-5, done="=3+3", planted=(("@fruit", 4),)),
    )
    submissions_take(now=RECEIPT)
    packed = zipfile.ZipFile(io.BytesIO(content(tool(Role.OFFICE).ask("/submissions.csv.zip"))))
    whole, entries = (
        list(csv.DictReader(io.StringIO(packed.read(name).decode()))) for name in packed.namelist()
    )
    row = next(row for row in whole if row["person"] == person and row["due"] == "-5")
    assert (row["KEY"], row["cac"], row["done"]) == ("'=1+1", "'=2+2", "")
    entry = next(row for row in entries if row["plants"] == "4")
    assert (entry["PARENT_KEY"], entry["class"]) == ("'=1+1", "'@fruit")
