"""Several at once: the same updates, a refresh beside them, two offices with one proposal."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from ceiba.accounts.models import Role
from ceiba.core.kernel.errors import CeibaError
from ceiba.entities.models import EntityUpdate, EntityVersion, Proposal, Touched
from ceiba.entities.services import entities_refresh, entity_updates_apply, proposal_accept
from ceiba.registry.models import Participant
from tests.apps.entities.helpers import NOW, TODAY, country, entity_of, technician
from tests.apps.entities.sending import send, update
from tests.apps.registry.helpers import user

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each gives, or the error it raises; they begin together, each on a connection of its own."""
    start = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return work()
        except CeibaError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_the_same_updates_at_once_are_taken_once() -> None:
    country()
    mine = technician()
    chain = [
        update(entity_of("P-1"), mine, n, base_version=n, trunk_version=1, values={"phone": str(n)})
        for n in range(1, 6)
    ]
    turned = list(reversed(chain))
    at_once(*(lambda part=part: entity_updates_apply(updates=part, now=NOW) for part in (chain, turned) * 2))
    assert EntityUpdate.objects.count() == 5
    numbers = (
        EntityVersion.objects.filter(entity=entity_of("P-1")).order_by("id").values_list("number", flat=True)
    )
    assert list(numbers) == [1, 2, 3, 4, 5, 6]
    assert Participant.objects.get(code="P-1").phone == "5"


def test_refreshes_at_once_draw_each_change_once() -> None:
    country()
    before = EntityVersion.objects.count()
    Participant.objects.filter(code__in=["P-1", "P-2"]).update(phone="7")
    made = at_once(*(lambda: entities_refresh(today=TODAY) for _ in range(4)))
    assert sorted(made) == [0, 0, 0, 2]
    assert EntityVersion.objects.count() == before + 2
    assert not Touched.objects.exists()


def test_two_offices_decide_one_proposal_once() -> None:
    country()
    send(update(entity_of("P-1"), technician(), values={"group": "CAC-9"}))
    proposal = Proposal.objects.get().pk
    offices = [user(Role.OFFICE), user(Role.OFFICE)]
    done = at_once(
        *(lambda who=who: proposal_accept(proposal=proposal, actor=who, now=NOW) for who in offices)
    )
    (refused,) = [each for each in done if isinstance(each, CeibaError)]
    assert refused.problems[0].code == "proposal.decided"
    assert EntityVersion.objects.filter(entity=entity_of("P-1")).count() == 2
