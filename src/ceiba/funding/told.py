"""An entry in words, as whoever decides it reads it."""

from datetime import date

from django.utils.translation import gettext as _

from ceiba.core.rules.rulebook import Rulebook
from ceiba.funding.models import Agreement, Commitment, Disbursement, Division, Entry, Funder, Instalment
from ceiba.registry.places import areas_named
from ceiba.web import words
from ceiba.web.labels import label

Line = tuple[str, str]


def told(entry: Entry, book: Rulebook) -> list[Line]:
    """What the entry says: (what, the value), in the order of its form."""
    if isinstance(entry, Funder):
        return _funder(entry)
    if isinstance(entry, Agreement):
        return _agreement(entry)
    if isinstance(entry, Commitment):
        return _commitment(entry)
    if isinstance(entry, Instalment):
        return _instalment(entry)
    if isinstance(entry, Disbursement):
        return _disbursement(entry)
    assert isinstance(entry, Division)  # noqa: S101 - there are no other kinds
    return _division(entry, book)


def _funder(entry: Funder) -> list[Line]:
    return [
        (_("Code"), entry.code),
        (_("Name in Spanish"), entry.name_es),
        (_("Name in English"), entry.name_en),
        (_("Country (two letters)"), entry.country),
        (_("IATI organisation identifier"), entry.reference),
        (_("Kind of organisation"), label("organisation", entry.kind)),
    ]


def _agreement(entry: Agreement) -> list[Line]:
    return [
        (_("Code"), entry.code),
        (_("Funder"), words.words(entry.funder.name)),
        (_("Title in Spanish"), entry.title_es),
        (_("Title in English"), entry.title_en),
        (_("Currency"), entry.currency),
        (_("From"), words.day_name(entry.valid_from)),
        (_("Until"), words.day_name(entry.valid_until)),
        (_("IATI activity of the funder"), entry.provider_activity or words.NOTHING),
        (_("IATI activity of the programme"), entry.receiver_activity or words.NOTHING),
        (_("Conditions in Spanish"), entry.conditions_es or words.NOTHING),
        (_("Conditions in English"), entry.conditions_en or words.NOTHING),
    ]


def _commitment(entry: Commitment) -> list[Line]:
    return [
        (_("Agreement"), entry.agreement.code),
        (_("Amount"), words.amount(entry.amount_minor, entry.agreement.currency)),
        (_("Day of the promise"), words.day_name(entry.dated)),
        (_("Document"), entry.document),
        (_("The very sentence that promises it"), entry.sentence),
    ]


def _instalment(entry: Instalment) -> list[Line]:
    return [
        (_("Agreement"), entry.agreement.code),
        (_("Amount"), words.amount(entry.amount_minor, entry.agreement.currency)),
        (_("From"), words.day_name(entry.due_from)),
        (_("Until"), words.day_name(entry.due_until)),
        (_("Document"), entry.document),
    ]


def _disbursement(entry: Disbursement) -> list[Line]:
    return [
        (_("Agreement"), entry.agreement.code),
        (_("Amount"), words.amount(entry.amount_minor, entry.agreement.currency)),
        (_("Value date"), words.day_name(entry.value_date)),
        (_("Account it arrived on"), entry.bank_account),
        (_("Reference of the bank"), entry.reference),
    ]


def _division(entry: Division, book: Rulebook) -> list[Line]:
    components = {component.id: component.name for component in book.components}
    shares = entry.shares.select_related("agreement").order_by("agreement__code")
    return [
        (_("Place"), areas_named([entry.area]).get(entry.area, entry.area) or _("everywhere")),
        (_("Variant"), words.words(book.variants.get(entry.variant, entry.variant)) or _("any")),
        (_("Component"), words.words(components.get(entry.component, entry.component)) or _("any")),
        (_("From month"), words.month_name(entry.from_month)),
        (_("Until month"), _month(entry.until_month)),
        *((_("Share of %(code)s") % {"code": s.agreement.code}, f"{s.permille / 10:g} %") for s in shares),
    ]


def _month(month: date | None) -> str:
    return words.month_name(month) if month else words.NOTHING
