"""Two people book the same credit in the same moment, each with a connection of their own: one of them is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection, transaction

from ceiba.core.kernel.errors import CeibaError
from ceiba.ledger.selectors import strayed
from ceiba.reconciliation.models import OpenItem
from tests.apps.reconciliation.conftest import Sent, sent_run
from tests.apps.reconciliation.test_expected import confirm, entered, explain, fund, shown
from tests.factories import CODE
from tests.queue import emptied

ROUNDS = 4


@pytest.fixture
def sent(transactional_db: None, tmp_path: Path) -> Sent:
    with transaction.atomic():
        return sent_run(tmp_path)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What each act was refused for; empty for one that passed."""
    start = Barrier(len(acts))

    def done(act: Callable[[], object]) -> str:
        start.wait()
        try:
            act()
        except CeibaError as error:
            return error.problems[0].code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(done, acts))


def test_a_credit_is_recorded_or_explained_but_never_both(sent: Sent):
    with emptied():
        before = fund(sent)
        for turn in range(ROUNDS):
            shown(sent, reference=f"DEP{turn}", name=f"{turn}.xml")
            sent.match()
            waiting = explain(sent, OpenItem.objects.get(reference=f"DEP{turn}"))
            entry = entered(sent, reference=f"DEP{turn}")
            said = at_once(
                lambda entry=entry: sent.paying.office.accept(entry),
                lambda waiting=waiting: confirm(sent, waiting),
            )
            assert sorted(said) in (["", "funding.explained"], ["", "open_item.recorded"])
        sent.match()
        assert fund(sent) == before + ROUNDS * 90_000
        assert strayed(CODE) == []
        sent.whole()
