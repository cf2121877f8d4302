"""Two who do something at the same moment, each with a connection of its own."""

import time

from django.db import connection

_WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
TURNS, TURN_SECONDS = 500, 0.01


def others_wait(sessions: int) -> None:
    """Go on when so many sessions wait for a lock, which this transaction holds; or, if they do not, later."""
    with connection.cursor() as cursor:
        for _ in range(TURNS):
            cursor.execute(
                "SELECT pg_stat_clear_snapshot()"
            )  # else the first answer stays until the transaction ends
            cursor.execute(_WAITING)
            if cursor.fetchone()[0] >= sessions:
                return
            time.sleep(TURN_SECONDS)
