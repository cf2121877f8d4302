"""The tests' cluster is made anew whenever anything that its tables are made of changes."""

import re
from pathlib import Path

from tests.migrated import ROOT, SOURCES, sources_digest

IMPORT = re.compile(r"^\s*(?:from|import) (ceiba[\w.]*)(?: import (\w+))?", re.MULTILINE)
MIGRATIONS = sorted(ROOT.glob("src/ceiba/**/migrations/0*.py"))


def known() -> set[Path]:
    return {path for pattern in SOURCES for path in ROOT.glob(pattern)}


def test_all_that_migrations_use_is_in_the_digest() -> None:
    used = set()
    for path in MIGRATIONS:
        for module, name in IMPORT.findall(path.read_text()):
            place = ROOT / "src" / Path(*module.split("."))
            used |= {place.with_suffix(".py"), place / "__init__.py", place / f"{name}.py"}
    used = {path for path in used if path.is_file()}
    assert len(used) > 3, "migrations do use code of their own"
    assert used <= known()
    assert set(MIGRATIONS) <= known()


def test_a_changed_guard_is_another_digest(monkeypatch) -> None:
    before = sources_digest()
    read = Path.read_bytes
    changed = ROOT / "src" / "ceiba" / "ledger" / "sql" / "guard.sql"
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + b" " * (path == changed))
    assert sources_digest() != before
