"""Several commands at once act on one server."""

import psycopg

from ceiba.postgres.lock import FileLock
from ceiba.postgres.server import Server, State

STARTED = "SELECT pg_postmaster_start_time()"


def test_four_first_starts_at_once_give_one_server(folder, command):
    commands = [command("print(server.start())", folder / "db") for _ in range(4)]
    outputs = [process.communicate(timeout=60) for process in commands]
    assert [error for _, error in outputs if error] == []
    urls = {output.strip() for output, _ in outputs}
    assert urls == {Server(folder / "db").url}
    logs = "".join(path.read_text() for path in (folder / "db" / "log").glob("*.log"))
    assert logs.count("starting PostgreSQL") == 1
    with psycopg.connect(urls.pop()) as database:
        assert database.execute("SELECT 1").fetchone() == (1,)


def test_starts_and_stops_at_once_end_well(stopped, command, species):
    lives = ["server.start(); server.stop()"] * 2 + ["server.start()"] * 2 + ["server.stop()"] * 2
    commands = [command(f"for _ in range(3): {life}", stopped.data_dir) for life in lives]
    assert [process.communicate(timeout=60)[1] for process in commands] == [""] * len(lives)
    assert stopped.status().state in (State.RUNNING, State.STOPPED)
    assert species(stopped.start()) == ["ceiba"]


def test_waiting_for_a_command_that_hangs_ends_in_its_name(stopped, code_of):
    stopped.start()
    with FileLock(stopped.data_dir / "command.lock") as lock:
        assert lock.try_acquire()
        lock.sign("4321, ceiba db start")
        hurried = Server(stopped.data_dir, wait_s=0)
        for call in (hurried.start, hurried.stop):
            assert code_of(call) == "postgres.busy"
        assert hurried.status().state is State.RUNNING, "status waits for nobody"
    assert hurried.start() == stopped.url


def test_a_lock_that_leads_elsewhere_is_not_followed(stopped, code_of, folder):
    victim = folder / "victim"
    victim.write_text("precious")
    for name in ("command.lock", "alive.lock"):
        lock = stopped.data_dir / name
        lock.unlink(missing_ok=True)
        lock.symlink_to(victim)
        assert code_of(stopped.start) == "postgres.file_error"
        lock.unlink()
    assert victim.read_text() == "precious"
    stopped.start()


def test_a_killed_command_leaves_no_lock(stopped, command, species):
    starter = command(
        "server.start()\nwith server._command(): print('in', flush=True); import time; time.sleep(60)",
        stopped.data_dir,
    )
    assert starter.stdout.readline() == "in\n"
    starter.kill()
    starter.communicate()
    assert species(Server(stopped.data_dir, wait_s=1).start()) == ["ceiba"]
