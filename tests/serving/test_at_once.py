"""The same form from many phones at the same moment is one row, and every one of them is told that it is kept."""

import os
import threading
from uuid import uuid4

import psycopg
import pytest

from tests.fieldforms import filled
from tests.serving.site import Site, post_once

ROUNDS = int(os.environ.get("CEIBA_TEST_RACES", "5"))
PHONES = 50

pytestmark = pytest.mark.xdist_group("serving")


def test_fifty_identical_at_once(site: Site) -> None:
    for _ in range(ROUNDS):
        name = f"uuid:{uuid4()}"
        form = filled(name, person="P-2", due=10, done=8, photo="a.jpg")
        assert all_at_once(site, [form] * PHONES) == [201] * PHONES
        with psycopg.connect(site.url) as database:
            found = database.execute(
                "SELECT count(*), (SELECT count(*) FROM submissions_attachment a JOIN submissions_submission s"
                " ON s.id = a.submission_id WHERE s.instance_id = %(name)s)"
                " FROM submissions_submission WHERE instance_id = %(name)s",
                {"name": name},
            ).fetchone()
        assert found == (1, 1)


def test_two_that_differ_at_once_one_is_kept_and_the_other_beside_it(site: Site) -> None:
    for _ in range(ROUNDS):
        name = f"uuid:{uuid4()}"
        forms = [filled(name, person="P-3", due=10, done=done) for done in (1, 2)]
        statuses = all_at_once(site, forms * 10)
        assert sorted(set(statuses)) == [201, 409] and statuses.count(201) == 10
        with psycopg.connect(site.url) as database:
            kept = database.execute(
                "SELECT id, xml FROM submissions_submission WHERE instance_id = %s", [name]
            ).fetchall()
            beside = database.execute(
                "SELECT xml FROM submissions_conflict WHERE submission_id = %s", [kept[0][0]]
            ).fetchall()
        assert len(kept) == len(beside) == 1
        assert {bytes(kept[0][1]), bytes(beside[0][0])} == set(forms)


def all_at_once(site: Site, forms: list[bytes]) -> list[int]:
    """Post each from a phone of its own, all waiting for the last to be ready."""
    ready = threading.Barrier(len(forms))
    statuses = [0] * len(forms)

    def post(number: int) -> None:
        with site.connection() as connection:
            connection.connect()
            ready.wait()
            statuses[number] = post_once(connection, site.key, forms[number], {"a.jpg": b"photo"})

    threads = [threading.Thread(target=post, args=(number,)) for number in range(len(forms))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses
