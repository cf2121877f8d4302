"""Forms are compiled in the tests' own process, a second faster each; what is tried of the other one asks for it."""

import pytest

from ceiba.forms import compiling
from ceiba.forms.compiler import compiled

_ANSWERED = compiling._answered


@pytest.fixture(autouse=True)
def _compiled_here(monkeypatch):
    monkeypatch.setattr(compiling, "_answered", compiled)


@pytest.fixture
def apart(_compiled_here, monkeypatch):
    """Compile in a process of its own, as it is."""
    monkeypatch.setattr(compiling, "_answered", _ANSWERED)
