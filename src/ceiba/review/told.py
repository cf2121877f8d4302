"""What reviewers have to tell technicians where their phones and browsers ask."""

from typing import Final

from ceiba.review.selectors.assignments import second_visits_csv
from ceiba.review.selectors.returned import returned_csv, returned_note
from ceiba.submissions.told import Told

TOLD: Final = Told(note=returned_note, lists={"returned": returned_csv, "second_visits": second_visits_csv})
