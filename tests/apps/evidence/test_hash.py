import hashlib
import json
from pathlib import Path

import pytest

from ceiba.evidence.models import Evidence
from tests.apps.evidence.helpers import register, row, take_rows

pytestmark = pytest.mark.django_db


def test_anyone_can_write_the_record_again_and_find_its_hash(tmp_path: Path) -> None:
    register()
    take_rows(tmp_path, "sanction", row("sanction", cause='dijo "no" \\ ñandú', corrects="k0"))
    said = {
        "area": "GT-0101",
        "body": {"cause": 'dijo "no" \\ ñandú'},
        "corrects": "k0",
        "key": "sanction-P-1",
        "kind": "sanction",
        "month": "2026-03-01",
        "observed_at": "2026-03-15T10:00:00.000000Z",
        "participant": "P-1",
        "reporter": "T-1",
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert bytes(Evidence.objects.get().sha256) == hashlib.sha256(text.encode()).digest()
