"""What pages do with a form and an act that may be refused: what is wrong is told, and the page shown again."""

from collections.abc import Callable, Iterable

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from ceiba.core.kernel.errors import CeibaError
from ceiba.web.words import language


def act(request: HttpRequest, form: forms.Form, do: Callable[[], object], done: str) -> bool:
    """Do it and say so, or say what is wrong with the form or the act. Only a form that was sent does anything."""
    if request.method != "POST":
        return False
    if not form.is_valid():
        messages.error(request, "\n".join(_wrong(form)))
        return False
    try:
        do()
    except CeibaError as error:
        messages.error(request, error.text(language()))
        return False
    messages.success(request, done)
    return True


def _wrong(form: forms.Form) -> Iterable[str]:
    """`Answer by: this field is required.`, a line each."""
    for name, errors in form.errors.items():
        field = form.fields.get(name)
        yield f"{field.label if field is not None and field.label else name}: {' '.join(map(str, errors))}"
