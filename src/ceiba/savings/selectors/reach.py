"""Whose savings a user reaches."""

from django.db.models import QuerySet

from ceiba.accounts.selectors import Scope
from ceiba.core.ledger import AccountKind
from ceiba.ledger.models import Account
from ceiba.registry.selectors import participants_in
from ceiba.rulebook.models import Programme
from ceiba.rulebook.selectors import programmes, rulebook_of, versions_of


def reaches(programme: str, scope: Scope) -> bool:
    """Whether the whole programme lies within a scope: sums over all savers tell of nobody outside it."""
    published = versions_of(programme)[:1]
    return bool(published) and all(map(scope.covers, rulebook_of(published[0]).countries))


def programmes_reached(scope: Scope) -> list[Programme]:
    """The programmes that lie within a scope as a whole."""
    return [each for each in programmes() if reaches(each.code, scope)]


def savings_in(scope: Scope) -> QuerySet[Account]:
    """The savings accounts of the people a scope reaches."""
    people = participants_in(scope).values("pk")
    return Account.objects.filter(kind=AccountKind.SAVINGS, participant__in=people)


def savings_of(participant_id: int) -> list[Account]:
    """One person's savings accounts, one a programme and currency."""
    return list(Account.objects.filter(kind=AccountKind.SAVINGS, participant=participant_id).order_by("code"))
