"""Funders, agreements and divisions, entered by one of an office and accepted by another."""

from datetime import UTC, date, datetime
from typing import Any

from ceiba.accounts.models import Role, User
from ceiba.funding.models import Agreement, Commitment, Disbursement, Division, Entry, Funder, Instalment
from ceiba.funding.services import (
    agreement_enter,
    commitment_enter,
    disbursement_enter,
    division_enter,
    entry_decide,
    funder_enter,
    instalment_enter,
)
from ceiba.ledger.models import BankAccount
from ceiba.rulebook.models import Programme
from tests.factories import CODE, user_make

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
EVERYWHERE = ("GT", "HN", "SV")
BANK = "BANCO-1"


class Office:
    """Two people of a programme office, who enter and accept; `accepted` does both."""

    def __init__(self) -> None:
        self.ana = user_make("ana", Role.OFFICE, areas=EVERYWHERE)
        self.berta = user_make("berta", Role.OFFICE, areas=EVERYWHERE)
        self.programme = Programme.objects.get_or_create(
            code=CODE, defaults={"currency": "USD", "name": {"es": "CA", "en": "CA"}}
        )[0]
        BankAccount.objects.create(
            code=BANK, programme=self.programme, holder="Programa", scheme="local", number="123", currency="USD",
            rail="local",
        )  # fmt: skip

    def accept(self, entry: Any, by: User | None = None, *, accepted: bool = True) -> Any:
        return entry_decide(entry=entry, accepted=accepted, by=by or self.berta, now=NOW)

    def funder(self, code: str, **other: Any) -> Funder:
        values = {
            "code": code, "name_es": f"Financiador {code}", "name_en": f"Funder {code}", "country": "US",
            "reference": f"XM-{code}", "kind": "10",
        }  # fmt: skip
        return funder_enter(values=values | other, by=self.ana, now=NOW)

    def agreement(self, code: str, funder: Funder, **other: Any) -> Agreement:
        values = {
            "code": code, "funder": funder, "programme": self.programme, "title_es": f"Convenio {code}",
            "title_en": f"Agreement {code}", "currency": "USD", "valid_from": date(2023, 11, 1),
            "valid_until": date(2028, 12, 31),
        }  # fmt: skip
        return agreement_enter(values=values | other, by=self.ana, now=NOW)

    def commitment(self, agreement: Agreement, replaces: Any = None, **other: Any) -> Commitment:
        values = {
            "agreement": agreement, "amount_minor": 1_000_000, "dated": date(2023, 10, 1),
            "document": "Acta de la reunión, p. 3", "sentence": "Se aportarán diez mil dólares.",
            "sentence_language": "es",
        }  # fmt: skip
        return commitment_enter(values=values | other, by=self.ana, now=NOW, replaces=replaces)

    def instalment(self, agreement: Agreement, replaces: Any = None, **other: Any) -> Instalment:
        values = {
            "agreement": agreement, "amount_minor": 50_000, "due_from": date(2027, 1, 1),
            "due_until": date(2027, 3, 31), "document": "Calendario, cuadro 1",
        }  # fmt: skip
        return instalment_enter(values=values | other, by=self.ana, now=NOW, replaces=replaces)

    def disbursement(self, agreement: Agreement, replaces: Any = None, **other: Any) -> Disbursement:
        values = {
            "agreement": agreement, "amount_minor": 800_000, "value_date": date(2023, 11, 5), "bank_account": BANK,
            "reference": f"REF-{agreement.code}",
        }  # fmt: skip
        return disbursement_enter(values=values | other, by=self.ana, now=NOW, replaces=replaces)

    def division(self, *shares: tuple[str, int], replaces: Any = None, **other: Any) -> Division:
        values = {
            "programme": self.programme, "area": "", "variant": "", "component": "",
            "from_month": date(2023, 11, 1), "until_month": date(2028, 12, 1),
        }  # fmt: skip
        return division_enter(values=values | other, shares=shares, by=self.ana, now=NOW, replaces=replaces)

    def accepted(self, kind: str, *args: Any, **other: Any) -> Any:
        return self.accept(getattr(self, kind)(*args, **other))

    def two_funders(self) -> tuple[Agreement, Agreement]:
        """A funder `US` with agreement `US-1`, another `MX` with `MX-1`; nothing is divided yet."""
        made = []
        for code, country in (("US", "US"), ("MX", "MX")):
            funder = self.accepted("funder", code, country=country)
            made.append(self.accepted("agreement", f"{code}-1", funder))
        return made[0], made[1]


def all_of(kind: type[Entry]) -> int:
    return kind._default_manager.count()
