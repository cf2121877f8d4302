"""This log as the list of who is trusted names it: whoever holds that list can verify its receipts."""

import logging
from typing import Final

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs.checkpoints import LogTrust
from ceiba.transparency.keys import log_trust
from ceiba.transparency.selectors.checkpoints import last_checkpoint, witness_keys

logger: Final = logging.getLogger(__name__)


def logs() -> tuple[LogTrust, ...]:
    """This log and its witnesses; nothing before it has signed anything.

    How many witnesses must sign is not laid down: a verifier says which have. A key that does not open must not keep
    a revocation from being published, so then the list names no log.
    """
    if last_checkpoint() is None:
        return ()
    try:
        return (log_trust(witness_keys()),)
    except CeibaError:
        logger.exception("the trust list names no log: its key does not open")
        return ()
