"""Says of a credit that it is a funder's: a disbursement is entered with what the bank wrote, for another to accept.

The money stays in suspense until then; accepted, the disbursement books it and the next matching finds it there.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from ceiba.accounts.models import User
from ceiba.core.expected import LOOSE
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.matching import Direction
from ceiba.funding.models import Agreement, Disbursement
from ceiba.funding.selectors import disbursement_naming, standing
from ceiba.funding.services import disbursement_enter
from ceiba.reconciliation.models import Act, ItemNote, OpenItem
from ceiba.reconciliation.services.items import check_owner, item_locked

register_messages(
    {
        "open_item.no_deposit": {
            "es": "Solo un abono que nadie ha explicado puede ser un desembolso, y no donde se guardan ahorros.",
            "en": "Only a credit that nobody has explained can be a disbursement, and not where savings are held.",
        },
        "open_item.no_agreement": {
            "es": "Elija un convenio vigente del mismo programa y de la misma moneda.",
            "en": "Choose an agreement that stands, of the same programme and currency.",
        },
    }
)


@transaction.atomic
def deposit_propose(*, item_id: int, agreement: str, actor: User, at: datetime) -> Disbursement:
    """Enter the whole of a credit as a disbursement of an agreement, by its code.

    It holds once somebody else accepts it (`funding.services.entry_decide`).
    Raises CeibaError (open_item.*, funding.*).
    """
    item = item_locked(item_id, actor)
    check_owner(item, actor)
    if not may_be_deposit(item):
        raise CeibaError(Problem("open_item.no_deposit"))
    found = agreements_for(item).filter(code=agreement).first()
    if found is None:
        raise CeibaError(Problem("open_item.no_agreement"))
    made = disbursement_enter(
        values={
            "agreement": found,
            "amount_minor": item.amount_minor,
            "value_date": item.booked_on,
            "bank_account": item.bank_account.code,
            "reference": names_of(item)[0],
        },
        by=actor,
        now=at,
    )
    text = f"{found.code} · {made.reference}"
    ItemNote.objects.create(
        item=item, act=Act.PROPOSED, by=actor, at=at, text=text, amount_minor=item.amount_minor
    )
    return made


def may_be_deposit(item: OpenItem) -> bool:
    """Whether an item is a whole credit of which nobody has said anything yet."""
    return (
        item.direction == Direction.IN
        and item.kind in LOOSE
        and item.participant_id is None
        and item.booked_on is not None
        and not item.bank_account.holds_savings
        and not item.explained_minor
        and not item.explanations.filter(confirmed_at=None, withdrawn_at=None).exists()
    )


def deposit_proposed(item: OpenItem) -> Disbursement | None:
    """The disbursement that waits or stands under one of the item's names."""
    return (
        disbursement_naming(item.bank_account.code, *names_of(item))
        if item.key.startswith("entry:")
        else None
    )


def agreements_for(item: OpenItem) -> QuerySet[Agreement]:
    """The agreements that a credit may be of."""
    bank = item.bank_account
    return standing(Agreement).filter(programme=bank.programme_id, currency=bank.currency).order_by("code")


def names_of(item: OpenItem) -> list[str]:
    """What the bank calls it, the best first."""
    return [name for name in (item.reference, item.end_to_end_id, item.entry) if name]
