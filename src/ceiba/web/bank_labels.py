"""What the codes of the reconciliation are called on pages; `labels` takes them in."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = str | Promise

PAYMENT_OUTCOME: Final[Mapping[str, Label]] = {
    "awaited": pgettext_lazy("a payment", "Awaiting the bank"),
    "accepted": pgettext_lazy("a payment", "Taken in by the bank"),
    "rejected": pgettext_lazy("a payment", "Rejected"),
    "paid": pgettext_lazy("a payment", "Paid"),
    "returned": pgettext_lazy("a payment", "Returned"),
    "wrong_amount": pgettext_lazy("a payment", "Another amount"),
    "duplicate": pgettext_lazy("a payment", "Booked twice"),
    "unknown": pgettext_lazy("a payment", "Unknown: no answer"),
    "missing": pgettext_lazy("a payment", "Not on the statement"),
    "contradiction": pgettext_lazy("a payment", "Contradiction"),
}
ITEM_KIND: Final[Mapping[str, Label]] = {
    "excess": _("More left for a payment than was ordered"),
    "short": _("Another amount than was ordered"),
    "over_returned": _("More came back than had left"),
    "batch": _("A batch was booked with more than its payments"),
    "stranger": _("Names a payment that is not ours"),
    "other": _("Fee, deposit or other movement"),
    "currency": _("In another currency than was ordered"),
    "changed": _("The bank said the same thing in two ways"),
    "unknown": _("No answer from the bank"),
    "missing": _("Said to be paid, and not on the statement"),
    "contradiction": _("The bank contradicts itself"),
    "balance": _("The bank’s balance is not the books’"),
    "differs": _("Another amount than was recorded"),
    "unseen": _("Recorded, and not on the statement"),
    "recorded_disbursement": _("Deposit of a funder"),
    "recorded_move": _("Move of savings"),
}
ITEM_TEXT: Final[Mapping[str, Label]] = {
    "excess": _("Ask the bank to give back what it booked beyond the order, or explain where it belongs."),
    "short": _("Ask the bank for the difference; the payment counts as paid meanwhile."),
    "over_returned": _("Ask the bank what the rest is of, and explain where it belongs."),
    "batch": _("Ask the bank which payments it booked; give back or explain the rest."),
    "stranger": _("Ask the bank what it is: nobody ordered it here."),
    "other": _("Say what it is: a funder’s deposit, a fee, or interest that the bank gives."),
    "currency": _("Ask the bank why it moved another currency."),
    "changed": _("Ask the bank which of the two is true. Neither pays anybody until then."),
    "unknown": _(
        "It may have been paid, so nobody is paid again for it. Ask the bank, and take in its answer."
    ),
    "missing": _("Ask the bank when it booked it, and take in the statement that shows it."),
    "contradiction": _("Ask the bank what is true. Nothing is paid again until a person has looked."),
    "balance": _(
        "A file is missing, or something was booked by hand: compare the statement with the entries."
    ),
    "differs": _("Correct the record, or explain the difference: a bank on the way may have taken a charge."),
    "unseen": _(
        "Ask the bank, and take in the statement that shows it. If the reference, day or amount of the record is "
        "wrong, or no money came, correct the record."
    ),
}
ITEM_STATE: Final[Mapping[str, Label]] = {
    "open": pgettext_lazy("an item", "Open"),
    "explained": pgettext_lazy("an item", "Explained"),
    "matched": pgettext_lazy("an item", "Matched"),
    "closed": pgettext_lazy("an item", "Closed"),
}
ITEM_ACT: Final[Mapping[str, Label]] = {
    "found": pgettext_lazy("an item", "Found by matching"),
    "changed": pgettext_lazy("an item", "Found with another amount"),
    "matched": pgettext_lazy("an item", "Matched with its record"),
    "gone": pgettext_lazy("an item", "Explained by later entries of the bank"),
    "owned": pgettext_lazy("an item", "Taken over"),
    "noted": pgettext_lazy("an item", "Note"),
    "proposed": pgettext_lazy("an item", "Explanation proposed"),
    "explained": pgettext_lazy("an item", "Explained, in the books"),
    "withdrawn": pgettext_lazy("an item", "Explanation taken back"),
    "closed": pgettext_lazy("an item", "Closed"),
}
SAID: Final[Mapping[str, Label]] = {
    "accepted": pgettext_lazy("a bank says", "Taken in"),
    "pending": pgettext_lazy("a bank says", "Not decided yet"),
    "rejected": pgettext_lazy("a bank says", "Rejected"),
    "paid": pgettext_lazy("a bank says", "Paid"),
    "returned": pgettext_lazy("a bank says", "Returned"),
    "other": pgettext_lazy("a bank says", "Something else"),
}
BOOKS: Final[Mapping[str, Label]] = {
    "bank": pgettext_lazy("the books", "Bank"),
    "fund": pgettext_lazy("the books", "Fund of an agreement"),
    "clearing": pgettext_lazy("the books", "Ordered and not booked"),
    "charges": pgettext_lazy("the books", "Charges of the bank"),
    "interest": pgettext_lazy("the books", "Interest: given by banks, and to savers"),
}
GROUPS: Final[Mapping[str, Mapping[str, Label]]] = {
    "payment_outcome": PAYMENT_OUTCOME,
    "item_kind": ITEM_KIND,
    "item_text": ITEM_TEXT,
    "item_state": ITEM_STATE,
    "item_act": ITEM_ACT,
    "said": SAID,
    "books": BOOKS,
}
