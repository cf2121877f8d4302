"""`ceiba key`: the keys that sign constancias and the trust list, made, listed, rotated and withdrawn."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table

from ceiba.cli.session import console, open_database, said
from ceiba.credentials.states import KeyPurpose
from ceiba.proofs.keys import Kind

app = typer.Typer(no_args_is_help=True)
InToken = Annotated[
    bool, typer.Option("--token", help="In the PKCS#11 token (CEIBA_TOKEN_MODULE): it never leaves it.")
]
Days = Annotated[
    int,
    typer.Option("--in-days", min=0, help="When it begins to sign: verifiers offline must know it by then."),
]


@app.command()
def make(
    purpose: Annotated[
        KeyPurpose, typer.Option("--for", help="What it signs: constancias, or the trust list.")
    ] = KeyPurpose.CONSTANCIA,
    kind: Annotated[Kind, typer.Option(help="Its curve; most wallets read P-256 alone.")] = Kind.P256,
    in_token: InToken = False,
    in_days: Days = 0,
) -> None:
    """Make a key and publish its public half. The private one is in an encrypted file, or stays in a token."""
    open_database()
    from ceiba.credentials.keyring import key_make
    from ceiba.credentials.published.making import publishing_ask
    from ceiba.credentials.services.keys import key_publish

    now = datetime.now(UTC)
    key = key_make(kind, _begins(now, in_days), in_token=in_token)
    key_publish(public=key, at=now, purpose=purpose)
    publishing_ask()
    _tell(key.thumbprint, key.valid_from)


@app.command("list")
def list_keys() -> None:
    """List keys, those that sign first, and where the private half of each is."""
    open_database()
    from ceiba.credentials.keyring import where_held
    from ceiba.credentials.models import IssuerKey

    table = Table(box=None, pad_edge=False, header_style="bold")
    headings = (
        said("clave", "key"),
        said("clase", "kind"),
        said("para", "for"),
        said("desde", "from"),
        said("hasta", "until"),
        said("retirada", "withdrawn"),
        said("guardada en", "kept in"),
    )
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in IssuerKey.objects.order_by("-withdrawn_at", "-valid_until", "-valid_from"):
        days = (
            f"{at:%Y-%m-%d %H:%M}" if at else "" for at in (row.valid_from, row.valid_until, row.withdrawn_at)
        )
        table.add_row(row.thumbprint, row.kind, row.purpose, *days, where_held(row.public))
    console.print(table)


@app.command()
def rotate(
    old: Annotated[str, typer.Argument(help="The key whose time is to end, as `ceiba key list` names it.")],
    in_token: InToken = False,
    in_days: Days = 7,
) -> None:
    """Add a key of the same kind and purpose, and end the old one's time when it begins.

    What the old one signed stays verifiable. A key that leaked is to be withdrawn instead.
    """
    open_database()
    from django.db import transaction

    from ceiba.credentials.keyring import key_make
    from ceiba.credentials.published.making import publishing_ask
    from ceiba.credentials.services.rotation import key_lock, key_rotate

    now = datetime.now(UTC)
    with transaction.atomic():
        kind = Kind(key_lock(old).kind)
        key = key_make(kind, _begins(now, in_days), in_token=in_token)
        key_rotate(old=old, new=key, at=now)
        publishing_ask()
    _tell(key.thumbprint, key.valid_from)


@app.command()
def withdraw(
    key: Annotated[str, typer.Argument(help="The key that leaked.")],
) -> None:
    """Take a key that leaked off every list: whatever it signed is refused from now on, and must be issued anew."""
    open_database()
    from ceiba.credentials.published.making import publishing_ask
    from ceiba.credentials.services.rotation import key_withdraw

    key_withdraw(thumbprint=key, at=datetime.now(UTC))
    publishing_ask()
    console.print(
        said(f"{key} quedó retirada de todas las listas.", f"{key} is off every list."), highlight=False
    )


def _begins(now: datetime, days: int) -> datetime:
    return now.replace(microsecond=0) + timedelta(days=days)


def _tell(thumbprint: str, begins: datetime) -> None:
    line = said("firma desde el {at:%Y-%m-%d %H:%M} (UTC)", "signs from {at:%Y-%m-%d %H:%M} (UTC)")
    console.print(f"{thumbprint}: {line.format(at=begins)}", highlight=False, soft_wrap=True)
