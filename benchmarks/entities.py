"""Draws the entities of a made register, carries a technician's, and takes updates of phones in.

    python benchmarks/entities.py [--people 50000] [--updates 20000] [--batch 1000]

A technician carries about 200 people. `carry` is all three lists as CSV, and beside it the SQL of the longest. The
baseline of taking updates in is Django writing the same rows one by one: an update, a version, the entity.
Works in a scratch database that it creates on the server of CEIBA_DATABASE_URL and drops again.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from scratch import scratch_database

TODAY = date(2026, 4, 15)
NOW = datetime(2026, 4, 15, 12, tzinfo=UTC)
REGISTER = """
    INSERT INTO registry_technician (code, name, kind, area_id)
        SELECT 'T-' || k || '-' || n, 'T', CASE k WHEN 1 THEN 'productive' ELSE 'social' END, 'GT-0101'
        FROM generate_series(0, %(people)s / 200) n, generate_series(1, 2) k;
    INSERT INTO registry_group (code, name, area_id, technician_productive_id, technician_social_id)
        SELECT 'CAC-' || n, 'CAC ' || n, 'GT-0101', p.id, s.id FROM generate_series(0, %(people)s / 25) n
        JOIN registry_technician p ON p.code = 'T-1-' || n / 8 JOIN registry_technician s ON s.code = 'T-2-' || n / 8;
    UPDATE registry_participant p SET group_id = g.id, given_names = 'María Guadalupe', family_names = 'Hernández López'
        FROM registry_group g WHERE g.code = 'CAC-' || p.id / 25;
    INSERT INTO registry_plot (code, participant_id, area_id, tenure, nominal_m2, measured_m2, overlap_m2, west, south,
            east, north)
        SELECT 'PL-' || p.code, p.id, p.area_id, 'private', 25000, 23412, 0, -91.5, 14.8, -91.499, 14.801
        FROM registry_participant p;
"""


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def updates_made(count: int, technicians: int) -> list[Any]:
    """Visits: an update of a person each, with telephone, last visit and plan; one in fifty also proposes something."""
    from ceiba.accounts.models import Role, User
    from ceiba.core.entities import Update
    from ceiba.entities.models import Entity

    users = User.objects.bulk_create(
        User(username=f"t{n}", role=Role.TECHNICIAN, code=f"T-1-{n}") for n in range(technicians)
    )
    draw = random.Random(1)  # noqa: S311 - a sample, not a secret
    rows = list(Entity.objects.filter(list_name="participants").values_list("uuid", "row", "version"))
    made = []
    for number, (uuid, row, version) in enumerate(draw.sample(rows, min(count, len(rows)))):
        values = {"phone": f"5555-{number:06d}", "last_visit": "2026-04-14", "plan_due": "9"}
        made.append(
            Update(
                number, 0, "participants", str(uuid), NOW - timedelta(hours=1), base_version=version,
                trunk_version=version, branch=f"b{number}", sent_by=users[row // 200].pk,
                values=values | ({"group": "CAC-0"} if number % 50 == 0 else {}),
            )
        )  # fmt: skip
    return made


def one_by_one(updates: list[Any]) -> None:
    from ceiba.entities.models import Entity, EntityUpdate, EntityVersion

    for each in updates:
        entity = Entity.objects.get(uuid=each.entity)
        was = EntityVersion.objects.get(entity=entity, number=entity.version)
        row = EntityUpdate.objects.create(
            submission=-1 - each.submission, block=0, list_name=each.list_name, uuid=each.entity, creates=False,
            updates=True, values=each.values, observed_at=each.observed_at, arrived_at=NOW, fate="applied",
        )  # fmt: skip
        EntityVersion.objects.create(
            entity=entity, number=entity.version + 1, label=was.label, properties=was.properties | each.values,
            source="submission", update=row,
        )  # fmt: skip
        entity.version += 1
        entity.save(update_fields=["version"])


def plan_of_carrying(user: Any) -> tuple[float, str]:
    from django.db import connection

    from ceiba.entities.selectors.carried import _current

    with connection.cursor() as cursor:
        query, params = _current(user, "plots").values_list("label").query.sql_with_params()
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query}", params)
        lines = [line for (line,) in cursor.fetchall()]
    took = float(next(line for line in lines if line.startswith("Execution Time")).split()[2])
    return took, "\n".join(lines)


def main(people: int, updates: int, batch: int, show_plan: bool) -> None:
    from django.db import connection, transaction

    from ceiba.accounts.models import User
    from ceiba.entities.selectors import entity_list
    from ceiba.entities.services import entities_refresh, entity_updates_apply
    from ceiba.registry.models import Participant

    with connection.cursor() as cursor:
        for statement in REGISTER.split(";")[:-1]:
            cursor.execute(statement, {"people": people})
        cursor.execute("ANALYZE")
    took, made = seconds(lambda: entities_refresh(today=TODAY))
    print(f"draw all: {made:,} entities in {took:.1f} s, {made / took:,.0f}/s")
    took, _ = seconds(lambda: [entities_refresh(today=TODAY) for _ in range(100)])
    print(f"draw when nothing changed: {10 * took:.2f} ms")
    Participant.objects.filter(pk__lt=1000).update(phone="1")
    took, made = seconds(lambda: entities_refresh(today=TODAY))
    print(f"draw {made:,} changed people and look at their plots: {took:.2f} s")

    sent = updates_made(updates, people // 200 + 1)
    user = User.objects.get(code="T-1-7")
    times = sorted(
        seconds(lambda: [entity_list(user, n) for n in ("participants", "plots", "groups")])[0]
        for _ in range(50)
    )
    size = sum(len(entity_list(user, name).csv) for name in ("participants", "plots", "groups"))
    sql, plan = plan_of_carrying(user)
    print(
        f"carry: {1e3 * times[25]:.1f} ms (p95 {1e3 * times[47]:.1f}), {size / 1e3:.0f} kB; SQL of plots {sql:.1f} ms"
    )
    if show_plan:
        print(plan)

    def taken() -> None:
        for start in range(0, len(sent), batch):
            entity_updates_apply(updates=sent[start : start + batch], now=NOW)

    took, _ = seconds(taken)
    few = sent[:500]
    with transaction.atomic():
        alone, _ = seconds(lambda: one_by_one(few))
    rate, baseline = len(sent) / took, len(few) / alone
    print(
        f"updates: {rate:,.0f}/s in batches of {batch:,}; one by one {baseline:,.0f}/s; {rate / baseline:.1f} times"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--updates", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--plan", action="store_true", help="show PostgreSQL's plan of carrying")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, scratch_database(Path(folder)) as register:
        register(given.people)
        main(given.people, given.updates, given.batch, given.plan)
