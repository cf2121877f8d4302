"""Commitments with a salt: how what is of a person enters a log from which nothing can ever be taken out.

A commitment is SHA-256 of a salt and the bytes committed to. It *binds*: nobody finds other bytes, or another salt,
for the same commitment. It *hides*: a hash of a name or a code alone would be found by trying all names, but nobody
tries all salts. So it can be read with its salt only; each has a salt of its own, kept beside the data and nowhere
else. Once both are erased, nothing is left in the log that says anything of anybody, and every proof still holds.
"""

from hashlib import sha256
from typing import Final

SALT_BYTES: Final = 32


def commitment(salt: bytes, data: bytes) -> bytes:
    """SHA-256 of `salt` and `data`, 32 bytes. `salt` is random and never used for another commitment.

    Raises ValueError for a salt of another length: otherwise bytes could be moved between salt and data.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return sha256(salt + data).digest()


def opens(value: bytes, salt: bytes, data: bytes) -> bool:
    """Whether `value` is the commitment to `data` with `salt`."""
    return len(salt) == SALT_BYTES and commitment(salt, data) == value
