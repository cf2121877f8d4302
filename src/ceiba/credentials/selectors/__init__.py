"""Reads constancias: who is to have one, who has one, and what is published of them."""

from ceiba.credentials.selectors.desk import DeskPage, DeskRow, desk_page, people_ready
from ceiba.credentials.selectors.listing import (
    CredentialPage,
    credential_in,
    credentials_in,
    credentials_of_person,
    credentials_page,
    holder_of,
)
from ceiba.credentials.selectors.standing import Standing, constancia_stage, standings
from ceiba.credentials.selectors.status import places_set

__all__ = [
    "CredentialPage",
    "DeskPage",
    "DeskRow",
    "Standing",
    "constancia_stage",
    "credential_in",
    "credentials_in",
    "credentials_of_person",
    "credentials_page",
    "desk_page",
    "holder_of",
    "people_ready",
    "places_set",
    "standings",
]
