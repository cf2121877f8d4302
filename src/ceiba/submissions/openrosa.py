"""OpenRosa 1.0's answers: a little XML, two headers, and words that the app shows to the person.

https://docs.getodk.org/openrosa/ says which status means what: only 201 and 202 tell the app that it may let a
form go.
"""

from collections.abc import Mapping
from email.utils import format_datetime
from typing import Final
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

ACCEPTED: Final = frozenset({201, 202})
POST_BYTES: Final = 100_000_000  # beyond it apps divide a form's files over several posts
MESSAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "kept": {"es": "Recibido. Gracias.", "en": "Received. Thank you."},
    "again": {"es": "Ya estaba recibido.", "en": "It had been received."},
    "quarantine": {
        "es": "Recibido. La oficina revisará este formulario antes de tomarlo en cuenta.",
        "en": "Received. The office will look at this form before it counts.",
    },
    "conflict": {
        "es": "Ya se recibió un formulario con este identificador y dice otra cosa. Se guardaron los dos; "
        "la oficina los revisará. No lo borre del teléfono todavía.",
        "en": "A form with this identifier was received and says something else. Both are kept; the office will look "
        "at them. Do not delete it from the phone yet.",
    },
    "unknown": {
        "es": "Este aparato no tiene permiso. Pida a la oficina un código nuevo.",
        "en": "This device may not. Ask the office for a new code.",
    },
    "too_often": {
        "es": "Demasiados intentos fallidos. Espere unos minutos.",
        "en": "Too many failed attempts. Wait a few minutes.",
    },
    "not_multipart": {
        "es": "El envío no viene como formulario con archivos (multipart/form-data). Actualice la aplicación.",
        "en": "What was sent is not a form with files (multipart/form-data). Update the app.",
    },
    "cut_off": {
        "es": "El envío llegó cortado. Nada se perdió: vuelva a enviarlo.",
        "en": "What was sent arrived cut off. Nothing is lost: send it again.",
    },
    "no_xml": {
        "es": "El envío no trae el formulario (xml_submission_file).",
        "en": "What was sent has no form in it (xml_submission_file).",
    },
    "two_forms": {
        "es": "El envío trae dos formularios; mande uno a la vez.",
        "en": "What was sent has two forms in it; send one at a time.",
    },
    "too_large": {
        "es": "El envío es demasiado grande ({limit} MB a lo más). Tome las fotos con menos resolución.",
        "en": "What was sent is too large ({limit} MB at most). Take photos of a lower resolution.",
    },
    "xml_too_large": {
        "es": "El formulario es demasiado grande. Divídalo en varios.",
        "en": "The form is too large. Divide it into several.",
    },
    "too_many_files": {
        "es": "El envío trae demasiados archivos.",
        "en": "What was sent has too many files in it.",
    },
    "not_xml": {
        "es": "El formulario no se puede leer (no es XML). Avise a la oficina y no lo borre.",
        "en": "The form cannot be read (it is not XML). Tell the office, and do not delete it.",
    },
    "doctype": {
        "es": "El formulario trae una declaración DOCTYPE, que no se acepta.",
        "en": "The form has a DOCTYPE declaration, which is not accepted.",
    },
    "no_form_id": {
        "es": "El formulario no dice cuál es (falta «id»).",
        "en": 'The form does not say which it is ("id" is missing).',
    },
    "no_instance_id": {
        "es": "El formulario no trae identificador (instanceID).",
        "en": "The form has no identifier (instanceID).",
    },
    "too_long": {
        "es": "Un identificador del formulario es demasiado largo.",
        "en": "An identifier in the form is too long.",
    },
    "no_such_form": {"es": "No hay tal formulario.", "en": "There is no such form."},
}


def answer(reason: str, language: str, status: int, *, note: str = "") -> HttpResponse:
    """An answer in the words of MESSAGES, with a further `note` for the person."""
    nature = "submit_success" if status in ACCEPTED else "submit_error"
    text = MESSAGES[reason][language].format(limit=settings.UPLOAD_BYTES_MAX // 1_000_000)
    if note:
        text = f"{text} {note}"
    body = (
        '<OpenRosaResponse xmlns="http://openrosa.org/http/response">'
        f'<message nature="{nature}">{escape(text)}</message></OpenRosaResponse>'
    )
    return xml_answer(body, status)


def xml_answer(body: str | bytes, status: int = 200) -> HttpResponse:
    """XML with OpenRosa's headers."""
    response = HttpResponse(body, content_type="text/xml; charset=utf-8", status=status)
    return with_headers(response)


def with_headers(response: HttpResponse) -> HttpResponse:
    """OpenRosa's headers on any answer; nothing of it is kept by who carries it."""
    response["X-OpenRosa-Version"] = "1.0"
    response["X-OpenRosa-Accept-Content-Length"] = str(POST_BYTES)
    response["Date"] = format_datetime(timezone.now(), usegmt=True)
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response
