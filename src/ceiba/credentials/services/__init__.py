"""Writes constancias and the keys that verify them."""

from ceiba.credentials.services.changing import (
    credential_erase,
    credential_reinstate,
    credential_suspend,
    revocation_ask,
    revocation_confirm,
    revocation_refuse,
)
from ceiba.credentials.services.issuing import Issued, credential_issue, credentials_issue
from ceiba.credentials.services.keys import key_publish

__all__ = [
    "Issued",
    "credential_erase",
    "credential_issue",
    "credential_reinstate",
    "credential_suspend",
    "credentials_issue",
    "key_publish",
    "revocation_ask",
    "revocation_confirm",
    "revocation_refuse",
]
