"""What Ceiba holds of a person, kind by kind: where it is, whether an erasure takes it, and why it goes or stays.

Every table that names a person is in exactly one of these (a test asks the database). Nothing here is a rule of law:
what stays does so because months could not be decided again, nor money traced, without it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Fate(StrEnum):
    """What an erasure does to it."""

    ERASED = "erased"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Holding:
    """A kind of data: what it is and why it goes or stays, in words; `tables` are those it is in."""

    code: str
    fate: Fate
    what: str | Promise
    why: str | Promise
    tables: tuple[str, ...]


def _goes(code: str, what: str | Promise, why: str | Promise, *tables: str) -> Holding:
    return Holding(code, Fate.ERASED, what, why, tables)


def _stays(code: str, what: str | Promise, why: str | Promise, *tables: str) -> Holding:
    return Holding(code, Fate.KEPT, what, why, tables)


HOLDINGS: Final[tuple[Holding, ...]] = (
    _goes(
        "identity",
        _("Name, birth date, sex, language, telephone, place of the home, group"),
        _("The code in the register takes the place of the name. The municipality stays."),
        "registry_participant",
    ),
    _goes(
        "documents",
        _("Documents of the file, with their numbers"),
        _("Deleted."),
        "registry_document",
    ),
    _goes("offices", _("Offices held in the group"), _("Deleted."), "registry_officer"),
    _goes(
        "outlines",
        _("Outlines of plots on the map"),
        _("The outline and the place go. What was stated and what was measured stays, as two numbers."),
        "registry_plot",
    ),
    _goes(
        "entities",
        _("What phones carry of the person and their plots, in all versions"),
        _("Emptied, and taken off every phone the next time it connects."),
        "entities_entity",
        "entities_entityversion",
        "entities_entityupdate",
    ),
    _goes(
        "proposals",
        _("Changes that phones proposed, with what was seen"),
        _("Emptied. That there was a change, and who decided it, stays."),
        "entities_proposal",
    ),
    _goes(
        "forms",
        _("Forms that speak of the person alone, as they were sent"),
        _("Emptied, with their coordinates. That one came, of which kind, when and by whom, stays."),
        "submissions_submission",
        "submissions_standing",
        "submissions_conflict",
    ),
    _goes(
        "files",
        _("Photos, signatures and recordings that came with these forms"),
        _("Deleted, with what was read of them, and the files themselves once nothing names them."),
        "submissions_attachment",
        "review_photo",
    ),
    _goes(
        "papers",
        _("Papers that attested an absence, as photos or PDF"),
        _("Deleted. That somebody attested it stays, as a code."),
        "evidence_paper",
    ),
    _goes(
        "reviews",
        _("The reviewers’ tray, flags, and what reviewers wrote"),
        _("Deleted. What they decided is evidence and stays, without the words."),
        "review_intray",
        "review_flag",
        "review_review",
    ),
    _goes(
        "facts_so_far",
        _("Facts of the month that is open"),
        _("Deleted."),
        "facts_factssofar",
    ),
    _goes(
        "accounts",
        _("Where the person is paid: number, bank, holder, paper"),
        _("The account is closed and emptied. That there was one, and from when until when, stays."),
        "payees_payeeaccount",
        "payees_payeechange",
    ),
    _goes(
        "notes",
        _("What offices wrote beside holds and withdrawals"),
        _("Emptied."),
    ),
    _goes(
        "cards",
        _("Name, birth date and card of certificates"),
        _(
            "Nobody can show, print or download one any more. One that the person has on paper or in a wallet goes "
            "on being verified as before: erasing revokes nothing. Who wants it revoked asks for that first."
        ),
        "credentials_credential",
    ),
    _goes(
        "sharing",
        _("What consulates and ministries may see now, and words beside consents"),
        _("Taken back at once. What they saw before is with them: Ceiba cannot erase it."),
        "pathway_consent",
    ),
    _goes(
        "login",
        _("The person’s own account on this site"),
        _("Closed; user name, names, password and sign-ins are erased."),
        "accounts_user",
    ),
    _goes(
        "salts",
        _("What opens the person’s entries in the transparency log"),
        _(
            "Deleted: the entries stay, every proof holds, and they say nothing of anybody any more. No receipt can "
            "be printed afterwards; one that was printed before stays good."
        ),
        "transparency_entry",
    ),
    _goes(
        "packs",
        _("Audit packs of the person’s area that wait to be fetched"),
        _("Deleted here. Those that an auditor took home are with the auditor."),
        "packs_pack",
    ),
    _stays(
        "enrolments",
        _("The number, code and municipality; enrolments and their states, with causes"),
        _("Months were decided on them."),
        "registry_enrolment",
        "registry_enrolmentspan",
    ),
    _stays(
        "plots",
        _("Plots: code, tenure, stated and measured area"),
        _("Months were decided on them."),
    ),
    _stays(
        "evidence",
        _("Evidence: counts, dates and codes, under the person’s number"),
        _(
            "It is what months were decided on. It has no names, places or pictures. It can say why somebody was "
            "away: illness, maternity, disaster."
        ),
        "evidence_evidence",
        "review_secondvisit",
    ),
    _stays(
        "files_of_many",
        _("Files and forms in which others are spoken of too"),
        _("They are other people’s evidence as well, and are kept byte for byte. They say codes, not names."),
    ),
    _stays(
        "facts",
        _("Facts of each month, determinations with their reasons, months of service"),
        _("Whoever has the right decides each month again from them."),
        "facts_monthfacts",
        "determinations_determination",
        "service_record_servicerecord",
    ),
    _stays(
        "seals",
        _("Sealed months"),
        _(
            "A sealed month holds the person’s number, municipality, group, age in years, facts, reasons and "
            "amounts: no name, birth date or place. That is personal data for whoever knows whose number it is. "
            "Taken out, nobody could verify the month of anybody; so it stays, and after the erasure nothing here "
            "says whose it is."
        ),
    ),
    _stays(
        "payments",
        _("Payment lines, orders to banks, claims and holds"),
        _("Money is traced from the funder to the account by them."),
        "payments_paymentline",
        "payments_payment",
        "payments_claim",
        "payments_hold",
        "payments_leftout",
    ),
    _stays(
        "bank_files",
        _("Files sent to banks, and what banks answered"),
        _(
            "They are kept byte for byte and hold the name and account number of those who were paid. They cannot be "
            "changed; who may see them is the programme’s payment officers. Ask the programme how long it keeps them."
        ),
    ),
    _stays(
        "ledger",
        _("The ledger, and savings with their interest and withdrawals"),
        _("Every transfer balances with another; none is ever changed."),
        "ledger_transfer",
        "ledger_account",
        "savings_withdrawal",
        "savings_accrualline",
        "reconciliation_openitem",
    ),
    _stays(
        "issued",
        _("That a certificate was issued, for which months, and how it stands"),
        _("Whoever is shown one must be able to verify it."),
    ),
    _stays(
        "pathway",
        _("What was consented to, who looked, and the person’s number on lists for places"),
        _("Lists are drawn again by anybody; looks are what consulates answer for."),
        "pathway_look",
        "pathway_entry",
    ),
    _stays(
        "audit",
        _("The audit log and this request"),
        _("They say who did what, by numbers and codes, and name nobody."),
        "audit_event",
        "privacy_erasure",
    ),
)
BY_CODE: Final = {holding.code: holding for holding in HOLDINGS}
