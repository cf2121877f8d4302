"""Who issues, and the key that signs: one function that issuing, and whatever a wallet fetches, ask for it.

The database knows which public key signs when; the private one is in a folder, under a passphrase that is in a file
of its own. Neither is ever in the database, in a log or in an address.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import Q

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.credentials.models import IssuerKey
from ceiba.credentials.states import KeyPurpose
from ceiba.proofs.key_folder import KeyFolder
from ceiba.proofs.keys import Signer, web_base

register_messages(
    {
        "credentials.no_issuer": {
            "es": "No se ha dicho quién emite las constancias. Ponga CEIBA_ISSUER (un did:web).",
            "en": "Nobody has said who issues constancias. Set CEIBA_ISSUER (a did:web).",
        },
        "credentials.no_passphrase": {
            "es": "No se encuentra la frase de paso de las claves. Ponga CEIBA_KEYS_PASSPHRASE_FILE.",
            "en": "The passphrase of the keys is not to be found. Set CEIBA_KEYS_PASSPHRASE_FILE.",
        },
        "credentials.no_key": {
            "es": "No hay una clave en uso para firmar constancias. Publique una con `ceiba key`.",
            "en": "There is no key in use that signs constancias. Publish one with `ceiba key`.",
        },
    }
)


def issuer() -> str:
    """The did:web that issues. Raises CeibaError (credentials.no_issuer, proof.claim)."""
    if not settings.ISSUER:
        raise CeibaError(Problem("credentials.no_issuer"))
    web_base(settings.ISSUER)
    return str(settings.ISSUER)


def signer(at: datetime, purpose: KeyPurpose = KeyPurpose.CONSTANCIA) -> Signer:
    """What signs at a moment: the key of that purpose published last that is in its time then.

    Raises CeibaError (credentials.no_key, credentials.no_passphrase, key.absent, key.file).
    """
    in_time = Q(valid_until=None) | Q(valid_until__gt=at)
    keys = IssuerKey.objects.filter(in_time, purpose=purpose, withdrawn_at=None, valid_from__lte=at)
    found = keys.order_by("-valid_from", "-published_at").first()
    if found is None:
        raise CeibaError(Problem("credentials.no_key"))
    return key_folder().signer(found.public)


def key_folder() -> KeyFolder:
    """Where private keys are. Raises CeibaError (credentials.no_passphrase)."""
    try:
        passphrase = settings.KEYS_PASSPHRASE_FILE.read_text().strip()
    except OSError as error:
        raise CeibaError(Problem("credentials.no_passphrase")) from error
    return KeyFolder(settings.KEYS_DIR, passphrase)
