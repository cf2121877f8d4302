"""The books are written by one at a time."""

from ceiba.frames.postgres import execute


def books_lock() -> None:
    """Wait for whoever writes in the books, and keep others waiting until the transaction ends.

    Whoever locks accounts, or plans by what they hold, asks for this first: accounts are locked in several statements
    of a transaction, in no order that two of them share, and without it they would wait for each other for ever.
    """
    execute("SELECT pg_advisory_xact_lock(hashtext('ceiba books'))")
