"""Forms and their published versions: never changed, each kept as it was sent and as phones receive it."""

from django.conf import settings
from django.db import models


class Form(models.Model):
    """A form of a programme by its code, which is the form's id on the phone (`ca-visit`)."""

    programme = models.ForeignKey("rulebook.Programme", on_delete=models.PROTECT, related_name="forms")
    code = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.code


class FormVersion(models.Model):
    """A version as published. Every one stays accepted; phones are offered the one published last.

    `source` is the XLSForm byte for byte, `xform` what it compiles to, byte for byte as phones get it.
    """

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    source_name = models.CharField(max_length=200)
    source = models.BinaryField()
    xform = models.BinaryField()
    xform_md5 = models.CharField(max_length=32, help_text="what phones compare with what they have")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "version"], name="form_version_once")]

    def __str__(self) -> str:
        return f"{self.form_id} {self.version}"


class FormFile(models.Model):
    """A file that a version needs beside it (a picture, a list); its bytes are a blob."""

    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="form_file_once")]

    def __str__(self) -> str:
        return self.name
