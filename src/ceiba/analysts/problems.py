"""Everything that can go wrong, with the codes and words of ODK Central: its tools look at them."""

from typing import Any, Final

from django.http import HttpResponse, JsonResponse


class ApiProblem(Exception):
    """An answer other than what was asked for. `code` is Central's; what stands before the point is the status."""

    def __init__(self, code: float, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details

    def response(self) -> HttpResponse:
        """As JSON in Central's shape."""
        body = {"message": self.message, "code": self.code}
        return JsonResponse(
            body if self.details is None else body | {"details": self.details}, status=int(self.code)
        )


def unparseable(length: int) -> ApiProblem:
    """The body is no JSON."""
    details = {"format": "json", "rawLength": length}
    return ApiProblem(400.1, f"Could not parse the given data ({length} chars) as json.", details)


def missing_parameters(*expected: str) -> ApiProblem:
    """What the body must name, and does not."""
    return ApiProblem(
        400.3, f"Required parameters missing. Expected ({', '.join(expected)}).", {"expected": list(expected)}
    )


def unexpected_value(name: str, value: str, reason: str) -> ApiProblem:
    """A parameter says what cannot be."""
    details = {"field": name, "value": value, "reason": reason}
    return ApiProblem(400.8, f"Unexpected {name} value {value}; {reason}", details)


def unparseable_filter(reason: str) -> ApiProblem:
    """$filter is no expression."""
    return ApiProblem(
        400.18, f"The OData filter expression you provided could not be parsed: {reason}", {"reason": reason}
    )


def no_such_property(name: str) -> ApiProblem:
    """$select names what the table does not have."""
    return ApiProblem(400.23, f"Could not find a property named '{name}'", {"property": name})


def unsupported_select(name: str) -> ApiProblem:
    """$select names what lies within a repeat."""
    return ApiProblem(
        400.24,
        f"The given OData select property '{name}' uses features not supported by this server.",
        {"property": name},
    )


def not_authenticated() -> ApiProblem:
    """Nobody who is known."""
    return ApiProblem(401.2, "Could not authenticate with the provided credentials.")


def https_only() -> ApiProblem:
    """A password where others can read along."""
    return ApiProblem(401.3, "This authentication method is only available over HTTPS")


def may_not() -> ApiProblem:
    """The role does not include it."""
    return ApiProblem(403.1, "The authentication you provided does not have rights to perform that action.")


def not_found() -> ApiProblem:
    """It is not there, or out of reach: neither is told from the other."""
    return ApiProblem(404.1, "Could not find the resource you were looking for.")


def read_only(method: str) -> ApiProblem:
    """A way of writing: this is the side that reads."""
    return ApiProblem(
        405.1, f"{method} is not available: this server offers the read side of the ODK Central API."
    )


def too_often() -> ApiProblem:
    """Too many failures, or too many requests."""
    return ApiProblem(429.1, "Too many requests. Wait a few minutes.")


def unknown() -> ApiProblem:
    """A defect of ours."""
    return ApiProblem(500.1, "An unknown internal problem has occurred. Please try again later.")


def unsupported_expression(at: int, text: str) -> ApiProblem:
    """An expression of OData that Central does not take, either."""
    return ApiProblem(
        501.4,
        f'The given OData filter expression uses features not supported by this server: "{text}" at {at}',
        {"at": at, "text": text},
    )


def unsupported_field(text: str, at: int = 0) -> ApiProblem:
    """A field that neither is filtered nor ordered by."""
    return ApiProblem(
        501.5,
        f"The given OData filter expression references fields not supported by this server: {text} at {at}",
        {"at": at, "text": text},
    )


def unsupported_expand(text: str) -> ApiProblem:
    """$expand of anything but all."""
    return ApiProblem(
        501.6,
        f'The given OData expand expression is not supported by this server: "{text}". '
        'Currently, only "$expand=*" is supported.',
        {"text": text},
    )


def select_and_expand() -> ApiProblem:
    """$select and $expand at once."""
    return ApiProblem(501.11, "This server doesn't support $select query parameter with $expand.")


WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
