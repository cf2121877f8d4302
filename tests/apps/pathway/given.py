"""A small country in which some have thirty-six months, with two consulates, built once for a module."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from ceiba.accounts.models import Role, User
from ceiba.core.dossier import Reading
from ceiba.pathway.models import Batch, Consent, OutsideNumber, Recipient
from ceiba.pathway.selectors.batches import OnList, people_of
from ceiba.pathway.services import (
    ConsentGiven,
    batch_close,
    batch_draw,
    batch_open,
    consent_give,
    outside_number_record,
    recipient_register,
)
from ceiba.pathway.services.batches import BatchTerms
from ceiba.registry.models import Participant
from ceiba.service_record.models import ServiceRecord
from tests import factories
from tests.factories import CODE, World, user_make

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
STAGE = "seasonal_visa"
CLOSES = date(2026, 12, 31)
CLOSED_AT = datetime(2027, 1, 2, 9, tzinfo=UTC)
NUMBERED_AT = datetime(2027, 1, 4, 20, tzinfo=UTC)
DRAWN_AT = datetime(2027, 1, 5, 9, tzinfo=UTC)
SEASON = (date(2027, 3, 1), date(2027, 8, 31))
EVERY_PART = ("constancia", "record", "plots", "contact")


@dataclass
class Pathway:
    """What a test finds made: of the world's people, the first twelve have 36 to 58 months."""

    world: World
    consulate: Recipient
    ministry: Recipient
    officer: User
    colleague: User
    other_officer: User
    people: list[Participant] = field(default_factory=list)

    @property
    def office(self) -> User:
        """Of all Guatemala."""
        return self.world.users[Role.OFFICE]

    def agree(
        self, person: Participant, recipient: Recipient | None = None, *, now: datetime = NOW,
        until: date | None = None, parts: tuple[str, ...] = EVERY_PART, stage: str = STAGE, by: User | None = None,
    ) -> Consent:  # fmt: skip
        """Consent of a person, given at the office."""
        given = ConsentGiven(
            recipient or self.consulate, CODE, stage, parts, until or (now + timedelta(days=300)).date(),
            Reading.ALOUD, "mam",
        )  # fmt: skip
        return consent_give(participant=person, given=given, by=by or self.office, now=now)

    def opened(self, places: int = 3, now: datetime = NOW, **changed: object) -> Batch:
        terms = {
            "programme": CODE, "stage": STAGE, "recipient": self.consulate, "area_code": "GT", "places": places,
            "closes_on": CLOSES, "outside": "Primer premio de la lotería que siga al cierre",
            "season_from": SEASON[0], "season_until": SEASON[1],
        } | changed  # fmt: skip
        return batch_open(terms=BatchTerms(**terms), by=self.office, now=now)  # type: ignore[arg-type]

    def drawn(self, places: int = 3, **changed: object) -> Batch:
        """A batch in which all who may have consented, drawn."""
        for person in self.people:
            self.agree(person)
        batch = self.opened(places, **changed)
        batch_close(batch=batch, now=CLOSED_AT)
        self.numbered(batch)
        batch_draw(batch=batch, now=DRAWN_AT)
        return Batch.objects.get(pk=batch.pk)

    def numbered(self, batch: Batch, number: str = "52817", **changed: object) -> OutsideNumber:
        """The outside number of a closed list, written down on its day."""
        given = {"on": NUMBERED_AT.date(), "source": "Lotería, acta 1", "by": self.office, "now": NUMBERED_AT}
        return outside_number_record(batch=batch, number=number, **given | changed)  # type: ignore[arg-type]

    def listed(self, batch: Batch) -> list[OnList]:
        """Those on a list whom the office reaches, in its order."""
        from ceiba.accounts.selectors import scope_of

        return people_of(batch, scope_of(self.office))


def pathway_make() -> Pathway:
    world = factories.world(people=24)
    factories.users_make(world)
    office = world.users[Role.OFFICE]
    consulate, ministry = (
        recipient_register(code=code, kind=kind, name=name, country=country, by=office, now=NOW)
        for code, kind, name, country in (
            ("CONSUL-EEUU", "consulate", "Consulado de muestra", "US"),
            ("MINTRAB", "ministry", "Ministerio de trabajo de muestra", "GT"),
        )
    )
    officers = [
        user_make(name, Role.CONSULAR, areas=(), code=code)
        for name, code in (("oficial", "CONSUL-EEUU"), ("colega", "CONSUL-EEUU"), ("ministerio", "MINTRAB"))
    ]
    served = world.people_in("GT")[:12]
    for index, person in enumerate(served):
        accepted = 36 + 2 * index
        ServiceRecord.objects.filter(participant=person).update(
            marks="A" * accepted, months_accepted=accepted, months_decided=accepted, break_months_longest=0
        )
    return Pathway(world, consulate, ministry, *officers, people=served)
