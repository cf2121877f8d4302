"""Every text of the verifier's page that its scripts draw: without a network there is nobody else to say them."""

from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

import ceiba.proofs.problems  # registers the reasons  # noqa: F401
from ceiba.core.kernel.errors import LANGUAGES, MESSAGES, register_messages
from ceiba.proofs import logged
from ceiba.proofs.claims import NO_RIGHT
from ceiba.proofs.verifying import LABELS

register_messages(
    {
        "page.no_roots": {
            "es": "Esta página se hizo sin claves raíz: no puede confiar en nadie. Avise a quien la publica.",
            "en": "This page was made without root keys: it can trust nobody. Tell whoever publishes it.",
        },
        "page.no_network": {
            "es": "No hubo respuesta de la red. Las listas quedan como estaban; intente otra vez con señal.",
            "en": "There was no answer from the network. The lists stay as they were; try again with a signal.",
        },
        "page.lists": {
            "es": "Esto no son listas de un verificador de Ceiba. Elija el archivo lists.json de la página.",
            "en": "These are no lists of a verifier of Ceiba. Choose the file lists.json of the page.",
        },
        "page.no_code": {
            "es": "No se encontró un código QR en la imagen. Tome la foto de frente, con luz y sin sombras, "
            "que el código llene la mitad de la imagen, y guárdela como JPEG o PNG.",
            "en": "No QR code was found in the picture. Take it from straight above, in good light, with the code "
            "filling half of it, and save it as JPEG or PNG.",
        },
        "page.no_camera": {
            "es": "La cámara no se pudo abrir. Permítala en el navegador, o tome una foto y elíjala como archivo.",
            "en": "The camera could not be opened. Allow it in the browser, or take a photo and choose it as a file.",
        },
    }
)
REASONS: Final = (
    "proof.", "sd.", "status.", "trust.", "unchecked.", "key.file", "page.",
    "receipt.", "note.", "checkpoint.", "merkle.", "log.entry",
)  # fmt: skip
TEXTS: Final = (
    _("Verified"),
    _("Genuine, but not fully checked"),
    _("The receipt holds"),
    _("The receipt is genuine, but not fully checked"),
    _("Do not accept it"),
    _("Could not be verified"),
    _("What it proves"),
    _("Who says so"),
    _("Not checked"),
    _("Nothing of it is proven, so nothing of it is shown."),
    _("Scan with the camera"),
    _("Stop the camera"),
    _("List of issuers"),
    _("number {number} of {day}, good until {until}"),
    _("Issuers"),
    _("Logs"),
    _("none: receipts cannot be verified"),
    _("{index} of {size}"),
    _("Listen"),
    _("Ask whoever presents it"),
    _("Stop asking"),
    _("What this device asks"),
    _(
        "On their phone, in “Show a part” of their certificate, the person reads this code. Then read theirs. "
        "The answer holds for this question alone."
    ),
    _("QR code with the question"),
    _("Or they type:"),
    _("Whoever presents it answered this device just now, with the key that it was issued to."),
    _("Lists of revoked and suspended"),
    _("{count}; the oldest of {day}"),
    _("none: revocation cannot be checked"),
    _("Days since the oldest"),
    _("Taken to this device"),
    _("One moment…"),
    _("The lists are renewed."),
    _("Refresh the lists"),
    _("Verifying needs an encrypted connection: open this page with https."),
)


def words(language: str) -> dict[str, Any]:
    """The texts in the language that is active, by the text in English; reasons by their code, labels by field."""
    at = LANGUAGES.index(language)
    return {
        "texts": {text: gettext(text) for text in TEXTS},
        "reasons": {code: texts[language] for code, texts in MESSAGES.items() if code.startswith(REASONS)},
        "labels": {field: both[at] for field, both in LABELS.items()},
        "noRight": NO_RIGHT[language],
        "logged": {
            "labels": {field: both[at] for field, both in logged.LABELS.items()},
            "kinds": {kind: both[at] for kind, both in logged.KINDS.items()},
            "outcomes": {outcome: both[at] for outcome, both in logged.OUTCOMES.items()},
            "noRight": logged.NO_RIGHT[language],
        },
    }
