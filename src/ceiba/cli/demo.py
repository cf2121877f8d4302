"""`ceiba demo`: the main job on a made-up country, then the site. What ./scripts/demo runs."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ceiba.cli.demo_certificates import demo_certificates, demo_issuer
from ceiba.cli.demo_money import ACCOUNTS_SINCE, demo_money
from ceiba.cli.demo_participant import demo_participant
from ceiba.cli.demo_referrals import CONSULATE, demo_referrals
from ceiba.cli.demo_savings import demo_rulebook, demo_savings
from ceiba.cli.session import answer, console, open_database, said
from ceiba.core.kernel.month import Month, month_range
from ceiba.postgres.server import Server

LAST_MONTH = Month(2026, 10)
FUNDER = "US-EJ"
"""The example's funder to which the demonstration's funder is tied."""


def demo(
    participants: Annotated[int, typer.Option(help="How many people apply.")] = 1_000,
    programme: Annotated[str, typer.Option("--programme", "-p", help="ca, mx or pes.")] = "ca",
    months: Annotated[int, typer.Option(help="Months to run, at most 60; certificates take over 36.")] = 40,
    seed: Annotated[int, typer.Option(help="Another seed, another country.")] = 1,
    once: Annotated[bool, typer.Option("--once", help="Run the job and stop, without serving.")] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Forget what an earlier demo left and begin again.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port of the site.")] = 8000,
    as_json: Annotated[
        bool, typer.Option("--json", help="Answer as JSON, for a script; with --once.")
    ] = False,
) -> None:
    """Make a country, take its register and evidence in, decide every month, list the payments, serve the site.

    What is done already is not done again: the next demo of the same country takes seconds.
    """
    folder = (
        Path(os.environ.get("CEIBA_DATA_DIR", "var/demo")) / f"{programme}-{participants}-{months}-{seed}"
    )
    os.environ["CEIBA_DATA_DIR"] = str(folder.resolve())
    os.environ["CEIBA_DEMO"] = "1"
    demo_issuer()
    if fresh:
        _forget(folder)
    with _database_while_needed():
        first = LAST_MONTH + (1 - months)
        options = {"participants": participants, "programme": programme, "months": months, "seed": seed}
        with _bars(as_json) as bars:
            country = _made_country(folder, options, bars)
            _register(country, programme, bars)
            _accounts(country, bars)
            summaries = _months(country, programme, first, bars)
            _users(programme)
            listed = _payment_list(folder, programme)
            _field(folder, programme, seed, bars)
            _commitments()
            demo_referrals(programme)
            _money(programme, list(month_range(first, LAST_MONTH)), bars)
            demo_certificates(programme)
        if as_json:
            answer({"months": [summary.as_dict() for summary in summaries], "payment_list": str(listed)})
        else:
            _report(summaries, listed)
        if not once:
            _serve(port)


@contextmanager
def _database_while_needed() -> Iterator[None]:
    """The demo's embedded server, stopped at the end so that nothing is left running; or the server selected."""
    embedded = not os.environ.get("CEIBA_DATABASE_URL")
    open_database()
    try:
        yield
    finally:
        from django.db import connections

        connections.close_all()
        if embedded:
            Server(Path(os.environ["CEIBA_DATA_DIR"]) / "postgres").stop()


def _forget(folder: Path) -> None:
    if folder.exists():
        Server(folder.resolve() / "postgres").stop()
        shutil.rmtree(folder)


@contextmanager
def _bars(quiet: bool) -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=quiet) as bars:
        yield bars


def _made_country(folder: Path, options: dict[str, Any], bars: Progress) -> Path:
    """The folder of the made-up country, made unless it is there whole."""
    from ceiba.synth.country import SynthOptions, generate

    country = folder / "country"
    task = bars.add_task(said("País de muestra", "Sample country"), total=1)
    if not (country / "manifest.json").exists():
        draft = folder / "country.draft"
        shutil.rmtree(draft, ignore_errors=True)
        progress: Callable[[str, int, int], None] = lambda _, done, total: bars.update(  # noqa: E731 - a callback
            task, completed=done, total=total
        )
        generate(SynthOptions(**options, last_month=LAST_MONTH), draft, progress)
        draft.replace(country)
    bars.update(task, completed=1, total=1)
    return country


def _register(country: Path, programme: str, bars: Progress) -> None:
    """Areas, the programme's rulebook, demo users and the register."""
    from django.conf import settings

    from ceiba.cli.funding import funding_loaded
    from ceiba.cli.register import sources_in, taken
    from ceiba.runs.publication import programme_publish

    sources = sources_in([country / "register"])
    task = bars.add_task(said("Padrón", "Register"), total=len(sources) + 2)
    folder = settings.PROGRAMMES_DIR / programme
    programme_publish(files=demo_rulebook(folder), actor=None, at=datetime.now(UTC), forms=folder / "forms")
    bars.advance(task)
    for source in sources:
        taken(source)
        bars.advance(task)
    _users(programme)
    example = folder / "funding" / "example.toml"
    if example.exists():
        funding_loaded(example, programme, "oficina", "coordinadora")
    bars.advance(task)


def _users(programme: str) -> None:
    """The users of the demonstration, made anew when there is a participant who has more to look at."""
    from ceiba.accounts.models import User
    from ceiba.accounts.services import demo_users_create
    from ceiba.registry.models import Area, Technician

    participant = demo_participant(programme)
    if User.objects.filter(username="sembradora", code=participant).exists():
        return
    demo_users_create(
        areas=Area.objects.filter(level="country", code__in=_countries(programme)).values_list(
            "code", flat=True
        ),
        technician=Technician.objects.filter(kind="productive").order_by("code")[0].code,
        participant=participant,
        funder=FUNDER,
        consulate=CONSULATE,
    )


def _accounts(country: Path, bars: Progress) -> None:
    """Where people are paid: proposed by one demo user, confirmed by another."""
    from ceiba.accounts.models import User
    from ceiba.cli.register import sources_in, taken
    from ceiba.payees.models import PayeeAccount
    from ceiba.payees.services import accounts_confirm

    task = bars.add_task(said("Cuentas de pago", "Payee accounts"), total=2)
    (source,) = sources_in([country / "payees" / "payee_accounts.parquet"])
    since = datetime.now(UTC) - ACCOUNTS_SINCE
    taken(source, by="pagos", at=since)
    bars.advance(task)
    waiting = PayeeAccount.objects.filter(
        state="proposed", proposed_by__username="pagos", source__isnull=False
    )
    if accounts := list(waiting.values_list("pk", flat=True)):
        treasury = User.objects.get(username="tesorera")
        accounts_confirm(accounts=accounts, actor=treasury, now=since)
    bars.advance(task)


def _countries(programme: str) -> tuple[str, ...]:
    from ceiba.rulebook.selectors import latest_version, rulebook_of

    return rulebook_of(latest_version(programme)).countries


def _months(country: Path, programme: str, first: Month, bars: Progress) -> list[Any]:
    """Take in each month's evidence and decide it; what is done already stays as it is."""
    from ceiba.cli.register import sources_in, taken
    from ceiba.runs.models import Run, RunState
    from ceiba.runs.selectors import run_summary
    from ceiba.runs.services import month_run

    months = list(month_range(first, LAST_MONTH))
    task = bars.add_task(said("Meses", "Months"), total=len(months))
    summaries = []
    for month in months:
        run = Run.objects.filter(programme=programme, month=month.first_day, state=RunState.COUNTED).first()
        if run is None:
            bars.update(task, description=f"{said('Meses', 'Months')} {month}")
            for source in sources_in([country / "evidence" / str(month)]):
                taken(source)
            run = month_run(programme=programme, month=month, now=datetime.now(UTC))
        summaries.append(run_summary(run))
        bars.advance(task)
    return summaries


def _field(folder: Path, programme: str, seed: int, bars: Progress) -> None:
    """What phones sent in the month that is still open; which of it is a planted fault is told in a file."""
    from ceiba.cli.field import field_sent

    truth = folder / "country" / "truth" / "field.json"
    task = bars.add_task(said("Mes abierto, en campo", "Open month, in the field"), total=1)
    if not truth.exists():
        planted = field_sent(
            programme,
            LAST_MONTH + 1,
            seed,
            lambda done, total: bars.update(task, completed=done, total=total + 1),
        )
        truth.write_text(json.dumps(planted, indent=1), encoding="utf-8")
    bars.update(task, completed=1, total=1)


def _commitments() -> None:
    """What governments promised each other, entered by one of the office and confirmed by another."""
    from ceiba.cli.commitments import EXAMPLES, load_file

    load_file(EXAMPLES, "oficina", "coordinadora")


def _money(programme: str, months: list[Month], bars: Progress) -> None:
    """Runs on their way, and what a bank that does not exist answered."""
    task = bars.add_task(said("Dinero", "Money"), total=1)
    demo_savings(programme, months)
    demo_money(programme, months, _countries(programme))
    bars.advance(task)


def _payment_list(folder: Path, programme: str) -> Path:
    """The last month's payment list as CSV."""
    from ceiba.accounts.models import Role
    from ceiba.accounts.selectors import Scope
    from ceiba.frames.tabular import csv_parts
    from ceiba.payments.selectors import payment_table
    from ceiba.registry.models import Area

    path = folder / f"payment-list-{programme}-{LAST_MONTH}.csv"
    scope = Scope(Role.OFFICE, tuple(Area.objects.filter(level="country").values_list("code", flat=True)))
    table = payment_table(programme, LAST_MONTH.first_day, scope)
    with path.open("wb") as out:
        out.writelines(csv_parts(table, table.columns, bom=True))
    return path


def _report(summaries: list[Any], listed: Path) -> None:
    from ceiba.cli.month import summary_table

    console.print(summary_table(summaries))
    total = Table(box=None, show_header=False, pad_edge=False)
    total.add_row(said("lista de pago", "payment list"), str(listed))
    total.add_row(said("meses sellados", "sealed months"), str(listed.parent / "sealed"))
    console.print(total)


def _serve(port: int) -> None:
    from ceiba.accounts.services import DEMO_PASSWORD, DEMO_USERS
    from ceiba.cli.site import serve_site

    table = Table(
        title=said("Cuentas de muestra", "Demo accounts"), title_justify="left", box=None, pad_edge=False
    )
    for name in (said("usuario", "user"), said("papel", "role")):
        table.add_column(name)
    for user in DEMO_USERS:
        table.add_row(user.username, user.role)
    console.print(table)
    console.print(
        said(f"Contraseña de todas: {DEMO_PASSWORD}", f"Password of all: {DEMO_PASSWORD}"), highlight=False
    )
    serve_site("127.0.0.1", port, 1, with_worker=True)
