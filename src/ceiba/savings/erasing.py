"""What savings hold of a person: withdrawals and interest stay; words beside withdrawals can be erased."""

from collections.abc import Mapping

from ceiba.savings.models import AccrualLine, Withdrawal


def savings_held(participant: int) -> Mapping[str, int]:
    """Withdrawals and months of interest of a person, and withdrawals beside which somebody wrote something."""
    withdrawals = Withdrawal.objects.filter(participant=participant)
    return {
        "withdrawals": withdrawals.count(),
        "interest": AccrualLine.objects.filter(participant=participant).count(),
        "savings_notes": withdrawals.exclude(note="", why="").count(),
    }


def savings_notes_erase(*, participant: int) -> None:
    """Erase the words beside a person's withdrawals. In the caller's transaction, of somebody who is erased."""
    Withdrawal.objects.filter(participant=participant).exclude(note="", why="").update(note="", why="")
