"""Addresses of OpenRosa: each twice, with the device's key in it and without."""

from typing import Any

from django.urls import URLPattern, path

from ceiba.submissions import views

app_name = "submissions"


def _both(route: str, view: Any, name: str) -> list[URLPattern]:
    return [path(f"key/<str:key>/{route}", view, name=f"{name}_by_key"), path(route, view, name=name)]


urlpatterns = [
    *_both("submission", views.submission, "submission"),
    *_both("formList", views.forms, "forms"),
    *_both("forms/<str:code>/<str:version>.xml", views.form, "form"),
    *_both("forms/<str:code>/<str:version>/manifest", views.form_manifest, "form_manifest"),
    *_both("forms/<str:code>/<str:version>/files/<str:name>", views.form_file, "form_file"),
    *_both("entities/<str:name>.csv", views.entities, "entities"),
    *_both("entities/<str:name>/integrity", views.entities_integrity, "entities_integrity"),
]
