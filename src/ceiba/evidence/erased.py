"""What evidence there is of a person, and the forms that speak of them: alone, or of others too."""

from typing import NamedTuple

from ceiba.entities.selectors.erased import others_updated, updating_forms
from ceiba.evidence.models import Drop, Evidence
from ceiba.submissions.erasing import forms_erased_among, forms_named, forms_of_others


class FormsOf(NamedTuple):
    """Numbers of submissions: those that speak of a person and of nobody else, and those that speak of others too."""

    alone: tuple[int, ...]
    shared: tuple[int, ...]


def forms_of(participant: int) -> FormsOf:
    """The forms that speak of a person, as read, by what became of them, or by what they said of entities."""
    own = Evidence.objects.filter(participant=participant, submission__isnull=False)
    found = {
        *forms_named(participant),
        *own.values_list("submission", flat=True),
        *updating_forms(participant),
    }
    found -= forms_erased_among(found)
    others = Evidence.objects.filter(submission__in=found).exclude(participant=participant)
    shared = {
        *others.values_list("submission", flat=True),
        *others_updated(sorted(found), participant),
        *forms_of_others(found, participant),
    }
    return FormsOf(tuple(sorted(found - shared)), tuple(sorted(found & shared)))


def evidence_held(participant: int) -> dict[str, int]:
    """How many records are of a person, and how many files of many people's evidence these came in."""
    records = Evidence.objects.filter(participant=participant)
    drops = Drop.objects.filter(pk__in=records.exclude(drop=None).values("drop"))
    return {"evidence": records.count(), "evidence_files": drops.count()}
