"""Reads the register."""

from ceiba.registry.selectors.browse import PAGE_ROWS, PeoplePage, people_page
from ceiba.registry.selectors.facts import documents_required_and_held, register_facts
from ceiba.registry.selectors.imports import import_key, import_made
from ceiba.registry.selectors.people import participants_in
from ceiba.registry.selectors.places import group_places, people_places
from ceiba.registry.selectors.search import Found, participant_search
from ceiba.registry.selectors.sheets import sheet_frame

__all__ = [
    "PAGE_ROWS",
    "Found",
    "PeoplePage",
    "documents_required_and_held",
    "group_places",
    "import_key",
    "import_made",
    "participant_search",
    "participants_in",
    "people_page",
    "people_places",
    "register_facts",
    "sheet_frame",
]
