"""What differs between the kinds of entries: their form, what a correction begins with, and the service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.forms.models import model_to_dict
from django.utils.datastructures import MultiValueDict

from ceiba.accounts.models import User
from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.money import MINOR_DIGITS
from ceiba.core.rules.rulebook import Rulebook
from ceiba.funding import services
from ceiba.funding.forms import (
    AgreementForm,
    CommitmentForm,
    DisbursementForm,
    DivisionForm,
    EntryForm,
    FunderForm,
    InstalmentForm,
)
from ceiba.funding.models import Agreement, Commitment, Disbursement, Division, Entry, Funder, Instalment
from ceiba.funding.selectors import agreements_in, covers_place, standing
from ceiba.ledger.selectors import bank_accounts
from ceiba.registry.places import areas_at, areas_named
from ceiba.rulebook.models import Programme

KINDS: Final[Mapping[str, type[Entry]]] = {
    "funder": Funder,
    "agreement": Agreement,
    "commitment": Commitment,
    "instalment": Instalment,
    "disbursement": Disbursement,
    "division": Division,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody enters: of which programme and kind, in which scope, and what it corrects."""

    programme: Programme
    book: Rulebook
    kind: str
    scope: Scope
    replaces: Entry | None = None

    def form(self, data: MultiValueDict[str, str] | None, agreement: str = "") -> EntryForm:
        """The form, filled with `data` or with what is to be corrected."""
        initial = _begun(self.replaces) if self.replaces is not None else {"agreement": agreement}
        make, more = _FORMS[self.kind]
        form = make(data, initial=initial, book=self.book, replaces=self.replaces, **more(self))
        if self.replaces is not None and "code" in form.fields:
            form.fields["code"].disabled = True
        return form

    def enter(self, form: EntryForm, by: User, now: datetime) -> Entry:
        """What the form says, entered. Raises CeibaError (funding.*)."""
        values = form.values()
        more: dict[str, Any] = {"by": by, "now": now, "replaces": self.replaces}
        if isinstance(form, DivisionForm):
            values["programme"] = self.programme
            return services.division_enter(values=values, shares=form.shares(), **more)
        if self.kind == "agreement":
            values["programme"] = self.programme
        return _SERVICES[self.kind](values=values, **more)

    def agreements(self) -> list[Agreement]:
        """Those of the programme that the scope reaches."""
        return list(agreements_in(self.scope).filter(programme=self.programme))


def programme_of(entry: Entry) -> str | None:
    """The programme an entry belongs to; None for a funder, who belongs to none."""
    if isinstance(entry, Commitment | Disbursement | Instalment):
        return entry.agreement.programme_id
    return getattr(entry, "programme_id", None)


def kind_of(entry: Entry) -> str:
    """The name of an entry's kind, as addresses have it."""
    return str(entry._meta.model_name)


def places_offered(scope: Scope, book: Rulebook) -> list[tuple[str, str]]:
    """Countries and departments of the programme that the scope reaches whole: (code, name)."""
    countries = areas_named(book.countries)
    states = [(area.code, area.name) for area in areas_at("state").order_by("code")]
    offered = [
        (code, f"{countries[code[:2]]} · {name}" if code not in countries else name)
        for code, name in [*countries.items(), *states]
        if code[:2] in countries
    ]
    return sorted((code, name) for code, name in offered if covers_place(scope, book, code))


def _begun(entry: Entry) -> dict[str, Any]:
    """What a correction begins with: what is there."""
    found = model_to_dict(entry)
    for name in ("funder", "agreement"):
        if name in found:
            found[name] = getattr(entry, name).code
    if isinstance(entry, Commitment | Disbursement | Instalment):
        digits = MINOR_DIGITS[entry.agreement.currency]
        whole, rest = divmod(entry.amount_minor, 10**digits)
        found["amount"] = f"{whole}.{rest:0{digits}d}"
    if isinstance(entry, Division):
        found |= {f"share-{share.agreement.code}": f"{share.permille / 10:g}" for share in entry.shares.all()}
    return found


def _banks(asked: Asked) -> list[tuple[str, str]]:
    found = bank_accounts(asked.programme.pk)
    return [(bank.code, f"{bank.code} · {bank.holder}") for bank in found if not bank.holds_savings]


_More = Callable[[Asked], dict[str, Any]]
_FORMS: Final[Mapping[str, tuple[Callable[..., EntryForm], _More]]] = {
    "funder": (FunderForm, lambda _: {}),
    "agreement": (AgreementForm, lambda _: {"funders": standing(Funder).order_by("code")}),
    "commitment": (CommitmentForm, lambda asked: {"agreements": asked.agreements()}),
    "instalment": (InstalmentForm, lambda asked: {"agreements": asked.agreements()}),
    "disbursement": (
        DisbursementForm,
        lambda asked: {"agreements": asked.agreements(), "bank_accounts": _banks(asked)},
    ),
    "division": (
        DivisionForm,
        lambda asked: {
            "agreements": asked.agreements(),
            "areas": places_offered(asked.scope, asked.book),
        },
    ),
}
_SERVICES: Final[Mapping[str, Callable[..., Entry]]] = {
    "funder": services.funder_enter,
    "agreement": services.agreement_enter,
    "commitment": services.commitment_enter,
    "instalment": services.instalment_enter,
    "disbursement": services.disbursement_enter,
}
