"""Reads forms: the versions that phones are offered, all that were published, and a form as data."""

from datetime import datetime

from django.db.models import Count, Min

from ceiba.core.forms.definition import FormDefinition
from ceiba.core.kernel.errors import register_messages
from ceiba.forms.definitions import definition_by_id
from ceiba.forms.models import FormFile, FormVersion

register_messages(
    {
        "form.none": {
            "es": "No hay un formulario publicado con esa clave, o no en esa versión.",
            "en": "No form is published under that code, or not in that version.",
        },
    }
)
_HEAVY = ("source", "xform")


def current_versions(programme: str | None = None) -> list[FormVersion]:
    """The version of each form published last, by the form's code; of one programme, or of all.

    Without the bytes of the source and of the compiled form: reading either asks the database for it.
    """
    versions = FormVersion.objects.select_related("form").defer(*_HEAVY)
    if programme is not None:
        versions = versions.filter(form__programme=programme)
    last = versions.order_by("form_id", "-published_at", "-id").distinct("form_id")
    return sorted(last, key=lambda version: version.form.code)


def form_titles() -> dict[str, str]:
    """What each form is called in its latest version, by the form's code; in the order of titles."""
    last = FormVersion.objects.order_by("form_id", "-published_at", "-id").distinct("form_id")
    return dict(sorted(last.values_list("form__code", "title"), key=lambda pair: pair[1]))


def versions_of(code: str, programme: str | None = None) -> list[FormVersion]:
    """Every version of a form, the one published last first; none where it is of another programme.

    Without their bytes, as for `current_versions`.
    """
    versions = FormVersion.objects.filter(form__code=code).select_related("form", "published_by")
    if programme is not None:
        versions = versions.filter(form__programme=programme)
    return list(versions.defer(*_HEAVY).order_by("-published_at", "-id"))


def versions_count() -> dict[int, int]:
    """How many versions each form has, by the form's number."""
    return dict(FormVersion.objects.values_list("form_id").annotate(Count("pk")).order_by())


def forms_began() -> dict[str, datetime]:
    """When the first version of each form was published, by the form's code."""
    return dict(FormVersion.objects.values_list("form__code").annotate(Min("published_at")).order_by())


def version_of(code: str, version: str) -> FormVersion | None:
    """A form as published under this code and version."""
    return FormVersion.objects.select_related("form").filter(form__code=code, version=version).first()


def version_by_id(code: str, number: int) -> FormVersion | None:
    """A version by its number, with its bytes, where it is one of the form with this code."""
    versions = FormVersion.objects.select_related("form", "published_by")
    return versions.filter(form__code=code, pk=number).first()


def definition_of(version: FormVersion | int) -> FormDefinition:
    """A published version as data; kept in memory once read."""
    return definition_by_id(version if isinstance(version, int) else version.pk)


def files_of(version: FormVersion) -> list[FormFile]:
    """The files that a version was published with, by name."""
    return list(FormFile.objects.filter(version=version).order_by("name"))


def given_by_others(programme: str, but: str) -> dict[str, list[str]]:
    """What the programme's other forms give now ("visit.plan_done") -> the codes of those that do."""
    others = (version for version in current_versions(programme) if version.form.code != but)
    given: dict[str, list[str]] = {}
    for version in others:
        for word in definition_of(version).given:
            given.setdefault(word, []).append(version.form.code)
    return given
