from ceiba.core.facts.catalogue import RECORD_FACTS
from tests.core.facts.evidence import facts_of, people
from tests.core.helpers import frame


def test_who_has_no_record_has_accepted_none_and_missed_none() -> None:
    facts = facts_of()
    assert (facts["months_accepted"], facts["months_missed_running"]) == (0, 0)


def test_the_record_is_taken_as_it_is() -> None:
    mine = {"participant_id": 1, "months_accepted": 7, "months_missed_running": 2}
    somebody = {"participant_id": 5, "months_accepted": 36, "months_missed_running": 0}
    facts = facts_of(record=frame(RECORD_FACTS, mine, somebody), register=people(1, 2))
    assert (facts["months_accepted"], facts["months_missed_running"]) == (7, 2)
