"""A small register for tests: parties, a source, two people of the office, and terms to change."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from ceiba.accounts.models import Role, User
from ceiba.commitments.given import AnswerGiven, Citation, DeliveryGiven, SourceGiven, TermsGiven
from ceiba.commitments.models import Entry, Source
from ceiba.commitments.services import (
    answer_enter,
    commitment_enter,
    delivery_enter,
    entry_confirm,
    party_record,
    source_record,
)
from ceiba.core.commitments import Answered, Kind
from tests.factories import user_make

TODAY = date(2026, 11, 1)
SAID = "México aportará 30 millones de dólares a El Salvador antes de 2021."
TEXT = (
    f"Se reunieron ayer. {SAID} El Salvador recibió 10 millones de dólares en 2020. México propuso a Estados Unidos "
    "un esquema de visas. México podría considerar otro apoyo."
)


@dataclass
class Register:
    """What a test finds made."""

    ana: User
    beto: User
    mexico: int
    salvador: int
    states: int
    source: Source

    def terms(self, **changed: Any) -> TermsGiven:
        """Mexico's thirty million for El Salvador, with what a test changes."""
        cited = Citation(source=self.source.pk, sentence=SAID)
        given = TermsGiven(
            cited=cited, promiser=self.mexico, receiver=self.salvador, kind=Kind.MONEY, quantity=Decimal(30_000_000),
            unit="USD", subject_es="Ayuda para sembrar", subject_en="Aid for planting", said_on="2019-06-20",
            due_on="2020",
        )  # fmt: skip
        return replace(given, **changed)

    def entered(self, **changed: Any) -> Entry:
        """A commitment that Ana entered and nobody confirmed."""
        return commitment_enter(given=self.terms(**changed), actor=self.ana, today=TODAY)

    def confirmed(self, **changed: Any) -> int:
        """The number of a commitment that Ana entered and Beto confirmed."""
        entry = self.entered(**changed)
        entry_confirm(entry=entry.pk, actor=self.beto)
        return entry.commitment_id

    def delivered(
        self, number: int, quantity: int | None, *, confirmed: bool = True, **changed: Any
    ) -> Entry:
        """Evidence of delivery in 2020."""
        given = DeliveryGiven(
            cited=Citation(source=self.source.pk), on="2020", unit="USD" if quantity else "",
            quantity=None if quantity is None else Decimal(quantity),
        )  # fmt: skip
        entry = delivery_enter(
            commitment=number, given=replace(given, **changed), actor=self.ana, today=TODAY
        )
        if confirmed:
            entry_confirm(entry=entry.pk, actor=self.beto)
        return entry

    def answered(self, number: int, said: Answered) -> Entry:
        """An answer of 2021, confirmed."""
        given = AnswerGiven(cited=Citation(source=self.source.pk), on="2021-04-21", said=said)
        entry = answer_enter(commitment=number, given=given, actor=self.ana, today=TODAY)
        entry_confirm(entry=entry.pk, actor=self.beto)
        return entry


def register_make() -> Register:
    """Three parties, a pasted source, and two people of the office."""
    ana, beto = user_make("ana", Role.OFFICE), user_make("beto", Role.OFFICE)

    def party(country: str, es: str, en: str, *aliases: str) -> int:
        return party_record(
            kind="government", country=country, name_es=es, name_en=en, aliases=aliases, actor=ana
        ).pk

    given = SourceGiven(
        title="Reunión", publisher="Diario", language="es", published_on="2019-06-21", text=TEXT
    )
    return Register(
        ana,
        beto,
        party("MX", "Gobierno de México", "Government of Mexico", "México", "Mexico", "mexicano"),
        party("SV", "Gobierno de El Salvador", "Government of El Salvador", "El Salvador"),
        party("US", "Gobierno de Estados Unidos", "Government of the United States", "Estados Unidos", "US"),
        source_record(given=given, actor=ana, today=TODAY),
    )
