"""Builds the facts of a month from evidence in the database, and sets it against asking for each person in turn.

    python benchmarks/facts_build.py [--people 1000000] [--sample 500]

Works in a scratch database that it creates on the server of CEIBA_DATABASE_URL and drops again.
"""

import argparse
import json
import resource
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
from scratch import scratch_database

MONTH = date(2026, 3, 1)
CUTOFF = datetime(2026, 4, 5, 6, tzinfo=UTC)
# kind -> months it was reported in, and the body; every person has one record in each
EVIDENCE = {
    "visit": (["2026-02-01", "2026-03-01"], '{"plan_due": 10, "plan_done": 9, "accuracy_m": 5}'),
    "attendance": (["2026-02-01", "2026-03-01"], '{"sessions_held": 4, "sessions_attended": 3}'),
    "planting": (["2025-06-01", "2025-08-01"], '{"plant_class": "fruit", "plants": 300}'),
    "survival": (["2025-10-01"], '{"sampled": 100, "alive": 81, "replanted": 4}'),
    "land_check": (["2023-04-01"], '{"forest_m2": 0, "possession": true}'),
}


@dataclass(frozen=True)
class Run:
    """What facts need to know of a run."""

    pk: int = 1
    programme_id: str = "ca"
    month: date = MONTH
    cutoff: datetime = CUTOFF


def write_evidence() -> int:
    """Straight into the table, with its index built afterwards: how it came in is benchmarks/evidence_drop.py."""
    from django.db import connection

    from ceiba.evidence.models import Drop

    drop = Drop.objects.create(
        kind="visit", file_name="x", sha256="x", size_bytes=0, rows=0, accepted=0, taken_at=CUTOFF
    )
    rows = 0
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE evidence_evidence DISABLE TRIGGER USER")
        cursor.execute("DROP INDEX evidence_by_person, evidence_by_kind, evidence_by_receipt")
        for kind, (months, body) in EVIDENCE.items():
            for month in months:
                cursor.execute(
                    "INSERT INTO evidence_evidence (kind, key, area_code, month, observed_at, received_at, reporter,"
                    " corrects, body, sha256, drop_id, participant_id)"
                    " SELECT %s, %s || code, area_id, %s::date, %s::date + interval '9 days',"
                    " %s::date + interval '11 days',"
                    " 'T-1', '', %s::jsonb, '', %s, id FROM registry_participant",
                    [kind, f"{month}-", month, month, month, body, drop.pk],
                )
                rows += cursor.rowcount
        cursor.execute("CREATE INDEX evidence_by_person ON evidence_evidence (participant_id, month)")
        cursor.execute("CREATE INDEX evidence_by_kind ON evidence_evidence (kind, month)")
        cursor.execute("ANALYZE evidence_evidence")
    return rows


def register_frame() -> pl.DataFrame:
    from ceiba.core.facts.catalogue import REGISTER_FACTS
    from ceiba.frames.postgres import read_frame

    known = {"participant_id": "id", "area": "area_id", "enrolled_months": "36"}
    columns = ", ".join(f'{known.get(n, "NULL")} AS "{n}"' for n in REGISTER_FACTS.names)
    return read_frame(f"SELECT {columns} FROM registry_participant", {}, REGISTER_FACTS)  # noqa: S608


def one_by_one(sample: int) -> float:
    """The facts of each person from that person's own records, a question each: no rules, nothing written."""
    from ceiba.evidence.models import Evidence
    from ceiba.registry.models import Participant

    ids = list(Participant.objects.values_list("pk", flat=True)[:sample])
    start = time.perf_counter()
    for pk in ids:
        records = list(Evidence.objects.filter(participant_id=pk, received_at__lte=CUTOFF))
        of_kind = {kind: [r for r in records if r.kind == kind and r.month <= MONTH] for kind in EVIDENCE}
        latest = {
            k: max(v, key=lambda r: (r.month, r.observed_at, r.key)).body for k, v in of_kind.items() if v
        }
        assert sum(r.body["plants"] for r in of_kind["planting"]) == 600
        assert latest["visit"]["plan_done"] == 9
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, scratch_database(Path(folder)) as register:
        from django.db import transaction

        from ceiba.core.evidence import KINDS
        from ceiba.core.facts.building import month_facts
        from ceiba.core.facts.catalogue import DOCUMENTS, RECORD_FACTS
        from ceiba.core.kernel.month import Month
        from ceiba.evidence.selectors import evidence_frames
        from ceiba.facts.services import facts_build

        register(asked.people)
        records = write_evidence()
        people, month, nothing = register_frame(), Month.of(MONTH), RECORD_FACTS.empty()
        start = time.perf_counter()
        evidence = evidence_frames(people["participant_id"], KINDS, month, CUTOFF)
        read_s = time.perf_counter() - start
        start = time.perf_counter()
        month_facts(people, evidence, nothing, DOCUMENTS.empty(), month, CUTOFF)
        computed_s = time.perf_counter() - start
        del evidence
        start = time.perf_counter()
        with transaction.atomic():
            facts = facts_build(run=Run(), register=people, record=nothing)
        whole_s = time.perf_counter() - start
        assert facts["plan_done"].null_count() == 0
        baseline = one_by_one(asked.sample)
        print(
            json.dumps(
                {
                    "people": asked.people,
                    "records": records,
                    "read_s": round(read_s, 1),
                    "computed_s": round(computed_s, 1),
                    "read_computed_and_written_s": round(whole_s, 1),
                    "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
                    "one_by_one_sample": asked.sample,
                    "one_by_one_sample_s": round(baseline, 2),
                    "one_by_one_extrapolated_s": round(baseline * asked.people / asked.sample),
                }
            )
        )


if __name__ == "__main__":
    main()
