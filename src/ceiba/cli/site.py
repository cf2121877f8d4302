"""`ceiba serve`, `ceiba worker` and `ceiba intake`: the site, the jobs it hands over, and what phones send."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import typer

from ceiba.cli.session import console, open_database, said

STOP_SECONDS: Final = 30


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(help="Server processes.")] = 1,
    with_worker: Annotated[
        bool, typer.Option(help="Also work the job queue and take what phones send in, in processes beside.")
    ] = True,
) -> None:
    """Serve the site until interrupted."""
    open_database()
    serve_site(host, port, workers, with_worker=with_worker)


def serve_site(host: str, port: int, workers: int, *, with_worker: bool) -> None:
    """Serve with granian, worker and intake beside it; all end with this command, however it is told to.

    Granian forks its workers, and a fork after polars has started its threads can wait for them for ever. So it is
    a process of its own, begun before anything in it has touched polars.
    """
    beside = [[sys.executable, "-m", "ceiba.cli.app", name] for name in ("worker", "intake")]
    console.print(f"http://{host}:{port}/", style="bold", highlight=False)
    # Both as Ctrl-C, so that nothing is left running. SIGINT too is set again: polars has put a handler of its own
    # before Python's, after which the wait for the site goes on as if nothing had come.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    with _running([site_command(host, port, workers), *(beside if with_worker else ())]) as processes:
        while processes[0].poll() is None:
            time.sleep(1)
            for place, command in enumerate(beside if with_worker else (), 1):
                if processes[place].poll() is not None:  # it died: what it was at is taken up by the next
                    processes[place] = subprocess.Popen(command)  # noqa: S603 - our own command


def site_command(host: str, port: int, workers: int) -> list[str]:
    """The site alone. It gives way to the intake: what is received faster than it is taken only waits elsewhere."""
    granian = [sys.executable, "-m", "granian", "ceiba.config.wsgi:application", "--interface", "wsgi",
               "--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", "4",
               "--workers-kill-timeout", "10", "--log-level", "warning"]  # fmt: skip
    return ["nice", "-n", "15", *granian]


@contextmanager
def _running(commands: Iterable[list[str]]) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """The commands, each a process for as long as the body does; told to end all at once, then seen out."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            processes.append(subprocess.Popen(command))  # noqa: S603 - our own commands
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            _see_out(process)


def _see_out(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()  # what a worker was at is taken up again by the next one
        process.wait()


def worker(
    concurrency: Annotated[int, typer.Option(help="Jobs at a time.")] = 1,
    once: Annotated[bool, typer.Option(help="Work what is queued, then stop.")] = False,
) -> None:
    """Work the job queue: imports and months asked for on the site."""
    open_database()
    from ceiba.jobs.worker import work

    console.print(said("Trabajando la cola.", "Working the queue."))
    work(concurrency=concurrency, once=once)


def intake(
    once: Annotated[bool, typer.Option(help="Take what waits, then stop.")] = False,
) -> None:
    """Take in what phones send: it becomes evidence, and facts of the open months."""
    open_database()
    from ceiba.runs.intake import intake_work

    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())  # the batch at work is finished first
    console.print(said("Tomando lo que envían los teléfonos.", "Taking in what phones send."))
    intake_work(once=once, stopped=told.is_set)
