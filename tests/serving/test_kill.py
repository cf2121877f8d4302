"""Killed at any moment, everything that was answered 201 is there, byte for byte, and nothing twice."""

import hashlib
import os
import random
import signal
import time

import psycopg
import pytest

from tests.serving.site import Phones, Site

ROUNDS = int(os.environ.get("CEIBA_TEST_KILLS", "2"))  # fifty, by whoever has ten minutes

pytestmark = pytest.mark.xdist_group("serving")


def test_nothing_that_was_answered_is_lost(site: Site) -> None:
    phones = Phones(site)
    for number in range(ROUNDS):
        phones.begin()
        time.sleep(random.uniform(0.2, 1.5))  # noqa: S311 - any moment
        site.kill(database=number % 2 == 1)
        phones.end()
        site.start()
        kept_as_sent(site, phones)
    assert len(phones.accepted) > 20 * ROUNDS
    assert not [status for status in phones.others if status < 500]
    everything_becomes_evidence_once(site, phones)


def kept_as_sent(site: Site, phones: Phones) -> None:
    with psycopg.connect(site.url) as database:
        rows = database.execute("SELECT id, instance_id, xml FROM submissions_submission").fetchall()
        files = dict(database.execute("SELECT submission_id, sha256 FROM submissions_attachment").fetchall())
    assert len({name for _, name, _ in rows}) == len(rows)
    kept = {name: (number, bytes(xml)) for number, name, xml in rows}
    assert {name: kept[name][1] for name in phones.accepted} == phones.accepted
    for name, photo in phones.photos.items():
        digest = files[kept[name][0]]
        assert digest == hashlib.sha256(photo).hexdigest()
        assert (site.folder / "blobs" / digest[:2] / digest).read_bytes() == photo


def everything_becomes_evidence_once(site: Site, phones: Phones) -> None:
    until = time.monotonic() + 60
    with psycopg.connect(site.url, autocommit=True) as database:
        waiting = "SELECT count(*) FROM submissions_standing WHERE state <> 'taken'"
        while (left := database.execute(waiting).fetchone()) != (0,):
            assert time.monotonic() < until, f"{left} are not taken"
            time.sleep(0.2)
        keys = [key for (key,) in database.execute("SELECT key FROM evidence_evidence WHERE kind = 'visit'")]
    assert len(keys) == len(set(keys))
    assert set(phones.accepted) <= set(keys)


def test_an_intake_that_dies_alone_is_started_again(site: Site) -> None:
    (died,) = site.processes_of("intake")
    os.kill(died, signal.SIGKILL)
    phones = Phones(site)
    phones.begin(2)
    time.sleep(0.5)
    phones.end()
    assert phones.accepted
    everything_becomes_evidence_once(site, phones)
    assert site.processes_of("intake") != [died]
