"""The small programme of the pages' tests, with forms published and lists drawn."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ceiba.entities.services import entities_refresh
from ceiba.forms.models import FormVersion
from tests.apps.web.conftest import as_role, db, made
from tests.factories import World
from tests.fieldforms import published

__all__ = ["as_role", "db", "made"]
LISTED = """
| survey | | | |
| | type | name | label |
| | select_one_from_file participants.csv | person | Person |
| | image | photo | Photo |
| settings | | | |
| | form_id | form_title | version |
| | {code} | Visit | {version} |
"""


@pytest.fixture
def visit(made: World, settings: Any, tmp_path: Path) -> FormVersion:
    """A form that needs the list of people."""
    settings.DATA_DIR = tmp_path
    entities_refresh(today=date(2026, 11, 20))
    return published(LISTED)
