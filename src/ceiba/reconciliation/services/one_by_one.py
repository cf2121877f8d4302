"""What keeps those apart who work on one bank account at the same time."""

from django.db import connection, models

from ceiba.ledger.models import BankAccount


def bank_account_lock(account: BankAccount) -> None:
    """One at a time works on what is said of an account, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"ceiba bank {account.pk}"])


def next_number(model: type[models.Model]) -> int:
    """The number of the next row of a table that is never changed: what names the row can be written before it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [model._meta.db_table])
        return int(cursor.fetchone()[0])
