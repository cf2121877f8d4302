"""What each payment has come to, from all that banks said of it; and what money did that nobody explains.

It is a function of the set of entries: their order, their repetition and the files they came in change nothing.
A *notice* (not booked) is what a bank says of a payment; a *booking* is money that moved on our account. Bookings
are added up, never chosen between, so that each of their cents is in one payment's outcome or in one open item.

A booking of a whole batch (or message) pays its payments that were not rejected and not booked by themselves, when
it is enough for all of them; else those that notices list, when it is enough for those; else nobody, for nobody knows
whom. What it says beyond them is an open item.
"""

from datetime import date
from enum import StrEnum
from typing import Final

import polars as pl

from ceiba.core.banking import ENTRIES, Said
from ceiba.core.kernel.frames import Column, FrameSchema


class Outcome(StrEnum):
    """What a payment has come to."""

    AWAITED = "awaited"  # no answer yet, and its day has not passed
    ACCEPTED = "accepted"  # the bank took it in
    REJECTED = "rejected"
    PAID = "paid"
    RETURNED = "returned"
    WRONG_AMOUNT = "wrong_amount"  # the bank moved more or less than was ordered
    DUPLICATE = "duplicate"  # booked more than once, and more than was ordered
    UNKNOWN = "unknown"  # no final answer past its day: it may have been paid
    MISSING = "missing"  # said to be paid or booked, or of a batch that was; and not on the statement
    CONTRADICTION = "contradiction"  # the bank says things that cannot both be


class Kind(StrEnum):
    """What is open about an item."""

    EXCESS = "excess"  # more left for a payment than was ordered
    SHORT = "short"  # less left for it than was ordered
    OVER_RETURNED = "over_returned"  # more came back for it than had left
    BATCH = "batch"  # a booking of a batch says more than its payments explain
    STRANGER = "stranger"  # names a payment, batch or message that we never ordered
    OTHER = "other"  # names nothing of ours: fees, interest, deposits that nobody recorded
    CURRENCY = "currency"  # of a payment, in another currency than was ordered
    CHANGED = "changed"  # the bank says under one identity two different things
    UNKNOWN = "unknown"
    MISSING = "missing"
    CONTRADICTION = "contradiction"
    BALANCE = "balance"  # what the bank says there is, and what the ledger says, differ
    DIFFERS = "differs"  # a deposit or move that was recorded came with another amount (`expected`)
    UNSEEN = "unseen"  # a deposit or move was recorded, and no statement shows it (`expected`)


class Direction(StrEnum):
    """Whether an open item moved money on our account."""

    OUT = "out"
    IN = "in"
    NONE = "none"  # nothing moved that is not in a payment's outcome


TOLD: Final = ENTRIES.extended(
    "bank entries to match",
    (
        Column(
            "stated", pl.Boolean, meaning="told by a statement of the account, which leaves out no movement"
        ),
    ),
)

PAYMENTS: Final = FrameSchema(
    "payments to match",
    (
        Column("end_to_end_id", pl.String),
        Column("amount_minor", pl.Int64, meaning="> 0"),
        Column("currency", pl.String),
        Column("message", pl.String, nullable=True),
        Column("batch", pl.String, nullable=True),
        Column("sent_on", pl.Date, nullable=True, meaning="null: never given to a bank"),
        Column("answer_due_on", pl.Date, nullable=True, meaning="the last day on which silence is no matter"),
        Column(
            "let_go", pl.Boolean, meaning="given up as rejected or returned: something else may have paid it"
        ),
    ),
    key=("end_to_end_id",),
)

PAYMENT_OUTCOMES: Final = FrameSchema(
    "outcomes of payments",
    (
        Column("end_to_end_id", pl.String),
        Column("outcome", pl.String, meaning="`Outcome`"),
        Column("reason", pl.String, nullable=True, meaning="of a rejection or return; several with commas"),
        Column("late", pl.Boolean, meaning="returned after its day"),
        Column("left_minor", pl.Int64, meaning="booked out for it, but for what is in an open item"),
        Column("back_minor", pl.Int64, meaning="booked in for it, but for what is in an open item"),
        Column(
            "left_on",
            pl.Date,
            nullable=True,
            meaning="the first day on which the bank booked or told it paid",
        ),
        Column("back_on", pl.Date, nullable=True, meaning="the last day on which it booked or told a return"),
    ),
    key=("end_to_end_id",),
)

OPEN_ITEMS: Final = FrameSchema(
    "open items",
    (
        Column("key", pl.String, meaning="the same whenever it is found again; the amount may have grown"),
        Column("kind", pl.String, meaning="`Kind`"),
        Column("direction", pl.String, meaning="`Direction`"),
        Column("amount_minor", pl.Int64, meaning="> 0, or 0 where the bank names no amount"),
        Column("currency", pl.String, nullable=True),
        Column("end_to_end_id", pl.String, nullable=True),
        Column("message", pl.String, nullable=True),
        Column("batch", pl.String, nullable=True),
        Column("entry", pl.String, nullable=True, meaning="the bank entry it rests on, where it is one"),
        Column("own_account", pl.String, nullable=True),
        Column("booked_on", pl.Date, nullable=True),
        Column("reference", pl.String, nullable=True, meaning="the bank's own, where it is of one entry"),
    ),
    key=("key",),
)

_DIRECTION: Final = pl.when("credit").then(pl.lit(Direction.IN.value)).otherwise(pl.lit(Direction.OUT.value))
# External codes of ISO 20022: the message, the batch, the order, its ids or the payment is there already. Of a single
# order (`AM05`) too: the bank has one like it, ours that came before or another that it takes for the same, and says
# nothing of how that one ended. So the order is unknown, never rejected: its lines could be paid a second time.
SECOND_COPY: Final = ("AM05", "DU01", "DU02", "DU03", "DU04", "DU05", "DUPL")
_FINAL: Final = (Said.REJECTED, Said.PAID, Said.RETURNED, Said.OTHER)
_LEVELS: Final = ("batch", "message")
_FLAGS: Final = ("accepted", "rejected", "paid", "returned")
_SUBSTANCE: Final = ("said", "credit", "target", "amount_minor", "currency")
_SET_ASIDE: Final = pl.col("booked") & pl.col("changed")
_NO: Final = pl.lit(value=False)
_SAID: Final = pl.col("said")
_NOTICE: Final = ~pl.col("booked")
_OUT: Final = pl.col("booked") & (_SAID == Said.PAID)
_IN: Final = pl.col("booked") & (_SAID == Said.RETURNED)
_SUMS: Final = (
    _SAID.is_in([Said.ACCEPTED, Said.PENDING]).any().alias("accepted"),
    (_SAID == Said.REJECTED).any().alias("rejected"),
    (_NOTICE & (_SAID == Said.PAID)).any().alias("paid"),
    (_NOTICE & (_SAID == Said.RETURNED)).any().alias("returned"),
    pl.col("amount_minor").filter(_OUT).sum().alias("left"),
    pl.col("amount_minor").filter(_IN).sum().alias("came"),
    _OUT.sum().alias("bookings"),
    (_OUT & pl.col("stated")).any().alias("stated"),
    pl.col("amount_minor").filter(_NOTICE & (_SAID == Said.PAID)).max().alias("told_minor"),
    pl.col("booked_on").filter(_SAID == Said.PAID).min().alias("left_on"),
    pl.col("booked_on").filter(_SAID == Said.RETURNED).max().alias("came_on"),
)


def outcomes(
    payments: pl.DataFrame, entries: pl.DataFrame, *, today: date, stated_until: date | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What each of `PAYMENTS` has come to (`PAYMENT_OUTCOMES`), and what is open (`OPEN_ITEMS`), sorted by key.

    `entries` (`TOLD`) are all that was ever received about these payments, their batches and messages, and any
    that name none of them. `stated_until` is the last day whose statements have been read: what a bank said was
    paid or booked by then, and no statement shows, is missing.
    """
    ordered = PAYMENTS.check(payments).with_row_index("payment")
    told = _placed(_told(TOLD.check(entries)), ordered)
    state = _by_payment(ordered, told)
    items = [_loose(told), _changed(told)]
    for level in _LEVELS:
        state, beyond = _by_group(state, told, level)
        items += beyond
    decided = _decided(state, today, stated_until)
    items += _of_payments(decided)
    found = pl.concat([OPEN_ITEMS.check(as_items(item)) for item in items])
    results = decided.select(PAYMENT_OUTCOMES.names).sort(PAYMENT_OUTCOMES.key)
    return PAYMENT_OUTCOMES.check(results), found.sort(OPEN_ITEMS.key)


def _told(entries: pl.DataFrame) -> pl.DataFrame:
    """Each thing said, once, with its `target` and `changed`: it is one of several that cannot all be true.

    A notice may be said again as a booking under the same identity, and a status goes on from accepted to paid. What
    differs beside the substance (a text, a day) is folded into the first in order of its values.
    """
    once = entries.group_by(ENTRIES.names).agg(pl.col("stated").any())
    # A second copy that was refused says nothing of the first, which the bank has.
    is_copy = (_SAID == Said.REJECTED) & ~pl.col("booked") & pl.col("reason").is_in(SECOND_COPY)
    rows = once.with_columns(
        said=pl.when(is_copy).then(pl.lit(Said.PENDING.value)).otherwise("said")
    ).with_columns(
        credit=(_SAID == Said.RETURNED) | (pl.col("credit") & (_SAID != Said.PAID)),
        target=pl.coalesce("end_to_end_id", "batch", "message"),
        booked=pl.col("booked") & pl.col("amount_minor").is_not_null(),
        changed=_NO,
    )
    again = pl.col("entry").is_duplicated()
    repeated = rows.filter(again)
    if not repeated.height:
        return rows
    is_final = pl.col("booked") | _SAID.is_in(_FINAL)
    folded = _first(repeated, ["entry", "booked", *_SUBSTANCE], *sorted(repeated.columns)).with_columns(
        changed=is_final & (is_final.sum().over("entry", "booked") > 1)
    )
    return pl.concat([rows.filter(~again), folded])


def _placed(told: pl.DataFrame, ordered: pl.DataFrame) -> pl.DataFrame:
    """What was said, with the `payment` it is of, the currency `ordered` for its target, and whether it `counts`.

    A booking that two files tell under one reference of the bank is one booking.
    """
    ours = [ordered.select("payment", target="end_to_end_id", level=pl.lit("payment"), ordered="currency")]
    for level in _LEVELS:
        groups = ordered.filter(pl.col(level).is_not_null()).group_by(target=level)
        ours.append(groups.agg(ordered=pl.col("currency").min()).with_columns(level=pl.lit(level)))
    of_payment, of_batch = pl.col("end_to_end_id").is_not_null(), pl.col("batch").is_not_null()
    by_level = pl.when(of_payment).then(pl.lit("payment")).when(of_batch).then(pl.lit("batch"))
    placed = told.with_columns(level=by_level.otherwise(pl.lit("message"))).join(
        pl.concat(ours, how="diagonal"), on=["target", "level"], how="left"
    )
    about = pl.when("booked").then(_SAID.is_in([Said.PAID, Said.RETURNED])).otherwise(_SAID != Said.OTHER)
    is_ours = pl.col("ordered").is_not_null() & about
    same = pl.col("currency").is_null() | (pl.col("currency") == pl.col("ordered"))
    placed = placed.with_columns(counts=is_ours & same, movement=pl.coalesce("reference", "entry"))
    moved = pl.col("booked") & pl.col("counts") & ~pl.col("changed")
    once = _first(placed.filter(moved), ["level", "target", "credit", "amount_minor", "movement"], "entry")
    return pl.concat([placed.filter(~moved), once])


def _by_payment(ordered: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """`ordered`, with what was said of each payment by itself: flags, sums of its bookings, days and reasons."""
    own = told.filter(pl.col("payment").is_not_null())
    contested = own.filter(_SET_ASIDE).select("payment", contested=pl.lit(value=True)).unique()
    counted = own.filter(pl.col("counts") & ~_SET_ASIDE)
    state = ordered
    for part in (counted.group_by("payment").agg(_SUMS), _reasons(counted, "payment"), contested):
        state = state.join(part, on="payment", how="left")
    return state.with_columns(
        pl.col(*_FLAGS, "contested", "stated").fill_null(value=False),
        pl.col("left", "came", "bookings").fill_null(0),
        listed=pl.col("paid").fill_null(value=False),
        absent=_NO,
    )


def _by_group(state: pl.DataFrame, told: pl.DataFrame, level: str) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """`state` with what was said of whole groups (batches or messages), and the open items of their bookings."""
    rows = told.filter(pl.col("counts") & (pl.col("level") == level) & ~_SET_ASIDE)
    if not rows.height:
        return state, []
    rows = rows.with_columns(pl.col("target").alias(level))
    groups = rows.group_by(level).agg(_SUMS).join(_reasons(rows, level), on=level, how="left")
    groups = groups.rename({name: f"g_{name}" for name in groups.columns if name != level})
    joined = state.join(groups, on=level, how="left").with_columns(pl.col("g_left", "g_came").fill_null(0))
    covered = _returned_with(_paid_with(joined, level), level)
    beyond = [
        covered.filter(pl.col(f"g_{sum_}") > 0)
        .group_by(level)
        .agg(
            pl.first("currency", f"g_{sum_}_on", *([] if level == "message" else ["message"])),
            amount_minor=pl.first(f"g_{sum_}") - pl.sum(f"by_{sum_}"),
        )
        .filter(pl.col("amount_minor") > 0)
        .with_columns(
            key=pl.concat_str(pl.lit(f"{level}_{direction}:"), level),
            kind=pl.lit(Kind.BATCH.value),
            direction=pl.lit(direction.value),
            booked_on=f"g_{sum_}_on",
        )
        for sum_, direction in (("left", Direction.OUT), ("came", Direction.IN))
    ]
    flags = {name: pl.col(name) | pl.col(f"g_{name}").fill_null(value=False) for name in _FLAGS}
    dated = {
        "left_on": pl.coalesce("left_on", "g_left_on"),
        "came_on": pl.coalesce("came_on", "g_came_on"),
        "reason": pl.coalesce("reason", "g_reason"),
    }
    return covered.with_columns(**flags, **dated).select(state.columns), beyond


def _paid_with(state: pl.DataFrame, level: str) -> pl.DataFrame:
    """The payments that a booking of their group pays have `left`; `by_left` is how much of it each explains.

    Rejected ones are paid with it only where money came back for them, and the booking is enough for them, too.
    """
    out, amount = pl.col("g_left"), pl.col("amount_minor")
    by_none = pl.col("bookings") == 0
    free = by_none & ~pl.col("rejected")
    thrown_back = by_none & pl.col("rejected") & (pl.col("came") > 0)

    def total(which: pl.Expr) -> pl.Expr:
        return amount.filter(which).sum().over(level)

    listed = free & pl.col("listed")
    sums = state.with_columns(
        free=free,
        _free=total(free),
        _listed=total(listed),
        _back=total(thrown_back),
    )
    enough = pl.col("_free") <= out
    some = ~enough & (pl.col("_listed") > 0) & (pl.col("_listed") <= out)
    spent = pl.when(enough).then("_free").when(some).then("_listed").otherwise(0)
    pays = (out > 0) & ((free & enough) | (listed & some) | (thrown_back & (spent + pl.col("_back") <= out)))
    return sums.with_columns(pays=pays).with_columns(
        absent=pl.col("absent") | (out > 0) & pl.col("free") & ~pl.col("pays"),
        by_left=pl.when("pays").then(amount).otherwise(0),
        left=pl.when("pays").then(amount).otherwise("left"),
        stated=pl.when("pays").then("g_stated").otherwise("stated"),
        bookings=pl.when("pays").then(pl.lit(1, state.schema["bookings"])).otherwise("bookings"),
    )


def _returned_with(state: pl.DataFrame, level: str) -> pl.DataFrame:
    """The payments that a return of their group brought back have `came`, when it is enough for all that left."""
    gone = (pl.col("left") > 0) & (pl.col("came") == 0)
    total = pl.col("left").filter(gone).sum().over(level)
    back = gone & (pl.col("g_came") > 0) & (total <= pl.col("g_came"))
    return state.with_columns(by_came=pl.when(back).then("left").otherwise(0)).with_columns(
        came=pl.col("came") + pl.col("by_came")
    )


def _decided(state: pl.DataFrame, today: date, stated_until: date | None) -> pl.DataFrame:
    """The outcome of each payment; `open_out` and `open_in` are what its bookings say beyond it."""
    amount, left, came = pl.col("amount_minor"), pl.col("left"), pl.col("came")
    is_stated = (
        _NO if stated_until is None else (pl.col("answer_due_on") <= stated_until).fill_null(value=False)
    )
    net = left - came
    is_paid = pl.col("paid") | (left > 0)
    is_back = pl.col("returned") | (came > 0)
    is_silent = (pl.col("answer_due_on") < today).fill_null(value=False)
    unstated = _NO
    if stated_until is not None:
        unstated = (
            ~pl.col("stated") & (came == 0) & (pl.col("left_on") <= stated_until).fill_null(value=False)
        )
    odd = pl.col("told_minor").is_not_null() & (pl.col("told_minor") != amount)
    cases: list[tuple[pl.Expr, Outcome]] = [
        (pl.col("contested") | (is_paid & pl.col("sent_on").is_null()), Outcome.CONTRADICTION),
        (pl.col("let_go") & (net > 0), Outcome.CONTRADICTION),
        (pl.col("rejected") & is_paid & ~is_back, Outcome.CONTRADICTION),
        (pl.col("rejected") & ~is_paid & (came == 0), Outcome.REJECTED),
        ((net > amount) & (pl.col("bookings") > 1), Outcome.DUPLICATE),
        (net > amount, Outcome.WRONG_AMOUNT),
        ((came > 0) & (net == amount), Outcome.PAID),  # what came back was the second booking
        (is_back & ((came == 0) | (net <= 0)), Outcome.RETURNED),
        ((net > 0) & (net < amount), Outcome.WRONG_AMOUNT),
        (unstated & (net == amount), Outcome.MISSING),
        (net == amount, Outcome.PAID),
        (pl.col("absent") | (pl.col("paid") & is_stated), Outcome.MISSING),
        (pl.col("paid") & odd, Outcome.WRONG_AMOUNT),
        (pl.col("paid"), Outcome.PAID),
        (is_silent, Outcome.UNKNOWN),
        (pl.col("accepted"), Outcome.ACCEPTED),
    ]
    open_out = (net - amount).clip(lower_bound=0)
    open_in = (came - pl.max_horizontal(left, amount)).clip(lower_bound=0)
    unbooked = (
        _NO
        if stated_until is None
        else ((left > 0) & (came == 0) & (pl.col("came_on") < stated_until))
        | ((left == 0) & (came > 0) & is_stated)
    )
    return state.with_columns(
        outcome=pl.coalesce(
            *(pl.when(case).then(pl.lit(outcome.value)) for case, outcome in cases),
            pl.lit(Outcome.AWAITED.value),
        ),
        open_out=open_out,
        open_in=open_in,
        net=net,
        left_minor=left - open_out,
        back_minor=came - open_in,
        back_on="came_on",
    ).with_columns(
        late=(
            (pl.col("outcome") == Outcome.RETURNED) & (pl.col("came_on") > pl.col("answer_due_on"))
        ).fill_null(value=False),
        unbooked=((pl.col("outcome") == Outcome.RETURNED) & unbooked).fill_null(value=False),
    )


def _of_payments(decided: pl.DataFrame) -> list[pl.DataFrame]:
    """The open items of payments: what their bookings say beyond them, and what a person must ask the bank."""
    outcome, amount = pl.col("outcome"), pl.col("amount_minor")
    off = (
        pl.when(pl.col("left") > 0)
        .then(amount - pl.col("net"))
        .otherwise((amount - pl.col("told_minor")).abs())
    )
    is_off = (outcome == Outcome.WRONG_AMOUNT) & ((pl.col("left") == 0) | (pl.col("net") < amount))
    kinds = (
        (Kind.EXCESS, Direction.OUT, pl.col("open_out") > 0, pl.col("open_out"), "left_on"),
        (Kind.OVER_RETURNED, Direction.IN, pl.col("open_in") > 0, pl.col("open_in"), "came_on"),
        (Kind.SHORT, Direction.NONE, is_off, off, "left_on"),
        (Kind.UNKNOWN, Direction.NONE, outcome == Outcome.UNKNOWN, amount, "answer_due_on"),
        (
            Kind.MISSING,
            Direction.NONE,
            (outcome == Outcome.MISSING) | pl.col("unbooked"),
            amount,
            "answer_due_on",
        ),
        (Kind.CONTRADICTION, Direction.NONE, outcome == Outcome.CONTRADICTION, amount, "left_on"),
    )
    return [
        decided.filter(which).select(
            "end_to_end_id",
            "message",
            "batch",
            "currency",
            key=pl.concat_str(pl.lit(f"{kind}:"), "end_to_end_id"),
            kind=pl.lit(kind.value),
            direction=pl.lit(direction.value),
            amount_minor=minor,
            booked_on=day,
        )
        for kind, direction, which, minor, day in kinds
    ]


def _loose(told: pl.DataFrame) -> pl.DataFrame:
    """Bookings that are of none of our payments, each an open item."""
    names_us = pl.col("ordered").is_not_null()
    kind = (
        pl.when(~_SAID.is_in([Said.PAID, Said.RETURNED]) | pl.col("target").is_null())
        .then(pl.lit(Kind.OTHER.value))
        .when(names_us)
        .then(pl.lit(Kind.CURRENCY.value))
        .otherwise(pl.lit(Kind.STRANGER.value))
    )
    return told.filter(pl.col("booked") & ~pl.col("changed") & ~pl.col("counts")).with_columns(
        key=pl.concat_str(pl.lit("entry:"), "entry"), kind=kind, direction=_DIRECTION
    )


def _changed(told: pl.DataFrame) -> pl.DataFrame:
    """What the bank said under one identity in several ways: one open item, of the largest amount."""
    direction = pl.when("booked").then(_DIRECTION).otherwise(pl.lit(Direction.NONE.value))
    return (
        told.filter("changed")
        .with_columns(
            key=pl.concat_str(pl.lit("changed:"), "entry"),
            kind=pl.lit(Kind.CHANGED.value),
            direction=direction,
        )
        .sort("booked", "amount_minor", *sorted(told.columns), descending=[True, True] + [False] * told.width)
        .unique("key", keep="first", maintain_order=True)
    )


def _reasons(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """Why payments or groups were rejected or returned: all distinct codes, in order."""
    is_why = _SAID.is_in([Said.REJECTED, Said.RETURNED]) & pl.col("reason").is_not_null()
    distinct = rows.filter(is_why).select(by, "reason").unique().sort("reason")
    return distinct.group_by(by).agg(pl.col("reason").sort().str.join(", "))


def _first(rows: pl.DataFrame, by: list[str], *order: str) -> pl.DataFrame:
    """One row of each `by`: the first in an `order` that tells all rows apart."""
    if rows.unique(by, keep="any").height == rows.height:
        return rows
    anywhere = rows.with_columns(pl.col("stated").any().over(by))
    return anywhere.sort(order).unique(by, keep="first", maintain_order=True)


def as_items(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that have some of the columns of `OPEN_ITEMS`, with the others empty."""
    lacking = {
        name: pl.lit(None, dtype) for name, dtype in OPEN_ITEMS.dtypes.items() if name not in rows.columns
    }
    return rows.with_columns(**lacking).select(
        pl.col(name).fill_null(0) if name == "amount_minor" else pl.col(name) for name in OPEN_ITEMS.names
    )
