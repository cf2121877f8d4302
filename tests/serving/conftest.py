import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ceiba.postgres.server import Server
from tests.serving.site import Site


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """A site with three people and the visit form, served."""
    folder = Path(tempfile.mkdtemp(prefix="cs", dir="/tmp"))
    folder.chmod(0o755)
    made = Site(folder)
    try:
        made.prepare()
        made.start()
        yield made
    finally:
        if made.process is not None:
            made.kill(database=False)
        Server(folder / "postgres").stop()
        shutil.rmtree(folder, ignore_errors=True)
