"""The queue: one job of a key at a time, how it stands, and what becomes of a job whose worker died."""

import pytest
from asgiref.sync import async_to_sync
from django.db import transaction
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import TaskNotFound

from ceiba.jobs.queue import ATTEMPTS_MAX, Deferred, Refused, job_defer
from ceiba.jobs.state import JobState, Stage, job_of, jobs_of, last_job, open_jobs_under
from ceiba.jobs.worker import stalled_take_up
from tests.queue import set_back, statuses, taken, waited, worked, worker_registered

pytestmark = pytest.mark.django_db
TASK = "tests.nothing"


@queue.task(name=TASK)
def nothing(*, user: int) -> None:
    """Fails for user 0, and refuses user -1."""
    if user == 0:
        raise ValueError(user)
    if user < 0:
        raise Refused


def defer(key: str = "a", user: int = 1, lock: str = "all") -> Deferred:
    return job_defer(task=TASK, key=key, lock=lock, arguments={"user": user})


def state(key: str = "a") -> JobState:
    found = last_job(key)
    assert found is not None
    return found


def test_an_unknown_task_is_not_queued() -> None:
    with pytest.raises(TaskNotFound):
        job_defer(task="tests.unknown", key="a", lock="all", arguments={})
    assert statuses() == []


def test_a_job_that_waits_is_not_queued_again() -> None:
    first = defer()
    assert first.is_new
    assert defer() == Deferred(first.job, is_new=False)
    assert statuses() == ["todo"]


def test_a_job_at_work_is_not_queued_again() -> None:
    first = defer()
    taken()
    assert defer() == Deferred(first.job, is_new=False)
    assert statuses() == ["doing"]


def test_a_job_that_ended_can_be_asked_for_again() -> None:
    first = defer(user=0)
    assert worked() == ["failed"]
    again = defer()
    assert again.is_new
    assert state().id == again.job != first.job
    assert worked() == ["succeeded"]
    assert statuses() == ["failed", "succeeded"]


def test_jobs_of_one_lock_follow_each_other() -> None:
    first, second, other = defer("a"), defer("b"), defer("c", lock="mine")
    assert [job.id for job in (taken(), taken()) if job] == [first.job, other.job]
    assert taken() is None
    assert state("b").id == second.job


def test_a_job_goes_with_the_transaction_that_asked_for_it() -> None:
    with transaction.atomic():
        defer()
        transaction.set_rollback(True)
    assert statuses() == []


def test_a_job_is_found_by_its_arguments_only() -> None:
    number = defer(user=7).job
    assert job_of(TASK, number, user=7) == state()
    assert job_of(TASK, number, user=8) is None
    assert job_of("another", number, user=7) is None
    assert [job.id for job in jobs_of(TASK, 5, user=7)] == [number]
    assert jobs_of(TASK, 5, user=8) == []


def test_open_jobs_are_those_that_are_not_over() -> None:
    defer("a", user=1)
    worked()
    defer("b", user=1)
    assert [job.stage for job in open_jobs_under("all")] == [Stage.WAITING]
    assert [job.stage for job in jobs_of(TASK, 5)] == [Stage.WAITING, Stage.DONE]


@pytest.mark.parametrize(("user", "stage"), [(1, Stage.DONE), (0, Stage.FAILED), (-1, Stage.REFUSED)])
def test_how_a_job_ends(user: int, stage: Stage) -> None:
    defer(user=user)
    worked()
    assert state().stage == stage
    assert not state().is_open
    assert not state().unattended


def test_how_a_job_stands() -> None:
    defer()
    assert state().stage == Stage.WAITING
    taken()
    assert state().stage == Stage.WORKING
    assert state().is_open
    seen = state().seen
    waited(60)
    assert state().seen == seen, "nothing changed: the worker is there"


@pytest.mark.parametrize(
    ("seconds", "silent", "unattended"),
    [(10, None, False), (21, None, True), (21, 5, False), (21, 31, True)],
)
def test_nobody_works_when_no_worker_gave_a_sign_of_life(
    seconds: float, silent: float | None, unattended: bool
) -> None:
    defer()
    if silent is not None:
        worker_registered(silent)
    waited(seconds)
    assert state().unattended is unattended
    assert ("unattended" in state().seen) is unattended


def test_a_job_whose_worker_died_is_unattended_and_taken_up_again() -> None:
    defer()
    taken(worker_registered(silent_seconds=31))
    waited(31)
    assert state().unattended
    take_up()
    assert state().stage == Stage.WAITING
    assert worked() == ["succeeded"]


def test_a_job_of_a_worker_that_lives_is_left_alone() -> None:
    defer()
    taken(worker_registered(silent_seconds=15))
    take_up()
    assert state().stage == Stage.WORKING


def test_a_job_that_has_killed_its_workers_is_given_up() -> None:
    defer()
    for _ in range(ATTEMPTS_MAX + 1):
        taken(worker_registered(silent_seconds=31))
        take_up()
    assert state().stage == Stage.FAILED
    assert taken() is None


def take_up() -> None:
    async_to_sync(stalled_take_up)(queue.job_manager)
    set_back("procrastinate_jobs", "scheduled_at", 60)  # the clock of a transaction stands still
