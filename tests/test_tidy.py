"""The repository checks its own shape: what linters do not see."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "ceiba"
MODULES = sorted(p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts)
FUNCTION_LINES_MAX = 70
MODULE_LINES_MAX = 500
ROW_BY_ROW = {"iter_rows", "map_elements", "to_dicts", "apply", "rows_by_key"}


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / line for line in listed.stdout.splitlines()]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_modules_and_functions_fit_a_reader(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= MODULE_LINES_MAX, "divide the module by noun"
    for function in functions(ast.parse(text)):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= FUNCTION_LINES_MAX, f"{function.name} has {length} lines"


@pytest.mark.parametrize(
    "path", [p for p in MODULES if "core" in p.parts], ids=lambda p: str(p.relative_to(SOURCE))
)
def test_the_core_works_on_columns(path: Path) -> None:
    called = {
        n.func.attr
        for n in ast.walk(ast.parse(path.read_text()))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
    }
    assert not called & ROW_BY_ROW


def test_no_signals_no_save_overrides_no_generic_keys() -> None:
    for path in MODULES:
        text = path.read_text()
        assert not re.search(r"@receiver|\.connect\(|GenericForeignKey", text), path
        for cls in (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ClassDef)):
            own = {f.name for f in cls.body if isinstance(f, ast.FunctionDef)}
            assert not own & {"save", "delete", "clean"} or path.parts[-1] == "forms.py", (path, cls.name)


def test_no_committed_file_names_a_package_registry_or_a_machine() -> None:
    hosts = [
        r"py" + "pi.org",
        "python" + "hosted",
        "registry.npm" + "js",
        "extra-" + "index-url",
        '"resol' + 'ved":',
    ]
    for path in tracked():
        if (
            path.suffix in {".parquet", ".png", ".mo", ".gz", ".woff2"}
            or "vendor" in path.parts
            or not path.is_file()
        ):
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        assert not [host for host in hosts if host in text], path
        assert "/work" + "/main" not in text, path
    assert not (ROOT / "uv.lock").exists()


def test_every_package_and_decision_has_its_line() -> None:
    architecture = (ROOT / "ARCHITECTURE.md").read_text()
    for package in sorted(p.parent.name for p in SOURCE.glob("*/__init__.py")):
        assert f"`{package}/`" in architecture, f"ARCHITECTURE.md does not say what {package} is"
    index = (ROOT / "docs" / "decisions" / "README.md").read_text()
    for decision in sorted((ROOT / "docs" / "decisions").glob("0*.md")):
        assert decision.name in index
