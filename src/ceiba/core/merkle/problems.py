"""What can be wrong with a proof, and with a tree it is asked of."""

from typing import Any, NoReturn

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages

register_messages(
    {
        "merkle.index": {
            "es": "No hay hoja {index} en un árbol de {size} hojas (la primera es la 0). Revise los dos números.",
            "en": "There is no leaf {index} in a tree of {size} leaves (the first is 0). Check index and size.",
        },
        "merkle.sizes": {
            "es": "De un árbol de {first} hojas a uno de {second} no hay prueba: el primero debe tener al menos una "
            "hoja, y el segundo no menos que el primero.",
            "en": "There is no proof from a tree of {first} leaves to one of {second}: the first must have a leaf at "
            "least, and the second no fewer than the first.",
        },
        "merkle.node": {
            "es": "Falta el nodo {number} del nivel {level} del árbol. El registro está dañado: "
            "restáurelo del respaldo.",
            "en": "Node {number} of level {level} of the tree is not there. The log is damaged: "
            "restore it from the backup.",
        },
        "merkle.hash": {
            "es": "Un hash mide {length} bytes y no 32: no es un SHA-256. Pida la prueba otra vez, completa.",
            "en": "A hash is {length} bytes long and not 32: it is no SHA-256. Ask for the proof again, whole.",
        },
        "merkle.long": {
            "es": "La prueba trae más nodos de los que caben en un árbol de {size} hojas. No la acepte.",
            "en": "The proof has more nodes than a tree of {size} leaves has room for. Do not accept it.",
        },
        "merkle.short": {
            "es": "A la prueba le faltan nodos para un árbol de {size} hojas. Pídala otra vez, completa.",
            "en": "The proof lacks nodes for a tree of {size} leaves. Ask for it again, whole.",
        },
        "merkle.not_included": {
            "es": "La prueba no lleva de esta hoja a la raíz: esta hoja no está en ese lugar de ese árbol. "
            "No la acepte.",
            "en": "The proof does not lead from this leaf to the root: this leaf is not in that place of that tree. "
            "Do not accept it.",
        },
        "merkle.rewritten": {
            "es": "El árbol de {second} hojas no continúa el de {first}: lo que ya estaba registrado cambió. "
            "Guarde las dos raíces y avise a los testigos.",
            "en": "The tree of {second} leaves does not continue that of {first}: what was logged has changed. "
            "Keep both roots and tell the witnesses.",
        },
    }
)


def refuse(code: str, **values: Any) -> NoReturn:
    """Raises CeibaError with one problem."""
    raise CeibaError(Problem(code, values=values))
