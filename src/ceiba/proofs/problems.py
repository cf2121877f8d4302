"""Why a proof is refused, in words for whoever holds it in their hand: a consular officer, not an engineer."""

from typing import Any

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.letters import one_line


def refused(code: str, **values: Any) -> CeibaError:
    """The error of a single reason, to raise. What it says of a forgery is on one line."""
    return CeibaError(Problem(code, values={name: one_line(said) for name, said in values.items()}))


_ASK = {"es": "Pida el documento otra vez a quien lo emitió.", "en": "Ask its issuer for the document again."}
_FALSE = {"es": "No lo acepte.", "en": "Do not accept it."}


def _said(spanish: str, english: str, then: dict[str, str]) -> dict[str, str]:
    return {"es": f"{spanish} {then['es']}", "en": f"{english} {then['en']}"}


register_messages(
    {
        "proof.unknown_format": _said(
            "No es una constancia que se pueda leer: ni tarjeta ni credencial.",
            "It is no constancia that can be read: neither a card nor a credential.",
            _ASK,
        ),
        "proof.too_large": _said(
            "Es más grande que cualquier constancia ({size}; a lo más {most}).",
            "It is larger than any constancia ({size}; at most {most}).",
            _FALSE,
        ),
        "proof.damaged": {
            "es": "Está incompleta o dañada ({what}). Escanéela otra vez; si sigue igual, pida otra.",
            "en": "It is incomplete or damaged ({what}). Scan it again; if that does not help, ask for another.",
        },
        "proof.not_canonical": _said(
            "Está escrita de una forma que Ceiba no usa ({what}): alguien la alteró.",
            "It is written in a way that Ceiba does not write ({what}): somebody altered it.",
            _FALSE,
        ),
        "proof.type": _said(
            "Es un documento firmado de otra clase («{found}»), no una constancia.",
            'It is a signed document of another kind ("{found}"), no constancia.',
            _FALSE,
        ),
        "proof.algorithm": _said(
            "No está firmada como firma su emisor (algoritmo «{found}»).",
            'It is not signed as its issuer signs (algorithm "{found}").',
            _FALSE,
        ),
        "proof.key_name": _said(
            "La firma no dice, en lo firmado, con qué clave se hizo.",
            "The signature does not say, in what is signed, which key made it.",
            _FALSE,
        ),
        "proof.unprotected": _said(
            "Trae datos que la firma no cubre.", "It carries data that the signature does not cover.", _FALSE
        ),
        "proof.critical": _said(
            "Exige reglas que este verificador no conoce ({what}).",
            "It demands rules that this verifier does not know ({what}).",
            _ASK,
        ),
        "proof.header": _said(
            "La cabecera trae algo que una constancia no trae ({what}).",
            "Its header carries something that a constancia does not ({what}).",
            _FALSE,
        ),
        "proof.signature": _said(
            "La firma no corresponde: el documento fue alterado o no lo firmó su emisor.",
            "The signature does not match: the document was altered, or its issuer did not sign it.",
            _FALSE,
        ),
        "proof.issuer_unknown": {
            "es": "Dice venir de «{issuer}», que no está en la lista de emisores de confianza. No la acepte; "
            "si el emisor es nuevo, actualice la lista.",
            "en": 'It says it comes from "{issuer}", which is not in the list of trusted issuers. Do not accept it; '
            "if the issuer is new, renew the list.",
        },
        "proof.key_unknown": {
            "es": "Ningún emisor de confianza tiene la clave que la firmó. No la acepte; "
            "si la lista de emisores es vieja, actualícela.",
            "en": "No trusted issuer has the key that signed it. Do not accept it; "
            "if your list of issuers is old, renew it.",
        },
        "proof.issuer_other": _said(
            "Dice venir de «{issuer}», pero la firmó otro emisor.",
            'It says it comes from "{issuer}", but another issuer signed it.',
            _FALSE,
        ),
        "proof.key_period": _said(
            "Se firmó con una clave que no estaba en uso el {issued:%Y-%m-%d}.",
            "It was signed with a key that was not in use on {issued:%Y-%m-%d}.",
            _FALSE,
        ),
        "proof.expired": {
            "es": "Venció el {expires:%Y-%m-%d}. La persona puede pedir otra sin costo.",
            "en": "It expired on {expires:%Y-%m-%d}. The person can ask for another, free of charge.",
        },
        "proof.not_yet": _said(
            "Dice haberse emitido el {issued:%Y-%m-%d}, que todavía no llega. Revise la fecha de su equipo.",
            "It says it was issued on {issued:%Y-%m-%d}, which has not come. Check your device's date.",
            _FALSE,
        ),
        "proof.claim": _said(
            "El dato «{claim}» falta o no se entiende.", 'Its "{claim}" is missing or makes no sense.', _ASK
        ),
        "proof.extra": _said(
            "Afirma algo que una constancia no afirma ({what}).",
            "It claims something that a constancia does not claim ({what}).",
            _FALSE,
        ),
        "proof.revoked": {
            "es": "Su emisor la revocó (lista del {issued:%Y-%m-%d}). No la acepte.",
            "en": "Its issuer revoked it (list of {issued:%Y-%m-%d}). Do not accept it.",
        },
        "proof.suspended": {
            "es": "Su emisor la suspendió (lista del {issued:%Y-%m-%d}). Por ahora no vale; pregunte al emisor.",
            "en": "Its issuer suspended it (list of {issued:%Y-%m-%d}). It does not hold for now; ask the issuer.",
        },
        "card.too_long": {
            "es": "La tarjeta no cabe en {most} caracteres (serían {size}). Acorte el nombre del programa.",
            "en": "The card does not fit {most} characters (it would take {size}). Shorten the programme's name.",
        },
    }
)
register_messages(
    {
        "status.issuer": {
            "es": "La lista de revocadas no es del emisor de esta constancia. Use la lista de su emisor.",
            "en": "The list of revoked ones is not of this constancia's issuer. Use its issuer's list.",
        },
        "status.expired": {
            "es": "La lista de revocadas venció el {expires:%Y-%m-%d}. Descárguela otra vez.",
            "en": "The list of revoked ones expired on {expires:%Y-%m-%d}. Download it again.",
        },
        "status.not_yet": {
            "es": "La lista de revocadas dice ser del {issued:%Y-%m-%d}, que no llega. Revise la fecha de su equipo.",
            "en": "The list of revoked ones says it is of {issued:%Y-%m-%d}, not come yet. Check your device's date.",
        },
        "status.index": {
            "es": "La constancia dice estar en el lugar {index} de una lista que tiene {size}. No la acepte.",
            "en": "The constancia says it is at place {index} of a list that has {size}. Do not accept it.",
        },
        "status.list": {
            "es": "La lista de revocadas no se entiende ({what}). Descárguela otra vez.",
            "en": "The list of revoked ones is not understood ({what}). Download it again.",
        },
        "trust.expired": {
            "es": "La lista de emisores de confianza venció el {expires:%Y-%m-%d}. Actualícela y verifique otra vez.",
            "en": "The list of trusted issuers expired on {expires:%Y-%m-%d}. Renew it and verify again.",
        },
        "trust.older": {
            "es": "La lista de emisores ofrecida (número {number}) es anterior a la que hay ({held}), que queda.",
            "en": "The list of issuers offered (number {number}) is older than the one held ({held}), which is kept.",
        },
        "trust.list": {
            "es": "La lista de emisores no se entiende ({what}). Descárguela otra vez.",
            "en": "The list of issuers is not understood ({what}). Download it again.",
        },
        "key.file": {
            "es": "La clave no se pudo abrir: la frase no es la suya, o no es una clave Ed25519 o P-256.",
            "en": "The key could not be opened: the passphrase is not its own, or it is no Ed25519 or P-256 key.",
        },
        "key.exists": {
            "es": "Ya hay un archivo ahí, y una clave no se escribe sobre otra. Elija otro lugar.",
            "en": "There is a file already, and a key is not written over another. Choose another place.",
        },
        "key.absent": {
            "es": "La clave privada «{key}» no está en la carpeta de claves ni en el dispositivo. Tráigala, o rote.",
            "en": 'The private key "{key}" is neither in the folder of keys nor in the token. Bring it, or rotate.',
        },
        "token.none": {
            "es": "Para firmar con un dispositivo PKCS#11 falta python-pkcs11: pip install ceiba[token].",
            "en": "To sign with a PKCS#11 token python-pkcs11 is missing: pip install ceiba[token].",
        },
        "token.absent": {
            "es": "No hay un dispositivo PKCS#11 con ese nombre. Conéctelo, o revise CEIBA_TOKEN_LABEL.",
            "en": "There is no PKCS#11 token of that label. Plug it in, or check CEIBA_TOKEN_LABEL.",
        },
        "token.failed": {
            "es": "El dispositivo PKCS#11 no firmó ({why}). Revise su PIN, su biblioteca y que acepte esa curva.",
            "en": "The PKCS#11 token did not sign ({why}). Check its PIN, its library and that it takes that curve.",
        },
        "key.passphrase": {
            "es": "La frase es muy corta ({size} caracteres). Use {least} o más.",
            "en": "The passphrase is too short ({size} characters). Use {least} or more.",
        },
        "key_proof.refused": {
            "es": "La billetera no probó tener su clave ({what}). Inténtelo otra vez desde la billetera.",
            "en": "The wallet did not prove that it holds its key ({what}). Try again from the wallet.",
        },
        "sd.hash": _said(
            "Usa un resumen que no se acepta («{found}»).",
            'It uses a digest not accepted ("{found}").',
            _FALSE,
        ),
        "sd.malformed": _said(
            "Uno de los datos revelados está mal formado ({what}).",
            "One of the disclosed data is malformed ({what}).",
            _FALSE,
        ),
        "sd.repeated": _said("Revela dos veces el mismo dato.", "It discloses the same thing twice.", _FALSE),
        "sd.digest_twice": _said(
            "Un mismo resumen aparece dos veces en lo firmado.",
            "A digest appears twice in what is signed.",
            _FALSE,
        ),
        "sd.unreferenced": _said(
            "Trae un dato que el emisor no firmó.", "It carries data that the issuer did not sign.", _FALSE
        ),
        "sd.reserved": _said(
            "Revela algo que no se puede revelar aparte («{claim}»).",
            'It discloses what cannot be disclosed apart ("{claim}").',
            _FALSE,
        ),
        "sd.overlap": _said(
            "Un dato revelado quiere reemplazar otro («{claim}»).",
            'A disclosed datum would replace another ("{claim}").',
            _FALSE,
        ),
        "sd.vct": _said(
            "No es una constancia, sino «{found}».", 'It is no constancia but "{found}".', _FALSE
        ),
        "sd.no_binding": {
            "es": "Falta la prueba de que quien la presenta es su titular. Pida que la presente desde su billetera.",
            "en": "Proof that its holder presents it is missing. Ask them to present it from their wallet.",
        },
        "sd.binding": _said(
            "La prueba de quién la presenta no vale ({what}).",
            "The proof of who presents it does not hold ({what}).",
            _FALSE,
        ),
        "sd.salts": {
            "es": "Hacen falta {count} sales distintas de 16 bytes o más. Es un defecto de Ceiba: repórtelo.",
            "en": "It takes {count} different salts of 16 bytes or more. It is a defect of Ceiba: report it.",
        },
        "unchecked.status": {
            "es": "No se revisó del todo si su emisor la revocó o la suspendió: falta su lista.",
            "en": "Whether its issuer revoked or suspended it was not fully checked: its list is missing.",
        },
        "unchecked.status_old": {
            "es": "La lista de revocadas y suspendidas tiene {days} días; lo que pasó después no se revisó.",
            "en": "The list of revoked and suspended ones is {days} days old; what came later was not checked.",
        },
        "unchecked.trust_old": {
            "es": "La lista de emisores tiene {days} días; lo que cambió después no se revisó.",
            "en": "The list of issuers is {days} days old; what changed later was not checked.",
        },
        "unchecked.holder": {
            "es": "No se revisó que quien la presenta sea quien ella nombra. Compárela con un documento con foto.",
            "en": "That who presents it is whom it names was not checked. Compare with a document with a photo.",
        },
    }
)
