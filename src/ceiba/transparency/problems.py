"""What can be wrong with the log as it is kept, and with what is asked of it."""

from typing import Any, Final, NoReturn

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages

_DAMAGED: Final = {
    "log.entry_missing": {
        "es": "Falta el asiento {index} del registro: alguien lo borró de la base de datos. Restaure el respaldo.",
        "en": "Entry {index} of the log is missing: somebody removed it from the database. Restore the backup.",
    },
    "log.node_changed": {
        "es": "El nodo {number} del nivel {level} del árbol (asientos {first} a {last}) no es el que da lo asentado: "
        "alguien cambió el nodo o uno de esos asientos.",
        "en": "Node {number} of level {level} of the tree (entries {first} to {last}) is not what the entries give: "
        "somebody changed the node, or one of these entries.",
    },
    "log.checkpoint_differs": {
        "es": "Lo asentado no da la raíz que se firmó con {size} asientos ({day}): alguien cambió un asiento, o el "
        "punto de control. Compare con lo que guardaron los testigos.",
        "en": "The entries do not give the root that was signed with {size} entries ({day}): somebody changed an "
        "entry, or the checkpoint. Compare it with what the witnesses kept.",
    },
    "log.checkpoint_beyond": {
        "es": "Se firmó un registro de {size} asientos ({day}) y ahora tiene {now}: se perdieron asientos. "
        "Restaure un respaldo posterior.",
        "en": "A log of {size} entries was signed ({day}), and it has {now} now: entries were lost. Restore a later "
        "backup.",
    },
    "log.row_changed": {
        "es": "Cambió después de asentarse (asiento {index}): {kind} {key} {name}. Lo que dice hoy la base de datos "
        "no es lo que se asentó.",
        "en": "Changed after it was logged (entry {index}): {kind} {key} {name}. What the database says today is "
        "not what was logged.",
    },
    "log.row_removed": {
        "es": "Se asentó (asiento {index}) y ya no está en la base de datos: {kind} {key}.",
        "en": "Was logged (entry {index}) and is not in the database any more: {kind} {key}.",
    },
    "log.row_added": {
        "es": "Está en la base de datos y nunca se asentó, aunque lo de su momento sí: {kind} {key} {name}. "
        "Alguien lo añadió después.",
        "en": "Is in the database and was never logged, though what came with it was: {kind} {key} {name}. "
        "Somebody added it later.",
    },
    "log.not_continued": {
        "es": "El registro de hoy no continúa el punto de control de {size} asientos que usted guardó: lo "
        "reescribieron. Conserve su archivo y avise a los testigos.",
        "en": "Today's log does not continue the checkpoint of {size} entries that you kept: it was rewritten. Keep "
        "your file and tell the witnesses.",
    },
}
_ASKED: Final = {
    "log.nothing_signed": {
        "es": "El registro todavía no tiene ningún punto de control firmado. Vuelva en un minuto.",
        "en": "The log has no signed checkpoint yet. Come back in a minute.",
    },
    "log.number": {
        "es": "«{name}» debe ser un número entero desde 0.",
        "en": '"{name}" must be a whole number from 0.',
    },
    "log.beyond": {
        "es": "Se pidió {asked} y lo último firmado son {size} asientos. Pida hasta ahí.",
        "en": "{asked} was asked for, and the last that is signed are {size} entries. Ask for no more.",
    },
    "log.not_there": {
        "es": "No hay ningún asiento así en el registro. Revise lo que escribió.",
        "en": "There is no such entry in the log. Check what you wrote.",
    },
    "log.no_checkpoint": {
        "es": "No hay un punto de control firmado de {size} asientos.",
        "en": "There is no signed checkpoint of {size} entries.",
    },
    "log.hash": {
        "es": "«{name}» debe ser un hash de 64 cifras hexadecimales.",
        "en": '"{name}" must be a hash of 64 hexadecimal digits.',
    },
    "log.too_often": {
        "es": "Demasiadas consultas desde esta dirección. Espere {seconds} segundos.",
        "en": "Too many requests from this address. Wait {seconds} seconds.",
    },
    "log.too_long": {
        "es": "Lo enviado pasa de {most} bytes. Envíe solo la nota, o solo el comprobante.",
        "en": "What was sent is more than {most} bytes. Send the note alone, or the receipt alone.",
    },
    "log.no_receipt": {
        "es": "Lo decidido todavía no está en un punto de control firmado, o su sal se borró. Vuelva en un minuto.",
        "en": "What was decided is not in a signed checkpoint yet, or its salt was erased. Come back in a minute.",
    },
}
_WITNESSES: Final = {
    "witness.name": {
        "es": "Ya hay un testigo «{name}», o con esa clave. Elija otro nombre o retire al anterior.",
        "en": 'There is a witness "{name}" already, or one with this key. Choose another name, or retire that one.',
    },
    "witness.kind": {
        "es": "La clave de «{name}» no es de testigo. Pídale la que imprime `ceiba witness key`.",
        "en": 'The key of "{name}" is no witness\'s. Ask for the one that `ceiba witness key` prints.',
    },
    "witness.unknown": {
        "es": "No hay un testigo «{name}» en funciones.",
        "en": 'There is no witness "{name}" in office.',
    },
    "witness.other_log": {
        "es": "La nota de {size} asientos no es la que este registro firmó. No se aceptó ninguna firma.",
        "en": "The note of {size} entries is not the one that this log signed. No signature was taken.",
    },
}
register_messages(_DAMAGED | _ASKED | _WITNESSES)


def refuse(code: str, **values: Any) -> NoReturn:
    """Raises CeibaError with one problem."""
    raise CeibaError(Problem(code, values=values))
