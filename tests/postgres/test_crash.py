"""What a crash leaves behind, and processes that look like the server and are not, or are."""

import os
import signal
import subprocess
import time

import psycopg
import pytest

from ceiba.postgres.binaries import find_binaries
from ceiba.postgres.home import Home
from ceiba.postgres.runner import RootTools, find_runner
from ceiba.postgres.server import Server, State


@pytest.fixture
def bystander():
    """A live process that has nothing to do with PostgreSQL."""
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


def pid_file_of(server):
    return server.data_dir / "cluster" / "postmaster.pid"


def test_committed_rows_survive_the_kill_of_the_postmaster(stopped, kill_postmaster, species):
    database = psycopg.connect(stopped.start())
    database.execute("INSERT INTO tree SELECT 'mahogany' FROM generate_series(1, 1000)")
    database.commit()
    database.execute("INSERT INTO tree VALUES ('never committed')")
    kill_postmaster(stopped)
    database.close()
    left = pid_file_of(stopped).read_text()
    assert species(stopped.start()) == ["ceiba"] + ["mahogany"] * 1000
    assert pid_file_of(stopped).read_text() != left


def test_everything_killed_at_once_as_by_a_power_cut(stopped, species, kill_everything):
    database = psycopg.connect(stopped.start(), autocommit=True)
    database.execute("INSERT INTO tree VALUES ('cedar')")
    assert kill_everything(stopped.data_dir) > 3
    database.close()
    assert species(stopped.start()) == ["cedar", "ceiba"]


def test_stale_pid_of_an_unrelated_process_is_not_believed(stopped, bystander, kill_everything, species):
    stopped.start()
    kill_everything(stopped.data_dir)
    for left in (pid_file_of(stopped), stopped.data_dir / ".s.PGSQL.5432.lock"):
        pid, _, rest = left.read_text().partition("\n")
        assert pid.isdecimal()
        left.write_text(f"{bystander.pid}\n{rest}")

    assert stopped.status().state is State.STOPPED
    stopped.stop()
    assert bystander.poll() is None, "stop must not signal a process that is not the server"
    assert species(stopped.start()) == ["ceiba"]
    assert bystander.poll() is None


@pytest.mark.parametrize("text", ["", "not a number\n", "-1\n", "99999999\n"])
def test_broken_pid_file_is_a_crash_s(stopped, text, species):
    pid_file_of(stopped).write_text(text)
    assert stopped.status().state is State.STOPPED
    assert species(stopped.start()) == ["ceiba"]


def test_processes_that_outlive_the_postmaster_are_waited_for(stopped, kill_postmaster, code_of, species):
    database = psycopg.connect(stopped.start())
    backend = database.info.backend_pid
    os.kill(backend, signal.SIGSTOP)
    kill_postmaster(stopped)
    hurried = Server(stopped.data_dir, wait_s=0)
    assert code_of(hurried.start) == "postgres.not_ready"
    assert hurried.status().state is State.CHANGING
    os.kill(backend, signal.SIGCONT)
    database.close()
    assert species(stopped.start()) == ["ceiba"]


def test_a_server_started_by_hand_is_left_alone(stopped, code_of, folder):
    home = Home(stopped.data_dir)
    binaries = find_binaries()
    runner = find_runner(home, binaries, RootTools())
    elsewhere = folder / "e"
    elsewhere.mkdir()
    if runner.switch:
        os.chown(elsewhere, runner.uid, runner.gid)
    options = f"-c listen_addresses= -k {elsewhere}"
    arguments = f"start -w -D {home.cluster.name} -l by_hand.log -o".split()
    assert runner.run(binaries.program("pg_ctl"), [*arguments, options], home.folder).returncode == 0
    written = pid_file_of(stopped).read_text()

    assert stopped.status().state is State.CHANGING
    assert code_of(stopped.start) == "postgres.foreign_server"
    assert code_of(stopped.stop) == "postgres.foreign_server"
    assert pid_file_of(stopped).read_text() == written
    with psycopg.connect(f"postgresql://ceiba@/ceiba?host={elsewhere}") as database:
        assert database.execute("SELECT count(*) FROM tree").fetchone() == (1,)


def test_a_server_that_does_not_come_up_shows_its_last_words(stopped, code_of):
    settings = stopped.data_dir / "cluster" / "postgresql.conf"
    good = settings.read_text()
    settings.write_text(good + "\nno_such_setting = 1\n")
    for log in (stopped.data_dir / "log").iterdir():
        log.write_text(log.read_text() + "FATAL:  No space left on device\n")  # another day's trouble
    with pytest.raises(Exception, match="no_such_setting"):
        stopped.start()
    assert code_of(stopped.start) == "postgres.not_started"
    assert stopped.status().state is State.STOPPED
    settings.write_text(good)
    stopped.start()


def test_slow_recovery_is_no_failure(stopped, code_of, postmaster_of, species):
    stopped.start()
    postmaster = postmaster_of(stopped).pid
    os.kill(postmaster, signal.SIGSTOP)
    pid_file = pid_file_of(stopped)
    ready = pid_file.read_text()
    pid_file.write_text(ready.replace("ready", "starting"))
    assert code_of(Server(stopped.data_dir, wait_s=0).start) == "postgres.not_ready"
    assert code_of(Server(stopped.data_dir, wait_s=0).stop) == "postgres.not_stopped"
    os.kill(postmaster, signal.SIGCONT)
    deadline = time.monotonic() + 10
    while stopped.status().state is not State.STOPPED and time.monotonic() < deadline:
        time.sleep(0.05)
    assert species(stopped.start()) == ["ceiba"]
