"""Erases what the register has of a person; their number, code, municipality and enrolments stay."""

from datetime import datetime

from ceiba.registry.models import Document, Officer, Participant, Plot


def person_erase(*, participant: int, at: datetime) -> None:
    """Erase name, birth date, sex, language, telephone, home and group; documents, offices, and outlines of plots.

    In the caller's transaction. The database refuses it but for who was to be erased by two people, and ever after
    any change that would say again who they are.
    """
    person = Participant.objects.select_for_update().get(pk=participant)
    person.given_names, person.family_names, person.search_text = "", person.code, f" {person.code.lower()}"
    person.birth_date = person.group = person.home_lon = person.home_lat = None
    person.sex, person.language, person.phone = "X", "", ""
    person.erased_at = at
    person.save()
    Document.objects.filter(participant=participant).delete()
    Officer.objects.filter(participant=participant).delete()
    Plot.objects.filter(participant=participant).update(
        geometry=None, west=None, south=None, east=None, north=None
    )
