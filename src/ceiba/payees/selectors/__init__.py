"""Reads payee accounts."""

from ceiba.payees.selectors.frames import (
    ACCOUNTS,
    HASHES,
    OPENED,
    account_hashes,
    accounts_of,
    accounts_opened,
    is_new_since,
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
    "HASHES",
    "OPENED",
    "STANDINGS",
    "AccountPage",
    "account_hashes",
    "accounts_in",
    "accounts_of",
    "accounts_of_person",
    "accounts_opened",
    "accounts_page",
    "import_made",
    "imports_in",
    "is_new_since",
    "shared_with",
    "waiting_of",
]
