"""What pages do with an act that may be refused: it is told, and the page is shown again."""

from collections.abc import Callable

from django.contrib import messages

from ceiba.accounts.permissions import SignedRequest
from ceiba.core.kernel.errors import CeibaError
from ceiba.web.words import language


def act(request: SignedRequest, do: Callable[[], object], done: str) -> bool:
    """Do it and say so, or say why it was refused."""
    try:
        do()
    except CeibaError as error:
        messages.error(request, error.text(language()))
        return False
    messages.success(request, done)
    return True
