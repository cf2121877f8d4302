"""Reads what each part of a dossier holds: no more of a person than the part says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ceiba.core.dossier import Part
from ceiba.core.rules.rulebook import PathwayStage, Rulebook
from ceiba.credentials.models import Credential
from ceiba.credentials.selectors import credentials_of_person
from ceiba.pathway.models import Consent
from ceiba.pathway.selectors.sharing import parts_shared
from ceiba.pathway.selectors.stages import pathways_of, stage_of
from ceiba.registry.models import Participant
from ceiba.registry.profiles import profile_of
from ceiba.service_record.models import ServiceRecord
from ceiba.service_record.selectors import StageOfPerson, records_of_person, stages_of_person


@dataclass(frozen=True, slots=True)
class Plots:
    """Plots of a person: how many, and what was measured of them. What was stated is not shared."""

    count: int
    measured_m2: int | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is shown of a person: their own row, and of the other parts those named; None for what is not shown.

    `person` is passed on whole; templates show names and birth date of it, and the rest with `contact` alone.
    """

    person: Participant
    parts: tuple[Part, ...]
    consents: tuple[tuple[Consent, PathwayStage | None], ...]
    reached: tuple[StageOfPerson, ...] | None
    credentials: tuple[Credential, ...] | None
    records: tuple[tuple[str, ServiceRecord], ...] | None
    plots: Plots | None

    @property
    def contact(self) -> bool:
        """Whether telephone, language and municipality are shown."""
        return Part.CONTACT in self.parts


def dossier_of(person: Participant, consents: Sequence[Consent]) -> Dossier:
    """What a person shows by some consents, and no more."""
    chosen = parts_shared(consents)
    books = {programme.code: book for programme, book in pathways_of(person.pk)}
    profile = profile_of(person)
    stages = (stage for book in books.values() for stage in stages_of_person(book, person.pk))
    return Dossier(
        person=person,
        parts=chosen,
        consents=tuple((each, _stage(books, each)) for each in consents),
        reached=tuple(each for each in stages if each.reached and not each.stage.proposal)
        if Part.CONSTANCIA in chosen
        else None,
        credentials=tuple(credentials_of_person(person.pk)) if Part.CONSTANCIA in chosen else None,
        records=tuple(records_of_person(person.pk).items()) if Part.RECORD in chosen else None,
        plots=Plots(len(profile.plots), profile.measured_m2) if Part.PLOTS in chosen else None,
    )


def _stage(books: Mapping[str, Rulebook], consent: Consent) -> PathwayStage | None:
    book = books.get(consent.programme_id)
    return stage_of(book, consent.stage) if book else None
