"""Reads the file of one person, as pages show it."""

from dataclasses import dataclass
from datetime import date

from ceiba.accounts.selectors import Scope
from ceiba.registry.models import Document, Enrolment, Officer, Participant, Plot
from ceiba.registry.selectors import participants_in


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's file: plots, documents, enrolments with the states they went through, offices held."""

    person: Participant
    plots: tuple[Plot, ...]
    documents: tuple[Document, ...]
    enrolments: tuple[Enrolment, ...]
    offices: tuple[Officer, ...]

    @property
    def nominal_m2(self) -> int:
        """What was stated of all plots."""
        return sum(plot.nominal_m2 for plot in self.plots)

    @property
    def measured_m2(self) -> int | None:
        """What was measured of all plots; None when none was. Never added to the nominal area."""
        measured = [plot.measured_m2 for plot in self.plots if plot.measured_m2 is not None]
        return sum(measured) if measured else None


def person_in(scope: Scope, code: str) -> Participant | None:
    """The person with `code`, with area, group and technicians; None when there is none in the scope."""
    return (
        participants_in(scope)
        .select_related("area__parent", "group__technician_productive", "group__technician_social")
        .filter(code=code)
        .first()
    )


def profile_of(person: Participant) -> Profile:
    """The file of a person of the scope."""
    enrolments = person.enrolments.select_related("programme").prefetch_related("spans")
    return Profile(
        person,
        plots=tuple(person.plots.select_related("area").order_by("code")),
        documents=tuple(person.documents.defer("number_cipher", "number_hash").order_by("document")),
        enrolments=tuple(enrolments.order_by("-applied_on")),
        offices=tuple(person.offices.order_by("office")),
    )


def age_on(day: date, born: date) -> int:
    """Whole years on `day`."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
