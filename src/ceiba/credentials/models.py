"""Constancias as issued, what happened to them, and the public keys that verify them. Guarded by sql/guard.sql.

No private key is ever here. What is of a person (name, birth date, and the card, which says both) is encrypted, and
can be erased; nothing else of a constancia ever changes but how it stands.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ceiba.credentials.states import CredentialState, Happening, KeyPurpose, OfferState, Reason
from ceiba.proofs.keys import Kind, PublicKey, web_base
from ceiba.proofs.status_list import LEAST

VALID, SUSPENDED, ASKED, REVOKED = (state.value for state in CredentialState)


def _user(null: bool = False, constraint: bool = True) -> models.ForeignKey[models.Model, models.Model]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=null,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=constraint,
    )


class IssuerKey(models.Model):
    """A key that signs or signed, as published: the JWK's public members, by its RFC 7638 thumbprint.

    Its time begins with `valid_from` and may be ended once. One that leaked is `withdrawn_at`: taken off the trust
    list, so that nothing it signed is believed any more.
    """

    thumbprint = models.CharField(max_length=43, primary_key=True)
    jwk = models.JSONField()
    kind = models.CharField(max_length=8)
    purpose = models.CharField(max_length=12, default=KeyPurpose.CONSTANCIA.value)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField()
    published_by = _user(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="key_kind_known", condition=Q(kind__in=[kind.value for kind in Kind])
            ),
            models.CheckConstraint(
                name="key_purpose_known", condition=Q(purpose__in=[purpose.value for purpose in KeyPurpose])
            ),
            models.CheckConstraint(
                name="key_forward", condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from"))
            ),
        ]

    def __str__(self) -> str:
        return self.thumbprint

    @property
    def public(self) -> PublicKey:
        """The key that verifies, and its time."""
        return PublicKey.of_jwk(self.jwk, self.valid_from, self.valid_until)


class StatusList(models.Model):
    """A pair of published lists (revocation, suspension), by its number; `size` places, never changed.

    Places are given at random, so that they do not tell who was issued one after whom.
    """

    number = models.IntegerField(primary_key=True)
    issuer = models.CharField(max_length=200, help_text="did:web")
    size = models.IntegerField(default=LEAST)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="status_list_hides", condition=Q(size__gte=LEAST)),
            models.CheckConstraint(name="status_list_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def address(self) -> str:
        """Where the pair is published: `<address>/revocation` and `<address>/suspension`."""
        return f"{web_base(self.issuer)}status/{self.number}"


class Credential(models.Model):
    """A constancia as issued.

    `subject_cipher` is name and birth date, `card_cipher` the card's text, signed at issue. Both are bound to the
    row's number, and null once erased; the card is also null where the name does not fit on it. Days are the first
    of a month. Issuer and status address are those of the status list. The last change is `changed_at`,
    `changed_by` and `reason`.
    """

    id = models.UUIDField(primary_key=True)
    participant = models.ForeignKey(
        "registry.Participant", on_delete=models.PROTECT, related_name="credentials"
    )
    programme = models.ForeignKey(
        "rulebook.Programme", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    programme_name = models.CharField(max_length=200)
    months_accepted = models.IntegerField()
    first_month = models.DateField()
    last_month = models.DateField()
    subject_cipher = models.BinaryField(null=True)
    card_cipher = models.BinaryField(null=True)
    key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, related_name="+", db_index=False)
    status_list = models.ForeignKey(
        StatusList, on_delete=models.PROTECT, related_name="credentials", db_index=False
    )
    status_index = models.IntegerField()
    issued_by = _user()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=VALID)
    asked_by = _user(null=True)
    superseded_by = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="supersedes", db_index=False
    )
    erased_at = models.DateTimeField(null=True)
    changed_by = _user()
    changed_at = models.DateTimeField()
    reason = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="credential_state_known", condition=Q(state__in=[s.value for s in CredentialState])
            ),
            models.CheckConstraint(
                name="credential_reason_known",
                condition=Q(reason="") | Q(reason__in=[r.value for r in Reason]),
            ),
            models.CheckConstraint(
                name="credential_ended_with_reason", condition=Q(state=VALID) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="credential_revoked_by_two",
                condition=~Q(state=REVOKED)
                | Q(superseded_by__isnull=False)
                | Q(asked_by__isnull=False) & ~Q(asked_by=F("changed_by")),
            ),
            models.CheckConstraint(
                name="credential_asked_by_someone",
                condition=Q(state=ASKED, asked_by__isnull=False)
                | Q(state__in=[VALID, SUSPENDED], asked_by=None)
                | Q(state=REVOKED),
            ),
            models.CheckConstraint(
                name="credential_superseded_is_revoked",
                condition=Q(superseded_by=None) & ~Q(reason=Reason.SUPERSEDED.value)
                | Q(superseded_by__isnull=False, state=REVOKED, reason=Reason.SUPERSEDED.value),
            ),
            models.CheckConstraint(
                name="credential_erased_whole",
                condition=Q(erased_at=None, subject_cipher__isnull=False)
                | Q(erased_at__isnull=False, subject_cipher=None, card_cipher=None),
            ),
            models.CheckConstraint(
                name="credential_claims_months",
                condition=Q(months_accepted__gt=0, first_month__lte=F("last_month")),
            ),
            models.CheckConstraint(name="credential_forward", condition=Q(expires_at__gt=F("issued_at"))),
            models.UniqueConstraint(
                fields=["participant", "programme"], condition=~Q(state=REVOKED), name="credential_one_live"
            ),
            models.UniqueConstraint(fields=["status_list", "status_index"], name="credential_place_once"),
        ]
        indexes = [models.Index(fields=["-issued_at", "id"], name="credential_by_issue")]

    def __str__(self) -> str:
        return str(self.id)


class CredentialEvent(models.Model):
    """What happened to a constancia, when and by whom: written by the trigger of `Credential`, never changed."""

    credential = models.ForeignKey(
        Credential, on_delete=models.PROTECT, related_name="events", db_constraint=False
    )
    happening = models.CharField(max_length=12)
    reason = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    by = _user(constraint=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="credential_happening_known", condition=Q(happening__in=[h.value for h in Happening])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credential_id} {self.happening}"


class Published(models.Model):
    """A document that verifiers fetch, as it was last made: the same bytes for everybody, until it is made again.

    `made_from` is a digest of what it says; `number` grows each time it is made.
    """

    path = models.CharField(max_length=200, primary_key=True)
    media_type = models.CharField(max_length=60)
    content = models.BinaryField()
    etag = models.CharField(max_length=64)
    made_from = models.CharField(max_length=64)
    number = models.BigIntegerField(default=1)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.path


TRIES_MAX = 5
"""Wrong transaction codes after which an offer is closed: a stranger who has the QR code guesses one in 200,000."""


class Offer(models.Model):
    """A constancia offered to a wallet (OpenID4VCI): of every secret of it there is only a digest here.

    The reference is in the QR code, the pre-authorised code in what is fetched by it; the transaction code was told
    to the person apart. `token_digest` is of the access token that the code was exchanged for.
    """

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="offers")
    reference_digest = models.CharField(max_length=64, unique=True)
    code_digest = models.CharField(max_length=64, unique=True)
    tx_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, default=OfferState.OPEN.value)
    tries = models.SmallIntegerField(default=0)
    asked_by = _user()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    token_digest = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001  # null: there is none
    token_expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="offer_state_known", condition=Q(state__in=[state.value for state in OfferState])
            ),
            models.CheckConstraint(
                name="offer_taken_with_token",
                condition=~Q(state=OfferState.OPEN.value) & ~Q(state=OfferState.TAKEN.value)
                | Q(state=OfferState.OPEN.value, token_digest=None, token_expires_at=None)
                | Q(state=OfferState.TAKEN.value, token_digest__isnull=False, token_expires_at__isnull=False),
            ),
            models.CheckConstraint(
                name="offer_tries_few",
                condition=Q(tries__range=(0, TRIES_MAX - 1))
                | Q(tries=TRIES_MAX, state=OfferState.CLOSED.value),
            ),
            models.CheckConstraint(name="offer_forward", condition=Q(expires_at__gt=F("asked_at"))),
            models.UniqueConstraint(
                fields=["credential"], condition=Q(state=OfferState.OPEN.value), name="offer_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class WalletCopy(models.Model):
    """A copy of a constancia that a wallet was given, never changed: in which format, and bound to which key.

    `holder` is the thumbprint of the wallet's key, empty where the format binds to none. A proof of possession is
    good for one copy: its nonce and key come once.
    """

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="copies")
    configuration = models.CharField(max_length=40)
    holder = models.CharField(max_length=43, blank=True)
    nonce_digest = models.CharField(max_length=64, blank=True)
    key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "nonce_digest", "configuration"],
                condition=~Q(holder=""),
                name="wallet_copy_proof_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.configuration}"
