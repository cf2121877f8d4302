"""Reads the register."""

from ceiba.registry.selectors.browse import PAGE_ROWS, PeoplePage, people_page
from ceiba.registry.selectors.doubles import Double, Doubles, doubles_of
from ceiba.registry.selectors.facts import documents_required_and_held, register_facts
from ceiba.registry.selectors.identities import IDENTITIES, identities_of
from ceiba.registry.selectors.imports import import_key, import_made
from ceiba.registry.selectors.people import (
    Whereabouts,
    areas_of,
    codes_of,
    groups_in,
    participants_in,
    participants_served,
    plots_in,
    plots_served,
    programmes_served,
    reaches,
    whereabouts_of,
)
from ceiba.registry.selectors.places import enrolled_places, group_places, people_places
from ceiba.registry.selectors.search import Found, participant_search
from ceiba.registry.selectors.sheets import sheet_frame
from ceiba.registry.selectors.technicians import technicians_in, technicians_named

__all__ = [
    "IDENTITIES",
    "PAGE_ROWS",
    "Double",
    "Doubles",
    "Found",
    "PeoplePage",
    "Whereabouts",
    "areas_of",
    "codes_of",
    "documents_required_and_held",
    "doubles_of",
    "enrolled_places",
    "group_places",
    "groups_in",
    "identities_of",
    "import_key",
    "import_made",
    "participant_search",
    "participants_in",
    "participants_served",
    "people_page",
    "people_places",
    "plots_in",
    "plots_served",
    "programmes_served",
    "reaches",
    "register_facts",
    "sheet_frame",
    "technicians_in",
    "technicians_named",
    "whereabouts_of",
]
