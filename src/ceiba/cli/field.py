"""The demo's open month in the field: made-up phones send made-up forms, through the doors that real ones use."""

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, time, timedelta
from typing import Final, cast

import shapely

from ceiba.accounts.models import Role, User
from ceiba.accounts.services import user_create
from ceiba.blobs.drafts import drafted
from ceiba.core.forms.filling import Blank
from ceiba.core.kernel.month import Month
from ceiba.devices.models import Device, DeviceKind
from ceiba.devices.selectors import devices_of, sender_of
from ceiba.devices.services import device_make
from ceiba.entities.selectors import CarriedEntity, carried
from ceiba.entities.services import entities_refresh
from ceiba.forms.models import FormVersion
from ceiba.registry.models import Participant, Technician
from ceiba.registry.places import plot_polygons
from ceiba.review.models import InTray
from ceiba.review.services.reviews import review_add
from ceiba.runs.intake import intake_work
from ceiba.runs.second_visits import month_seed_publish
from ceiba.submissions.models import Submission
from ceiba.submissions.parcels import IncomingFile
from ceiba.submissions.services import submission_receive
from ceiba.synth.field import Land, Parcel, Person, Portfolio, parcels

TECHNICIANS: Final = 10
REVIEWED: Final = {
    "file missing, another extra": (
        "returned",
        "No llegó la foto de la parcela. Vuelva a enviarla, por favor.",
    ),
    "copied_counts": ("second_visit", "Seis personas con las mismas cifras el mismo día."),
}


def field_sent(
    programme: str, month: Month, seed: int, told: Callable[[int, int], None]
) -> dict[str, list[str]]:
    """Send what phones sent in the open `month`, and take it in; the instanceIDs of the planted faults by kind.

    What has arrived is not sent again. `told` hears how many of how many have been sent.
    """
    entities_refresh(today=month.first_day)
    before = datetime.combine(month.first_day, time(6), UTC) - timedelta(days=1)
    month_seed_publish(programme=programme, month=month, by=None, now=before)
    phones = [_phone(user) for user in _technicians()]
    portfolios = [found for phone in phones if (found := _portfolio(phone.user)).people]
    sent = list(parcels(seed, month, portfolios, _blanks(programme)))
    by_code = {phone.user.code: phone for phone in phones}
    known = set(Submission.objects.values_list("instance_id", flat=True))
    truth: dict[str, list[str]] = {}
    for n, parcel in enumerate(sent, start=1):
        if parcel.instance not in known or parcel.planted == "conflict":
            _send(parcel, by_code[parcel.technician])
        if parcel.planted:
            truth.setdefault(parcel.planted, []).append(parcel.instance)
        told(n, len(sent))
    end = max((parcel.received_at for parcel in sent), default=datetime.now(UTC))
    now = max(datetime.now(UTC), end + timedelta(minutes=1))
    intake_work(once=True, now=lambda: now)
    _reviewed(truth, now)
    return truth


def _reviewed(truth: dict[str, list[str]], now: datetime) -> None:
    """A few of them have been looked at: one returned to its technician, one to be seen again; the rest waits."""
    by = User.objects.get(username="facilitadora")
    for planted, (decision, reason) in REVIEWED.items():
        for instance in truth.get(planted, [])[:1]:
            tray = InTray.objects.get(submission__instance_id=instance)
            if not tray.decision:
                review_add(submission=tray.pk, decision=decision, reason=reason, by=by, now=now)


def _send(parcel: Parcel, phone: Device) -> None:
    with ExitStack() as drafts:
        files = [
            IncomingFile(name, _type(name), drafts.enter_context(drafted(io.BytesIO(data), name)))
            for name, data in parcel.files.items()
        ]
        submission_receive(xml=parcel.xml, files=files, sender=sender_of(phone), now=parcel.received_at)


def _type(name: str) -> str:
    return "text/csv" if name.endswith(".csv") else "image/jpeg"


def _technicians() -> list[User]:
    """The demo's own technician first, then some more, with accounts of their own."""
    first = User.objects.get(username="tecnica")
    others = Technician.objects.filter(kind="productive").exclude(code=first.code)
    return [first, *(_account(each.code) for each in others.order_by("code")[: TECHNICIANS - 1])]


def _account(code: str) -> User:
    known = User.objects.filter(role=Role.TECHNICIAN, code=code).first()
    return known or user_create(username=code.lower(), password=None, role=Role.TECHNICIAN, code=code)


def _phone(user: User) -> Device:
    known = devices_of(user).filter(kind=DeviceKind.PHONE, revoked_at=None).first()
    return known or device_make(user=user, kind=DeviceKind.PHONE, name="Collect", by=None).device


def _blanks(programme: str) -> dict[str, Blank]:
    """The newest version of each of the programme's forms, by its name without the programme."""
    newest = FormVersion.objects.filter(form__programme_id=programme).order_by(
        "form_id", "-published_at", "-pk"
    )
    versions = newest.distinct("form_id").values_list("form__code", "xform")
    return {code.removeprefix(f"{programme}-"): Blank(bytes(xform)) for code, xform in versions}


def _portfolio(user: User) -> Portfolio:
    """The people on a technician's phone who have a plot with a boundary."""
    people = {each.properties["code"]: each for each in carried(user, "participants")}
    rows = dict(Participant.objects.filter(code__in=people).values_list("pk", "code"))
    shapes = dict(pair for plots in plot_polygons(rows).values() for pair in plots)
    groups = {each.properties["code"]: str(each.uuid) for each in carried(user, "groups")}
    lands = {each.properties["participant"]: each for each in carried(user, "plots")
             if each.properties["code"] in shapes}  # fmt: skip
    return Portfolio(user.code, tuple(_people(people.values(), lands, shapes, groups)))


def _people(
    people: Iterable[CarriedEntity],
    lands: dict[str, CarriedEntity],
    shapes: dict[str, bytes],
    groups: dict[str, str],
) -> Iterator[Person]:
    """In the order of their codes."""
    for each in sorted(people, key=lambda each: each.properties["code"]):
        told, land = each.properties, lands.get(str(each.uuid))
        if land is not None:
            outline = cast("shapely.Polygon", shapely.from_wkb(shapes[land.properties["code"]]))
            yield Person(
                str(each.uuid), each.version, told["code"], groups.get(told["group"], ""), told["group"],
                told["age_75"] == "1", _land(land, outline),
            )  # fmt: skip


def _land(carried: CarriedEntity, outline: shapely.Polygon) -> Land:
    inside = outline.representative_point()
    told = carried.properties
    corners = tuple((lon, lat) for lon, lat in outline.exterior.coords)
    return Land(
        str(carried.uuid),
        carried.version,
        told["code"],
        inside.x,
        inside.y,
        corners,
        float(told["nominal_ha"]),
    )
