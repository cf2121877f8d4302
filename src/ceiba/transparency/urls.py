"""Addresses of the `transparency` app."""

from django.urls import path

from ceiba.transparency.views import api, pages

app_name = "transparency"
urlpatterns = [
    path("", pages.index, name="index"),
    path("check/", pages.check, name="check"),
    path("receipts/<str:code>/<slug:programme>/<month:month>/", pages.receipt, name="receipt"),
    path("receipts/<str:code>/<slug:programme>/<month:month>/file", pages.receipt_file, name="receipt_file"),
    path("checkpoint", api.checkpoint, name="checkpoint"),
    path("consistency", api.consistency, name="consistency"),
    path("inclusion", api.inclusion, name="inclusion"),
    path("entries", api.entries, name="entries"),
    path("keys", api.keys, name="keys"),
    path("cosign", api.cosign, name="cosign"),
]
