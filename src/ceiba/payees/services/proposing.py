"""One account proposed, with the checks of a file's row."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl
from django.db import IntegrityError, transaction
from django.utils import timezone

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.cells import ROW
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.register import PAYEE_ACCOUNTS
from ceiba.core.sheets import listed
from ceiba.payees.models import PROPOSED, PayeeAccount
from ceiba.payees.services.rows import rows_checked, rows_propose

register_messages(
    {
        "payee.known": {
            "es": "Esta cuenta ya es la de la persona, o ya espera confirmación.",
            "en": "This account is the person's already, or waits to be confirmed.",
        }
    }
)


def account_propose(*, cells: Mapping[str, str], actor: User, now: datetime) -> PayeeAccount:
    """Propose the account that `cells` (of `PAYEE_ACCOUNTS`, as text) say; a column that is not named is empty.

    Raises CeibaError with everything that is wrong, each placed by its column; payee.known, payee.conflict.
    """
    names = PAYEE_ACCOUNTS.schema.names
    texts = {name: cells.get(name, "").strip() or None for name in names}
    frame = pl.DataFrame([{ROW: 1, **texts}], {ROW: pl.Int64, **dict.fromkeys(names, pl.String)})
    try:
        with transaction.atomic():
            rows = rows_checked(frame, actor=actor, today=timezone.localdate(now))
            if rows.problems.height:
                raise CeibaError(listed(rows.problems.with_columns(pl.lit(None, pl.Int64).alias(ROW))))
            if not rows_propose(rows, actor=actor, now=now, source=None):
                raise CeibaError(Problem("payee.known"))
            person = rows.new.item(0, "participant_id")
            made = PayeeAccount.objects.get(participant=person, state=PROPOSED)
            event_record(actor=actor, action="payee.proposed", subject=f"payee account {made.pk}")
    except IntegrityError as error:
        raise CeibaError(Problem("payee.conflict")) from error
    return made
