"""The country of the audit packs (two months sealed and logged), and somebody of whom everything is held."""

from tests.apps.packs.conftest import country, db, packed

__all__ = ["country", "db", "packed"]
