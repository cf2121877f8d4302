"""Addresses of OpenRosa: each twice, with the device's key in it and without."""

from typing import Any

from django.urls import URLPattern, path

from ceiba.submissions import views
from ceiba.submissions.told import Told

app_name = "submissions"


def addresses(told: Told) -> tuple[list[URLPattern], str]:
    """What `include` takes. `told` is what the apps above have to say to phones."""
    patterns = [
        *_both("submission", views.submission, "submission", told=told),
        *_both("formList", views.forms, "forms"),
        *_both("forms/<str:code>/<str:version>.xml", views.form, "form"),
        *_both("forms/<str:code>/<str:version>/manifest", views.form_manifest, "form_manifest", told=told),
        *_both("forms/<str:code>/<str:version>/files/<str:name>", views.form_file, "form_file"),
        *_both("entities/<str:name>.csv", views.entities, "entities", told=told),
        *_both("entities/<str:name>/integrity", views.entities_integrity, "entities_integrity"),
    ]
    return patterns, app_name


def _both(route: str, view: Any, name: str, **more: Any) -> list[URLPattern]:
    return [
        path(f"key/<str:key>/{route}", view, more, name=f"{name}_by_key"),
        path(route, view, more, name=name),
    ]
