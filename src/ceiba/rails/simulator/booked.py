"""What the simulated bank books for an order file, and what it says of it before."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from ceiba.rails.simulator.outcomes import REJECTIONS, RETURNS, Shares, draw, one_of, outcome
from ceiba.rails.simulator.received import Ordered, Received


@dataclass(frozen=True, slots=True)
class Booking:
    """One movement on the customer's account; `stated`: the statement has it, `noticed`: so has the notice."""

    reference: str
    day: date
    amount_minor: int
    credit: bool = False
    order: str | None = None
    reason: str | None = None
    text: str | None = None
    noticed: bool = True
    stated: bool = True
    arrives: bool = (
        False  # a credit of an order: of another account of the customer's, not one that comes back
    )


@dataclass(frozen=True, slots=True)
class Deposit:
    """Somebody's money for the customer, by the reference that the bank gives it."""

    reference: str
    amount_minor: int
    text: str = "DEPOSITO"


@dataclass(slots=True)
class Answer:
    """What came of a file: refused as a whole with a reason, or its rejected orders and its bookings.

    `arrivals` are bookings on other accounts of the customer's, by their number.
    """

    file: Received
    refusal: str | None = None
    rejected: list[tuple[Ordered, str]] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    arrivals: dict[str, list[Booking]] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the bank behaves. `fees` and `unknown_credits` are how many come with each file, `deposits` with the first;
    files that name no day of payment are paid on `day`.

    What is paid to one of `own_accounts` (numbers) is on a statement of that account, too.
    """

    seed: int = 1
    shares: Shares = field(default_factory=Shares)
    fees: int = 1
    fee_minor: int = 1500
    unknown_credits: int = 1
    returned_after_days: int = 5
    day: date = date(1970, 1, 1)
    deposits: tuple[Deposit, ...] = ()
    own_accounts: tuple[str, ...] = ()
    opening_minor: int | None = None  # on the account before; None: twice what is ordered


def answer(file: Received, behaviour: Behaviour, taken_before: bool) -> Answer:
    """What the bank makes of the file; a message id that it took before is refused (`DU01`), as banks do."""
    refusal = "DU01" if taken_before else file.refusal
    made = Answer(file, refusal)
    if refusal is not None:
        return made
    for order in file.orders:
        happens = outcome(behaviour.seed, order.end_to_end_id, behaviour.shares)
        made.outcomes[happens] = made.outcomes.get(happens, 0) + 1
        if happens == "rejected":
            reason = one_of(behaviour.seed, order.end_to_end_id, "reason", REJECTIONS)
            made.rejected.append((order, reason))
        elif happens != "silent":
            booked = _bookings(order, happens, file, behaviour)
            made.bookings.extend(booked)
            if order.to in behaviour.own_accounts:
                made.arrivals.setdefault(order.to, []).extend(_arrivals(booked))
    made.bookings.extend(_others(file, behaviour))
    return made


def _bookings(order: Ordered, happens: str, file: Received, behaviour: Behaviour) -> list[Booking]:
    seed, key = behaviour.seed, order.end_to_end_id
    reference = f"B{int(draw(seed, key, 'reference') * 10**15):015}"
    paid = Booking(reference, file.day, order.amount_minor, order=key)
    if happens == "wrong_amount":
        other = order.amount_minor + (1 if order.amount_minor == 1 else -max(1, order.amount_minor // 10))
        return [replace(paid, amount_minor=other)]
    if happens == "duplicate":
        return [paid, replace(paid, reference=f"{reference}D")]
    if happens == "unstated":
        return [replace(paid, stated=False)]
    if happens == "returned":
        late = file.day + timedelta(days=1 + int(draw(seed, key, "days") * behaviour.returned_after_days))
        reason = one_of(seed, key, "reason", RETURNS)
        return [paid, replace(paid, reference=f"{reference}R", day=late, credit=True, reason=reason)]
    return [paid]


def _arrivals(booked: list[Booking]) -> list[Booking]:
    """What left for another account of the customer's, as that account sees it; what came back left it again."""
    return [
        replace(
            each, reference=f"{each.reference}T", credit=not each.credit, arrives=not each.credit, reason=None
        )
        for each in booked
    ]


def _others(file: Received, behaviour: Behaviour) -> list[Booking]:
    """Fees, deposits, and credits that nobody at the customer's has heard of."""
    fees = [
        Booking(f"F{file.message}{n}", file.day, behaviour.fee_minor, text="COMISION POR DISPERSION")
        for n in range(behaviour.fees)
    ]
    credits = [
        Booking(
            f"C{file.message}{n}",
            file.day,
            1_000 + int(draw(behaviour.seed, file.message, f"credit {n}") * 1_000_000),
            credit=True,
            text="DEPOSITO SIN REFERENCIA",
        )
        for n in range(behaviour.unknown_credits)
    ]
    deposits = [
        Booking(each.reference, file.day, each.amount_minor, credit=True, text=each.text)
        for each in behaviour.deposits
    ]
    return [*fees, *deposits, *credits]
