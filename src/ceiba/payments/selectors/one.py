"""One payment: the lines it pays, its attempts, and what moved in the ledger."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from ceiba.accounts.selectors import Scope
from ceiba.core.ledger import AccountKind
from ceiba.ledger.models import Transfer
from ceiba.ledger.selectors import transfers_of_claims
from ceiba.payments.models import Claim, Payment
from ceiba.payments.selectors.run_page import payments_in, shown_state


@dataclass(frozen=True, slots=True)
class Moved:
    """A transfer of a payment; its amount is negative where it goes back to the agreement's fund."""

    kind: str
    agreement: str
    component: str
    for_month: date | None
    amount_minor: int
    end: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OnePayment:
    """A payment with what led to it and what came of it."""

    payment: Payment
    claims: list[Claim]
    attempts: list[Payment]
    moved: list[Moved]

    @property
    def shown(self) -> str:
        """What it has come to, in the words of pages."""
        return shown_state(self.payment, self.payment.run)


def payment_in(scope: Scope, pk: UUID) -> Payment | None:
    """The payment, if its person is within the scope."""
    rows = payments_in(scope).select_related(
        "participant__area", "run__programme", "run__bank_account", "programme"
    )
    return rows.filter(pk=pk).first()


def payment_whole(payment: Payment) -> OnePayment:
    """Everything there is about a payment."""
    claims = list(payment.claims.order_by("for_month", "component"))
    attempts = Payment.objects.filter(
        participant=payment.participant_id, programme=payment.programme_id, month=payment.month
    )
    transfers = transfers_of_claims(payment.participant_id, payment.month, [claim.pk for claim in claims])
    return OnePayment(
        payment,
        claims,
        list(attempts.select_related("run").order_by("attempt")),
        [_moved(each) for each in transfers],
    )


def _moved(transfer: Transfer) -> Moved:
    from_fund = transfer.debit.kind == AccountKind.FUND
    fund = transfer.debit if from_fund else transfer.credit
    ended = getattr(transfer, "settlement", None)
    end = "posted" if not transfer.pending or (ended and ended.posted) else "voided" if ended else "pending"
    return Moved(
        transfer.kind,
        fund.subject,
        transfer.component or "",
        transfer.for_month,
        transfer.amount_minor if from_fund else -transfer.amount_minor,
        end,
        ended.settled_at if ended else transfer.booked_at,
    )
