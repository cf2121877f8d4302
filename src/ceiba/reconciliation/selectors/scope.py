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
    published = [each.pk for each in programmes() if versions_of(each.pk)]
    return [code for code in published if _covers(scope, code)]


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


def _covers(scope: Scope, programme: str) -> bool:
    return all(scope.covers(country) for country in rulebook_of(latest_version(programme)).countries)
