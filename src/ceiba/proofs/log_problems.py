"""What can be wrong with a signed note, a checkpoint of the log and a receipt."""

from typing import Any, NoReturn

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.letters import one_line

register_messages(
    {
        "note.form": {
            "es": "No es una nota firmada ({why}). Use el archivo tal como se publicó, sin editarlo.",
            "en": "It is no signed note ({why}). Use the file as it was published, unedited.",
        },
        "note.key": {
            "es": "La clave pública no se entiende ({why}). Cópiela otra vez, entera, de quien la publica.",
            "en": "The public key is not understood ({why}). Copy it again, whole, from whoever publishes it.",
        },
        "note.ambiguous": {
            "es": "Dos de las claves de confianza tienen el mismo nombre e identificador ({name}). Quite una.",
            "en": "Two of the trusted keys have the same name and id ({name}). Remove one.",
        },
        "note.unknown_keys": {
            "es": "Ninguna firma es de una clave conocida. No la acepte; revise la lista de claves de confianza.",
            "en": "No signature is by a known key. Do not accept it; check the list of trusted keys.",
        },
        "note.signature": {
            "es": "La firma de {name} no vale para este texto: el texto o la firma se cambió. No la acepte.",
            "en": "The signature of {name} is not valid for this text: text or signature was changed. "
            "Do not accept it.",
        },
        "note.future": {
            "es": "La firma de {name} lleva una hora que todavía no llega. No la acepte y revise los relojes.",
            "en": "The signature of {name} bears a time that has not come yet. "
            "Do not accept it and check the clocks.",
        },
        "checkpoint.form": {
            "es": "No es un punto de control de un registro ({why}). Use el archivo tal como se publicó.",
            "en": "It is no checkpoint of a log ({why}). Use the file as it was published.",
        },
        "checkpoint.origin": {
            "es": "El punto de control es de «{origin}» y se esperaba «{expected}»: es de otro registro. "
            "No lo acepte.",
            "en": 'The checkpoint is of "{origin}" and "{expected}" was expected: it is another log\'s. '
            "Do not accept it.",
        },
        "checkpoint.unsigned": {
            "es": "El punto de control no lleva la firma del registro «{origin}». No lo acepte.",
            "en": 'The checkpoint is not signed by the log "{origin}". Do not accept it.',
        },
        "checkpoint.witnesses": {
            "es": "Lo firman {count} testigos conocidos y se piden {least}. Pida uno con más firmas de testigos.",
            "en": "{count} known witnesses signed it and {least} are asked for. Ask for one that more have signed.",
        },
        "checkpoint.empty": {
            "es": "Un registro sin hojas tiene una sola raíz, y este dice estar vacío con otra. No lo acepte.",
            "en": "A log without leaves has one root, and this one says to be empty under another. Do not accept it.",
        },
        "trust.log_keys": {
            "es": "La lista de confianza no trae claves del registro «{origin}», o trae entre ellas la de un "
            "testigo. Corríjala antes de verificar.",
            "en": 'The trust list has no keys of the log "{origin}", or a witness\'s among them. '
            "Correct it before verifying.",
        },
        "trust.witness_keys": {
            "es": "La lista de confianza de «{origin}» trae entre los testigos una clave que no es de testigo. "
            "Corríjala antes de verificar.",
            "en": 'The trust list of "{origin}" has a key among the witnesses that is no witness\'s. '
            "Correct it before verifying.",
        },
        "trust.same_key": {
            "es": "Una misma clave está dos veces en la lista de confianza ({names}) y contaría por dos. Quite una.",
            "en": "One key is in the trust list twice ({names}) and would count as two. Remove one.",
        },
        "trust.witnesses_min": {
            "es": "Se piden {least} testigos y la lista de confianza trae {count}. Corríjala antes de verificar.",
            "en": "{least} witnesses are asked for and the trust list has {count}. Correct it before verifying.",
        },
        "receipt.form": {
            "es": "No es un comprobante de Ceiba ({why}). Use el archivo tal como se entregó, sin editarlo.",
            "en": "It is no receipt of Ceiba ({why}). Use the file as it was handed over, unedited.",
        },
        "receipt.size": {
            "es": "El comprobante dice {size} hojas y su punto de control {signed}. No lo acepte.",
            "en": "The receipt says {size} leaves and its checkpoint {signed}. Do not accept it.",
        },
        "receipt.opening": {
            "es": "Lo que dice el comprobante no es lo que se registró: los datos o la sal se cambiaron. "
            "No lo acepte.",
            "en": "What the receipt says is not what was logged: the data or the salt was changed. Do not accept it.",
        },
        "receipt.opens_nothing": {
            "es": "El comprobante trae datos para un asiento que no los guarda. No acepte esos datos.",
            "en": "The receipt comes with data for an entry that holds none. Do not accept those data.",
        },
    }
)


def refuse(code: str, **values: Any) -> NoReturn:
    """Raises CeibaError with one problem. What it says of a forgery is on one line."""
    raise CeibaError(Problem(code, values={name: one_line(said) for name, said in values.items()}))
