"""Which database Ceiba works on: the one CEIBA_DATABASE_URL names, or the embedded one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.postgres.server import Server

VARIABLE: Final = "CEIBA_DATABASE_URL"
SCHEMES: Final = ("postgres", "postgresql")

register_messages(
    {
        "postgres.url_scheme": {
            "es": "CEIBA_DATABASE_URL empieza por «{scheme}://» y Ceiba solo trabaja con PostgreSQL. "
            "Escríbala como postgresql://usuario:clave@servidor:5432/base, o quítela para usar la base de "
            "datos incorporada.",
            "en": "CEIBA_DATABASE_URL begins with `{scheme}://` and Ceiba works with PostgreSQL alone. "
            "Write it as postgresql://user:password@host:5432/database, or unset it to use the embedded "
            "database.",
        },
        "postgres.url_malformed": {
            "es": "CEIBA_DATABASE_URL no se entiende o no nombra una base. Escríbala como "
            "postgresql://usuario:clave@servidor:5432/base (los signos «/», «@» y «#» de la clave, como "
            "%2F, %40 y %23), o quítela para usar la base de datos incorporada.",
            "en": "CEIBA_DATABASE_URL cannot be understood or names no database. Write it as "
            "postgresql://user:password@host:5432/database (any `/`, `@` and `#` in the password as %2F, "
            "%40 and %23), or unset it to use the embedded database.",
        },
    }
)


def database_url(environ: Mapping[str, str], data_dir: Path) -> str:
    """The URL in CEIBA_DATABASE_URL, or that of the embedded server in `data_dir`, which is started.

    Raises CeibaError (postgres.url_scheme, postgres.url_malformed), and what `Server.start` does.
    """
    url = environ.get(VARIABLE, "").strip()
    if not url:
        return Server(data_dir).start()
    check_url(url)
    return url


def check_url(url: str) -> None:
    """Raise CeibaError when `url` is not PostgreSQL's; never showing it, for it may hold a password."""
    scheme, separator, _ = url.partition("://")
    if separator and scheme not in SCHEMES:
        raise CeibaError(Problem("postgres.url_scheme", values={"scheme": scheme}))
    try:
        names_database = urlsplit(url).path.strip("/")
    except ValueError:
        names_database = ""
    if not (separator and names_database):
        raise CeibaError(Problem("postgres.url_malformed"))
