"""What the codes of savings are called on pages; `labels.GROUPS` holds them too."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = str | Promise

WITHDRAWAL: Final[Mapping[str, Label]] = {
    "asked": pgettext_lazy("a withdrawal", "To be approved"),
    "approved": pgettext_lazy("a withdrawal", "Approved, not in a run yet"),
    "refused": pgettext_lazy("a withdrawal", "Refused"),
    "given_up": pgettext_lazy("a withdrawal", "Given up"),
    "ordered": pgettext_lazy("a withdrawal", "In a payment run"),
    "paid": pgettext_lazy("a withdrawal", "Paid"),
    "rejected": pgettext_lazy("a withdrawal", "Rejected by the bank, to be paid again"),
    "returned": pgettext_lazy("a withdrawal", "Returned by the bank, to be paid again"),
}
WITHDRAWAL_CAUSE: Final[Mapping[str, Label]] = {
    "exit": _("Their enrolment ended"),
    "rule": _("The rulebook pays savings out"),
    "request": _("The person asked"),
}
SAVINGS_MOVED: Final[Mapping[str, Label]] = {
    "saving": _("Deposit"),
    "interest": _("Interest"),
    "withdrawal": _("Withdrawal"),
    "returned": _("Withdrawal that came back from the bank"),
    "explained": _("A person's explanation of a bank entry"),
    "unexplained": _("A bank entry that nothing explains"),
    "charge": _("Fee of the bank"),
    "disbursement": _("Disbursement of a funder"),
    "support": _("Support paid from where savings are held"),
    "recovery": _("Recovery"),
}
MOVE: Final[Mapping[str, Label]] = {
    "ordered": pgettext_lazy("cash of savings", "Ordered, to be confirmed"),
    "confirmed": pgettext_lazy("cash of savings", "In transit"),
    "booked": pgettext_lazy("cash of savings", "At the bank"),
    "cancelled": pgettext_lazy("cash of savings", "Cancelled"),
}
INTEREST_METHOD: Final[Mapping[str, Label]] = {
    "1": _("on the balance of the end of each day"),
    "2": _("on the lowest balance of the month"),
}
SAVINGS_GROUPS: Final[Mapping[str, Mapping[str, Label]]] = {
    "withdrawal": WITHDRAWAL,
    "withdrawal_cause": WITHDRAWAL_CAUSE,
    "savings_moved": SAVINGS_MOVED,
    "savings_move": MOVE,
    "interest_method": INTEREST_METHOD,
}
