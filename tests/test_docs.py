"""What the documents say is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")]


def test_every_setting_is_documented() -> None:
    documented = set(re.findall(r"`(CEIBA_[A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    used = set()
    for path in (ROOT / "src" / "ceiba").rglob("*.py"):
        used |= set(re.findall(r"[\"'](CEIBA_[A-Z_]+)[\"']", path.read_text()))
    assert used <= documented, used - documented
    named_by_rule = {
        "CEIBA_SECRET_KEY",
        "CEIBA_DOCUMENT_KEY",
        "CEIBA_DEVICE_KEY",
        "CEIBA_LOG_KEY_PASSPHRASE",
    }  # built from the secret's name
    assert documented <= used | named_by_rule, documented - used


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", document.read_text()):
        assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_and_scripts_named_in_documents_exist(document: Path) -> None:
    from typer.main import get_command

    from ceiba.cli.app import app

    groups = get_command(app)
    text = document.read_text()
    for script in re.findall(r"\./scripts/([a-z-]+)", text):
        assert (ROOT / "scripts" / script).exists(), script
    for first, second in re.findall(
        r"^ +(?:\.venv/bin/)?ceiba ([a-z]+)(?: ([a-z]+))?", text, flags=re.MULTILINE
    ):
        command = groups.commands.get(first)  # type: ignore[attr-defined]
        assert command is not None, first
        if hasattr(command, "commands") and second:
            assert second in command.commands, (first, second)
