"""A world for the pages about devices: technicians in and out of an office's areas, some with accounts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from ceiba.accounts.models import Role, User
from ceiba.registry.models import Technician
from tests.factories import areas_make, technicians_make, user_make


@pytest.fixture
def users(db: Any) -> dict[str, User]:
    """One user a role, who reach Guatemala; the technician is T-P-GT-1304."""
    cache.clear()
    areas_make()
    technicians_make()
    codes = {Role.TECHNICIAN: "T-P-GT-1304", Role.PARTICIPANT: "CA-000001"}
    return {
        role: user_make(role, role, areas=() if role in codes else ("GT",), code=codes.get(role, ""))
        for role in Role
    }


@pytest.fixture
def as_role(users: dict[str, User]) -> Callable[[str], Client]:
    """A client signed in as the user of a role ("" for nobody)."""

    def signed_in(role: str) -> Client:
        client = Client()
        if role:
            client.force_login(users[role], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def near(users: dict[str, User]) -> Technician:
    """The technician whose account there is, within the office's areas."""
    return Technician.objects.get(code="T-P-GT-1304")


@pytest.fixture
def without_account(users: dict[str, User]) -> Technician:
    """A technician within the office's areas who has no account."""
    return Technician.objects.get(code="T-S-GT-1304")


@pytest.fixture
def far(users: dict[str, User]) -> Technician:
    """A technician in Honduras, with an account."""
    user_make("lejana", Role.TECHNICIAN, areas=(), code="T-P-HN-LE")
    return Technician.objects.get(code="T-P-HN-LE")
