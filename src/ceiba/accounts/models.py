"""Users, their role, and the areas they may see."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class Role(models.TextChoices):
    """What a user is to the programme; what each may see and do is in `accounts.permissions`."""

    OFFICE = "office"
    TECHNICIAN = "technician"
    SUPERVISOR = "supervisor"
    PAYMENTS = "payments"
    TREASURY = "treasury"
    AUDITOR = "auditor"
    FUNDER = "funder"
    PARTICIPANT = "participant"
    CONSULAR = "consular"


class User(AbstractUser):
    """A person who signs in. Technicians, participants and funders are tied to their own row by `code`.

    So are the officers of a consulate or ministry to the recipient of dossiers that they look for; these share it.
    """

    role = models.CharField(max_length=12, choices=Role.choices)
    language = models.CharField(max_length=2, default="es")
    code = models.CharField(
        max_length=64,
        blank=True,
        help_text="technician or participant code in the register; code of a recipient of dossiers",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_role_known", condition=models.Q(role__in=Role.values)),
        ]


class AreaScope(models.Model):
    """An area a user may see, with all below it: area codes are prefixes of their children's."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="scopes")
    area_code = models.CharField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "area_code"], name="scope_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.area_code}"
