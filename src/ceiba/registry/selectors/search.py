"""Finding a person by parts of a name or code."""

from dataclasses import dataclass
from typing import Final

from django.db.models import BooleanField, Case, F, Value, When

from ceiba.accounts.selectors import Scope
from ceiba.core.sheets import folded
from ceiba.registry.models import Participant
from ceiba.registry.selectors.people import participants_in

HITS_MAX: Final = 1_000
SHORT_WORD: Final = 3


@dataclass(frozen=True, slots=True)
class Found:
    """The first people that match, and whether more than could be put in order do."""

    people: list[Participant]
    more: bool


def participant_search(scope: Scope, text: str, limit: int = 20) -> Found:
    """People within the scope whose names and code hold every word of `text`; an exact code comes first.

    Case and accents do not count. Words of one or two letters match the beginnings of words. What matches more
    than HITS_MAX people is cut there before it is put in order by name: such a search asks for another word.
    Nothing is found for no words.
    """
    words = folded(text).split()
    if not words:
        return Found([], more=False)
    hits = participants_in(scope)
    for word in words:
        hits = hits.filter(search_text__contains=word if len(word) >= SHORT_WORD else f" {word}")
    some = list(hits.values_list("pk", flat=True)[: HITS_MAX + 1])
    exact = Case(
        When(code__iexact=text.strip(), then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    people = (
        Participant.objects.filter(pk__in=some[:HITS_MAX])
        .select_related("area", "group")
        .annotate(exact=exact)
        .order_by(F("exact").desc(), "family_names", "given_names", "pk")[:limit]
    )
    return Found(list(people), more=len(some) > HITS_MAX or len(some) > limit)
