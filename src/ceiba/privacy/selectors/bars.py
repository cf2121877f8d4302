"""What of a person must come to its end before anything of them is erased."""

from collections.abc import Iterator

from ceiba.core.kernel.errors import register_messages
from ceiba.credentials.selectors.held import revocation_waits
from ceiba.entities.selectors.erased import proposals_open
from ceiba.ledger.held import savings_left
from ceiba.pathway.erasing import referral_live
from ceiba.payees.selectors.erased import account_waits
from ceiba.payments.erasing import payments_open
from ceiba.privacy.states import Bar
from ceiba.reconciliation.held import item_open
from ceiba.registry.selectors.erased import active_until, is_enrolled
from ceiba.runs.selectors import next_month
from ceiba.submissions.erasing import forms_waiting

_TOLD = {
    Bar.ENROLLED: (
        "La persona está en un programa o en camino de entrar. Primero sale (renuncia u otra causa).",
        "The person is in a programme, or on the way into one. They leave it first (resignation or another cause).",
    ),
    Bar.MONTH_OPEN: (
        "Un mes en que la persona estuvo activa no se ha decidido. Espere a que se decida y se selle.",
        "A month in which the person was active is not decided. Wait until it is decided and sealed.",
    ),
    Bar.FORMS_WAITING: (
        "Hay formularios de la persona que nadie ha atendido (esperan o están en cuarentena).",
        "There are forms of the person that nobody has dealt with (they wait, or are in quarantine).",
    ),
    Bar.CHANGE_OPEN: (
        "Hay un cambio de sus datos o de su parcela por decidir.",
        "A change of their data or of their plot is to be decided.",
    ),
    Bar.UNSETTLED: (
        "Hay pagos sin liquidar: una línea que ninguna corrida paga, o una orden que el banco no ha contestado.",
        "Payments are not settled: a line that no run pays, or an order that the bank has not answered.",
    ),
    Bar.DUE: (
        "Evidencia tardía dejó algo por pagar o por recuperar, que ninguna lista ha saldado.",
        "Late evidence left something to be paid or recovered that no list has settled.",
    ),
    Bar.HELD: (
        "Su pago está retenido. Levante la retención antes.",
        "Their pay is held. Let it go first.",
    ),
    Bar.SAVINGS_LEFT: (
        "Le queda ahorro, o hay ahorro en camino. La persona lo retira antes.",
        "Savings are left, or on their way. The person takes them out first.",
    ),
    Bar.ACCOUNT_WAITS: (
        "Hay una cuenta propuesta que nadie ha confirmado ni rechazado.",
        "An account was proposed that nobody has confirmed or refused.",
    ),
    Bar.ITEM_OPEN: (
        "El banco dijo algo de un pago suyo que nadie ha explicado.",
        "The bank said something of a payment of theirs that nobody has explained.",
    ),
    Bar.REVOCATION_WAITS: (
        "Se pidió revocar su constancia y nadie lo ha decidido.",
        "Somebody asked for their certificate to be revoked, and nobody has decided.",
    ),
    Bar.REFERRAL_LIVE: (
        "Se le ofreció un lugar y falta la respuesta, o está en una temporada y no se anotó su regreso.",
        "A place was offered to them and the answer has not come, or they are away for a season and not back.",
    ),
}
register_messages({f"erasure.{bar}": {"es": es, "en": en} for bar, (es, en) in _TOLD.items()})


def bars_of(participant: int) -> list[Bar]:
    """What stands in the way of erasing a person's data, in the order in which it is best dealt with."""
    found = set(_bars(participant))
    return [bar for bar in Bar if bar in found]


def _bars(participant: int) -> Iterator[Bar]:
    yield from (Bar(code) for code in payments_open(participant))
    open_ends = (
        (Bar.ENROLLED, is_enrolled(participant)),
        (Bar.MONTH_OPEN, _month_open(participant)),
        (Bar.FORMS_WAITING, forms_waiting(participant)),
        (Bar.CHANGE_OPEN, proposals_open(participant)),
        (Bar.SAVINGS_LEFT, savings_left(participant)),
        (Bar.ACCOUNT_WAITS, account_waits(participant)),
        (Bar.ITEM_OPEN, item_open(participant)),
        (Bar.REVOCATION_WAITS, revocation_waits(participant)),
        (Bar.REFERRAL_LIVE, referral_live(participant)),
    )
    yield from (bar for bar, stands in open_ends if stands)


def _month_open(participant: int) -> bool:
    """Whether a month that is not decided (its run not at its end) has the person in it."""
    for programme, until in active_until(participant).items():
        following = next_month(programme)
        if following is not None and (until is None or until > following.month.last_day):
            return True
    return False
