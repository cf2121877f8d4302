"""Why a wallet is refused, as RFC 6749 (5.2), RFC 6750 (3) and OpenID4VCI 1.0 (8.3.1) say it."""

from typing import Final

from django.http import HttpResponse, JsonResponse


class Refusal(Exception):
    """An answer to a wallet: a standard's code, and a word for whoever writes wallets. It names nobody."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status

    def answer(self) -> HttpResponse:
        """As JSON, never kept by a cache; for a token that does not hold, with the challenge of RFC 6750."""
        said = {"error": self.error} | ({"error_description": self.description} if self.description else {})
        response = kept_by_nobody(JsonResponse(said, status=self.status))
        if self.status == UNAUTHORIZED:
            response["WWW-Authenticate"] = f'Bearer error="{self.error}"'
        return response


UNAUTHORIZED: Final = 401
TOO_MANY: Final = 429


def kept_by_nobody(response: HttpResponse) -> HttpResponse:
    """What is for one wallet alone."""
    response["Cache-Control"] = "no-store"
    return response
