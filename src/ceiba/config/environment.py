"""What the environment says, read once: the data folder, the database, the secrets kept beside the data."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def data_dir(environ: Mapping[str, str]) -> Path:
    """Where Ceiba keeps its database, sealed months, received files and keys: CEIBA_DATA_DIR, or ./var."""
    return Path(environ.get("CEIBA_DATA_DIR", "var")).resolve()


def secret(environ: Mapping[str, str], name: str, folder: Path) -> str:
    """The secret CEIBA_<NAME>, or the one kept in `folder`/secrets, made at first use and readable by the owner."""
    if given := environ.get(f"CEIBA_{name.upper()}"):
        return given
    path = folder / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # the first of two commands wins; the other reads what it wrote
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def database_options(url: str) -> dict[str, Any]:
    """Django's database settings for a postgresql:// URL; `?host=` selects a unix socket."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "ceiba",
        "USER": unquote(parts.username or "ceiba"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": query,
        "CONN_MAX_AGE": 60,
    }
