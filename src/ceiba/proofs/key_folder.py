"""A folder of private keys, a file each, named by the key's thumbprint and under one passphrase.

Which key signs what, and when, is said where the public keys are kept: the folder answers for those alone.
"""

from dataclasses import dataclass, field
from pathlib import Path

from ceiba.proofs import keys
from ceiba.proofs.keys import PublicKey, SigningKey
from ceiba.proofs.problems import refused


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """Where the files are, and the passphrase, which no `repr` shows."""

    folder: Path
    passphrase: str = field(repr=False)

    def file(self, public: PublicKey) -> Path:
        """The file of a key, whether it is there or not."""
        return self.folder / f"{public.thumbprint}.pem"

    def holds(self, public: PublicKey) -> bool:
        """Whether there is a file of that key."""
        return self.file(public).is_file()

    def keep(self, key: SigningKey) -> Path:
        """Write a key to its file. Raises CeibaError (key.exists, key.passphrase)."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        keys.kept(key, self.file(key.public), self.passphrase)
        return self.file(key.public)

    def signer(self, public: PublicKey) -> SigningKey:
        """The key that signs what `public` verifies, in its time.

        Raises CeibaError (key.absent, key.file: also for a file that holds another key than its name says).
        """
        if not self.holds(public):
            raise refused("key.absent", key=public.thumbprint)
        key = keys.taken(self.file(public), self.passphrase, public.valid_from, public.valid_until)
        if key.public.thumbprint != public.thumbprint:
            raise refused("key.file")
        return key
