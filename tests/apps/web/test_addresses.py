"""Every address of the site says who may pass, and is tried by every role; one that forgets fails here."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from ceiba.accounts.permissions import PUBLIC, SIGNED_IN, Action
from ceiba.devices.views import DEVICE
from tests.apps.web.test_permissions import GENERAL, LEADS_ON, OF_A_PERSON

OPEN = {
    "accounts:sign_in", "accounts:sign_out", "accounts:language", "accounts:invitation", "pages:health",
    "facts:catalogue", "rulebook:list", "rulebook:document", "rulebook:version",
    "filler:index", "filler:form", "filler:worker", "filler:manifest",
    "published:did", "published:jwks", "published:roots", "published:trust", "published:type", "published:status",
    "wallet:issuer", "wallet:server", "wallet:offer", "wallet:token", "wallet:nonce", "wallet:credential",
    "analysts:sessions", "analysts:root", "analysts:nothing", "pathway:list",
    "verifier:index", "verifier:english", "verifier:manifest", "verifier:english_manifest", "verifier:worker",
    "verifier:lists",
    "transparency:index", "transparency:check", "transparency:checkpoint", "transparency:consistency",
    "transparency:inclusion", "transparency:entries", "transparency:keys", "transparency:cosign",
}  # fmt: skip
TRIED = {*GENERAL, *LEADS_ON, *OF_A_PERSON, "pages:home", "pages:people", "payments:index"}
TRIED_BY_THEIR_APP = (
    "analysts:", "commitments:", "credentials:", "devices:", "entities:", "evidence:", "filler:", "forms:",
    "funding:", "iati:", "packs:", "pathway:", "payees:", "payments:", "privacy:", "reconciliation:",
    "registry:", "reports:", "review:",
    "savings:", "service_record:person", "submissions:", "transparency:",
)  # fmt: skip
"""What the tests of these apps try with every role, in tests/apps/<app>."""


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield f"{prefix}{pattern.name}", pattern


ALL = dict(addresses(get_resolver()))


@pytest.mark.parametrize("name", ALL)
def test_the_view_declares_what_it_needs(name: str) -> None:
    declared = getattr(ALL[name].callback, "declares", None)
    assert declared in {*Action, SIGNED_IN, PUBLIC, DEVICE}, "decorate the view with require(...) or public"
    assert (declared == PUBLIC) == (name in OPEN), "is it meant to be open to anybody?"


@pytest.mark.parametrize("name", sorted(set(ALL) - OPEN))
def test_the_address_is_tried_by_every_role(name: str) -> None:
    assert name in TRIED or name.startswith(TRIED_BY_THEIR_APP), "add it to the matrix of test_permissions"


def test_addresses_are_found() -> None:
    assert len(ALL) >= 20
