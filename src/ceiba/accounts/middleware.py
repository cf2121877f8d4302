"""The language of the page: the user's own choice, else the visitor's, else Spanish."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from ceiba.accounts.models import User
from ceiba.core.kernel.errors import LANGUAGES


class LanguageMiddleware:
    """Activates the language; stands after AuthenticationMiddleware.

    What the browser asks for is not looked at: machines in offices are set to English more often than their
    users read it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the chosen language."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if isinstance(request.user, User):
            chosen = request.user.language
        language = chosen if chosen in LANGUAGES else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.setdefault("Content-Language", language)
        return response
