"""What evidence there is of a person, which papers go with it, and which forms speak of them alone or not."""

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import QuerySet

from ceiba.entities.selectors.erased import others_updated, updating_forms
from ceiba.evidence.models import Drop, Evidence, Paper
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
    """How many records are of a person, in how many files of many these came, and how many papers attest absences."""
    records = Evidence.objects.filter(participant=participant)
    drops = Drop.objects.filter(pk__in=records.exclude(drop=None).values("drop"))
    papers = _papers_of(participant).count()
    return {"evidence": records.count(), "evidence_files": drops.count(), "papers": papers}


def papers_erase(participant: int) -> list[str]:
    """Delete the papers of a person's absences; returns their hashes. That somebody attested them stays, as a code.

    In the caller's transaction; the database refuses it unless the person is erased.
    """
    papers = _papers_of(participant)
    hashes = sorted(set(papers.values_list("sha256", flat=True)))
    papers.delete()
    return hashes


def papers_named(hashes: Collection[str]) -> set[str]:
    """Those of these hashes that some paper has: one may attest the absences of several."""
    return set(Paper.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))


def _papers_of(participant: int) -> QuerySet[Paper]:
    records = Evidence.objects.filter(participant=participant, kind="absence").exclude(drop=None)
    return Paper.objects.filter(drop__in=records.values("drop"))
