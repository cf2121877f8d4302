"""A token in software (SoftHSM 2), made anew for a test, and where its library is."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "314159"
LABEL = "ceiba"
needs_softhsm = pytest.mark.skipif(
    not LIBRARY.exists(), reason="no token in software: apt-get install softhsm2"
)


@contextmanager
def softhsm(folder: Path) -> Iterator[None]:
    """An empty token of `LABEL` and `PIN` whose objects lie in `folder`."""
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    init = ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", "271828"]
    try:
        subprocess.run(init, check=True, capture_output=True)
        yield
    finally:
        if before is None:
            del os.environ["SOFTHSM2_CONF"]
        else:
            os.environ["SOFTHSM2_CONF"] = before
