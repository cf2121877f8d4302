"""Writes payment lines, and the runs that pay them."""

from ceiba.payments.services.closing import run_close
from ceiba.payments.services.files import run_send
from ceiba.payments.services.holds import hold_lift, hold_place
from ceiba.payments.services.lines import TABLE, payment_lines_store
from ceiba.payments.services.outcomes import payments_settle
from ceiba.payments.services.runs import alert_explain, limit_set, payment_cancel, run_draft, run_step
from ceiba.payments.services.withdrawals import withdrawals_draft

__all__ = [
    "TABLE",
    "alert_explain",
    "hold_lift",
    "hold_place",
    "limit_set",
    "payment_cancel",
    "payment_lines_store",
    "payments_settle",
    "run_close",
    "run_draft",
    "run_send",
    "run_step",
    "withdrawals_draft",
]
