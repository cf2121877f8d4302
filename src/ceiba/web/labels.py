"""What the codes of the register and of determinations are called on pages.

Keys are the codes the core defines; a code without a label is shown as it is (a test asks for a label for each).
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from ceiba.web import bank_labels
from ceiba.web.absence_labels import ABSENCE_GROUPS
from ceiba.web.credential_labels import CREDENTIAL_GROUPS
from ceiba.web.money_labels import MONEY_GROUPS
from ceiba.web.pathway_labels import PATHWAY_GROUPS
from ceiba.web.privacy_labels import PRIVACY_GROUPS
from ceiba.web.savings_labels import SAVINGS_GROUPS

Label = str | Promise


def plural(one: str, many: str) -> tuple[str, str]:
    """Marks a pair of messages for extraction; `counted` chooses."""
    return one, many


OUTCOME: Final[Mapping[str, Label]] = {
    "pay": pgettext_lazy("a month", "Paid"),
    "hold": pgettext_lazy("a month", "Held"),
    "refuse": pgettext_lazy("a month", "Refused"),
    "none": pgettext_lazy("a month", "Not active"),
}
OUTCOME_TEXT: Final[Mapping[str, Label]] = {
    "pay": _("The month was accepted, and its amount goes on the payment list."),
    "hold": _(
        "The month is held: something is missing. When evidence of it comes, the month is decided again."
    ),
    "refuse": _("The month was refused: a condition of the rules was not met."),
}
VERDICT: Final[Mapping[str, Label]] = {
    "pass": pgettext_lazy("a rule", "Met"),
    "fail": pgettext_lazy("a rule", "Not met"),
    "unknown": pgettext_lazy("a rule", "No evidence"),
}
CONSEQUENCE: Final[Mapping[str, Label]] = {
    "refuse": _("If it is not met, the month is refused."),
    "hold": _("If it is not met, the month is held."),
    "warn": _("If it is not met, a warning is given; payment goes on."),
    "excuse": _("If it is not met, a month that is not accepted counts as no break; pay is not touched."),
}
TASK_CLASS: Final[Mapping[str, Label]] = {
    "soil": pgettext_lazy("a task", "Soil"),
    "planting": pgettext_lazy("a task", "Planting"),
    "replanting": pgettext_lazy("a task", "Replanting"),
    "weeding": pgettext_lazy("a task", "Weeding"),
    "plant_health": pgettext_lazy("a task", "Plant health"),
    "pruning": pgettext_lazy("a task", "Pruning"),
    "milpa": pgettext_lazy("a task", "Maize field (milpa)"),
    "nursery": pgettext_lazy("a task", "Nursery"),
    "biofactory": pgettext_lazy("a task", "Bio-inputs"),
    "protection": pgettext_lazy("a task", "Protection of the plot"),
    "training": pgettext_lazy("a task", "Training"),
    "other": pgettext_lazy("a task", "Other tasks"),
}
PLANT_CLASS: Final[Mapping[str, Label]] = {
    "timber": pgettext_lazy("plants", "Timber trees"),
    "fruit": pgettext_lazy("plants", "Fruit trees"),
    "agroindustrial": pgettext_lazy("plants", "Agro-industrial plants"),
    "spice": pgettext_lazy("plants", "Spices"),
}
PATHWAY_STATE: Final[Mapping[str, Label]] = {
    "reached": pgettext_lazy("a stage", "Reached"),
    "not_yet": pgettext_lazy("a stage", "Not yet"),
    "excluded": pgettext_lazy("a stage", "Not for this variant or person"),
}
ROLE: Final[Mapping[str, Label]] = {
    "office": _("Programme office"),
    "technician": _("Technician"),
    "supervisor": _("Supervisor of technicians"),
    "payments": _("Payment officer"),
    "treasury": _("Treasury"),
    "auditor": _("Auditor"),
    "funder": _("Funder"),
    "participant": _("Participant"),
    "consular": _("Consulate"),
}
LEVEL: Final[Mapping[str, Label]] = {
    "country": _("Country"),
    "state": _("State or department"),
    "municipality": _("Municipality"),
}
SEX: Final[Mapping[str, Label]] = {"F": _("woman"), "M": _("man"), "X": _("not stated")}
TECHNICIAN: Final[Mapping[str, Label]] = {
    "productive": _("Productive technician"),
    "social": _("Social technician"),
}
OFFICE: Final[Mapping[str, Label]] = {
    "coordinator": _("coordinator of the group"),
    "secretary": _("secretary of the group"),
    "treasurer": _("treasurer of the group"),
}
TENURE: Final[Mapping[str, Label]] = {
    "ejidal": _("ejido land"),
    "communal": _("communal land"),
    "private": _("private property"),
    "possession": _("possession"),
    "sharecropping": _("sharecropping contract"),
    "usufruct": _("usufruct contract"),
    "lease": _("lease"),
}
STATE: Final[Mapping[str, Label]] = {
    "applied": pgettext_lazy("enrolment", "Applied"),
    "waiting": pgettext_lazy("enrolment", "On the waiting list"),
    "active": pgettext_lazy("enrolment", "Active"),
    "suspended": pgettext_lazy("enrolment", "Suspended"),
    "exited": pgettext_lazy("enrolment", "Left the programme"),
    "graduated": pgettext_lazy("enrolment", "Completed"),
    "deceased": pgettext_lazy("enrolment", "Deceased"),
}
EXIT_CAUSE: Final[Mapping[str, Label]] = {
    "resignation": _("resignation"),
    "breach": _("breach of the rules"),
    "abandonment": _("abandonment"),
    "moved_away": _("moved away"),
    "land_lost": _("lost the land"),
    "duplicate": _("registered twice"),
    "ineligible": _("not eligible"),
}
LANGUAGE: Final[Mapping[str, Label]] = {  # ISO 639-3; most have the same name in both of our languages
    "spa": _("Spanish"),
    "acr": "achi",
    "azz": _("Nahuatl of the Sierra de Puebla"),
    "caa": "ch'orti'",
    "cab": "garífuna",
    "cac": "chuj",
    "cak": "kaqchikel",
    "ctu": "ch'ol",
    "ixl": "ixil",
    "jac": "popti'",
    "kek": "q'eqchi'",
    "kjb": "q'anjob'al",
    "knj": "akateko",
    "mam": "mam",
    "miq": _("Miskito"),
    "ngu": _("Nahuatl of Guerrero"),
    "nhe": _("Nahuatl of the Huasteca"),
    "poc": "poqomam",
    "poh": "poqomchi'",
    "quc": "k'iche'",
    "tzh": "tseltal",
    "tzj": "tz'utujil",
    "tzo": "tsotsil",
    "yua": _("Yucatec Maya"),
    "zai": _("Isthmus Zapotec"),
}
UNIT: Final[Mapping[str, Label]] = {
    "grade 1-5": _("(grade 1 to 5)"),
    "grade": _("(grade 1 to 5)"),
    "percent": "%",
    "basis_points": _("(hundredths of 1 %)"),
    "option": "",
    "true/false": "",
    "code": "",
    "m": "m",
}
COUNTED: Final[Mapping[str, tuple[str, str]]] = {
    "years": plural("%(n)s year", "%(n)s years"),
    "months": plural("%(n)s month", "%(n)s months"),
    "seasons": plural("%(n)s season", "%(n)s seasons"),
    "documents": plural("%(n)s document", "%(n)s documents"),
    "plots": plural("%(n)s plot", "%(n)s plots"),
    "people": plural("%(n)s person", "%(n)s people"),
    "tasks": plural("%(n)s task", "%(n)s tasks"),
    "sessions": plural("%(n)s session", "%(n)s sessions"),
    "plants": plural("%(n)s plant", "%(n)s plants"),
    "sanctions": plural("%(n)s sanction", "%(n)s sanctions"),
    "days": plural("%(n)s day", "%(n)s days"),
    "flags": plural("%(n)s flag", "%(n)s flags"),
}
DEVICE: Final[Mapping[str, Label]] = {"phone": _("Telephone"), "browser": _("Browser")}
STANDING: Final[Mapping[str, Label]] = {
    "counts": pgettext_lazy("evidence", "Counts"),
    "corrected": pgettext_lazy("evidence", "Corrected by another record"),
    "overruled": pgettext_lazy("evidence", "A later record holds"),
    "outside": pgettext_lazy("evidence", "Does not speak of this month"),
}
DECISION: Final[Mapping[str, Label]] = {
    "approved": pgettext_lazy("review", "Approved"),
    "returned": pgettext_lazy("review", "Returned"),
    "second_visit": pgettext_lazy("review", "Sent for a second visit"),
}
FLAG: Final[Mapping[str, Label]] = {
    "duplicate_photo": pgettext_lazy("flag", "The same photo was sent before"),
    "near_photo": pgettext_lazy("flag", "Very like a photo sent before"),
    "outside_plot": pgettext_lazy("flag", "Outside the plot"),
    "outside_area": pgettext_lazy("flag", "Outside the municipality"),
    "impossible_speed": pgettext_lazy("flag", "Too fast between two visits"),
    "accuracy_zero": pgettext_lazy("flag", "GPS accuracy zero"),
    "copied_counts": pgettext_lazy("flag", "The same numbers as other submissions"),
    "heaped_counts": pgettext_lazy("flag", "Too round or too complete"),
    "odd_hour": pgettext_lazy("flag", "At an unusual hour"),
    "shared_device": pgettext_lazy("flag", "Shared account or phone"),
    "outside_portfolio": pgettext_lazy("flag", "A person of another portfolio"),
}
RUN: Final[Mapping[str, Label]] = {
    "started": pgettext_lazy("state of a month", "Begun"),
    "snapshot": pgettext_lazy("state of a month", "Facts gathered"),
    "decided": pgettext_lazy("state of a month", "Decided"),
    "listed": pgettext_lazy("state of a month", "Payment list made"),
    "sealed": pgettext_lazy("state of a month", "Sealed"),
    "counted": pgettext_lazy("state of a month", "Done"),
}
JOB: Final[Mapping[str, Label]] = {
    "waiting": pgettext_lazy("a job", "Waiting"),
    "working": pgettext_lazy("a job", "At work"),
    "done": pgettext_lazy("a job", "Done"),
    "refused": pgettext_lazy("a job", "Refused"),
    "failed": pgettext_lazy("a job", "Stopped unexpectedly"),
}
ENTITY_LIST: Final[Mapping[str, Label]] = {
    "participants": pgettext_lazy("one of a list", "Participant"),
    "plots": pgettext_lazy("one of a list", "Plot"),
    "groups": pgettext_lazy("one of a list", "Group (CAC)"),
}
PROPERTY: Final[Mapping[str, Label]] = {
    "label": _("Name on the phone"),
    "code": _("Code"),
    "group": _("Group (CAC)"),
    "phone": _("Telephone"),
    "last_visit": _("Last visit"),
    "plan_due": _("Tasks in the month's plan"),
    "plot_count": _("Number of plots"),
    "age_75": _("75 years or older"),
    "participant": _("Holder, as the phone knows them"),
    "participant_code": _("Holder"),
    "nominal_ha": _("Stated area, ha"),
    "measured_ha": _("Measured area, ha"),
    "lon": _("Longitude"),
    "lat": _("Latitude"),
    "members": _("Members"),
    "technician": _("Technician"),
    "geometry": _("Outline"),
    "given_names": _("Given names"),
    "family_names": _("Family names"),
}
CHANGE_REASON: Final[Mapping[str, Label]] = {
    "new": _("It is not in the register yet."),
    "guarded": _("Identity and land are the register's to say: a form does not change them by itself."),
    "conflict": _("Somebody else changed it in the meantime."),
    "outside": _("Whoever sent it does not look after this person or group now."),
    "forced": _("The form that it follows on never arrived."),
}
CHANGE: Final[Mapping[str, Label]] = {
    "open": pgettext_lazy("changes", "To decide"),
    "accepted": pgettext_lazy("changes", "Accepted"),
    "refused": pgettext_lazy("changes", "Refused"),
}
SUBMISSION: Final[Mapping[str, Label]] = {
    "received": pgettext_lazy("a submission", "Received"),
    "taken": pgettext_lazy("a submission", "Evidence"),
    "waiting": pgettext_lazy("a submission", "Waits for another"),
    "quarantined": pgettext_lazy("a submission", "Quarantine"),
    "set_aside": pgettext_lazy("a submission", "Set aside"),
    "erased": pgettext_lazy("a submission", "Erased"),
}
CLOCK: Final[Mapping[str, Label]] = {
    "phone": _("The phone’s clock decided."),
    "server": _("The phone’s clock cannot be right: the time of receipt decided."),
}
PHOTO_FAULT: Final[Mapping[str, Label]] = {
    "too_big": _("The file is too big to be opened here."),
    "too_many_pixels": _("The picture is larger than any camera makes: it was not opened."),
    "not_an_image": _("The file is not a picture."),
    "broken": _("The picture is broken."),
    "missing": _("The bytes of the file are not there. Tell whoever runs the server."),
}
ORGANISATION: Final[Mapping[str, Label]] = {
    "10": _("government"),
    "15": _("other public body"),
    "21": _("international non-governmental organisation"),
    "40": _("multilateral organisation"),
    "60": _("foundation"),
    "70": _("company"),
    "80": _("university or research"),
    "90": _("other"),
}
FUNDING_ENTRY: Final[Mapping[str, Label]] = {
    "funder": _("Funder"),
    "agreement": _("Agreement"),
    "commitment": _("Commitment"),
    "instalment": _("Planned disbursement"),
    "disbursement": _("Disbursement"),
    "division": _("Division"),
}
SCHEME: Final[Mapping[str, Label]] = {
    "clabe": _("CLABE"),
    "iban": _("IBAN"),
    "local": _("Account of a bank"),
    "phone": _("Mobile money"),
    "cash": _("Cash"),
}
RAIL: Final[Mapping[str, Label]] = {
    "iso20022": pgettext_lazy("a rail", "bank transfer"),
    "csv_template": pgettext_lazy("a rail", "bank transfer"),
    "mobile_money": pgettext_lazy("a rail", "mobile money"),
    "cash": pgettext_lazy("a rail", "cash"),
}
ACCOUNT: Final[Mapping[str, Label]] = {
    "proposed": pgettext_lazy("an account", "To be confirmed"),
    "resting": pgettext_lazy("an account", "Resting"),
    "in_use": pgettext_lazy("an account", "In use"),
    "frozen": pgettext_lazy("an account", "Frozen"),
    "over": pgettext_lazy("an account", "Over"),
    "closed": pgettext_lazy("an account", "Closed"),
    "refused": pgettext_lazy("an account", "Refused"),
    "withdrawn": pgettext_lazy("an account", "Withdrawn"),
    "confirmed": pgettext_lazy("an account", "Confirmed"),
}
ACCOUNT_CAUSE: Final[Mapping[str, Label]] = {
    "first": _("First account"),
    "asked": _("The person asked for it"),
    "bank": _("The bank closed or renumbered the one before"),
    "correction": _("The one before was wrong"),
    "no_bank": _("Neither bank nor mobile money reaches the person"),
}
ACCOUNT_CELL: Final[Mapping[str, Label]] = {
    "scheme": _("Kind of account"),
    "bank": _("Bank code"),
    "number": _("Number or place"),
    "holder": _("Holder"),
    "cause": _("Why"),
    "document": _("Supporting document"),
    "expires_on": _("Holds until"),
    "participant": _("Participant"),
}
COMMITMENT_STATE: Final[Mapping[str, Label]] = {
    "late": pgettext_lazy("a commitment", "Late"),
    "unanswered": pgettext_lazy("a commitment", "Unanswered"),
    "open": pgettext_lazy("a commitment", "Open"),
    "partly_met": pgettext_lazy("a commitment", "Partly met"),
    "met": pgettext_lazy("a commitment", "Met"),
    "declined": pgettext_lazy("a commitment", "Declined"),
    "withdrawn": pgettext_lazy("a commitment", "Withdrawn"),
    "proposed": pgettext_lazy("a commitment", "To confirm"),
}
COMMITMENT_KIND: Final[Mapping[str, Label]] = {
    "money": pgettext_lazy("kind of commitment", "Money"),
    "goods": pgettext_lazy("kind of commitment", "Goods"),
    "service": pgettext_lazy("kind of commitment", "Service"),
    "action": pgettext_lazy("kind of commitment", "Action"),
    "negotiation": pgettext_lazy("kind of commitment", "Negotiation"),
    "proposal": pgettext_lazy("kind of commitment", "Proposal"),
}
PARTY: Final[Mapping[str, Label]] = {
    "government": _("Government"),
    "agency": _("Agency"),
    "organisation": _("Other organisation"),
}
ANSWERED: Final[Mapping[str, Label]] = {
    "accepted": pgettext_lazy("an answer", "Accepted"),
    "declined": pgettext_lazy("an answer", "Declined"),
    "none": pgettext_lazy("an answer", "No answer"),
    "withdrawn": pgettext_lazy("an answer", "Withdrawn by who promised"),
}
ENTRY: Final[Mapping[str, Label]] = {
    "terms": pgettext_lazy("an entry", "What was promised"),
    "delivery": pgettext_lazy("an entry", "Delivery"),
    "answer": pgettext_lazy("an entry", "Answer"),
    "retraction": pgettext_lazy("an entry", "Retraction"),
}
ENTRY_STANDS: Final[Mapping[str, Label]] = {
    "waiting": pgettext_lazy("an entry", "To confirm"),
    "holds": pgettext_lazy("an entry", "Holds"),
    "replaced": pgettext_lazy("an entry", "Replaced"),
    "refused": pgettext_lazy("an entry", "Refused"),
}
STATEMENT_ACT: Final[Mapping[str, Label]] = {
    "promise": pgettext_lazy("a sentence", "A promise"),
    "proposal": pgettext_lazy("a sentence", "A proposal"),
    "answer": pgettext_lazy("a sentence", "An answer"),
    "delivery": pgettext_lazy("a sentence", "Something delivered"),
}
STATEMENT_TELLS: Final[Mapping[str, Label]] = {
    "act": pgettext_lazy("words that tell", "that it is one"),
    "amount": pgettext_lazy("words that tell", "how much"),
    "by": pgettext_lazy("words that tell", "who"),
    "to": pgettext_lazy("words that tell", "to whom"),
    "said_on": pgettext_lazy("words that tell", "when it was said"),
    "due_on": pgettext_lazy("words that tell", "by when"),
}
STATEMENT_DOUBT: Final[Mapping[str, Label]] = {
    "by_unknown": _("The sentence names nobody as who promises, or by a name of several."),
    "by_several": _("Several parties are named: one entry for each that promises."),
    "to_unknown": _("Another party is named, and not clearly as the one to whom."),
    "to_several": _("To several parties: one entry for each, if the source says how much for whom."),
    "number_two_ways": _("The number can be read in two ways."),
    "which_currency": _("The sign or name of the currency is that of several."),
    "dollars": _("Read as US dollars, since no other dollar is named."),
    "due_relative": _("A time is given and not from when it counts."),
}
STATEMENT_STOPPED: Final[Mapping[str, Label]] = {
    "hedged": _("Uncertain or only intended"),
    "negated": _("Says that it will not"),
    "past": _("Tells of what has been"),
    "nothing_named": _("Names nothing that is promised"),
    "question": _("A question"),
}
GROUPS: Final[Mapping[str, Mapping[str, Label]]] = {
    "outcome": OUTCOME,
    "verdict": VERDICT,
    "consequence": CONSEQUENCE,
    "task_class": TASK_CLASS,
    "plant_class": PLANT_CLASS,
    "pathway_state": PATHWAY_STATE,
    "role": ROLE,
    "level": LEVEL,
    "sex": SEX,
    "technician": TECHNICIAN,
    "office": OFFICE,
    "tenure": TENURE,
    "language": LANGUAGE,
    "state": STATE,
    "cause": EXIT_CAUSE,
    "standing": STANDING,
    "review_state": DECISION,
    "flag": FLAG,
    "device": DEVICE,
    "run": RUN,
    "job": JOB,
    "entity_list": ENTITY_LIST,
    "property": PROPERTY,
    "change_reason": CHANGE_REASON,
    "change": CHANGE,
    "submission": SUBMISSION,
    "clock": CLOCK,
    "photo_fault": PHOTO_FAULT,
    "organisation": ORGANISATION,
    "funding_entry": FUNDING_ENTRY,
    "scheme": SCHEME,
    "rail": RAIL,
    "account": ACCOUNT,
    "account_cause": ACCOUNT_CAUSE,
    "account_cell": ACCOUNT_CELL,
    **ABSENCE_GROUPS,
    **bank_labels.GROUPS,
    **CREDENTIAL_GROUPS,
    "commitment_state": COMMITMENT_STATE,
    "commitment_kind": COMMITMENT_KIND,
    "party": PARTY,
    "answered": ANSWERED,
    "entry": ENTRY,
    "entry_stands": ENTRY_STANDS,
    "statement_act": STATEMENT_ACT,
    "statement_tells": STATEMENT_TELLS,
    "statement_doubt": STATEMENT_DOUBT,
    "statement_stopped": STATEMENT_STOPPED,
    **SAVINGS_GROUPS,
    **MONEY_GROUPS,
    **PATHWAY_GROUPS,
    **PRIVACY_GROUPS,
}


def counted(number: int, unit: str, written: str) -> str | None:
    """`6 tasks`, the number as `written`; None for a unit that is not counted in words."""
    if unit not in COUNTED:
        return None
    return ngettext(*COUNTED[unit], number) % {"n": written}


def label(group: str, code: str) -> str:
    """The label of `code` in `group` of `GROUPS`, or the code itself."""
    return str(GROUPS[group].get(code, code))
