"""What the codes of payment runs, payments and banks are called on pages."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PAYMENT_RUN: Final[Mapping[str, str | Promise]] = {
    "draft": pgettext_lazy("a payment run", "Draft"),
    "prepared": pgettext_lazy("a payment run", "Prepared"),
    "reviewed": pgettext_lazy("a payment run", "Reviewed"),
    "approved": pgettext_lazy("a payment run", "Approved"),
    "released": pgettext_lazy("a payment run", "Released"),
    "sent": pgettext_lazy("a payment run", "Sent"),
    "closed": pgettext_lazy("a payment run", "Closed"),
    "cancelled": pgettext_lazy("a payment run", "Cancelled"),
}
RUN_STEP: Final[Mapping[str, str | Promise]] = {
    "prepare": pgettext_lazy("a step", "Prepare"),
    "review": pgettext_lazy("a step", "Review"),
    "approve": pgettext_lazy("a step", "Approve"),
    "release": pgettext_lazy("a step", "Release"),
    "cancel": pgettext_lazy("a step", "Cancel the run"),
}
STEP_TEXT: Final[Mapping[str, str | Promise]] = {
    "prepare": _("You say that the draft is what shall be paid. Somebody else reviews it."),
    "review": _("You say that you looked at it and found it right. The treasury approves it."),
    "approve": _("You say that this money may be paid. Somebody else of the treasury releases it."),
    "release": _("You let it go to the bank. What is saved belongs to the people from this moment on."),
    "cancel": _("Nothing of it is paid. Its lines are free again, and another run can pay them."),
}
PAYMENT: Final[Mapping[str, str | Promise]] = {
    "planned": pgettext_lazy("a payment", "Planned"),
    "unknown": pgettext_lazy("a payment", "No answer yet"),
    "paid": pgettext_lazy("a payment", "Paid"),
    "cancelled": pgettext_lazy("a payment", "Taken out"),
    "rejected": pgettext_lazy("a payment", "Rejected"),
    "returned": pgettext_lazy("a payment", "Returned"),
}
LIST_PLACE: Final[Mapping[str, str | Promise]] = {
    "paid": _("Paid"),
    "ordered": _("In a run, on its way"),
    "saved": _("Into savings"),
    "held": _("Held: somebody keeps the pay back, with a cause"),
    "no_account": _("No account that can be paid to: none, one that rests, or one that was objected to"),
    "other_rail": _("Paid by another way than the run’s bank account offers"),
    "below_nothing": _("What is recovered exceeds what is paid"),
    "rejected": _("The bank rejected it"),
    "returned": _("It came back from the bank"),
    "cancelled": _("Its run was cancelled, or the person was taken out of it"),
    "no_run": _("In no run yet"),
}
HOLD_CAUSE: Final[Mapping[str, str | Promise]] = {
    "death_reported": _("A death was reported"),
    "identity_in_doubt": _("Identity in doubt"),
    "account_objected": _("The person says the account is not theirs"),
    "complaint": _("A complaint"),
    "court_order": _("A court order"),
    "other": pgettext_lazy("a cause", "Other"),
}
ALERT: Final[Mapping[str, str | Promise]] = {
    "people": _("People paid"),
    "amount": _("Amount"),
    "new_accounts": _("Accounts changed since the month before, of the people paid"),
    "shared_account": _("Accounts that several people share"),
    "shared_phone": _("Telephones that many people share"),
}
TRANSFER: Final[Mapping[str, str | Promise]] = {
    "support": pgettext_lazy("a transfer", "Support"),
    "recovery": pgettext_lazy("a transfer", "Recovery"),
    "saving": pgettext_lazy("a transfer", "Saving"),
    "returned": pgettext_lazy("a transfer", "Returned"),
    "pending": pgettext_lazy("a transfer", "Pending"),
    "posted": pgettext_lazy("a transfer", "Posted"),
    "voided": pgettext_lazy("a transfer", "Voided"),
}
# ISO 20022 external code sets (reasons of a status and of a return): what each means for the person, and what helps.
BANK_REASON: Final[Mapping[str, str | Promise]] = {
    "AC01": _("The account number is wrong. Tell your programme office the right one."),
    "AC03": _("The account number is not valid. Tell your programme office the right one."),
    "AC04": _("The account is closed. Tell your programme office another one."),
    "AC06": _(
        "The bank has blocked the account. Ask your bank why, or tell your programme office another one."
    ),
    "AC13": _("The account is of a kind that cannot be paid to. Tell your programme office another one."),
    "AC14": _("The account is of a kind that cannot be paid to. Tell your programme office another one."),
    "AG01": _(
        "The account may not receive such payments. Ask your bank, or tell your programme office another one."
    ),
    "AG02": _("The bank did not accept the kind of order. The payment office looks into it."),
    "AM02": _("The bank does not take this amount at once. The payment office looks into it."),
    "AM03": _("The account does not take this currency. Tell your programme office another one."),
    "AM04": _(
        "The programme’s account lacked money on that day. It is not about you: the payment is made again."
    ),
    "AM05": _("The bank took it for a payment that it had already. The payment office looks into it."),
    "AM09": _("The bank says the amount was not the one ordered. The payment office looks into it."),
    "AM14": _("It exceeds what the account may receive. Ask your bank to raise it, or name another account."),
    "BE01": _("The name at the bank is not yours as we know it. Have it corrected here or at the bank."),
    "BE04": _("The bank lacks your address. Ask your bank what is missing."),
    "BE05": _("The bank did not know who ordered it. The payment office looks into it."),
    "BE06": _(
        "The bank does not know the person under this account. Tell your programme office the right one."
    ),
    "BE07": _("The programme’s address was missing. The payment office looks into it."),
    "CNOR": _("The bank cannot be reached by this way. Tell your programme office another account."),
    "CURR": _("The account has another currency. Tell your programme office another one."),
    "CUST": _("It was asked for that it be sent back."),
    "DT01": _("The day was not one on which the bank pays. The payment is made again."),
    "DUPL": _("The bank took it for a payment that it had already. The payment office looks into it."),
    "ED05": _("The banks did not settle it among themselves. The payment is made again."),
    "FF01": _("The bank could not read the order. The payment office looks into it."),
    "FOCR": _("It was called back after it had been ordered."),
    "FR01": _("The bank suspects fraud. The payment office looks into it."),
    "MD07": _(
        "The bank says that the account’s holder has died. Tell your programme office if that is not so."
    ),
    "MS02": _("It was refused by the account’s holder, without a reason."),
    "MS03": _("The bank gave no reason. The payment office asks it."),
    "NARR": _("The bank wrote its reason in words of its own. The payment office tells you."),
    "NOAS": _("The bank had no answer from the account’s holder. Ask your bank."),
    "RC01": _("The bank’s code is wrong. Tell your programme office which bank it is."),
    "RR01": _("The bank must know the payer’s account by law and did not. The payment office looks into it."),
    "RR02": _(
        "The bank must know the payer’s name or address by law and did not. The payment office looks into it."
    ),
    "RR03": _("The bank must know your name or address by law and did not. Ask your bank what is missing."),
    "RR04": _("A rule of the law kept the bank from it. Ask your bank what is missing."),
    "TM01": _("The order came too late on that day. The payment is made again."),
}
UNKNOWN_REASON: Final = _("The bank gave a code of its own. The payment office asks what it means.")
MONEY_GROUPS: Final[Mapping[str, Mapping[str, str | Promise]]] = {
    "payment_run": PAYMENT_RUN,
    "run_step": RUN_STEP,
    "step_text": STEP_TEXT,
    "payment": PAYMENT,
    "list_place": LIST_PLACE,
    "hold_cause": HOLD_CAUSE,
    "alert": ALERT,
    "transfer": TRANSFER,
}


def bank_reason(code: str) -> str:
    """What a bank's reason means for the person; of a code that no standard has, who asks for its meaning."""
    return str(BANK_REASON.get(code.upper(), UNKNOWN_REASON))
