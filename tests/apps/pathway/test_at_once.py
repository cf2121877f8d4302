"""Two at the same moment, each with a connection of its own: no place is given twice, no step is taken twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connection, transaction

from ceiba.audit.models import Event
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.referrals import Said
from ceiba.pathway.models import Answer, Closing, Drawing, Place
from ceiba.pathway.services import batches_keep
from tests.apps.pathway.given import CLOSED_AT, DRAWN_AT, pathway_make
from tests.apps.pathway.test_batches import ANSWERED_AT, LATE, answer, refer
from tests.at_once import others_wait


@pytest.fixture(autouse=True)
def db(transactional_db: None) -> None:
    """In place of the app's: what two connections see must be committed."""


def test_a_place_that_goes_to_the_next_is_not_taken_back_at_the_same_moment() -> None:
    with transaction.atomic():
        way = pathway_make()
        batch = way.drawn(1)
        refer(way, batch)
        answer(way, batch, 1, Said.REFUSED)

    def corrected() -> str:
        try:
            answer(way, batch, 1, Said.ACCEPTED, why="Se leyó mal el oficio")
        except CeibaError as error:
            return error.problems[0].code
        finally:
            connection.close()
        return "taken"

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            refer(way, batch, ANSWERED_AT)
            told = threads.submit(corrected)
            others_wait(1)
        assert told.result() == "answer.places"


def test_two_workers_take_each_step_once() -> None:
    with transaction.atomic():
        way = pathway_make()
        for person in way.people:
            way.agree(person)
        batch = way.opened(3)
    start = Barrier(2)

    def keep(moment: datetime) -> int:
        start.wait()
        try:
            return batches_keep(now=moment)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        assert sorted(workers.map(keep, [CLOSED_AT] * 2)) == [0, 1]
        way.numbered(batch)
        assert sorted(workers.map(keep, [DRAWN_AT] * 2)) == [0, 1]
        refer(way, batch)
        assert sorted(workers.map(keep, [LATE] * 2)) == [0, 1]
    assert [model.objects.count() for model in (Closing, Drawing, Place, Answer)] == [1, 1, 12, 3]
    kinds = ("batch.closed", "batch.drawn", "answer.recorded")
    assert [Event.objects.filter(action=kind).count() for kind in kinds] == [1, 1, 3]
