from datetime import timedelta

import pytest

from ceiba.core.kernel.frames import FrameError
from tests.core.facts.evidence import CUTOFF, facts_of, record


def test_evidence_received_after_the_cutoff_is_refused() -> None:
    with pytest.raises(FrameError, match="after the cut-off"):
        facts_of(record("visit", received_at=CUTOFF + timedelta(microseconds=1)))


def test_evidence_received_at_the_cutoff_counts() -> None:
    assert facts_of(record("visit", received_at=CUTOFF))["plan_done"] == 9
