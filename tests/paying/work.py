"""A payment office in a process of its own, which is killed at any moment: takes what there is from where it stands.

    python -m tests.paying.work prepare ANSWERS   # a programme that can pay
    python -m tests.paying.work go ANSWERS        # until every run is closed and nothing is left to pay
    python -m tests.paying.work race ANSWERS      # eight doing the same at once

CEIBA_TEST_DIE="commit 7 after" ends it, as by SIGKILL, after its seventh commit.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from ceiba.cli.session import open_database
from ceiba.postgres.server import Server

ROLE: Final = "ceiba_site"
PEOPLE: Final = 24
MONTHS: Final = 3
GROUPS: Final = (("GT",), ("HN",))
CANCELLED_ONE_IN: Final = 5


def prepare() -> None:
    """A programme with decided months, money, accounts and people for the four steps."""
    from django.db import transaction

    from ceiba.audit.rights import rights_grant
    from ceiba.frames.postgres import execute
    from tests.apps.payments.paying.helpers import paying

    with transaction.atomic():
        execute("TRUNCATE registry_area CASCADE")  # the tests' world makes those it needs
        paying(people=PEOPLE, months=MONTHS)
        execute(f"CREATE ROLE {ROLE} LOGIN")
        rights_grant(role=ROLE)


def as_site() -> None:
    """Work as the role that owns nothing, with what `ceiba db grant` gave it."""
    url = Server(Path(os.environ["CEIBA_DATA_DIR"]) / "postgres").start()
    os.environ["CEIBA_DATABASE_URL"] = as_role(url)


def as_role(url: str) -> str:
    """The address of the database, signed in as the role of the site."""
    return url.replace("://ceiba@", f"://{ROLE}@", 1)


def die_at(told: str) -> None:
    """Have the process end at a call of a named function, just before it or just after."""
    if not told:
        return
    from django.db.backends.base.base import BaseDatabaseWrapper

    from ceiba.blobs.drafts import Draft
    from ceiba.payments.services import files

    places: dict[str, tuple[Any, str]] = {
        "commit": (BaseDatabaseWrapper, "commit"),
        "keep": (Draft, "keep"),
        "write": (files, "_file_store"),
        "close": (files, "_closed_to_cancelling"),
        "link": (os, "link"),
        "sent": (files, "_file_sent"),
    }
    name, count, when = told.split()
    owner, attribute = places[name]
    setattr(owner, attribute, _dying(getattr(owner, attribute), int(count), when))


def _dying(real: Callable[..., Any], count: int, when: str) -> Callable[..., Any]:
    calls = iter(range(1, sys.maxsize))

    def call(*args: Any, **named: Any) -> Any:
        is_last = next(calls) == count
        if is_last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        made = real(*args, **named)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    return call


class Worker:
    """What the people of a payment office and its worker do, each thing as often as it takes."""

    def __init__(self, answers: Path) -> None:
        from ceiba.ledger.models import BankAccount
        from tests.apps.funding.helpers import BANK

        self.answers = answers
        self.account = BankAccount.objects.get(code=BANK)
        self.started = datetime(2026, 11, 8, 15, tzinfo=UTC)

    @property
    def now(self) -> datetime:
        """Later each time it is asked."""
        self.started += timedelta(seconds=1)
        return self.started

    def go(self) -> None:
        """Until every run is closed and nothing is left to pay."""
        while True:
            self.take()
            moving = [self.push(run) for run in self.unfinished()]
            if self.draft() or any(moving):
                continue
            if not any(self.answers.iterdir()) and not list(self.unfinished()):
                return
            time.sleep(0.02)

    def take(self) -> None:
        """Take in what the bank said, match it, and only then let go of the files."""
        from ceiba.reconciliation.services.files import bank_file_take
        from ceiba.reconciliation.services.matching import entries_match
        from tests.apps.payments.paying.helpers import PAY_DAY

        paths = sorted(self.answers.iterdir())
        for path in paths:
            bank_file_take(path=path, name=path.name, bank_account=self.account, actor=None, at=self.now)
        if paths:
            entries_match(bank_account=self.account, today=PAY_DAY, at=self.now, actor=None)
        for path in paths:
            path.unlink()

    def unfinished(self) -> Iterator[Any]:
        from ceiba.payments.models import PaymentRun

        return iter(PaymentRun.objects.exclude(state__in=["closed", "cancelled"]).order_by("pk"))

    def push(self, run: Any) -> bool:
        """The next step of a run, if it is a person's or the worker's; whether there was one."""
        from ceiba.accounts.models import User
        from ceiba.core.payment_run import RunState, Step
        from ceiba.payments.models import PaymentFile
        from ceiba.payments.services import run_send, run_step
        from tests.apps.payments.paying.helpers import FOUR

        if run.state == RunState.SENT and not PaymentFile.objects.filter(run=run, sent_at=None).exists():
            return False
        if run.state in (RunState.RELEASED, RunState.SENT):
            run_send(run_id=run.pk, at=self.now)
            return True
        place = (RunState.DRAFT, RunState.PREPARED, RunState.REVIEWED, RunState.APPROVED).index(run.state)
        step, by, _ = FOUR[place]
        actor = User.objects.get(username=by)
        if place == 0:
            self.explain(run, actor)
        if place == 3 and run.pk % CANCELLED_ONE_IN == 0:
            run_step(run_id=run.pk, step=Step.CANCEL, actor=actor, at=self.now, note="Otra vez.")
        else:
            run_step(run_id=run.pk, step=step, actor=actor, at=self.now)
        return True

    def explain(self, run: Any, actor: Any) -> None:
        from ceiba.payments.services import alert_explain

        for alert in run.alerts.filter(explanation=""):
            alert_explain(alert_id=alert.pk, explanation="Es así.", actor=actor, at=self.now)

    def draft(self) -> bool:
        """Draft what is left to pay; whether anything was."""
        from ceiba.accounts.models import User
        from ceiba.core.kernel.errors import CeibaError
        from ceiba.core.kernel.month import Month
        from ceiba.determinations.selectors import sealed_months
        from ceiba.payments.services import run_draft
        from tests.apps.payments.paying.helpers import CODE, PAY_DAY

        actor = User.objects.get(username="pagos")
        drafted = False
        for _, month in sorted(sealed_months()):
            for areas in GROUPS:
                try:
                    run_draft(
                        programme=CODE, month=Month.of(month), areas=areas, bank_account=self.account,
                        execute_on=PAY_DAY, at=self.now, actor=actor,
                    )  # fmt: skip
                    drafted = True
                except CeibaError as error:
                    if [problem.code for problem in error.problems] != ["payment_run.nothing"]:
                        raise
        return drafted


def main() -> None:
    """As the first argument says."""
    if sys.argv[1] == "prepare":
        open_database()
        prepare()
        return
    as_site()
    open_database()
    if sys.argv[1] == "race":
        from tests.paying.racing import race

        race(Worker(Path(sys.argv[2])))
        return
    die_at(os.environ.get("CEIBA_TEST_DIE", ""))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    Worker(Path(sys.argv[2])).go()


if __name__ == "__main__":
    main()
