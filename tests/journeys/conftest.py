"""A served site with a small programme in it, and a browser that says what went wrong on its side."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests import factories
from tests.factories import World

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PASSWORD = "arbol-de-ceiba-2026"
FLAGS = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
)  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if missing := _missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, and Django would take our own queries for its.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def _missing() -> str | None:
    """What the browser or its driver lacks on this machine."""
    from playwright._impl._driver import compute_driver_executable

    if CHROMIUM is None:
        return "Chromium is not installed"
    node, _ = compute_driver_executable()
    tried = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return f"Playwright's driver does not start: {tried.stderr.strip()}" if tried.returncode else None


@pytest.fixture
def made(transactional_db: None, settings: Any) -> World:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # fast; nothing is secret here
    from django.db import transaction

    with transaction.atomic():
        world = factories.world(people=30)
        factories.users_make(world)
        for user in world.users.values():
            user.set_password(PASSWORD)
            user.save()
    return world


@pytest.fixture
def visit(chromium: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Opens a window of a size; at the end, it must have reported no error (a refused script, a broken policy)."""
    opened: list[tuple[Any, list[str]]] = []

    def window(width: int, height: int) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, base_url=live_server.url)
        page, errors = context.new_page(), []
        page.set_default_timeout(15_000)
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        opened.append((context, errors))
        return page

    yield window
    reported = [error for _, errors in opened for error in errors]
    for context, _ in opened:
        context.close()
    assert reported == []
