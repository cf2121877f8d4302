"""Published forms for those who analyse what was sent with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Min, QuerySet

from ceiba.forms.models import FormFile, FormVersion

_COLUMNS: Final = (
    "pk", "form__code", "form__programme_id", "version", "title", "xform_md5", "source_name", "published_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Published:
    """A version of a form. `first_at` is when the form's first one was published."""

    id: int
    code: str
    programme: str
    version: str
    title: str
    xform_md5: str
    source_name: str
    published_at: datetime
    first_at: datetime


def forms_published(programme: str) -> list[Published]:
    """The forms of a programme by code, each in the version published last."""
    rows = _rows().filter(form__programme=programme).order_by("form__code", "-published_at", "-pk")
    return _read(rows.distinct("form__code"))


def form_published(programme: str, code: str) -> Published | None:
    """A form of a programme in the version published last; None when there is none."""
    return next(iter(versions_published(programme, code)), None)


def versions_published(programme: str, code: str) -> list[Published]:
    """Every version of a form, the one published last first."""
    return _read(_rows().filter(form__programme=programme, form__code=code).order_by("-published_at", "-pk"))


def xform_of(version: Published) -> bytes:
    """The version as phones get it, byte for byte."""
    return bytes(FormVersion.objects.values_list("xform", flat=True).get(pk=version.id))


def source_of(version: Published) -> bytes:
    """The XLSForm it was compiled from, byte for byte."""
    return bytes(FormVersion.objects.values_list("source", flat=True).get(pk=version.id))


def files_of(version: Published) -> list[FormFile]:
    """The files that it has beside it, by name."""
    return list(FormFile.objects.filter(version=version.id).order_by("name"))


def _rows() -> QuerySet[FormVersion]:
    return FormVersion.objects.defer("source", "xform")


def _read(rows: QuerySet[FormVersion]) -> list[Published]:
    found = list(rows.values_list(*_COLUMNS))
    firsts = _firsts([row[1] for row in found])
    return [Published(*(*row, firsts[row[1]])) for row in found]


def _firsts(codes: Sequence[str]) -> dict[str, datetime]:
    rows = FormVersion.objects.filter(form__code__in=set(codes)).values("form__code").order_by()
    return dict(rows.annotate(first=Min("published_at")).values_list("form__code", "first"))
