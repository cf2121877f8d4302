"""Makes parcels of filled-in forms: the XML by the form's own blank, the files it names, the trail of its audit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from ceiba.core.forms.filling import Blank
from ceiba.core.kernel.month import Month
from ceiba.synth.field.faults import planted
from ceiba.synth.field.month import worked
from ceiba.synth.field.pictures import Picture
from ceiba.synth.field.visits import Filled, Portfolio
from ceiba.synth.streams import stream


@dataclass(frozen=True, slots=True)
class Parcel:
    """A form's XML and its files, by name; `planted` names the fault in it, if there is one."""

    technician: str
    instance: str
    xml: bytes
    files: Mapping[str, bytes]
    received_at: datetime
    planted: str


def parcels(
    seed: int, month: Month, portfolios: Sequence[Portfolio], blanks: Mapping[str, Blank]
) -> Iterator[Parcel]:
    """Everything that arrives in `month`, in the order of receipt; made as it is taken.

    `blanks` are the forms by their name without the programme ("visit"); what has none is not filled in. The first
    portfolio is the one with most of the faults.
    """
    filled = planted(seed, [worked(seed, month, each) for each in portfolios])
    for each in sorted(filled, key=lambda each: (each.received_at, each.at)):
        if each.form in blanks:
            yield _parcel(seed, each, blanks[each.form])


def instance(seed: int, name: str) -> str:
    """The instanceID of the form called `name`."""
    return f"uuid:{uuid5(NAMESPACE_URL, f'ceiba made up {seed} {name}')}"


def _parcel(seed: int, filled: Filled, blank: Blank) -> Parcel:
    files, named = {}, {}
    for n, (path, picture) in enumerate(filled.pictures.items()):
        named[path] = f"{int(filled.at.timestamp()) + 60 * n}.jpg"
        if path != filled.lost:
            files[named[path]] = picture.jpeg(seed)
    if filled.extra:
        files[filled.extra] = Picture(f"extra {filled.name}", filled.at, 0, 0, signed=True).jpeg(seed)
    files["audit.csv"] = _trail(seed, filled)
    ended = filled.at + timedelta(minutes=filled.minutes)
    answers = {
        "start": filled.at.isoformat(timespec="milliseconds"), "end": ended.isoformat(timespec="milliseconds"),
        "today": f"{filled.at:%Y-%m-%d}", "deviceid": filled.phone, "username": filled.technician,
        **filled.answers, **named, "meta/audit": "audit.csv",
    }  # fmt: skip
    asked = {path: value for path, value in answers.items() if blank.asks(path)}
    name = instance(seed, filled.name)
    xml = blank.filled(
        name, asked, filled.entities, version=filled.version,
        replaces=instance(seed, filled.replaces) if filled.replaces else "",
    )  # fmt: skip
    return Parcel(filled.technician, name, xml, files, filled.received_at, filled.planted)


def _trail(seed: int, filled: Filled) -> bytes:
    """The audit as ODK Collect writes it: how long each question took, and the way walked between them."""
    rng = stream(seed, f"trail {filled.name}")
    lat, lon = (float(text) for text in _place(filled).split()[:2])
    nodes = [path for path in filled.answers if not path.startswith(("who/", "when/"))]
    seconds = np.maximum(3, rng.normal(filled.minutes * 60 / max(1, len(nodes)), 25, len(nodes))).astype(int)
    way = np.cumsum(rng.normal(0, 7e-5, (len(nodes), 2)), axis=0)
    moment, rows = int(filled.at.timestamp() * 1000), ["event,node,start,end,latitude,longitude,accuracy"]
    for path, spent, (east, north) in zip(nodes, seconds.tolist(), way.tolist(), strict=True):
        ended = moment + 1000 * spent
        rows.append(f"question,/data/{path},{moment},{ended},{lat + north:.6f},{lon + east:.6f},6.0")
        moment = ended
    return "\n".join([*rows, f"form exit,,{moment},,,,"]).encode()


def _place(filled: Filled) -> str:
    """The geopoint in the answers; the plot's, where there is none."""
    land = filled.person.land
    found = (text for path, text in filled.answers.items() if path.rpartition("/")[2] == "place")
    return str(next(found, f"{land.lat} {land.lon}"))
