"""What was planted, for whoever tests how much of it is found: the product never reads it."""

from typing import Final

import numpy as np
import polars as pl

from ceiba.core.geometry import Integers
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.synth.absences import worked_all
from ceiba.synth.accounts import Accounts
from ceiba.synth.trees import counted
from ceiba.synth.world import Moment, World

FAULTS: Final = FrameSchema(
    "truth faults",
    (
        Column("kind", pl.String, meaning="what was planted"),
        Column("participant", pl.String, True, "whom it is about"),
        Column("other", pl.String, True, "the other participant of a pair"),
        Column("technician", pl.String, True, "who reported, or should have"),
        Column("plot", pl.String, True, "plot code"),
        Column("area", pl.String, True, "area code, of a list"),
        Column("month", pl.Date, True, "the month concerned; empty: all of them"),
        Column("note", pl.String, meaning="what exactly"),
    ),
)
PEOPLE: Final = FrameSchema(
    "truth people",
    (
        Column("participant", pl.String, meaning="participant code"),
        Column("person", pl.String, meaning="the real person: two participants may be one"),
    ),
    key=("participant",),
)
README: Final = """# The truth of this made-up country

Nobody in it exists. This folder tells what was planted; Ceiba never reads it.

- `faults.parquet`: one row a fault. `kind` is one of
  - `dead`: died on the date in `note` (`month` its month), and is reported on all the same;
  - `very_old`: 97 to 109 years old, never a proof of life;
  - `overlapping_plot`: `plot` lies wholly inside the plot of `other`;
  - `two_names`: `participant` is `other` under another name;
  - `copied_count`: the survival count of `month` is that of the group's first person, for everybody in it;
  - `regular_technician`: `technician` reports every task done, at the same hour and accuracy, every month;
  - `missing_evidence`: neither the visit nor the attendance of `month` ever arrives;
  - `working_absence`: an absence is attested for `month`, and the visit of that month says that all work was done;
  - `shared_account`: `participant` is paid to the account of `other`;
  - `wrong_check_digit`: the account of `participant` has a wrong digit, in payees/payee_accounts-faulty.parquet;
  - `missing_list`: the list of deaths of `area` for `month` never arrives.
- `people.parquet`: which participants are the same person.

Late records, corrections, short contracts, far homes, missed tasks, absences and drop-outs are not faults and are not
listed: they are what a programme looks like.
"""


def person_truth(world: World) -> pl.DataFrame:
    """The participants and the person each of them is."""
    person = np.arange(len(world.group))
    first, second = world.faults.two_names.T
    person[second] = first
    number = pl.Series(person + 1).cast(pl.String).str.zfill(7)
    return PEOPLE.check(pl.DataFrame({"participant": world.people.codes, "person": "H" + number}))


def lasting_faults(world: World) -> pl.DataFrame:
    """The faults chosen before the months."""
    faults, firsts = world.faults, world.firsts
    died = pl.Series(faults.died_on)
    arrives = pl.Series(np.minimum(faults.notice, len(firsts) - 1)).cast(pl.Int64)
    told = faults.notice < world.options.months
    notice = pl.Series(firsts[arrives.to_numpy()]).dt.strftime("notice in the drop of %Y-%m")
    notice = notice.zip_with(pl.Series(told), pl.Series(["no notice"]))
    inner, outer = faults.overlapping.T
    name, alias = faults.two_names.T
    state, month = faults.missing_lists.T
    return pl.concat(
        [
            _people(world, "dead", faults.dead, "died " + died.dt.to_string() + ", " + notice).with_columns(
                month=pl.Series(firsts[faults.died])
            ),
            _people(
                world,
                "very_old",
                faults.very_old,
                "born " + pl.Series(world.people.birth[faults.very_old]).dt.to_string(),
            ),
            _people(world, "overlapping_plot", inner, "inside the plot of the other").with_columns(
                other=world.people.codes.gather(outer), plot=world.people.plot_codes.gather(inner)
            ),
            _people(world, "two_names", alias, "the other under another name").with_columns(
                other=world.people.codes.gather(name)
            ),
            _rows("regular_technician", len(faults.regular_routes), "every visit perfect").with_columns(
                technician=world.groups.technicians["code"].gather(2 * faults.regular_routes)
            ),
            _rows("missing_list", len(state), "deaths").with_columns(
                area=pl.Series(world.states, dtype=pl.String).gather(state), month=pl.Series(firsts[month])
            ),
        ]
    )


def account_faults(accounts: Accounts) -> pl.DataFrame:
    """The faults of payee accounts."""
    shared, faulty = accounts.shared, accounts.faulty
    return pl.concat(
        [
            _rows("shared_account", shared.height, "paid to the account of the other").with_columns(
                participant=shared["participant"], other=shared["other"]
            ),
            _rows("wrong_check_digit", faulty.height, "in payee_accounts-faulty").with_columns(
                participant=faulty["participant"]
            ),
        ]
    )


def monthly_faults(world: World, now: Moment, lost: Integers) -> pl.DataFrame:
    """The faults of one month: evidence that never came, counts that were copied, absences of who worked."""
    rows = counted(world, now)
    working = np.setdiff1d(worked_all(world, now), lost)
    copied = rows[np.isin(world.group[rows], world.faults.copied_groups)]
    frames = (
        _people(world, kind, rows, note).with_columns(
            technician=world.productive.gather(rows), month=pl.lit(now.month.first_day)
        )
        for kind, rows, note in (
            ("missing_evidence", lost, "visit and attendance"),
            ("copied_count", copied, "survival"),
            ("working_absence", working, "absence and visit"),
        )
    )
    return pl.concat(frames)


def _people(world: World, kind: str, rows: Integers, note: str | pl.Series) -> pl.DataFrame:
    return _rows(kind, len(rows), note).with_columns(participant=world.people.codes.gather(rows))


def _rows(kind: str, count: int, note: str | pl.Series) -> pl.DataFrame:
    """Rows of `FAULTS` with nothing filled in but kind and note."""
    empty = FAULTS.empty().clear(count)
    return empty.with_columns(kind=pl.lit(kind), note=note if isinstance(note, pl.Series) else pl.lit(note))
