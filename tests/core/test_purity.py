"""The core knows no Django, no database and no network: it can be imported where none of them is."""

import pkgutil
import subprocess
import sys

import ceiba.core

BLOCKED = ("django", "psycopg", "procrastinate")


def test_every_module_of_the_core_can_be_imported_without_django():
    modules = [m.name for m in pkgutil.walk_packages(ceiba.core.__path__, "ceiba.core.")]
    assert len(modules) > 10
    code = f"import sys; sys.modules.update(dict.fromkeys({BLOCKED!r}))\n" + "\n".join(
        f"import {name}" for name in modules
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
