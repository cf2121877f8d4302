"""The register of a made-up country as files, and a database ready to take it."""

from pathlib import Path

from scratch import scratch_database

SHEETS = ("technicians", "groups", "participants", "documents", "officers", "plots", "enrolments")

__all__ = ["SHEETS", "made_register", "ready", "scratch_database", "take"]


def made_register(folder: Path, people: int) -> Path:
    """The folder of the sheets, as Parquet."""
    from ceiba.core.kernel.month import Month
    from ceiba.synth.country import SynthOptions, generate

    options = SynthOptions(
        participants=people, seed=1, programme="ca", months=1, last_month=Month.parse("2026-10")
    )
    generate(options, folder / "country", lambda *_: None)
    return folder / "country" / "register"


def ready() -> None:
    """Areas, the programme and the documents it asks for."""
    from ceiba.core.rules.reading import read_rulebook
    from ceiba.registry.services import areas_load, required_documents_set
    from ceiba.rulebook.models import Programme

    areas_load()
    Programme.objects.get_or_create(code="ca", defaults={"currency": "USD", "name": {}})
    files = {path.name: path.read_bytes() for path in Path("programmes/ca").glob("*.toml")}
    required_documents_set(programme="ca", documents=read_rulebook(files).documents)


def take(sheet: str, path: Path, key: str | None = None) -> None:
    """Import one file."""
    from datetime import date

    from ceiba.registry.services import import_apply

    import_apply(sheet=sheet, path=path, name=path.name, today=date(2026, 11, 24), client_key=key)
