"""Sessions of analysts' tools, and the numbers by which they know programmes."""

from django.conf import settings
from django.db import models


class Session(models.Model):
    """A token that stands for a user for a day; kept is its hash.

    `password_mark` is of the password it was opened with: changing that ends the session.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_sha256 = models.BinaryField(unique=True)
    password_mark = models.CharField(max_length=128)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.user_id} until {self.expires_at}"


class Project(models.Model):
    """The number of a programme: the tools of ODK know programmes as projects, and projects by numbers."""

    programme = models.OneToOneField("rulebook.Programme", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.pk}: {self.programme_id}"
