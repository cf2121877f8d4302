"""Killed at any moment from draft to matching: no line lost, none paid twice, and the books are whole."""

import hashlib
import os
import random
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

import ceiba.ledger
from tests.apps.payments.paying.helpers import CODE
from tests.paying.office import SEED, Office

ROUNDS: Final = int(os.environ.get("CEIBA_TEST_KILLS", "4"))  # two hundred, by whoever has half an hour
STRAYED: Final = (Path(ceiba.ledger.__file__).parent / "sql" / "strayed.sql").read_text()
Rows = list[tuple[Any, ...]]

pytestmark = pytest.mark.xdist_group("serving")


def test_nothing_is_lost_and_nobody_is_paid_twice(office: Office) -> None:
    kills, told = 0, Counter[str]()
    for offices in count():
        each = office if offices == 0 else Office(SEED + offices)
        try:
            kills += killed(each, ROUNDS - kills, kills)
            told.update(each.told)
        finally:
            if each is not office:
                each.close()
        print(f"{kills} kills of {offices + 1} offices: {dict(told)}", flush=True)
        if kills >= ROUNDS:
            break


def killed(office: Office, most: int, so_far: int) -> int:
    """Kill it up to `most` times, let it finish, and look at everything; how many times it was."""
    kills = 0
    while kills < most and office.killed(so_far + kills):
        kills += 1
    office.finished()
    with psycopg.connect(office.url) as database:
        paid = whole(office, database)
        said_again(office, database)
        assert whole(office, database) == paid
    return kills


def whole(office: Office, database: "psycopg.Connection[Any]") -> int:
    """Every line has its place, nobody was paid twice, and the books say what the bank says; what it paid."""

    def rows(query: Any, **values: Any) -> Rows:
        return database.execute(query, values or None).fetchall()

    assert rows(STRAYED, programme=CODE) == []
    assert rows(UNPLACED) == []
    assert {state for (state,) in rows("SELECT DISTINCT state FROM payments_paymentrun")} <= {
        "closed", "cancelled",
    }  # fmt: skip
    paid = office.bank.paid()
    assert paid and set(paid.values()) == {1}, "the bank took an order twice"
    payments = {number.hex.upper(): (state, minor) for number, state, minor in rows(PAYMENTS)}
    assert {name for name, (state, _) in payments.items() if state in ("paid", "returned")} == set(paid)
    kept = {name for name in paid if payments[name][0] == "paid"}
    twice = Counter(
        line for name, *line_of in rows(LINES) if name.hex.upper() in kept for line in [tuple(line_of)]
    )
    assert twice and set(twice.values()) == {1}, "a line was paid twice"
    total = sum(payments[name][1] for name in kept)
    assert rows(BALANCES)[0] == (0, office.bank.moved_minor, total)
    sent_as_kept(office, rows("SELECT name, sha256 FROM payments_paymentfile"))
    return total


def sent_as_kept(office: Office, files: Rows) -> None:
    """What the bank was given, each time, is what we kept."""
    kept = dict(files)
    for path in office.bank.taken:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == kept[path.name]
    for digest in kept.values():
        stored = (office.folder / "blobs" / digest[:2] / digest).read_bytes()
        assert hashlib.sha256(stored).hexdigest() == digest


def said_again(office: Office, database: "psycopg.Connection[Any]") -> None:
    """Everything that the bank ever said, twice and shuffled: nothing changes."""
    before = database.execute(MOVED).fetchall()
    twice = [*office.bank.said, *office.bank.said]
    random.Random(1).shuffle(twice)  # noqa: S311 - any order
    for number, path in enumerate(twice):
        (office.bank.answers / f"{number:04}-{path.name}").write_bytes(path.read_bytes())
    office.finished()
    database.rollback()  # to see what is there now
    assert database.execute(MOVED).fetchall() == before


# Lines of no live claim, of people who are in no run with a reason, and that no answer of a bank let go.
UNPLACED = """
SELECT l.participant_id, l.month FROM payments_paymentline l
WHERE (SELECT count(*) FROM payments_claim c WHERE c.live AND c.participant_id = l.participant_id
        AND c.month = l.month AND c.for_month = l.for_month AND c.component = l.component) <> 1
    AND NOT EXISTS (SELECT FROM payments_leftout o JOIN payments_paymentrun r ON r.id = o.run_id
        WHERE o.participant_id = l.participant_id AND r.month = l.month)
"""
PAYMENTS = "SELECT id, state, amount_minor FROM payments_payment WHERE amount_minor > 0"
LINES = """
SELECT c.payment_id, c.participant_id, c.month, c.for_month, c.component
FROM payments_claim c WHERE c.payment_id IS NOT NULL
"""
# What is ordered and not booked; what moved at the bank; what left the funds for payments.
BALANCES = """
SELECT
    (SELECT sum(credits_posted - debits_posted + credits_pending + debits_pending)::bigint FROM ledger_account
        WHERE kind = 'clearing'),
    (SELECT sum(debits_posted - credits_posted)::bigint FROM ledger_account WHERE kind = 'bank')
        - (SELECT sum(amount_minor)::bigint FROM ledger_transfer WHERE kind = 'disbursement'),
    (SELECT sum(CASE WHEN c.kind = 'clearing' THEN t.amount_minor ELSE -t.amount_minor END)::bigint
        FROM ledger_transfer t
        JOIN ledger_account c ON c.id = t.credit_id LEFT JOIN ledger_settlement s ON s.transfer_id = t.id
        WHERE t.kind IN ('support', 'recovery', 'returned') AND (NOT t.pending OR s.posted))
"""
MOVED = """
SELECT (SELECT count(*) FROM ledger_transfer), (SELECT count(*) FROM ledger_settlement),
    (SELECT count(*) FROM payments_claim), (SELECT count(*) FROM payments_payment),
    (SELECT count(*) FROM reconciliation_bankfile), (SELECT count(*) FROM reconciliation_bankentry),
    (SELECT string_agg(code || debits_posted || ' ' || credits_posted, ',' ORDER BY code) FROM ledger_account)
"""
