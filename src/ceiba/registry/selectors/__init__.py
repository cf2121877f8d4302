"""Reads the register."""

from ceiba.registry.selectors.browse import PAGE_ROWS, PeoplePage, people_page
from ceiba.registry.selectors.facts import documents_required_and_held, register_facts
from ceiba.registry.selectors.imports import import_key, import_made
from ceiba.registry.selectors.people import participants_in
from ceiba.registry.selectors.search import Found, participant_search
from ceiba.registry.selectors.sheets import sheet_frame
from ceiba.registry.selectors.technicians import technicians_in, technicians_named

__all__ = [
    "PAGE_ROWS",
    "Found",
    "PeoplePage",
    "documents_required_and_held",
    "import_key",
    "import_made",
    "participant_search",
    "participants_in",
    "people_page",
    "register_facts",
    "sheet_frame",
    "technicians_in",
    "technicians_named",
]
