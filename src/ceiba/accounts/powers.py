"""The acts (of the audit log) by which somebody's powers change: who they are, where they see, what they may move."""

from typing import Final

POWER_CHANGES: Final = (
    "user.created",
    "user.role_set",
    "user.scope_set",
    "user.closed",
    "user.reopened",
    "payment_run.limit",
)
