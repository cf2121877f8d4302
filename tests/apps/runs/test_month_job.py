"""A month that the worker decides: once, after whoever else is at it, and gone on with when the worker was killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone

from ceiba.accounts.models import Role, User
from ceiba.audit.models import Event
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.month import Month
from ceiba.determinations.models import Determination
from ceiba.determinations.verification import verify_month
from ceiba.jobs.state import Stage, last_job
from ceiba.jobs.worker import work
from ceiba.payments.models import PaymentLine
from ceiba.runs import services
from ceiba.runs.models import Run, RunState
from ceiba.runs.selectors import month_key
from ceiba.runs.services import month_ask, month_run
from tests.apps.runs.conftest import FIRST, NOW
from tests.factories import user_make
from tests.queue import emptied, set_back, statuses, waited, worked

pytestmark = pytest.mark.django_db
Receive = Callable[[Month], None]
SECOND = FIRST + 1
STUCK_WORKER = """
import sys, time
import django
django.setup()
from pathlib import Path
from ceiba.jobs.worker import work
from ceiba.runs import services

def stuck(month):
    Path(sys.argv[1]).touch()
    time.sleep(600)

services.STAGES = tuple((state, stuck if state == "listed" else stage) for state, stage in services.STAGES)
work()
"""


@pytest.fixture
def office(receive: Receive) -> User:
    """An office of the whole programme; the first month is decided, the evidence of the second has come."""
    receive(FIRST)
    month_run(programme="ca", month=FIRST, now=NOW)
    receive(SECOND)
    return user_make("office", Role.OFFICE, areas=("GT", "HN", "SV"))


@pytest.fixture
def real_queue(office: User, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The queue for workers with connections of their own, which they close after each job."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    with emptied():
        yield


def ask(office: User, month: Month = SECOND) -> None:
    month_ask(programme="ca", month=month, now=timezone.now(), actor=office)


def run_of(month: Month = SECOND) -> Run:
    return Run.objects.get(month=month.first_day)


def assert_decided_once(data_dir: Path) -> None:
    done = run_of()
    assert done.state == RunState.COUNTED
    paid = Determination.objects.filter(run=done, revision=0, outcome="pay")
    assert paid.exists()
    assert (
        PaymentLine.objects.filter(month=done.month, revision=0, component="support").count() == paid.count()
    )
    assert verify_month(data_dir / done.seal.folder).identical


def test_it_is_decided_in_the_name_of_whoever_asked(office: User, data_dir: Path) -> None:
    ask(office)
    assert worked() == ["succeeded"]
    assert run_of().started_by == office
    assert_decided_once(data_dir)
    acts = Event.objects.filter(subject=f"ca {SECOND}").order_by("pk")
    assert list(acts.values_list("action", "actor")) == [
        ("month.asked", office.pk),
        ("month.seal", office.pk),
    ]


def test_the_arguments_of_the_job_name_nobody(office: User) -> None:
    ask(office)
    job = last_job(month_key("ca", SECOND))
    assert job is not None
    assert job.arguments == {"programme": "ca", "month": str(SECOND), "user": office.pk}


def test_a_month_that_a_command_decided_meanwhile_is_left_as_it_is(office: User, data_dir: Path) -> None:
    ask(office)
    sealed = month_run(programme="ca", month=SECOND, now=NOW).seal.digests
    assert worked() == ["succeeded"]
    assert run_of().seal.digests == sealed
    assert_decided_once(data_dir)


def test_the_actor_of_a_command_is_checked_as_well(office: User) -> None:
    with pytest.raises(CeibaError, match="does not cover Honduras"):
        month_run(
            programme="ca", month=SECOND, now=NOW, actor=user_make("gt", Role.OFFICE, areas=("GT", "SV"))
        )
    assert not Run.objects.filter(month=SECOND.first_day).exists()


def test_what_broke_down_goes_on_where_it_stopped(
    office: User, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(work: services.MonthWork) -> None:
        raise MemoryError

    stages = tuple((state, broken if state == RunState.LISTED else stage) for state, stage in services.STAGES)
    monkeypatch.setattr(services, "STAGES", stages)
    ask(office)
    assert worked() == ["failed"]
    assert run_of().state == RunState.DECIDED
    monkeypatch.undo()
    ask(office)
    assert worked() == ["succeeded"]
    assert_decided_once(data_dir)


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_waits_for_a_command_at_the_same_month(
    real_queue: None, office: User, data_dir: Path
) -> None:
    ask(office)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('ceiba month ca'))")
        worker = Thread(target=work, kwargs={"once": True})
        worker.start()
        until(lambda: waiting_for_the_lock(cursor), worker.is_alive)
        assert statuses() == ["doing"]
        assert not Run.objects.filter(month=SECOND.first_day).exists()
        cursor.execute("SELECT pg_advisory_unlock(hashtext('ceiba month ca'))")
    worker.join()
    assert statuses() == ["succeeded"]
    assert_decided_once(data_dir)


@pytest.mark.django_db(transaction=True)
def test_a_month_whose_worker_was_killed_is_finished_by_the_next(
    real_queue: None, office: User, data_dir: Path, tmp_path: Path
) -> None:
    ask(office)
    marker = tmp_path / "at-work"
    killed = subprocess.Popen([sys.executable, "-c", STUCK_WORKER, str(marker)], env=environment(data_dir))
    try:
        until(marker.exists, lambda: killed.poll() is None)
    finally:
        killed.kill()
        killed.wait()
    assert statuses() == ["doing"]
    assert run_of().state == RunState.DECIDED
    waited(31)
    set_back("procrastinate_workers", "last_heartbeat", 31)
    job = last_job(month_key("ca", SECOND))
    assert job is not None
    assert (job.stage, job.unattended) == (Stage.WORKING, True)

    work(once=True)
    assert statuses() == ["succeeded"]
    assert_decided_once(data_dir)


def waiting_for_the_lock(cursor: object) -> bool:
    cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")  # type: ignore[attr-defined]
    return bool(cursor.fetchone()[0])  # type: ignore[attr-defined]


def until(true: Callable[[], bool], goes_on: Callable[[], bool]) -> None:
    """Wait for it, however slow the machine is, while there is somebody who can still bring it about."""
    while not true():
        assert goes_on(), "it ended without"
        time.sleep(0.1)


def environment(data_dir: Path) -> dict[str, str]:
    """What a command needs to find the test's database and folder."""
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}:{at['PASSWORD']}@/{at['NAME']}?host={at['HOST']}&port={at['PORT']}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "ceiba.config.settings",
        "CEIBA_DATABASE_URL": url,
        "CEIBA_DATA_DIR": str(data_dir),
    }
