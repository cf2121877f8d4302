"""What pages do with an act that may be refused: what came of it is told on the page that follows."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest

from ceiba.core.kernel.errors import CeibaError
from ceiba.web.words import language


@contextmanager
def outcome_told(request: HttpRequest, done: str = "") -> Iterator[None]:
    """Say `done` when what is within was done, or why it was refused."""
    try:
        yield
    except CeibaError as error:
        messages.error(request, error.text(language()))
    else:
        if done:
            messages.success(request, done)
