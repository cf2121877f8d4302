"""The IATI files of a programme as they were made last."""

from django.db import models


class IatiFiles(models.Model):
    """Both files of a programme for one audience, what was found wrong with them, and what their page says.

    Each making takes the place of the one before: the books and the record can make them again.
    """

    programme = models.ForeignKey("rulebook.Programme", on_delete=models.CASCADE, related_name="+")
    audience = models.CharField(
        max_length=40, blank=True, help_text="`iati.making.audience_of`; empty: all of it"
    )
    made_at = models.DateTimeField()
    page = models.JSONField(
        help_text="`iati.shown`; or, as `problem`, why they could not be made, by language"
    )
    activities = models.BinaryField(null=True)
    organisation = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "audience"], name="iati_files_once")]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.audience}"
