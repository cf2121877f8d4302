"""Which logs the trust list names. Their app is above this one, so it says which by itself when it starts."""

from collections.abc import Callable

from ceiba.proofs.checkpoints import LogTrust

_saying: list[Callable[[], tuple[LogTrust, ...]]] = []


def logs_said_by(logs: Callable[[], tuple[LogTrust, ...]]) -> None:
    """Have the trust list name what `logs()` gives whenever it is made."""
    _saying.append(logs)


def logs_trusted() -> tuple[LogTrust, ...]:
    """The logs whose receipts a verifier of the trust list believes."""
    return tuple(log for logs in _saying for log in logs())
