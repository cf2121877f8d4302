"""A database of its own for a benchmark: created on the server of CEIBA_DATABASE_URL, dropped afterwards."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import polars as pl
import psycopg

NAME = f"ceiba_benchmark_{os.getpid()}"


@contextmanager
def scratch_database(data_dir: Path) -> Iterator[Callable[[int], None]]:
    """Django set up on the scratch database; gives what registers that many people as active."""
    server = os.environ["CEIBA_DATABASE_URL"]
    os.environ |= {
        "CEIBA_DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{NAME}")),
        "CEIBA_DATA_DIR": str(data_dir),
        "DJANGO_SETTINGS_MODULE": "ceiba.config.settings",
    }
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {NAME}")
        try:
            import django
            from django.core.management import call_command
            from django.db import connection

            django.setup()
            call_command("migrate", verbosity=0)
            yield _register
            connection.close()
        finally:
            admin.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def _register(people: int) -> None:
    from ceiba.frames.postgres import copy_frame, execute
    from ceiba.registry.models import Area
    from ceiba.rulebook.models import Programme

    Programme.objects.create(code="ca", currency="USD", name={})
    for code, parent in (("GT", None), ("GT-01", "GT"), ("GT-0101", "GT-01")):
        Area.objects.create(code=code, parent_id=parent, level="area", name=code)
    number = pl.int_range(people).alias("number")
    rows = pl.select(number).select(
        pl.col("number") + 1,
        code=pl.format("P-{}", pl.col("number").cast(pl.String).str.zfill(7)),
        given_names=pl.lit("Ana"), family_names=pl.lit("Choc"), birth_date=pl.lit(date(1980, 1, 1)),
        sex=pl.lit("F"), language=pl.lit(""), phone=pl.lit(""), area_id=pl.lit("GT-0101"), search_text=pl.lit(""),
    )  # fmt: skip
    copy_frame(rows.rename({"number": "id"}), "registry_participant")
    enrolled = rows.select(
        pl.col("number").alias("participant_id"), programme_id=pl.lit("ca"), variant=pl.lit("us36"),
        state=pl.lit("active"), applied_on=pl.lit(date(2023, 1, 1)), active_on=pl.lit(date(2023, 1, 1)),
        state_since=pl.lit(date(2023, 1, 1)), cause=pl.lit(""),
    )  # fmt: skip
    copy_frame(enrolled, "registry_enrolment")
    execute("ANALYZE registry_participant, registry_enrolment")
