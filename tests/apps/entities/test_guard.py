"""What the database itself refuses, whoever writes entities."""

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F, Q

from ceiba.accounts.models import User
from ceiba.entities.models import EntityUpdate, EntityVersion, Proposal
from tests.apps.entities.helpers import NOW, country, entity_of, technician
from tests.apps.entities.sending import send, update
from tests.refusals import refused, same_again

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mine() -> User:
    country()
    return technician("T-1")


@pytest.fixture
def proposal(mine: User) -> Proposal:
    send(update(entity_of("P-1"), mine, values={"group": "CAC-9"}))
    return Proposal.objects.get()


def test_there_is_one_of_each(proposal: Proposal) -> None:
    entity = entity_of("P-1")
    version = EntityVersion.objects.get(entity=entity)
    for name, row in (
        ("entity_once", entity),
        ("entity_version_once", version),
        ("entity_update_once", proposal.update),
    ):
        with refused(name):
            same_again(row)
    with refused("entity_of_row_once"):
        same_again(entity, uuid="6f0b3ad2-7a47-4c67-9a32-35a1a3d0d0aa")


def test_states_are_known_and_decisions_are_somebody_s(proposal: Proposal, mine: User) -> None:
    decided = {"decided_by": mine, "decided_at": NOW}
    for name, values in (
        ("proposal_state_known", {"state": "lost", **decided}),
        ("proposal_decided_by_somebody", {"state": "accepted", "decided_at": NOW}),
        ("proposal_decided_by_somebody", {"state": "accepted", "decided_by": mine}),
        ("proposal_refused_with_reason", {"state": "refused", **decided}),
    ):
        with refused(name):
            Proposal.objects.update(**values)
    for name, row, value in (
        ("entity_fate_known", proposal.update, {"submission": 99, "fate": "lost"}),
        ("entity_source_known", EntityVersion.objects.first(), {"number": 99, "source": "rumour"}),
    ):
        assert row
        with refused(name):
            same_again(row, **value)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("submission", 99), ("block", 9), ("list_name", "x"), ("uuid", "6f0b3ad2-7a47-4c67-9a32-35a1a3d0d0aa"),
        ("creates", ~Q(creates=True)), ("updates", ~Q(updates=True)), ("base_version", 99), ("trunk_version", 99),
        ("branch", "other"), ("label", "other"), ("values", {}), ("observed_at", NOW), ("sent_by", None),
        ("arrived_at", F("observed_at")), ("fate", "applied"), ("fate", "waiting"),
    ],
)  # fmt: skip
def test_what_a_phone_said_is_not_changed(proposal: Proposal, column: str, value: object) -> None:
    with pytest.raises(DatabaseError, match="stays as it was sent"), transaction.atomic():
        EntityUpdate.objects.update(**{column: value})
