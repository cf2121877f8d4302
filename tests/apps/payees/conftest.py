"""A small register with the people who propose and confirm."""

from dataclasses import dataclass

import pytest

from ceiba.accounts.models import Role, User
from ceiba.registry.models import Participant
from tests.apps.registry.helpers import base, person, user


@dataclass(frozen=True)
class Register:
    people: list[Participant]
    stranger: Participant
    office: User
    payments: User
    treasury: User
    participant: User


@pytest.fixture
def register(db: None) -> Register:
    people = base(4)
    return Register(
        people,
        stranger=person("HN-1", area="HN-01"),
        office=user(Role.OFFICE),
        payments=user(Role.PAYMENTS),
        treasury=user(Role.TREASURY),
        participant=user(Role.PARTICIPANT, areas=(), code="P-1"),
    )
