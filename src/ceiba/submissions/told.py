"""What apps above this one tell a phone: a sentence in the answer to what it sent, and lists that are no entities."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ceiba.accounts.models import User
from ceiba.entities.selectors import CarriedList, entity_list

Note = Callable[[int, str, datetime], str]
"""What to add to the answer to a user (by number), in a language, now; "" for nothing. Asked at every answer."""


@dataclass(frozen=True, slots=True)
class Told:
    """The note, and by name the lists that are drawn for a user as CSV (UTF-8); config/urls.py says which."""

    note: Note
    lists: Mapping[str, Callable[[User], bytes]]

    def is_entity_list(self, name: str) -> bool:
        """Whether a list that is drawn for each phone is one of entities."""
        return name not in self.lists

    def list_for(self, user: User, name: str) -> CarriedList:
        """The list of that name as it is drawn for a user; of entities where nobody else draws it."""
        draw = self.lists.get(name)
        return entity_list(user, name) if draw is None else CarriedList.of(draw(user))
