"""`ceiba device`: phones of technicians, made, listed and taken away by whoever runs the server."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from ceiba.cli.session import console, open_database, said
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages

register_messages(
    {
        "device.no_user": {
            "es": "No hay un usuario «{username}».",
            "en": 'There is no user "{username}".',
        },
        "device.unknown": {
            "es": "No hay un aparato «{device}». «ceiba device list» dice cuáles hay.",
            "en": 'There is no device "{device}". `ceiba device list` says which there are.',
        },
    }
)
app = typer.Typer(no_args_is_help=True)


@app.command()
def make(
    username: Annotated[str, typer.Argument(help="Whose phone it is: the user name of a technician.")],
    name: Annotated[str, typer.Option(help="What to call the phone.")],
    site: Annotated[
        str, typer.Option(help="Where phones reach the site, as https://ceiba.example.")
    ] = "http://127.0.0.1:8000",
) -> None:
    """Make a phone. Its key is printed once, as text and as a code that ODK Collect scans."""
    open_database()
    import segno

    from ceiba.devices.collect import code_of, server_path, settings_of
    from ceiba.devices.models import DeviceKind
    from ceiba.devices.services import device_make

    user = user_named(username)
    made = device_make(user=user, kind=DeviceKind.PHONE, name=name, by=None)
    server_url = site.rstrip("/") + server_path(made.key)
    code = code_of(settings_of(server_url=server_url, owner=user.code or username, language=user.language))
    for label, value in (
        (said("aparato", "device"), made.device.username),
        (said("clave", "key"), made.key),
        (said("dirección", "address"), server_url),
    ):
        console.print(f"{label}: {value}", soft_wrap=True, markup=False, highlight=False)
    segno.make_qr(code, error="l").terminal(compact=True)


@app.command("list")
def list_devices(
    username: Annotated[str | None, typer.Argument(help="Only those of this user.")] = None,
) -> None:
    """List devices, those in use first."""
    open_database()
    from ceiba.devices.models import Device
    from ceiba.devices.selectors import devices_of

    devices = Device.objects.select_related("user").order_by("-revoked_at", "-pk")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        said("aparato", "device"),
        said("usuario", "user"),
        said("nombre", "name"),
        said("hecho", "made"),
        said("visto", "seen"),
        said("retirado", "revoked"),
    ):
        table.add_column(heading)
    for device in devices_of(user_named(username)) if username else devices:
        moments = (device.made_at, device.seen_at, device.revoked_at)
        days = (f"{moment:%Y-%m-%d %H:%M}" if moment else "" for moment in moments)
        table.add_row(device.username, device.user.username, escape(device.name), *days)
    console.print(table)


@app.command()
def revoke(
    device: Annotated[
        str, typer.Argument(help="The device, as `ceiba device list` names it: p-0123456789ab.")
    ],
) -> None:
    """Take a device away: from now on it neither sends nor fetches."""
    open_database()
    from ceiba.devices.models import Device
    from ceiba.devices.services import device_revoke

    found = Device.objects.filter(username=device).first()
    if found is None:
        raise CeibaError(Problem("device.unknown", values={"device": device}))
    device_revoke(device=found, by=None, now=datetime.now(UTC))
    console.print(said(f"{device} quedó retirado.", f"{device} is revoked."), highlight=False)


def user_named(username: str) -> Any:
    """The user of that name. Raises CeibaError (device.no_user)."""
    from ceiba.accounts.models import User

    user = User.objects.filter(username=username).first()
    if user is None:
        raise CeibaError(Problem("device.no_user", values={"username": username}))
    return user
