from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from ceiba.devices.services import Made
from tests.apps.submissions.phone import phone


@pytest.fixture(autouse=True)
def data_dir(tmp_path_factory: pytest.TempPathFactory, settings: Any) -> Path:
    """A data folder of its own for each test, and no failures of the test before."""
    settings.DATA_DIR = tmp_path_factory.mktemp("data")
    cache.clear()
    return settings.DATA_DIR


@pytest.fixture
def made(db: None) -> Made:
    return phone()
