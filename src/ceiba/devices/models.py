"""Devices: the phones and browsers of a user, each with a key of its own that can be taken away."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from ceiba.web.words import day_name


class DeviceKind(models.TextChoices):
    """What a device is."""

    PHONE = "phone"
    BROWSER = "browser"


class Device(models.Model):
    """A phone or browser of a user. It sees what its user sees, until one of the two is revoked.

    Its key is made by Ceiba, long and random; kept are its hash, and, enciphered, what Digest needs of it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="devices")
    kind = models.CharField(max_length=8, choices=DeviceKind.choices)
    name = models.CharField(max_length=80)
    username = models.CharField(max_length=40, unique=True, help_text="for Basic and Digest")
    key_sha256 = models.BinaryField(unique=True)
    ha1_cipher = models.BinaryField()
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="device_kind_known", condition=models.Q(kind__in=DeviceKind.values)),
            models.UniqueConstraint(
                name="device_name_once",
                fields=["user", "kind", "name"],
                condition=models.Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def called(self) -> str:
        """What people call it: the name it was given, or the day of a browser, which names itself by a number."""
        if self.kind == DeviceKind.BROWSER:
            return _("Browser of %(day)s") % {"day": day_name(self.made_at.date())}
        return self.name
