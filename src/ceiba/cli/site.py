"""`ceiba serve` and `ceiba worker`: the site, and the jobs it hands over."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from ceiba.cli.session import console, open_database, said


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(help="Server processes.")] = 1,
    with_worker: Annotated[bool, typer.Option(help="Also work the job queue, in a process beside.")] = True,
) -> None:
    """Serve the site until interrupted."""
    open_database()
    serve_site(host, port, workers, with_worker=with_worker)


def serve_site(host: str, port: int, workers: int, *, with_worker: bool) -> None:
    """Serve with granian in this process; the worker beside it ends with it."""
    from granian import Granian
    from granian.constants import Interfaces

    server = Granian(
        "ceiba.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        log_access=False,
    )
    console.print(f"http://{host}:{port}/", style="bold", highlight=False)
    with _worker_beside(with_worker):
        server.serve()


@contextmanager
def _worker_beside(wanted: bool) -> Iterator[None]:
    if not wanted:
        yield
        return
    process = subprocess.Popen([sys.executable, "-m", "ceiba.cli.app", "worker"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def worker(
    concurrency: Annotated[int, typer.Option(help="Jobs at a time.")] = 1,
    once: Annotated[bool, typer.Option(help="Work what is queued, then stop.")] = False,
) -> None:
    """Work the job queue: imports and months asked for on the site."""
    open_database()
    from procrastinate.contrib.django import app as queue

    console.print(said("Trabajando la cola.", "Working the queue."))
    connector: Any = queue.connector  # Django's, which knows its worker's
    with queue.replace_connector(connector.get_worker_connector()) as running:
        running.run_worker(concurrency=concurrency, wait=not once, install_signal_handlers=True)
