"""What the simulated bank does with an order: drawn from the seed and the order's id, whatever the sequence."""

import hashlib
from dataclasses import dataclass, fields
from typing import Final

from ceiba.core.kernel.errors import CeibaError, Problem

REJECTIONS: Final = ("AC01", "AC04", "AC06", "BE01", "MS03")  # external codes of ISO 20022
RETURNS: Final = ("AC04", "AC06", "MD07", "MS03")


@dataclass(frozen=True, slots=True)
class Shares:
    """Of how many orders, from 0 to 1, each thing comes; the rest is paid and told as it should be.

    `rejected` with a reason; `returned` days after it was paid; `wrong_amount` paid with another amount; `duplicate`
    booked twice; `silent` accepted and never heard of; `unstated` told as booked and missing from the statement.
    """

    rejected: float = 0.02
    returned: float = 0.01
    wrong_amount: float = 0.002
    duplicate: float = 0.002
    silent: float = 0.005
    unstated: float = 0.005

    def __post_init__(self) -> None:
        shares = [getattr(self, share.name) for share in fields(self)]
        if any(not 0 <= share <= 1 for share in shares) or sum(shares) > 1 + 1e-9:
            raise CeibaError(Problem("simulator.shares", values={"total": f"{sum(shares):.3f}"}))


NOTHING_WRONG: Final = Shares(0, 0, 0, 0, 0, 0)
"""Every order is paid and told as it should be."""


def draw(seed: int, order: str, what: str) -> float:
    """A number from 0 up to 1, the same for the same arguments."""
    digest = hashlib.sha256(f"{seed}/{order}/{what}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / (1 << 56)


def outcome(seed: int, order: str, shares: Shares) -> str:
    """The name of a share, or `paid`."""
    left = draw(seed, order, "outcome")
    for share in fields(shares):
        left -= getattr(shares, share.name)
        if left < 0:
            return share.name
    return "paid"


def one_of(seed: int, order: str, what: str, choices: tuple[str, ...]) -> str:
    """One of `choices`."""
    return choices[int(draw(seed, order, what) * len(choices))]
