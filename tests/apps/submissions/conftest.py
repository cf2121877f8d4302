from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from ceiba.devices.services import Made
from tests.apps.submissions.phone import phone
from tests.fieldforms import published


@pytest.fixture(autouse=True)
def data_dir(tmp_path_factory: pytest.TempPathFactory, settings: Any) -> Path:
    """A data folder of its own for each test, and no failures of the test before."""
    settings.DATA_DIR = tmp_path_factory.mktemp("data")
    cache.clear()
    return settings.DATA_DIR


@pytest.fixture
def made(db: None) -> Made:
    """A phone; the form that its tests send is known."""
    published(version="1")
    published(version="7")
    return phone()
