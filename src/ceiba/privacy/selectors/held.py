"""How much is held of a person, kind by kind (`holdings`), as it is at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ceiba.accounts.erasing import account_of
from ceiba.audit.selectors import events_about
from ceiba.credentials.selectors.held import credentials_held
from ceiba.determinations.selectors.held import determinations_held
from ceiba.entities.selectors.erased import entities_held
from ceiba.evidence.erased import evidence_held, forms_of
from ceiba.facts.erased import areas_of, facts_held
from ceiba.ledger.held import transfers_held
from ceiba.packs.selectors import packs_kept
from ceiba.pathway.erasing import pathway_held
from ceiba.payees.selectors.erased import accounts_held
from ceiba.payments.erasing import payments_held
from ceiba.privacy.holdings import BY_CODE, HOLDINGS, Fate, Holding
from ceiba.reconciliation.held import items_held
from ceiba.registry.models import Participant
from ceiba.registry.selectors.erased import register_held
from ceiba.review.selectors.erased import reviews_held
from ceiba.savings.erasing import savings_held
from ceiba.service_record.held import records_held
from ceiba.submissions.erasing import files_of_forms
from ceiba.transparency.selectors.held import salts_held


@dataclass(frozen=True, slots=True)
class Held:
    """How many rows of a kind there are of a person."""

    holding: Holding
    rows: int


def held_of(person: Participant, now: datetime) -> dict[str, int]:
    """Rows by kind; every kind of `holdings` is there."""
    found = _held(person, now)
    assert found.keys() == BY_CODE.keys(), found.keys() ^ BY_CODE.keys()  # noqa: S101  # a kind that nobody counts
    return found


def told_of(person: Participant, now: datetime) -> tuple[list[Held], list[Held]]:
    """What goes, and what stays: of each, the kinds of which there is something, in order."""
    rows = held_of(person, now)
    there = [Held(holding, rows[holding.code]) for holding in HOLDINGS if rows[holding.code]]
    goes = [each for each in there if each.holding.fate == Fate.ERASED]
    return goes, [each for each in there if each.holding.fate == Fate.KEPT]


def _held(person: Participant, now: datetime) -> dict[str, int]:
    number = person.pk
    register, forms, entities = register_held(number), forms_of(number), entities_held(number)
    evidence, facts, cards = evidence_held(number), facts_held(number), credentials_held(number)
    return {
        **{code: register[code] for code in ("identity", "documents", "offices", "outlines", "plots")},
        "enrolments": register["enrolments"] + register["spans"],
        **entities,
        "forms": len(forms.alone),
        "files": files_of_forms(forms.alone),
        "papers": evidence["papers"],
        "reviews": reviews_held(forms.alone),
        "facts_so_far": facts["facts_so_far"],
        "accounts": accounts_held(number),
        "cards": cards["cards"],
        "issued": cards["credentials"] + cards["wallets"],
        "login": int(account_of(person.code) is not None),
        "salts": salts_held(number),
        "packs": len(packs_kept({person.area_id, *areas_of(number)})),
        "evidence": evidence["evidence"],
        "files_of_many": evidence["evidence_files"] + len(forms.shared),
        "facts": facts["facts"] + determinations_held(number) + records_held(number),
        "seals": facts["sealed"],
        "audit": events_about(f"participant:{number}", f"participant {number}"),
        **_money(number),
        **_pathway(number, now),
    }


def _money(number: int) -> Mapping[str, int]:
    payments, savings = payments_held(number), savings_held(number)
    return {
        "payments": payments["lines"] + payments["holds"],
        "bank_files": payments["orders"],
        "ledger": transfers_held(number) + savings["withdrawals"] + savings["interest"] + items_held(number),
        "notes": payments["hold_notes"] + savings["savings_notes"],
    }


def _pathway(number: int, now: datetime) -> Mapping[str, int]:
    rows = pathway_held(number, now)
    return {
        "sharing": rows["sharing"] + rows["consent_notes"],
        "pathway": rows["consents"] + rows["looks"] + rows["referrals"],
    }
