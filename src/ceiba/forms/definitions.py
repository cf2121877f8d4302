"""Versions of forms as data, read once: a published version never changes."""

from functools import lru_cache

from ceiba.core.forms.definition import FormDefinition, read_form
from ceiba.forms.models import FormVersion


def definition(code: str, version: str) -> FormDefinition | None:
    """The form as it was published under this code and version; None where none was."""
    try:
        return definition_by_id(version_number(code, version))
    except LookupError:
        return None


@lru_cache(maxsize=4096)
def version_number(code: str, version: str) -> int:
    """The number of a published version. Raises LookupError where there is none, which is asked again next time."""
    number = FormVersion.objects.filter(form__code=code, version=version).values_list("pk", flat=True).first()
    if number is None:
        raise LookupError(f"{code} {version}")
    return number


@lru_cache(maxsize=512)
def definition_by_id(number: int) -> FormDefinition:
    """The published version with this number. Raises FormVersion.DoesNotExist."""
    return read_form(bytes(FormVersion.objects.get(pk=number).xform))
