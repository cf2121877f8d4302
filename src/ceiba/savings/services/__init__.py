"""Writes withdrawals, interest, and orders to move the cash of savings."""

from ceiba.savings.services.interest import interest_post
from ceiba.savings.services.moves import (
    move_book,
    move_cancel,
    move_confirm,
    move_name,
    move_order,
    move_rejected,
    move_shown,
)
from ceiba.savings.services.sending import move_send, move_send_ask
from ceiba.savings.services.withdrawals import (
    withdrawal_ask,
    withdrawal_give_up,
    withdrawals_ask_due,
    withdrawals_decide,
    withdrawals_pay,
)

__all__ = [
    "interest_post",
    "move_book",
    "move_cancel",
    "move_confirm",
    "move_name",
    "move_order",
    "move_rejected",
    "move_send",
    "move_send_ask",
    "move_shown",
    "withdrawal_ask",
    "withdrawal_give_up",
    "withdrawals_ask_due",
    "withdrawals_decide",
    "withdrawals_pay",
]
