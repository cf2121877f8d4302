"""A data folder and a small country for each test."""

from pathlib import Path
from typing import Any

import pytest

from tests import factories
from tests.factories import World


@pytest.fixture(autouse=True)
def data_dir(tmp_path_factory: pytest.TempPathFactory, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path_factory.mktemp("data")
    return settings.DATA_DIR


@pytest.fixture
def made(db: None) -> World:
    world = factories.world(people=16, months=1)
    factories.users_make(world)
    return world
