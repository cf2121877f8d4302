"""What the ledger has of a person: all of it stays."""

from django.db.models import F, Q

from ceiba.ledger.models import Account, Transfer


def transfers_held(participant: int) -> int:
    """How many transfers are of a person."""
    return Transfer.objects.filter(participant=participant).count()


def savings_left(participant: int) -> bool:
    """Whether something is left of a person's savings, or on its way from or to them."""
    moved = ~Q(credits_posted=F("debits_posted")) | Q(credits_pending__gt=0) | Q(debits_pending__gt=0)
    return Account.objects.filter(moved, participant=participant).exists()
