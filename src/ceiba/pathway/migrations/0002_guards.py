from pathlib import Path

from django.db import migrations

from ceiba.audit.append_only import append_only

SQL = Path(__file__).parents[1] / "sql"
TABLES = (
    "recipient", "consent", "withdrawal", "look", "batch", "seed", "closing", "entry", "drawing", "place", "leaving",
    "referral", "answer", "movement",
)  # fmt: skip
TRIGGERS = {
    "consent_guard": "consent", "withdrawal_guard": "withdrawal", "look_guard": "look", "batch_guard": "batch",
    "seed_guard": "seed", "entry_guard": "entry", "closing_guard": "closing", "drawing_guard": "drawing",
    "place_guard": "place", "referral_guard": "referral", "referral_lock": "referral", "leaving_guard": "leaving",
    "answer_guard": "answer", "answer_places": "answer", "movement_guard": "movement",
}  # fmt: skip
HELPERS = (
    "shared(bigint, bigint, timestamptz)", "said(bigint)", "overfull(bigint[])", "strays(bigint[])", "away(bigint)",
)  # fmt: skip
BACK = "".join(
    [
        *(f"DROP TRIGGER pathway_{name} ON pathway_{table};" for name, table in TRIGGERS.items()),
        *(f"DROP FUNCTION ceiba_pathway_{name}();" for name in TRIGGERS),
        *(f"DROP FUNCTION ceiba_pathway_{name};" for name in HELPERS),
    ]
)


class Migration(migrations.Migration):
    dependencies = [
        ("pathway", "0001_initial"),
        ("accounts", "0004_consular"),
        ("audit", "0002_append_only"),
    ]

    operations = [
        *(append_only(f"pathway_{table}") for table in TABLES),
        migrations.RunSQL((SQL / "consents.sql").read_text() + (SQL / "batches.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "referrals.sql").read_text(), BACK),
    ]
