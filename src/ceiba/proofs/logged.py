"""What a receipt proves, in words: what was logged, where, who stands for it, as of when, and what was not checked.

It is told as a constancia is (`verifying`). A receipt names a code, not a person, and says what was decided, also
that somebody was *not* paid. Nothing is looked up: the logs that are trusted come as arguments.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from ceiba.core.kernel.errors import Problem, register_messages
from ceiba.core.kernel.plain import canonical_text
from ceiba.core.log_entries import EntryKind
from ceiba.proofs.checkpoints import read_checkpoint
from ceiba.proofs.log_problems import refuse
from ceiba.proofs.note_signing import Signed
from ceiba.proofs.problems import refused
from ceiba.proofs.receipt import read_receipt, verify_receipt
from ceiba.proofs.trust import Trust
from ceiba.proofs.verifying import trust_old

SKEW: Final = 300  # seconds by which clocks may differ
NO_RIGHT: Final = {
    "es": "Este comprobante prueba qué se registró. No da derecho a una visa ni a ninguna otra cosa, y es gratuito.",
    "en": "This receipt proves what was logged. It confers no right to a visa or to anything else, and it is free.",
}
KINDS: Final[Mapping[str, tuple[str, str]]] = {
    EntryKind.EVIDENCE: ("Una evidencia", "A piece of evidence"),
    EntryKind.DETERMINATION: (
        "Lo decidido de una persona en un mes",
        "What was decided of a person for a month",
    ),
    EntryKind.SEALED_MONTH: ("Un mes sellado", "A sealed month"),
    EntryKind.PAYMENT_RUN: ("Una corrida de pagos", "A payment run"),
    EntryKind.CREDENTIAL: ("Una constancia", "A constancia"),
    EntryKind.ROLE_CHANGE: ("Un cambio de quién puede qué", "A change of who may do what"),
}
OUTCOMES: Final[Mapping[str, tuple[str, str]]] = {
    "pay": ("se decidió pagarle", "it was decided to pay"),
    "hold": ("no se le pagó: quedó retenido", "not paid: held"),
    "refuse": ("no se le pagó: no correspondía", "not paid: refused"),
}
LABELS: Final[Mapping[str, tuple[str, str]]] = {
    "kind": ("Qué se registró", "What was logged"),
    "outcome": ("Decisión", "Decision"),
    "participant": ("Código de la persona", "Code of the person"),
    "programme": ("Programa", "Programme"),
    "month": ("Mes", "Month"),
    "amount_minor": ("Monto, en centavos", "Amount, in cents"),
    "amounts": ("Montos, en centavos", "Amounts, in cents"),
    "failed": ("Reglas no cumplidas", "Rules not met"),
    "unknown": ("Reglas sin datos", "Rules without data"),
    "causes": ("Causas", "Causes"),
    "area": ("Lugar", "Area"),
    "decided_in": ("Decidido en", "Decided in"),
    "revision": ("Veces que se volvió a decidir", "Times decided again"),
    "place": ("Asiento", "Entry"),
    "log": ("Registro", "Log"),
    "witnesses": ("Testigos que firmaron", "Witnesses who signed"),
    "as_of": ("Según lo visto el", "As seen on"),
}
"""In the order in which they are told; what has no label is told after them by its own name."""
register_messages(
    {
        "receipt.log_unknown": {
            "es": "Es del registro «{origin}», que no está en la lista de confianza. No lo acepte; si el registro es "
            "nuevo, actualice la lista.",
            "en": 'It is of the log "{origin}", which is not in the list of who is trusted. Do not accept it; if the '
            "log is new, renew the list.",
        },
        "receipt.short": {
            "es": "Este código corto solo abre el asiento {index} de «{log}»: no trae con qué probarlo sin red. Use "
            "el archivo del comprobante, o péguelo en la página de ese registro.",
            "en": 'This short code only opens entry {index} of "{log}": it does not bring what proves it without a '
            "network. Use the receipt's file, or paste it on the page of that log.",
        },
        "unchecked.witnesses": {
            "es": "Ningún testigo conocido lo firmó: no se revisó desde cuándo está ahí, ni que otros vean el mismo "
            "registro.",
            "en": "No known witness signed it: since when it is there was not checked, nor that others see the same "
            "log.",
        },
        "unchecked.opening": {
            "es": "El comprobante no muestra qué dice el asiento: solo que se registró.",
            "en": "The receipt does not show what the entry says: only that it was logged.",
        },
        "unchecked.code": {
            "es": "No se revisó de quién es el código. Compárelo con un documento de la persona.",
            "en": "Whose the code is was not checked. Compare it with a document of the person's.",
        },
        "unchecked.later": {
            "es": "No se revisó si después se decidió otra cosa, ni si el dinero llegó: eso tiene su propio "
            "comprobante.",
            "en": "Whether something else was decided later, or the money arrived, was not checked: that has a "
            "receipt of its own.",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Logged:
    """What a receipt that holds proves: entry `index` of the `size` of the log `origin` is of `kind` and says `said`.

    `data` is what the entry's commitment is to, as it was logged; None where the receipt does not show it. `as_of` is
    when the last known witness saw the log, None where none did. `not_checked` as of `verifying.Verdict`.
    """

    kind: EntryKind
    data: str | None
    said: Mapping[str, Any]
    origin: str
    index: int
    size: int
    root: bytes
    witnesses: tuple[Signed, ...]
    as_of: datetime | None
    not_checked: tuple[Problem, ...]

    def lines(self, language: str = "es") -> list[str]:
        """What to read out, in the order in which people ask."""
        at = 0 if language == "es" else 1
        told: dict[str, object] = {"kind": KINDS[self.kind][at]}
        told |= {name: _written(name, self.said[name], at) for name in _in_order(self.said)}
        told |= {"place": _of(self.index, self.size, at), "log": self.origin}
        if self.witnesses:
            told["witnesses"] = ", ".join(one.key.name for one in self.witnesses)
        if self.as_of:
            told["as_of"] = self.as_of.date()
        return [
            *(f"{LABELS[name][at] if name in LABELS else name}: {value}" for name, value in told.items()),
            *(problem.text(language) for problem in self.not_checked),
            NO_RIGHT[language],
        ]


def is_receipt(proof: bytes | str) -> bool:
    """Whether it is to be read as a receipt: JSON, which no constancia is."""
    data = proof.encode(errors="replace") if isinstance(proof, str) else proof
    return data.lstrip(b" \t\r\n").startswith(b"{")


def verify_logged(proof: bytes | str, trust: Trust, now: datetime) -> Logged:
    """Read a receipt, and decide whether it holds for whoever trusts the logs that `trust` names.

    Raises CeibaError: trust.expired, `receipt.short`, those of `read_receipt`, `receipt.log_unknown`, those of
    `verify_receipt`.
    """
    if trust.expires <= now:
        raise refused("trust.expired", expires=trust.expires)
    data = proof.encode(errors="surrogatepass") if isinstance(proof, str) else proof
    _refuse_short(data)
    receipt = read_receipt(data)
    origin = read_checkpoint(receipt.checkpoint.text).origin
    believed = next((log for log in trust.logs if log.origin == origin), None)
    if believed is None:
        refuse("receipt.log_unknown", origin=origin[:80])
    proven = verify_receipt(receipt, believed, int(now.timestamp()) + SKEW)
    witnesses, log = proven.vouched.witnesses, proven.vouched.checkpoint
    seen = max((one.time or 0 for one in witnesses), default=0)
    return Logged(
        proven.entry.kind, proven.data, _members(proven.data), log.origin, receipt.index, log.size, log.root,
        witnesses, datetime.fromtimestamp(seen, UTC) if witnesses else None,
        (*_unchecked(proven.entry.kind, proven.data, witnesses), *trust_old(trust, now)),
    )  # fmt: skip


def _refuse_short(data: bytes) -> None:
    """What the QR of older papers says is told from what is no receipt at all: it needs the log."""
    try:
        members = json.loads(data.decode())
    except (ValueError, RecursionError):
        return
    if isinstance(members, dict) and members.keys() == {"data", "index", "log", "salt"}:
        refuse("receipt.short", index=str(members["index"])[:20], log=str(members["log"])[:80])


def _unchecked(kind: EntryKind, data: str | None, witnesses: tuple[Signed, ...]) -> list[Problem]:
    found = [] if witnesses else ["unchecked.witnesses"]
    if data is None:
        found.append("unchecked.opening")
    elif kind is EntryKind.DETERMINATION:
        found += ["unchecked.later", "unchecked.code"]
    return [Problem(code) for code in found]


def _members(data: str | None) -> Mapping[str, Any]:
    """Of an opening that is no object nothing is told apart: its text is there as it was logged."""
    try:
        found = json.loads(data or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _in_order(said: Mapping[str, Any]) -> list[str]:
    """Those with a label first; what says nothing (an empty list, a sum of nothing) is left out."""
    names = [*(name for name in LABELS if name in said), *sorted(said.keys() - LABELS.keys())]
    return [name for name in names if said[name] not in ([], {})]


def _written(name: str, value: Any, at: int) -> str:
    if name == "outcome" and value in OUTCOMES:
        return OUTCOMES[value][at]
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return value if isinstance(value, str) else canonical_text(value)


def _of(number: int, size: int, at: int) -> str:
    return (f"{number} de {size}", f"{number} of {size}")[at]
