"""Erases what is held of a person, in one transaction; files that nothing names any more go after it, resumably."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction

from ceiba.accounts.erasing import account_erase
from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.blobs.store import blob_store
from ceiba.credentials.services.erasing import credentials_erase
from ceiba.entities.services.erasing import entities_erase
from ceiba.evidence.erased import forms_of, papers_erase, papers_named
from ceiba.evidence.services import LOCK as EVIDENCE_LOCK
from ceiba.facts.erased import areas_of, facts_erase
from ceiba.frames.postgres import execute
from ceiba.jobs.queue import job_defer
from ceiba.packs.services import NOBODY_READS, packs_remove
from ceiba.pathway.erasing import sharing_erase
from ceiba.payees.services.erasing import accounts_erase
from ceiba.payments.erasing import hold_notes_erase
from ceiba.privacy.holdings import HOLDINGS, Fate
from ceiba.privacy.models import Erasure, FileLeft
from ceiba.privacy.selectors.held import held_of
from ceiba.privacy.services.requests import check_bars, check_decider, erasure_locked
from ceiba.privacy.states import ErasureState
from ceiba.registry.models import Participant
from ceiba.registry.services.erasing import person_erase
from ceiba.review.services.erasing import reviews_erase
from ceiba.savings.erasing import savings_notes_erase
from ceiba.submissions.erasing import files_named, forms_erase
from ceiba.transparency.services.appending import entries_append
from ceiba.transparency.services.erasing import salts_erase

FILES_TASK: Final = "privacy.files"


@transaction.atomic
def erasure_confirm(*, erasure: int, actor: User, at: datetime) -> Erasure:
    """Erase what the request's person is held by (`holdings`): all of it, or, where anything is refused, nothing.

    Raises CeibaError: erasure.decided, .no_right, .own, and `erasure.<Bar>` for what has come to bar it since.
    """
    execute(EVIDENCE_LOCK)  # no evidence of theirs comes in meanwhile, and no pack is made of what there was
    execute(NOBODY_READS)
    row = erasure_locked(erasure)
    check_decider(actor, row)
    person = Participant.objects.select_for_update().get(pk=row.participant_id)
    check_bars(person)
    entries_append()  # what is logged later would be logged as it is afterwards, under a salt that nobody erases
    counted = held_of(person, at)
    row.state, row.decided_by, row.decided_at = ErasureState.CONFIRMED, actor, at
    row.erased = {each.code: counted[each.code] for each in HOLDINGS if each.fate == Fate.ERASED}
    row.save()
    left = _erase(person, actor, at)
    entries_append()  # that constancias were erased
    salts_erase(participant=person.pk, by=actor)
    FileLeft.objects.bulk_create(
        (FileLeft(erasure=row, sha256=each) for each in sorted(left)), ignore_conflicts=True
    )
    event_record(
        actor=actor, action="erasure.done", subject=f"participant:{person.pk}", detail={"erasure": row.pk}
    )
    if left:
        files_ask()
    return row


def files_ask() -> None:
    """Ask the worker to remove what erasures left; in the caller's transaction, so that it comes after it."""
    job_defer(task=FILES_TASK, key=FILES_TASK, lock=FILES_TASK, arguments={"timestamp": 0})


def files_remove() -> int:
    """Remove the files that erasures left, each once nothing names it; returns how many. Broken off, it goes on.

    A form that has brought the same bytes since keeps them, and so does the paper of somebody else.
    """
    removed = 0
    for row in FileLeft.objects.order_by("pk"):
        if not files_named([row.sha256]) and not papers_named([row.sha256]):
            blob_store().remove(row.sha256)
            removed += 1
        row.delete()
    return removed


def _erase(person: Participant, actor: User, at: datetime) -> Iterable[str]:
    """Everything but the log, in an order in which the database lets it go; returns the hashes of files left."""
    number, code, areas = person.pk, person.code, {person.area_id, *areas_of(person.pk)}
    forms = forms_of(number).alone  # who speaks of whom is known by what is about to go
    credentials_erase(participant=number, actor=actor, at=at)
    person_erase(participant=number, at=at)
    entities_erase(participant=number, today=at.date())
    files = forms_erase(submissions=forms, participant=number)
    papers = papers_erase(number)
    thumbnails = reviews_erase(submissions=forms, files=files)
    facts_erase(participant=number)
    accounts_erase(participant=number, by=actor, at=at)
    hold_notes_erase(participant=number)
    savings_notes_erase(participant=number)
    sharing_erase(participant=number, by=actor, now=at)
    account_erase(code=code, by=actor)
    return {*files, *papers, *thumbnails, *packs_remove(areas=areas, at=at)}
