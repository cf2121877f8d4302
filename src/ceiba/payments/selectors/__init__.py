"""Reads what is due and listed, and the runs that pay it."""

from ceiba.payments.selectors.lists import (
    ListTotal,
    Reconciliation,
    amount_decimal,
    due_before,
    lines_for,
    lines_of,
    list_totals,
    payment_list,
    payment_table,
    reconciliation,
)

__all__ = [
    "ListTotal",
    "Reconciliation",
    "amount_decimal",
    "due_before",
    "lines_for",
    "lines_of",
    "list_totals",
    "payment_list",
    "payment_table",
    "reconciliation",
]
