"""What happened to constancias, as the transparency log takes it."""

from collections.abc import Collection

import polars as pl

from ceiba.core.log_data import CREDENTIALS
from ceiba.credentials.models import CredentialEvent
from ceiba.frames.postgres import read_frame

_QUERY = """
    SELECT v.id AS event, c.participant_id, p.code AS participant, c.id::text AS credential,
        c.programme_id AS programme,
        c.months_accepted, c.first_month, c.last_month, c.key_id AS key,
        c.status_list_id || '/' || c.status_index AS status, c.issued_at, c.expires_at, v.happening, v.reason, v.at,
        v.by_id AS by
    FROM credentials_credentialevent v
    JOIN credentials_credential c ON c.id = v.credential_id
    JOIN registry_participant p ON p.id = c.participant_id
    WHERE v.id = ANY(%(numbers)s)
"""


def happened_numbers() -> list[int]:
    """Numbers of everything that happened to constancias."""
    return list(CredentialEvent.objects.order_by("pk").values_list("pk", flat=True))


def happened(numbers: Collection[int]) -> pl.DataFrame:
    """What happened (`CREDENTIALS`), by these numbers."""
    return read_frame(_QUERY, {"numbers": list(numbers)}, CREDENTIALS)
