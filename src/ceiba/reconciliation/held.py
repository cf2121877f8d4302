"""What reconciliation has of a person."""

from ceiba.reconciliation.models import ItemState, OpenItem


def item_open(participant: int) -> bool:
    """Whether something a bank said of a person's payment is not explained."""
    return OpenItem.objects.filter(participant=participant, state=ItemState.OPEN).exists()


def items_held(participant: int) -> int:
    """How many items are or were of a person."""
    return OpenItem.objects.filter(participant=participant).count()
