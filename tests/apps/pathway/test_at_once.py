"""Two of an office at the same moment, each with a connection of its own: a place is not given twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from ceiba.core.kernel.errors import CeibaError
from ceiba.core.referrals import Said
from tests.apps.pathway.given import pathway_make
from tests.apps.pathway.test_batches import ANSWERED_AT, answer, refer
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
