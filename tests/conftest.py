"""The database of the tests: the server CEIBA_DATABASE_URL names, or an embedded one kept in var/tests."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Timings are for benchmarks/: a slow machine must not fail a property.
settings.register_profile("ceiba", deadline=None, max_examples=60)
settings.load_profile("ceiba")

EMBEDDED = Path(__file__).parents[1] / "var" / "tests"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Started when the first test asks for a database, so that the core's tests never wait for one."""
    if "CEIBA_DATABASE_URL" in os.environ:
        return
    from django.db import connection

    from ceiba.config.environment import database_options
    from tests.migrated import BARE, server_at

    options = database_options(server_at(EMBEDDED).start())
    for name in ("USER", "PASSWORD", "HOST", "PORT"):
        connection.settings_dict[name] = options[name]
    connection.settings_dict["TEST"]["TEMPLATE"] = BARE


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """pytest-django's databases, dropped even where a thread of some test left a session open.

    Such a session is told of, with what it asked last: whose it is can be found by that.
    """
    yield
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000), state, left(query, 200) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        for _, state, query in cursor.fetchall():
            print(f"\na session was left open ({state}): {query}", file=sys.stderr)


def needs_database(request: pytest.FixtureRequest) -> bool:
    marked = request.node.get_closest_marker("django_db") is not None
    return marked or bool({"db", "transactional_db"} & set(request.fixturenames))


@pytest.fixture(autouse=True)
def devices_asked_for_every_time(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A device of a test before may have the key of one of this test; and who is revoked is out at once."""
    if needs_database(request):
        monkeypatch.setattr("ceiba.devices.selectors.FRESH_SECONDS", 0.0)


@pytest.fixture(autouse=True)
def forms_of_this_test_alone(request: pytest.FixtureRequest) -> None:
    """Forget the forms that a test before published and that were rolled back."""
    if needs_database(request):
        from ceiba.forms.definitions import version_number

        version_number.cache_clear()


@pytest.fixture
def live_server(live_server: Any, transactional_db: None) -> Iterator[Any]:
    """pytest-django's server, which has answered all that was asked before the tables are emptied for the next test.

    Whoever asked has closed their connections by then; a request that is still at work would stand in the way of the
    emptying, or write rows behind it.
    """
    live_server.thread.httpd.daemon_threads = False  # so that its threads can be waited for
    yield live_server
    live_server.thread.httpd._threads.join()
