"""What of the money a user sees.

What is of a person's payment is seen by whoever sees that person's area. What is of nobody's payment (fees, whole
batches, strangers, balances, the files themselves) says something of everybody who is paid from the account, so it is
seen by those whose areas hold all countries of its programme (decision 0029).
"""

from typing import Final

from django.db.models import Q, QuerySet

from ceiba.accounts.selectors import Scope
from ceiba.ledger.models import BankAccount
from ceiba.reconciliation.models import OpenItem, OutcomeCount
from ceiba.rulebook.selectors import latest_version, programmes, rulebook_of, versions_of

TAKE_TASK: Final = "reconciliation.take"
_SENT: Final = "bank-"


def whole_programmes(scope: Scope) -> list[str]:
    """Codes of the programmes all of whose countries lie in the scope; none for a portfolio of people."""
    if scope.is_portfolio:
        return []
    return [code for code, countries in _countries().items() if all(map(scope.covers, countries))]


def bank_accounts_beside(scope: Scope) -> QuerySet[BankAccount]:
    """The accounts that people of the scope are paid from: of programmes in any country that it reaches into."""
    reached = {area.split("-")[0] for area in scope.areas}
    near = [code for code, countries in _countries().items() if reached & set(countries)]
    return BankAccount.objects.filter(programme__in=near).order_by("code")


def bank_accounts_in(scope: Scope) -> QuerySet[BankAccount]:
    """The accounts of which everything may be seen."""
    return BankAccount.objects.filter(programme__in=whole_programmes(scope)).order_by("code")


def sent_as(account: BankAccount) -> str:
    """What an upload of a file of this account is kept as (`registry.uploads`)."""
    return f"{_SENT}{account.pk}"


def bank_account_sent(scope: Scope, sheet: str) -> BankAccount | None:
    """The account that an upload is of, if all of it may be seen."""
    number = sheet.removeprefix(_SENT)
    return bank_accounts_in(scope).filter(pk=int(number)).first() if number.isdecimal() else None


def items_in(scope: Scope) -> QuerySet[OpenItem]:
    """The open items, and those that were, that may be seen."""
    of_nobody = Q(area_code="", bank_account__programme__in=whole_programmes(scope))
    found = OpenItem.objects.filter(scope.areas_q("area_code") | of_nobody)
    return found.select_related("bank_account", "owner", "participant")


def counts_in(scope: Scope) -> QuerySet[OutcomeCount]:
    """What payments came to, of the areas of the scope."""
    return OutcomeCount.objects.filter(scope.areas_q("area_code"))


def _countries() -> dict[str, tuple[str, ...]]:
    """The countries of every programme whose rulebook is published."""
    published = [each.pk for each in programmes() if versions_of(each.pk)]
    return {code: rulebook_of(latest_version(code)).countries for code in published}
