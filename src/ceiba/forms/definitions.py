"""Versions of forms as data, read once: a published version never changes."""

from functools import lru_cache

from ceiba.core.forms.definition import FormDefinition, read_form
from ceiba.forms.models import FormVersion


def definition(code: str, version: str) -> FormDefinition | None:
    """The form as it was published under this code and version; None where none was."""
    number = FormVersion.objects.filter(form__code=code, version=version).values_list("pk", flat=True).first()
    return None if number is None else definition_by_id(number)


@lru_cache(maxsize=512)
def definition_by_id(number: int) -> FormDefinition:
    """The published version with this number. Raises FormVersion.DoesNotExist."""
    return read_form(bytes(FormVersion.objects.get(pk=number).xform))
