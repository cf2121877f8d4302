"""What commands share: the language of messages, the database made ready, answers for people or for scripts."""

import json
import os
import sys
from typing import Any

import django
from django.core.management import call_command
from rich.console import Console

from ceiba.config.environment import data_dir
from ceiba.postgres.url import database_url

console = Console()
errors = Console(stderr=True)


def language() -> str:
    """Spanish, unless CEIBA_LANG (or the locale) asks for English."""
    wanted = os.environ.get("CEIBA_LANG") or os.environ.get("LANG") or "es"
    return "en" if wanted.lower().startswith("en") else "es"


def said(es: str, en: str) -> str:
    """The text in the language of messages."""
    return es if language() == "es" else en


def setup_django() -> None:
    """Load Django's apps, without a database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ceiba.config.settings")
    django.setup()


def open_database() -> None:
    """Start or join the database, load Django, and bring tables and areas up to date when they are not.

    Raises CeibaError (postgres.*).
    """
    os.environ["CEIBA_DATABASE_URL"] = database_url(os.environ, data_dir(os.environ) / "postgres")
    setup_django()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from ceiba.registry.models import Area
    from ceiba.registry.services import areas_load

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    if not Area.objects.exists():
        areas_load()


def answer(data: dict[str, Any]) -> None:
    """Print `data` as JSON, for a script."""
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")
