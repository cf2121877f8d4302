"""Makes a country: the register, the monthly drops of evidence, and the truth about both."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from ceiba.core.evidence import KINDS
from ceiba.core.geometry import Integers
from ceiba.core.register import SHEETS
from ceiba.synth.absences import absences
from ceiba.synth.accounts import Accounts, open_accounts
from ceiba.synth.checks import document_checks, land_checks, proofs_of_life
from ceiba.synth.faults import choose_faults
from ceiba.synth.groups import form_groups
from ceiba.synth.life import Days, live
from ceiba.synth.mail import FOLDER, Records, posted
from ceiba.synth.notices import deaths, list_receipts, sanctions
from ceiba.synth.options import SynthOptions
from ceiba.synth.output import Output, new_output
from ceiba.synth.people import settle
from ceiba.synth.sheets import documents_sheet, identity_expiry, officers_sheet, plots_sheet
from ceiba.synth.trees import planting, survival
from ceiba.synth.truth import README, account_faults, lasting_faults, monthly_faults, person_truth
from ceiba.synth.work import attendance, lost, visits
from ceiba.synth.world import Moment, World, gather_world, moment

__all__ = ["Summary", "SynthOptions", "generate"]

FORMAT: Final = 1  # of the folder's layout

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What was made: rows of each sheet, of each kind of evidence, faults of each kind, files."""

    register: dict[str, int]
    evidence: dict[str, int]
    faults: dict[str, int]
    files: int


def generate(options: SynthOptions, out: Path, progress: Progress) -> Summary:
    """Write the country of `options` into the new or empty folder `out`.

    `progress` is called with what is being made ("register", "evidence", "truth"), how much of it is done and
    how much there is. Raises CeibaError: synth.out_not_empty, synth.no_land.
    """
    output = new_output(out)
    progress("register", 0, len(SHEETS))
    world = _make_world(options)
    register = {}
    for done, (name, sheet) in enumerate(_sheets(world), start=1):
        output.frame(f"register/{name}.parquet", sheet)
        register[name] = sheet.height
        progress("register", done, len(SHEETS))
    accounts = _write_accounts(world, output)
    register["payee_accounts"] = accounts.sheet.height
    evidence, planted = _write_evidence(world, output, progress)
    progress("truth", 0, 1)
    faults = pl.concat([lasting_faults(world), account_faults(accounts), *planted])
    output.frame("truth/faults.parquet", faults)
    output.frame("truth/people.parquet", person_truth(world))
    output.text("truth/README.md", README)
    counts = dict(faults["kind"].value_counts().sort("kind").rows())
    totals = {"register": register, "evidence": evidence, "faults": counts}
    output.manifest(format=FORMAT, options=options.as_json(), rows=totals)
    progress("truth", 1, 1)
    return Summary(**totals, files=len(output.files))


def _make_world(options: SynthOptions) -> World:
    groups = form_groups(options)
    life = live(options, groups)
    faults = choose_faults(options, groups, life)
    people = settle(options, groups, life, faults)
    return gather_world(options, groups, life, faults, people)


def _sheets(world: World) -> Iterator[tuple[str, pl.DataFrame]]:
    """The sheets in the register's order of loading."""
    options, groups, life, people = world.options, world.groups, world.life, world.people
    yield "technicians", groups.technicians
    yield "groups", groups.sheet
    yield "participants", people.sheet(groups, life)
    yield "documents", documents_sheet(options, people, life)
    yield "officers", officers_sheet(options, groups, people, life)
    yield "plots", plots_sheet(options, people, life, world.faults)
    yield "enrolments", life.sheet(options.programme, people.codes)


def _write_accounts(world: World, output: Output) -> Accounts:
    """Where people are paid: beside the register, for its rows are proposals; what must be refused, apart."""
    accounts = open_accounts(world)
    output.frame("payees/payee_accounts.parquet", accounts.sheet)
    output.frame("payees/payee_accounts-faulty.parquet", accounts.faulty)
    return accounts


def _write_evidence(
    world: World, output: Output, progress: Progress
) -> tuple[dict[str, int], list[pl.DataFrame]]:
    """Rows written of each kind, and the faults planted month by month.

    What arrives after its month has closed waits in `pending` for the drop it belongs to.
    """
    months, expiry = world.options.months, identity_expiry(world.options, world.life)
    pending: dict[tuple[int, str], list[pl.DataFrame]] = {}
    counts, planted = dict.fromkeys(KINDS, 0), []
    for position in range(months):
        progress("evidence", position, months)
        now = moment(world, position)
        missing = lost(world, now)
        planted.append(monthly_faults(world, now, missing))
        for records in _records(world, now, missing, expiry):
            for (folder,), rows in posted(world, now, records).partition_by(FOLDER, as_dict=True).items():
                pending.setdefault((folder, records.kind), []).append(rows.drop(FOLDER))
        for kind in KINDS:
            if drop := pending.pop((position, kind), None):
                rows = KINDS[kind].schema.check(pl.concat(drop))
                output.frame(f"evidence/{now.month}/{kind}.parquet", rows)
                counts[kind] += rows.height
    progress("evidence", months, months)
    return counts, planted


def _records(world: World, now: Moment, missing: Integers, expiry: Days) -> Iterator[Records]:
    """Everything that is seen in a month, a kind at a time."""
    yield visits(world, now, missing)
    yield attendance(world, now, missing)
    yield planting(world, now)
    yield survival(world, now)
    yield land_checks(world, now)
    yield document_checks(world, now, expiry)
    yield proofs_of_life(world, now)
    yield deaths(world, now)
    yield sanctions(world, now)
    yield absences(world, now)
    yield list_receipts(world, now)
