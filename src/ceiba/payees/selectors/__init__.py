"""Reads payee accounts."""

from ceiba.payees.selectors.frames import (
    ACCOUNTS,
    OPENED,
    accounts_of,
    accounts_opened,
)
from ceiba.payees.selectors.lists import (
    STANDINGS,
    AccountPage,
    accounts_in,
    accounts_of_person,
    accounts_page,
    import_made,
    imports_in,
    shared_with,
    waiting_of,
)

__all__ = [
    "ACCOUNTS",
    "OPENED",
    "STANDINGS",
    "AccountPage",
    "accounts_in",
    "accounts_of",
    "accounts_of_person",
    "accounts_opened",
    "accounts_page",
    "import_made",
    "imports_in",
    "shared_with",
    "waiting_of",
]
