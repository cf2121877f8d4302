"""A small programme for tests: areas, people, plots, evidence, months decided by the real rules.

Everything is drawn from the number of the person and of the month, so a test can say who must have been refused.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import shapely

from ceiba.accounts.models import AreaScope, Role, User
from ceiba.core.determinations import CompiledRules, compile_rules, decide
from ceiba.core.facts import MONTH_FACTS
from ceiba.core.kernel.month import Month
from ceiba.core.rules.reading import read_rulebook
from ceiba.determinations.models import Determination, Seal
from ceiba.determinations.services import determinations_store
from ceiba.evidence.models import Drop, Evidence
from ceiba.evidence.selectors import canonical_text
from ceiba.facts.models import MonthFacts
from ceiba.frames.postgres import copy_frame
from ceiba.geodata.areas import areas
from ceiba.payments.models import PaymentLine
from ceiba.registry.models import (
    Area,
    Document,
    Enrolment,
    EnrolmentSpan,
    Group,
    Participant,
    Plot,
    Technician,
)
from ceiba.rulebook.models import Programme, RulebookVersion
from ceiba.rulebook.selectors import rulebook_of
from ceiba.runs.models import Run, RunState
from ceiba.service_record.services import records_extend

CODE = "ca"
FOLDER = Path(__file__).parents[1] / "programmes" / CODE
LAST = Month(2026, 10)
NAMES = ("Ana", "Juan", "María", "Pedro", "Lucía", "Tomás", "Rosa", "Mateo", "Elena", "Diego")
FAMILIES = (
    "Pérez López",
    "Gómez Ruiz",
    "Hernández Díaz",
    "Ixcoy Tum",
    "Ramírez Cux",
    "Mejía Paz",
    "Núñez Ávila",
)
AREAS = ("GT-13", "GT-14", "HN")  # with all below them, and Guatemala
HOMES = ("GT-1301", "GT-1304", "GT-1406", "HN-LE")


@dataclass
class World:
    """What a test finds made."""

    programme: Programme
    version: RulebookVersion
    people: list[Participant]
    technicians: list[Technician]
    runs: list[Run] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)

    @property
    def month(self) -> date:
        """The last month decided."""
        return self.runs[-1].month

    def people_in(self, area: str) -> list[Participant]:
        """The people whose municipality lies in `area`."""
        return [person for person in self.people if person.area_id.startswith(area)]

    def refused(self) -> Participant:
        """Somebody refused in the last month, for a sanction in force."""
        row = Determination.objects.filter(month=self.month, outcome="refuse").order_by("participant_id")[0]
        return next(person for person in self.people if person.pk == row.participant_id)


def world(people: int = 40, months: int = 2, last: Month = LAST) -> World:
    """A programme with `people` in four municipalities and `months` decided up to `last`."""
    areas_make()
    made = World(*programme_make(), people=[], technicians=technicians_make())
    made.people = people_make(made, people)
    drop = Drop.objects.create(
        kind="visit",
        file_name="visitas.csv",
        sha256="0" * 64,
        size_bytes=1,
        rows=1,
        accepted=1,
        taken_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    for step in range(months - 1, -1, -1):
        made.runs.append(month_decide(made, last + -step, drop))
    return made


def areas_make() -> None:
    """Huehuetenango and Quiché with their municipalities, Honduras with its departments, as shipped."""
    wanted = areas().filter(
        (pl.col("code") == "GT") | pl.any_horizontal(pl.col("code").str.starts_with(a) for a in AREAS)
    )
    Area.objects.bulk_create(
        Area(
            code=row["code"], parent_id=row["parent"], level=row["level"], name=row["name"],
            marginalisation=row["marginalisation"], geometry=row["geometry"], lon=row["lon"], lat=row["lat"],
            bounds=[row["minx"], row["miny"], row["maxx"], row["maxy"]],
        )
        for row in wanted.sort(pl.col("code").str.len_chars(), "code").iter_rows(named=True)
    )  # fmt: skip


def programme_make() -> tuple[Programme, RulebookVersion]:
    """The programme with its rulebook published."""
    files = {path.name: path.read_text() for path in sorted(FOLDER.glob("*.toml"))}
    book = read_rulebook({name: text.encode() for name, text in files.items()})
    programme = Programme.objects.create(code=CODE, currency=book.currency, name=dict(book.name))
    version = RulebookVersion.objects.create(
        programme=programme, digest=book.digest, files=files, published_at=datetime(2024, 1, 2, tzinfo=UTC)
    )
    return programme, version


def technicians_make() -> list[Technician]:
    """A pair of technicians a municipality."""
    return [
        Technician.objects.create(
            code=f"T-{kind[0].upper()}-{home}", name=f"Técnica {home}", kind=kind, area_id=home
        )
        for home in HOMES
        for kind in ("productive", "social")
    ]


def people_make(made: World, count: int) -> list[Participant]:
    """Active people in groups of up to ten, each with a plot, an enrolment and documents."""
    people = []
    for index in range(count):
        home = HOMES[index % len(HOMES)]
        group, _ = Group.objects.get_or_create(
            code=f"CAC-{home}-{index // (10 * len(HOMES))}",
            defaults={
                "name": f"CAC La Esperanza {home}-{index // 40}", "area_id": home,
                "technician_productive": _technician(made, home, "productive"),
                "technician_social": _technician(made, home, "social"),
            },
        )  # fmt: skip
        given, family = NAMES[index % len(NAMES)], FAMILIES[index % len(FAMILIES)]
        person = Participant.objects.create(
            code=f"CA-{index:06d}", given_names=given, family_names=family, birth_date=date(1980, 5, 1 + index % 28),
            sex="F" if index % 3 else "M", language="es", phone="5555-0000", area_id=home, group=group,
            home_lon=-91.5, home_lat=15.3, search_text=_plain(f"{given} {family} CA-{index:06d}"),
        )  # fmt: skip
        people.append(person)
        _plot_make(person, index)
        _enrolment_make(person, made.programme)
        Document.objects.create(
            participant=person, document="identity_document", held=index % 11 != 3, seen_on=date(2024, 3, 1)
        )
    return people


def month_decide(made: World, month: Month, drop: Drop) -> Run:
    """Facts, evidence, determinations, counts, lines and records of a month, by the real rules."""
    day = month.first_day
    closed = datetime((month + 1).year, (month + 1).month, 5, tzinfo=UTC)
    run = Run.objects.create(
        programme=made.programme, month=day, rulebook=made.version, state=RunState.SEALED,
        cutoff=closed, started_at=closed, sealed_at=closed,
    )  # fmt: skip
    digests = {"result": "5e" * 32}
    Seal.objects.create(run=run, folder=f"sealed/{CODE}/{month}", digests=digests, sealed_at=run.sealed_at)
    facts = pl.DataFrame(
        [_facts(made, i, person, month) for i, person in enumerate(made.people)], MONTH_FACTS.dtypes
    )
    rules = rules_of(made, month)
    result = decide(facts, rules)
    facts_store(run, facts, 0)
    _evidence_make(made, facts, month, drop)
    determinations_store(
        run_id=run.pk, programme=CODE, month=day, places=facts.select("participant_id", "area"), result=result
    )
    _lines_make(run, result)
    decided = result.select("participant_id", pl.lit(day).alias("month"), pl.col("outcome").cast(pl.String))
    records_extend(programme=CODE, month=month, decided=decided)
    return run


def late_decide(
    made: World, person: Participant, month: date, changed: dict[str, Any], cause: Evidence
) -> None:
    """Late evidence: decide `month` of `person` again in the last run, with `changed` facts."""
    run = made.runs[-1]
    facts = pl.DataFrame(
        [_facts(made, made.people.index(person), person, Month.of(month)) | changed], MONTH_FACTS.dtypes
    )
    result = decide(facts, rules_of(made, Month.of(month))).row(0, named=True)
    facts_store(run, facts, 1, month)
    Determination.objects.create(
        programme=made.programme, month=month, participant=person, revision=1, run=run, decided_in=run.month,
        area_code=person.area_id, outcome=result["outcome"], amount_minor=result["amount_minor"],
        amounts={n.removeprefix("amount_"): v for n, v in result.items() if n == "amount_support"}
        if result["outcome"] == "pay" else {},
        failed=result["failed"], unknown=result["unknown"], causes=[cause.pk],
    )  # fmt: skip


def rules_of(made: World, month: Month) -> CompiledRules:
    """The rules of the programme in a month."""
    return compile_rules(rulebook_of(made.version).at(month))


def facts_store(run: Run, facts: pl.DataFrame, revision: int, month: date | None = None) -> None:
    """Write facts as the facts app does."""
    frame = facts.with_columns(
        programme_id=pl.lit(CODE),
        month=pl.lit(month or run.month),
        revision=pl.lit(revision),
        run_id=pl.lit(run.pk),
    ).rename({"area": "area_code", "group": "group_code"})
    copy_frame(frame, MonthFacts._meta.db_table)


def users_make(made: World) -> dict[str, User]:
    """One user a role: all of Guatemala, but for the technician (Cuilco's group) and the participant (person 0)."""
    codes = {Role.TECHNICIAN: "T-P-GT-1304", Role.PARTICIPANT: made.people[0].code}
    for role in Role:
        made.users[role] = user_make(
            role, role, areas=() if role in codes else ("GT",), code=codes.get(role, "")
        )
    return made.users


def user_make(
    username: str, role: str, areas: Iterable[str] = ("GT",), code: str = "", password: str = ""
) -> User:
    """A user; without a password unless one is given (hashing costs)."""
    user = User(username=username, role=role, code=code)
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.save()
    AreaScope.objects.bulk_create(AreaScope(user=user, area_code=area) for area in areas)
    return user


def overlap_of(index: int) -> int:
    """Some plots lie on land that somebody else registered too."""
    return 4_180 if index % 17 == 5 else 0


def _technician(made: World, home: str, kind: str) -> Technician:
    return next(t for t in made.technicians if t.code == f"T-{kind[0].upper()}-{home}")


def _plain(text: str) -> str:
    return text.lower().translate(str.maketrans("áéíóúñ", "aeioun"))


def _plot_make(person: Participant, index: int) -> None:
    place = Area.objects.only("lon", "lat").get(code=person.area_id)
    west, south = (place.lon or 0) + 0.003 * (index // 4 % 6), (place.lat or 0) + 0.003 * (index // 24)
    polygon = shapely.Polygon(
        [
            (west, south),
            (west + 0.0015, south + 0.0001),
            (west + 0.0016, south + 0.0014),
            (west + 0.0002, south + 0.0013),
        ]
    )
    west, south, east, north = polygon.bounds
    Plot.objects.create(
        code=f"PL-{index:06d}", participant=person, area_id=person.area_id, tenure="ejidal", nominal_m2=25_000,
        measured_m2=23_412, overlap_m2=overlap_of(index), geometry=shapely.to_wkb(polygon),
        west=west, south=south, east=east, north=north,
    )  # fmt: skip


def _enrolment_make(person: Participant, programme: Programme) -> None:
    enrolment = Enrolment.objects.create(
        participant=person, programme=programme, variant="us36", state="active", applied_on=date(2023, 9, 1),
        active_on=date(2023, 11, 1), state_since=date(2023, 11, 1),
    )  # fmt: skip
    spans = (("applied", date(2023, 9, 1), date(2023, 11, 1)), ("active", date(2023, 11, 1), None))
    for state, since, until in spans:
        EnrolmentSpan.objects.create(enrolment=enrolment, state=state, since=since, until=until)


def _facts(made: World, index: int, person: Participant, month: Month) -> dict[str, Any]:
    draw = random.Random(f"{index} {month}")  # noqa: S311  # not for secrets
    visited = draw.random() > 0.06
    due = draw.randint(8, 12)
    done = min(due, round(due * draw.choice((0.6, 0.9, 0.9, 1, 1, 1, 1, 1))))
    held = draw.random() > 0.03
    return {
        "participant_id": person.pk, "area": person.area_id, "group": f"CAC-{person.area_id}",
        "country": person.area_id[:2], "variant": "us36", "age_years": 45, "marginalisation": 4,
        "documents_missing": 1 if index % 11 == 3 else 0, "plots": 1, "plot_nominal_m2": 25_000,
        "plot_measured_m2": 23_412, "plot_overlap_m2": overlap_of(index), "tenure": "ejidal",
        "tenure_months": None, "home_plot_m": 2_400, "group_members": 24,
        "enrolled_months": month - Month(2023, 10), "forest_m2": 0, "possession": True,
        "plan_due": due if visited else None, "plan_done": done if visited else None,
        "visit_accuracy_m": 8 if visited else None, "sessions_held": 2 if held else None,
        "sessions_attended": 2 if held else None, "plants_planted": 2_100, "survival_sampled": 100,
        "survival_alive": 66 + index % 30, "survival_age_months": 3, "life_age_months": 2,
        "deceased": False, "sanctions": 1 if index % 13 == 7 else 0, "months_accepted": 20,
        "months_missed_running": 0,
    }  # fmt: skip


def _evidence_make(made: World, facts: pl.DataFrame, month: Month, drop: Drop) -> None:
    people = {person.pk: person for person in made.people}
    seen = datetime(month.year, month.month, 17, 15, tzinfo=UTC)
    records = []
    for row in facts.select(
        "participant_id", "plan_due", "plan_done", "sessions_held", "sessions_attended"
    ).rows():
        pk, due, done, held, attended = row
        bodies = {
            "visit": {"plan_due": due, "plan_done": done, "accuracy_m": 8} if due is not None else None,
            "attendance": {"sessions_held": held, "sessions_attended": attended}
            if held is not None
            else None,
        }
        records += [
            Evidence(
                drop=drop, kind=kind, key=f"{kind}-{people[pk].code}-{month}", participant=people[pk],
                area_code=people[pk].area_id, month=month.first_day, observed_at=seen,
                received_at=seen + timedelta(days=2), reporter="T-P-" + people[pk].area_id, body=body,
            )
            for kind, body in bodies.items()
            if body is not None
        ]  # fmt: skip
    for record in records:
        record.sha256 = sha256(canonical_text(record).encode()).digest()
    Evidence.objects.bulk_create(records)


def _lines_make(run: Run, result: pl.DataFrame) -> None:
    paid = result.filter(pl.col("outcome") == "pay")
    PaymentLine.objects.bulk_create(
        PaymentLine(
            programme_id=CODE, month=run.month, participant_id=row["participant_id"], component=component,
            for_month=run.month, revision=0, run=run, amount_minor=row[f"amount_{component}"], cap_minor=75_000,
        )
        for row in paid.iter_rows(named=True)
        for component in ("support",)
    )  # fmt: skip
