"""Addresses of OpenRosa: each twice, with the device's key in it and without."""

from django.urls import URLPattern, path

from ceiba.submissions import views

app_name = "submissions"


def _both(route: str, view: object, name: str) -> list[URLPattern]:
    return [path(route, view, name=name), path(f"key/<str:key>/{route}", view, name=f"{name}_by_key")]  # type: ignore[call-overload]


urlpatterns = [
    *_both("submission", views.submission, "submission"),
]
