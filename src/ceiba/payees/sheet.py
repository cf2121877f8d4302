"""Accounts as a file brings them: a sheet like those of the register."""

from typing import Final

import polars as pl

from ceiba.core.banking import Scheme
from ceiba.core.cells import ColumnSpec
from ceiba.core.payees import PLACE_LENGTH_MAX, Cause
from ceiba.core.register import Sheet

PAYEE_ACCOUNTS: Final = Sheet(
    "payee_accounts",
    "Cuentas de pago",
    "Payee accounts",
    ("participant",),
    (
        ColumnSpec(
            "participant", pl.String, "clave de la persona", "participant code", refers="participants"
        ),
        ColumnSpec("scheme", pl.String, "tipo de cuenta", "scheme", choices=tuple(s.value for s in Scheme)),
        ColumnSpec("bank", pl.String, "clave del banco", "bank code", False, length=11),
        ColumnSpec("number", pl.String, "número o lugar", "number or place", length=PLACE_LENGTH_MAX),
        ColumnSpec("holder", pl.String, "titular", "holder", False, length=140),
        ColumnSpec("cause", pl.String, "causa", "cause", choices=tuple(c.value for c in Cause)),
        ColumnSpec("document", pl.String, "documento de respaldo", "supporting document", length=120),
        ColumnSpec("expires_on", pl.Date, "vale hasta", "holds until", False),
    ),
)
IMPORT_TASK: Final = "payees.import"
