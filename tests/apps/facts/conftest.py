from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def data_dir(tmp_path_factory: pytest.TempPathFactory, settings: Any) -> Path:
    """A data folder of its own for each test."""
    settings.DATA_DIR = tmp_path_factory.mktemp("data")
    return settings.DATA_DIR
