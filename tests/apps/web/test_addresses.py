"""Every address of the site says who may pass; one that forgets fails here."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from ceiba.accounts.permissions import PUBLIC, SIGNED_IN, Action

OPEN = {"/accounts/sign-in/", "/accounts/sign-out/", "/accounts/language/", "/health/", "/facts/"}


def patterns(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, route)
        else:
            yield route, pattern


ALL = dict(patterns(get_resolver()))


@pytest.mark.parametrize("route", ALL)
def test_the_view_declares_what_it_needs(route: str) -> None:
    declared = getattr(ALL[route].callback, "declares", None)
    assert declared in {*Action, SIGNED_IN, PUBLIC}, f"{route}: decorate its view with require(...) or public"
    if declared == PUBLIC:
        assert route in OPEN or route.startswith("/rules/"), f"{route} is open to anybody: is it meant to be?"


def test_no_address_is_open_by_mistake() -> None:
    assert len(ALL) >= 15
