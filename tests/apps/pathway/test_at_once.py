"""Two workers at the same moment, each with a connection of its own: every step is taken once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from ceiba.audit.models import Event
from ceiba.pathway.models import Answer, Closing, Drawing, Place
from ceiba.pathway.services import batches_keep, places_refer
from tests.apps.pathway.given import CLOSED_AT, DRAWN_AT, Pathway, pathway_make
from tests.apps.pathway.test_due import ANSWER_BY, LATE


@pytest.fixture
def db(transactional_db: None) -> None:
    """In place of the app's: what two connections see must be committed."""


@pytest.fixture
def way(db: None) -> Iterator[Pathway]:
    yield pathway_make()


def test_each_step_is_taken_once(way: Pathway) -> None:
    for person in way.people:
        way.agree(person)
    batch = way.opened(3)
    start = Barrier(2)

    def keep(moment: object) -> int:
        start.wait()
        try:
            return batches_keep(now=moment)  # type: ignore[arg-type]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        assert sorted(workers.map(keep, [CLOSED_AT] * 2)) == [0, 1]
        way.numbered(batch)
        assert sorted(workers.map(keep, [DRAWN_AT] * 2)) == [0, 1]
        places_refer(batch=batch, answer_by=ANSWER_BY, by=way.office, now=DRAWN_AT)
        assert sorted(workers.map(keep, [LATE] * 2)) == [0, 1]
    assert [model.objects.count() for model in (Closing, Drawing, Place, Answer)] == [1, 1, 12, 3]
    kinds = ("batch.closed", "batch.drawn", "answer.recorded")
    assert [Event.objects.filter(action=kind).count() for kind in kinds] == [1, 1, 3]
