"""Constancias are issued: to one person, or to everybody who is to have one.

Whoever is issued a second one has the first revoked as superseded, unless that is suspended: nobody is rid of a
suspension by asking again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, LiteralString
from uuid import uuid4

import polars as pl
from django.conf import settings
from django.db import IntegrityError, transaction

from ceiba.accounts.models import User
from ceiba.audit.services import events_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import Rulebook
from ceiba.credentials import ciphers
from ceiba.credentials.models import Credential, StatusList
from ceiba.credentials.published.making import publishing_ask
from ceiba.credentials.selectors.standing import ONE_BY_ONE, Standing, constancia_stage, standings
from ceiba.credentials.services.places import issuing_lock, places_draw
from ceiba.credentials.signing import issuer, signer
from ceiba.frames.postgres import copy_frame, execute, temp_frame
from ceiba.proofs import card
from ceiba.proofs.claims import Constancia
from ceiba.proofs.keys import Signer
from ceiba.registry.selectors import identities_of
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.service_record.selectors import records_of

CHUNK: Final = 5_000
"""People a transaction: what a worker that dies has done stays, and others can draw places."""
register_messages(
    {
        "credential.no_stage": {
            "es": "El reglamento de este programa no prevé una constancia.",
            "en": "The rulebook of this programme does not provide for a constancia.",
        },
        "credential.not_reached": {
            "es": "No se emitió: las reglas de la constancia no se cumplen. Abajo está cada razón.",
            "en": "It was not issued: the rules of the constancia are not met. Each reason is given below.",
        },
        "credential.held_back": {
            "es": "No se emitió: la que tiene está suspendida o se pidió revocarla. Eso se decide primero.",
            "en": "It was not issued: the one they have is suspended, or its revocation was asked for. "
            "That is decided first.",
        },
        "credential.conflict": {
            "es": "Alguien emitió o cambió la constancia al mismo tiempo. No se guardó nada; vuelva a intentarlo.",
            "en": "Somebody issued or changed the constancia at the same time. Nothing was kept; try again.",
        },
    }
)
_NEWER: Final = FrameSchema(
    "newer constancias", (Column("participant_id", pl.Int64), Column("id", pl.String)), ("participant_id",)
)
_SUPERSEDE: Final[LiteralString] = """
    UPDATE credentials_credential c
    SET state = 'revoked', reason = 'superseded', superseded_by_id = n.id::uuid, changed_by_id = %(actor)s,
        changed_at = %(at)s
    FROM credentials_newer n
    WHERE c.participant_id = n.participant_id AND c.programme_id = %(programme)s AND c.state = 'valid'
"""


@dataclass(frozen=True, slots=True)
class Issued:
    """How many were issued one, and how the others stand (`Standing`: people)."""

    issued: int
    others: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Desk:
    """What all constancias of one act have in common; `at` is in whole seconds."""

    programme: str
    programme_name: str
    stage: str
    issuer: str
    signer: Signer
    actor: User
    at: datetime

    @property
    def expires(self) -> datetime:
        """When they no longer hold."""
        return self.at + timedelta(days=settings.CONSTANCIA_DAYS)


def desk_open(*, programme: str, actor: User, at: datetime) -> Desk:
    """Raises CeibaError: credential.no_stage, rulebook.none, and what `signing.signer` and `signing.issuer` raise."""
    book = rulebook_of(latest_version(programme))
    stage = constancia_stage(book)
    if stage is None:
        raise CeibaError(Problem("credential.no_stage"))
    whole = at.astimezone(UTC).replace(microsecond=0)
    return Desk(programme, _named(book), stage.id, issuer(), signer(whole), actor, whole)


def credential_issue(*, programme: str, participant_id: int, actor: User, at: datetime) -> Credential:
    """Issue one to a person whom somebody looked at; what they had is superseded.

    Raises CeibaError: credential.not_reached, .held_back, .conflict, and as `desk_open`.
    """
    desk = desk_open(programme=programme, actor=actor, at=at)
    try:
        with transaction.atomic():
            done = _chunk_issue(desk, [participant_id], ONE_BY_ONE)
            if not done.issued:
                held_back = {Standing.SUSPENDED, Standing.ASKED} & set(done.others)
                raise CeibaError(Problem("credential.held_back" if held_back else "credential.not_reached"))
    except IntegrityError as error:
        raise CeibaError(Problem("credential.conflict")) from error
    issued = Credential.objects.select_related("status_list").exclude(state="revoked")
    return issued.get(programme=programme, participant=participant_id)


def credentials_issue(
    *, programme: str, people: Sequence[int], actor: User, at: datetime, chunk: int = CHUNK
) -> Issued:
    """Issue one to each of `people` who is to have one and has none that holds.

    In transactions of `chunk` people: done again, it goes on where it stopped. Raises CeibaError as `desk_open`.
    """
    desk = desk_open(programme=programme, actor=actor, at=at)
    issued, others = 0, Counter[str]()
    for some in _chunks(people, chunk):
        with transaction.atomic():
            done = _chunk_issue(desk, some, (Standing.READY,))
        issued += done.issued
        others.update(done.others)
    return Issued(issued, others)


def _chunk_issue(desk: Desk, people: Sequence[int], wanted: Iterable[Standing]) -> Issued:
    issuing_lock()
    found = standings(desk.programme, desk.stage, desk.at, people)
    chosen = found.filter(pl.col("reached") & pl.col("standing").is_in(list(wanted)))
    rest = found.join(chosen, on="participant_id", how="anti")
    if chosen.is_empty():
        return Issued(0, Counter(rest["standing"]))
    claims = _claims(desk, chosen["participant_id"].to_list())
    rows = _rows(desk, claims)
    params = {"programme": desk.programme, "actor": desk.actor.pk, "at": desk.at}
    temp_frame("credentials_newer", _NEWER, rows)
    execute(_SUPERSEDE, params)
    copy_frame(rows, Credential._meta.db_table)
    publishing_ask()
    events_record(
        action="credential.issued", events=((desk.actor.pk, f"credential {pk}") for pk in rows["id"])
    )
    return Issued(rows.height, Counter(rest["standing"]))


def _claims(desk: Desk, people: Sequence[int]) -> pl.DataFrame:
    """A row a person: who, how many months and between which, and where their status will be."""
    months = records_of(desk.programme, people=people).filter(pl.col("months_accepted") > 0)
    accepted = pl.col("marks")
    spans = months.select(
        "participant_id",
        "months_accepted",
        first_month=pl.col("first_month").dt.offset_by(
            pl.format("{}mo", accepted.str.find("A", literal=True))
        ),
        last_month=pl.col("first_month").dt.offset_by(
            pl.format("{}mo", accepted.str.strip_chars_end("HR-").str.len_bytes().cast(pl.Int64) - 1)
        ),
    )
    claims = identities_of(people).join(spans, on="participant_id", how="inner")
    places = places_draw(issuer=desk.issuer, wanted=claims.height, at=desk.at)
    return pl.concat([claims, places], how="horizontal")


def _rows(desk: Desk, claims: pl.DataFrame) -> pl.DataFrame:
    """The rows of the table, each card signed."""
    ids = [uuid4() for _ in range(claims.height)]
    lists = StatusList.objects.in_bulk(claims["status_list_id"].unique().to_list())
    addresses = {number: each.address for number, each in lists.items()}
    cards = [
        _card(
            Constancia(
                id=id_, name=name, birth_date=born, programme=desk.programme_name, months_accepted=months,
                first_month=Month.of(first), last_month=Month.of(last), issuer=desk.issuer, issued=desk.at,
                expires=desk.expires, status_list=addresses[number], status_index=index,
            ),
            desk.signer,
        )
        for id_, (_, name, born, months, first, last, number, index) in zip(ids, claims.iter_rows(), strict=True)
    ]  # fmt: skip
    sealed = {
        "subject_cipher": ciphers.subjects_sealed(ids, claims["name"], claims["birth_date"]),
        "card_cipher": ciphers.cards_sealed(ids, cards),
    }
    same = {
        "programme_id": desk.programme, "programme_name": desk.programme_name, "issued_at": desk.at,
        "expires_at": desk.expires, "issued_by_id": desk.actor.pk, "changed_by_id": desk.actor.pk,
        "changed_at": desk.at, "state": "valid", "reason": "", "key_id": desk.signer.public.thumbprint,
    }  # fmt: skip
    return claims.drop("name", "birth_date").with_columns(
        pl.Series("id", [str(id_) for id_ in ids], pl.String),
        *(pl.Series(name, found, pl.Binary) for name, found in sealed.items()),
        **{name: pl.lit(found) for name, found in same.items()},
    )


def _card(constancia: Constancia, signing: Signer) -> str | None:
    """The card's text; None where a long name does not fit on it: the other formats have room."""
    try:
        return card.written(constancia, signing)
    except CeibaError as error:
        if [problem.code for problem in error.problems] != ["card.too_long"]:
            raise
        return None


def _chunks(people: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(people), size):
        yield people[start : start + size]


def _named(book: Rulebook) -> str:
    return str(book.name["es"])
