"""What was imported into the register."""

from ceiba.registry.models import Import


def import_key(sheet: str, sha256: str) -> str:
    """The client key of a file whose sender gave none."""
    return f"{sheet}:{sha256}"


def import_made(sheet: str, sha256: str) -> Import | None:
    """The import that a file made."""
    return Import.objects.filter(client_key=import_key(sheet, sha256)).first()
