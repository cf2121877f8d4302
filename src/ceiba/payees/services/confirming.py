"""The second person's yes or no to proposed accounts, one or a whole file of them at once."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, LiteralString

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ceiba.accounts.models import User
from ceiba.audit.services import events_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.frames.postgres import execute

register_messages(
    {
        "payee.not_waiting": {
            "es": "{count} de las cuentas ya no esperan confirmación: otra persona decidió. Recargue la página.",
            "en": "{count} of the accounts no longer wait to be confirmed: somebody else decided. Reload the page.",
        },
        "payee.own_proposal": {
            "es": "Usted propuso {count} de las cuentas: las confirma otra persona. No se confirmó ninguna.",
            "en": "You proposed {count} of the accounts: somebody else confirms them. None was confirmed.",
        },
        "payee.expired": {
            "es": "{count} de las cuentas terminan antes de poder usarse. Rechácelas y propóngalas con otra fecha.",
            "en": "{count} of the accounts end before they could be used. Refuse them and propose another day.",
        },
        "payee.conflict": {
            "es": "Alguien cambió una de las cuentas al mismo tiempo. No se guardó nada; vuelva a intentarlo.",
            "en": "Somebody changed one of the accounts at the same time. Nothing was kept; try again.",
        },
        "payee.why_missing": {
            "es": "Diga por qué: lo lee quien propuso la cuenta y queda en su historia.",
            "en": "Say why: whoever proposed the account reads it, and it stays in its history.",
        },
    }
)

# The day from which each is used. A first account rests no day: it takes nothing from another.
_CHOSEN: Final[LiteralString] = """
    CREATE TEMP TABLE payees_chosen ON COMMIT DROP AS
    SELECT a.id, a.participant_id, a.expires_on, a.proposed_by_id, a.state,
        %(today)s::date + CASE WHEN EXISTS (
            SELECT FROM payees_payeeaccount o WHERE o.participant_id = a.participant_id AND o.usable_from IS NOT NULL
        ) THEN %(rest)s ELSE 0 END AS day
    FROM (
        SELECT * FROM payees_payeeaccount WHERE id = ANY (%(accounts)s::bigint[]) ORDER BY id FOR UPDATE
    ) a
"""
_AGAINST: Final[LiteralString] = """
    SELECT count(*) FILTER (WHERE state <> 'proposed'), count(*) FILTER (WHERE proposed_by_id = %(actor)s),
        count(*) FILTER (WHERE expires_on <= day), count(*)
    FROM payees_chosen
"""
# What was used, or was to be, until another day gives way from that day on; what had not begun never does.
_GIVES_WAY: Final[LiteralString] = """
    UPDATE payees_payeeaccount o
    SET usable_until = greatest(o.usable_from, c.day), changed_at = %(now)s, changed_by_id = %(actor)s
    FROM payees_chosen c
    WHERE o.participant_id = c.participant_id AND o.usable_from IS NOT NULL
        AND (o.usable_until IS NULL OR o.usable_until > greatest(o.usable_from, c.day))
"""
_CONFIRMED: Final[LiteralString] = """
    UPDATE payees_payeeaccount a
    SET state = 'confirmed', confirmed_by_id = %(actor)s, confirmed_at = %(now)s,
        usable_from = c.day, usable_until = c.expires_on, changed_at = %(now)s, changed_by_id = %(actor)s
    FROM payees_chosen c WHERE a.id = c.id
"""
_REFUSED: Final[LiteralString] = """
    UPDATE payees_payeeaccount SET state = 'refused', why = %(why)s, changed_at = %(now)s, changed_by_id = %(actor)s
    WHERE id = ANY (%(accounts)s::bigint[]) AND state = 'proposed'
"""


def accounts_confirm(*, accounts: Collection[int], actor: User, now: datetime) -> int:
    """Confirm proposals, all or none; returns how many.

    A person's first account is used from today, another after ACCOUNT_REST_DAYS; until then the one before is. Raises
    CeibaError: payee.not_waiting, .own_proposal, .expired, .conflict.
    """
    chosen = sorted(set(accounts))
    params = {
        "accounts": chosen, "actor": actor.pk, "now": now, "today": timezone.localdate(now),
        "rest": settings.ACCOUNT_REST_DAYS,
    }  # fmt: skip
    try:
        with transaction.atomic():
            execute("DROP TABLE IF EXISTS pg_temp.payees_chosen")
            execute(_CHOSEN, params)
            execute("ANALYZE payees_chosen")
            _refuse_what_stands_against(params, len(chosen))
            execute(_GIVES_WAY, params)
            done = execute(_CONFIRMED, params)
            _recorded("payee.confirmed", actor, chosen)
    except IntegrityError as error:
        raise CeibaError(Problem("payee.conflict")) from error
    return done


def accounts_refuse(*, accounts: Collection[int], actor: User, now: datetime, why: str) -> int:
    """Refuse proposals with a reason, all or none. Raises CeibaError: payee.why_missing, .not_waiting."""
    if not why.strip():
        raise CeibaError(Problem("payee.why_missing"))
    chosen = sorted(set(accounts))
    params = {"accounts": chosen, "actor": actor.pk, "now": now, "why": why.strip()}
    with transaction.atomic():
        done = execute(_REFUSED, params)
        if missed := len(chosen) - done:
            raise CeibaError(Problem("payee.not_waiting", values={"count": missed}))
        _recorded("payee.refused", actor, chosen)
    return done


def _refuse_what_stands_against(params: dict[str, Any], asked: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_AGAINST, params)
        decided, own, expired, found = cursor.fetchone()
    counts = {
        "payee.not_waiting": decided + asked - found,
        "payee.own_proposal": own,
        "payee.expired": expired,
    }
    if problems := [Problem(code, values={"count": n}) for code, n in counts.items() if n]:
        raise CeibaError(problems)


def _recorded(action: str, actor: User, accounts: Collection[int]) -> None:
    events_record(action=action, events=((actor.pk, f"payee account {pk}") for pk in accounts))
