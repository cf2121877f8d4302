"""Every address of the site, app by app."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("ceiba.pages.urls")),
    path("accounts/", include("ceiba.accounts.urls")),
    path("payments/", include("ceiba.payments.urls")),
    path("record/", include("ceiba.service_record.urls")),
]
