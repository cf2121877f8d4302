"""Eight at once: one wins, the others are told why or find it done, and nobody waits for ever."""

import json
from collections import Counter
from typing import Any

import psycopg
import pytest

from tests.apps.payments.paying.helpers import CODE
from tests.paying.office import Office
from tests.paying.racing import RACERS
from tests.paying.test_kill import LINES, STRAYED

pytestmark = pytest.mark.xdist_group("serving")
# What may come of a race beside winning it.
NEXT = {"payment_run.turn", "payment_run.same_person"}


def test_one_wins(office: Office) -> None:
    told: dict[str, list[str]] = json.loads(office.said("race"))
    assert told["draft"] == ["drafted 3", *["payment_run.nothing"] * (RACERS - 1)]
    drafted = [word for word in told["overlap"] if word != "payment_run.nothing"]
    assert drafted in (["drafted 1", "drafted 2"], ["drafted 2"])
    for step, state in (
        ("prepare", "prepared"), ("review", "reviewed"), ("approve", "approved"), ("release", "released"),
    ):  # fmt: skip
        assert told[step].count(state) == 1, told[step]
        assert set(told[step]) - {state} <= NEXT
    assert told["send"] == ["sent"] * RACERS
    assert told["take"] == ["again"] * (RACERS - 1) + ["taken"]
    assert told["match"] == ["settled 0"] * RACERS or Counter(told["match"])["settled 0"] == RACERS - 1
    assert Counter(told["explain"])["explained"] == 1
    for word in (word for words in told.values() for word in words):
        assert ":" not in word, word
    with psycopg.connect(office.url) as database:
        whole(database)


def whole(database: "psycopg.Connection[Any]") -> None:
    assert database.execute(STRAYED, {"programme": CODE}).fetchall() == []
    claimed = Counter(tuple(line) for _, *line in database.execute(f"{LINES} AND c.live").fetchall())
    assert claimed and set(claimed.values()) == {1}
    (files,) = database.execute(
        "SELECT count(*) - count(DISTINCT (run_id, part)) FROM payments_paymentfile"
    ).fetchall()
    assert files == (0,)
