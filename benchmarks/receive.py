"""Submissions received over HTTP, durable, while the intake takes them: rate, latency, and how far behind the taking is.

    PYTHONPATH=src:. .venv/bin/python benchmarks/receive.py [--seconds 20] [--photo 500000] [--people 450000]

Makes a database of its own with 10,000 people in groups of 25 of technicians of 200, each with a phone, and the form of
visits of `programmes/ca`, serves the site with granian on two processes, and posts filled-in visits with wrk (a compiled load
generator, of Debian's package of that name) from concurrency 8. Every visit is of a person drawn at random from the
phone's portfolio and updates that person's entity. fsync is on. "Behind" is how long ago the oldest submission was received that is not yet evidence and an entity's version, seen
every tenth of a second from a second process.
"""

import argparse
import contextlib
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ceiba.postgres.server import Server

DATA = Path("var/benchmarks-receive").resolve()
PORT = 8793
CONCURRENCY = 8


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--photo", type=int, default=0, help="bytes of a photo with each")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument(
        "--pause", type=int, default=0, help="milliseconds between a phone's posts; 0: as fast as it goes"
    )
    options = parser.parse_args()
    shutil.rmtree(DATA, ignore_errors=True)
    os.environ.update(CEIBA_DATA_DIR=str(DATA), DJANGO_SETTINGS_MODULE="ceiba.config.settings")
    from ceiba.cli.session import open_database
    from ceiba.cli.site import site_command

    open_database()
    try:
        keys, template = prepare(options.people)
        with contextlib.ExitStack() as running:
            running.enter_context(beside(site_command("127.0.0.1", PORT, options.workers)))
            running.enter_context(beside([sys.executable, "-m", "ceiba.cli.app", "intake"]))
            wait_for_site()
            measure(keys, template, options)
    finally:
        from django.db import connections

        connections.close_all()
        Server(DATA / "postgres").stop()


@contextlib.contextmanager
def beside(command: list[str]) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def wait_for_site() -> None:
    for _ in range(100):
        with contextlib.suppress(urllib.error.URLError):
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health/")
            return
        time.sleep(0.2)
    raise SystemExit("the site did not start")


def prepare(people: int) -> tuple[Path, Path]:
    """A register, a form, phones: their keys, and the visit with places for what differs."""
    from tests.apps.submissions.phone import phone

    from ceiba.core.forms.filling import Blank
    from ceiba.entities.models import Entity
    from ceiba.entities.services import entities_refresh
    from ceiba.forms.selectors import current_versions
    from ceiba.forms.services import forms_publish_folder
    from ceiba.frames.postgres import execute
    from ceiba.registry.models import Area, Technician
    from ceiba.rulebook.services import rulebook_publish

    area = Area.objects.filter(level="municipality").order_by("code")[0]
    for number in range(people // 200):
        Technician.objects.create(code=f"T-{number}", name="t", kind="productive", area=area)
    rules = {path.name: path.read_bytes() for path in Path("programmes/ca").glob("*.toml")}
    rulebook_publish(files=rules, actor=None, at=datetime.now(UTC))
    folder = Path("programmes/ca/forms")
    forms_publish_folder(programme="ca", folder=folder, actor=None, at=datetime.now(UTC))
    version = next(each for each in current_versions("ca") if each.form.code == "ca-visit")
    register(area.code, people)
    entities_refresh(today=datetime.now(UTC).date())
    # Entities by the number of their person, so that the load generator can name them.
    execute(
        "UPDATE entities_entity SET uuid = lpad((row - (SELECT min(row) FROM entities_entity WHERE list_name ="
        " 'participants'))::text, 32, '0')::uuid WHERE list_name = 'participants'"
    )
    assert Entity.objects.count() > people
    execute("ANALYZE")  # as imports leave a register
    first = yesterday().replace(day=1)
    data = Blank(bytes(version.xform)).filled(
        "@INSTANCE@",
        {
            "start": "@TIME@", "end": "@TIME@", "when/month_of": "this", "when/month": f"{first:%Y-%m-%d}",
            "who/group": "x", "who/person": "00000000-0000-0000-0000-000000@PERSON@", "who/participant_code": "P-@PERSON@",
            "place": "@LAT@ -91.5 1800 4.5", "plan/task": [
                {"task_class": "weeding", "counts/due": "@DUE1@", "counts/done": "@DONE1@"},
                {"task_class": "planting", "counts/due": "@DUE2@", "counts/done": "@DONE2@"},
            ],
            "plan/plan_due": "@DUE@", "plan/plan_done": "@DONE@", "sessions/sessions_held": 8,
            "sessions/sessions_attended": "@ATTENDED@",
            "ahead/phone": "5555 1234", "last_visit": f"{first:%Y-%m-%d}", "remarks": "Faltan dos surcos por limpiar.",
        },
        {"participants": {"id": "00000000-0000-0000-0000-000000@PERSON@", "baseVersion": "1", "update": "1"}},
    )  # fmt: skip
    template = DATA / "visit.xml"
    template.write_bytes(data)
    keys = DATA / "keys"
    keys.write_text("\n".join(phone(f"t{number}", code=f"T-{number}").key for number in range(people // 200)))
    return keys, template


def yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


def register(area: str, people: int) -> None:
    from ceiba.frames.postgres import execute

    execute(
        "INSERT INTO registry_group (code, name, area_id, technician_productive_id)"
        " SELECT 'CAC-' || n, 'CAC', %(area)s, t.id FROM generate_series(0, %(groups)s - 1) n"
        " JOIN registry_technician t ON t.code = 'T-' || n * %(phones)s / %(groups)s",
        {"area": area, "phones": people // 200, "groups": people // 25},
    )
    execute(
        "INSERT INTO registry_participant (code, given_names, family_names, birth_date, sex, language, phone, area_id,"
        " group_id, search_text) SELECT 'P-' || lpad(n::text, 6, '0'), 'Ana', 'Choc', '1980-01-01', 'F', 'es', '',"
        " %(area)s, g.id, 'ana choc' FROM generate_series(0, %(people)s - 1) n"
        " JOIN registry_group g ON g.code = 'CAC-' || n / 25",
        {"area": area, "people": people},
    )
    execute(
        "INSERT INTO registry_enrolment (participant_id, programme_id, variant, state, applied_on, active_on,"
        " state_since, cause) SELECT id, 'ca', 'us36', 'active', '2026-01-01', '2026-01-01', '2026-01-01', ''"
        " FROM registry_participant"
    )
    execute(
        "INSERT INTO registry_enrolmentspan (enrolment_id, state, since, cause, at_load, recorded_at)"
        " SELECT id, 'active', active_on, '', true, now() FROM registry_enrolment"
    )


def measure(keys: Path, template: Path, options: argparse.Namespace) -> None:
    photo = ""
    if options.photo:
        photo = str(DATA / "photo.bin")
        Path(photo).write_bytes(os.urandom(options.photo))
    wrk(keys, 3, photo, template, options)  # what is compiled, planned and opened at first use
    before = processor_seconds()
    with watched() as behind:
        said = wrk(keys, options.seconds, photo, template, options)
    requests, micros, wrong, p50, p99, most = said
    spent = {name: used - before.get(name, 0.0) for name, used in processor_seconds().items()}
    print(
        "processor time a submission: "
        + ", ".join(f"{n} {s / requests * 1e3:.2f} ms" for n, s in spent.items())
    )
    print(
        f"{requests / micros * 1e6:,.0f} submissions/s at concurrency {CONCURRENCY}, {int(wrong)} not accepted; "
        f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, at most {most:.0f} ms"
    )
    if behind:
        print(f"behind: median {statistics.median(behind):.2f} s, at most {max(behind):.2f} s")
    check()


def ours() -> Iterator[tuple[str, str]]:
    """The processes of this benchmark: what it started, and the server of its data folder with its backends."""
    commands = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            commands[folder.name] = (parent, (folder / "cmdline").read_text().replace("\0", " "))
    server = {pid for pid, (_, command) in commands.items() if str(DATA) in command and "postgres" in command}
    mine = {str(os.getpid())}
    for _ in range(3):  # children and theirs
        mine |= {pid for pid, (parent, _) in commands.items() if parent in mine}
    for pid, (parent, command) in commands.items():
        if pid in server or parent in server:
            yield pid, "postgres:"
        elif pid in mine:
            yield pid, command


def processor_seconds() -> dict[str, float]:
    """Seconds of processor time so far of what runs here, and of all programs together, ours or not."""
    ticks = os.sysconf("SC_CLK_TCK")
    names = {"granian": "site", "intake": "intake", "postgres:": "PostgreSQL"}
    used: dict[str, float] = {}
    for pid, command in ours():
        name = next((names[word] for word in names if word in command), None)
        if name is not None:
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                used[name] = used.get(name, 0.0) + (int(fields[11]) + int(fields[12])) / ticks
    whole = [int(part) for part in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    used["all programs of the machine"] = (sum(whole) - whole[3] - whole[4]) / ticks
    return used


def wrk(keys: Path, seconds: int, photo: str, template: Path, options: argparse.Namespace) -> list[float]:
    command = ["wrk", "-t", "1", "-c", str(CONCURRENCY), "-d", f"{seconds}s", "-s", "benchmarks/receive.lua",
               f"http://127.0.0.1:{PORT}",
               "--", str(secrets.randbelow(2**31)), photo, str(template), str(options.people), str(keys),
               f"{yesterday():%Y-%m-}", str(yesterday().day), str(options.pause)]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [float(part) for part in said.partition("RESULT")[2].split()]


@contextlib.contextmanager
def watched() -> Iterator[list[float]]:
    """How long the oldest submission has waited, sampled until the block ends."""
    code = (
        "import sys, time, psycopg\n"
        "with psycopg.connect(sys.argv[1], autocommit=True) as c:\n"
        "  while True:\n"
        '    row = c.execute("SELECT extract(epoch FROM clock_timestamp() - s.received_at) FROM submissions_standing t'
        " JOIN submissions_submission s ON s.id = t.submission_id WHERE t.state = 'received' ORDER BY 1 DESC LIMIT 1\""
        ").fetchone()\n"
        "    print(float(row[0]) if row else 0.0, flush=True)\n"
        "    time.sleep(0.1)\n"
    )
    url = os.environ["CEIBA_DATABASE_URL"]
    process = subprocess.Popen([sys.executable, "-c", code, url], stdout=subprocess.PIPE, text=True)
    samples: list[float] = []
    try:
        yield samples
    finally:
        process.terminate()
        samples += [float(line) for line in process.communicate()[0].splitlines()]


def check() -> None:
    """Everything that was answered is there, and becomes evidence."""
    from ceiba.evidence.models import Evidence
    from ceiba.submissions.models import Standing, Submission

    began = time.monotonic()
    until = began + 600
    while Standing.objects.filter(state="received").exists() and time.monotonic() < until:
        time.sleep(0.2)
    states = {
        s: Standing.objects.filter(state=s).count() for s in ("taken", "received", "quarantined", "waiting")
    }
    print(f"everything taken {time.monotonic() - began:.1f} s after the last was received")
    print(
        f"{Submission.objects.count():,} submissions, {Evidence.objects.count():,} records of evidence; {states}"
    )


if __name__ == "__main__":
    main()
