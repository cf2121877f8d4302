"""Says of a booking that it is an end of a move of savings that no file ordered: made on the bank's website."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from ceiba.accounts.models import User
from ceiba.core.expected import LOOSE
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.matching import Direction
from ceiba.reconciliation.models import OpenItem
from ceiba.reconciliation.services.deposits import names_of
from ceiba.reconciliation.services.items import check_owner, item_locked
from ceiba.reconciliation.services.matching import entries_match
from ceiba.savings.models import Move
from ceiba.savings.selectors.moves import moves_nameable
from ceiba.savings.services import move_name

register_messages(
    {
        "open_item.no_move": {
            "es": "Elija un traslado confirmado entre estas cuentas, sin archivo y sin asiento en esta cuenta.",
            "en": "Choose a confirmed move between these accounts, without a file and without a booking on this one.",
        },
    }
)


@transaction.atomic
def move_tell(*, item_id: int, move_id: int, actor: User, today: date, at: datetime) -> OpenItem:
    """Say which move a booking is an end of, and match again: shown at both ends, the move is booked.

    Raises CeibaError (open_item.*, move.*).
    """
    item = item_locked(item_id, actor)
    check_owner(item, actor)
    if not moves_for(item).filter(pk=move_id).exists() or item.booked_on is None:
        raise CeibaError(Problem("open_item.no_move"))
    move_name(
        move_id=move_id, account=item.bank_account, reference=names_of(item)[0], booked_on=item.booked_on,
        actor=actor, at=at,
    )  # fmt: skip
    entries_match(bank_account=item.bank_account, today=today, at=at, actor=actor)
    item.refresh_from_db()
    return item


def moves_for(item: OpenItem) -> QuerySet[Move]:
    """The moves that a booking which nobody has explained may be an end of."""
    if (
        item.kind not in LOOSE
        or item.direction == Direction.NONE
        or item.explained_minor
        or item.participant_id
    ):
        return Move.objects.none()
    return moves_nameable(item.bank_account, item.direction)
