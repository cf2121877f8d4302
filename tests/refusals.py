"""What the database itself refuses, whoever writes: by the name of the constraint, or of a unique one by a copy."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction


@contextmanager
def refused(constraint: str) -> Iterator[None]:
    """What is done within must be refused by this constraint; the transaction around goes on."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        yield


def same_again(row: models.Model, **other: Any) -> models.Model:
    """The row once more, under a number of its own, with other values where they are given."""
    copy = type(row)(**{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields})
    copy.pk = None
    for name, value in other.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)
    return copy


def append_only(model: type[models.Model]) -> None:
    """The table has rows, and the database neither changes nor deletes one."""
    assert model._default_manager.exists()
    table, column = model._meta.db_table, model._meta.concrete_fields[-1].column
    for statement in (f'UPDATE {table} SET "{column}" = "{column}"', f"DELETE FROM {table}"):  # noqa: S608
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
