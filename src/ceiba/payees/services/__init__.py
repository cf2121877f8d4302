"""Writes payee accounts."""

from ceiba.payees.services.confirming import accounts_confirm, accounts_refuse
from ceiba.payees.services.ending import account_close, account_freeze, account_withdraw
from ceiba.payees.services.imports import Preview, accounts_import, accounts_preview
from ceiba.payees.services.proposing import account_propose

__all__ = [
    "Preview",
    "account_close",
    "account_freeze",
    "account_propose",
    "account_withdraw",
    "accounts_confirm",
    "accounts_import",
    "accounts_preview",
    "accounts_refuse",
]
