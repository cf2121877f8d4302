"""Addresses of the reconciliation."""

from django.urls import path

from ceiba.reconciliation.views import board, files, items

app_name = "reconciliation"
urlpatterns = [
    path("", board.index, name="index"),
    path("items/", items.listing, name="items"),
    path("items/<int:pk>/", items.item, name="item"),
    path("items/<int:pk>/own/", items.own, name="own"),
    path("items/<int:pk>/note/", items.note, name="note"),
    path("items/<int:pk>/explain/", items.explain, name="explain"),
    path("items/<int:pk>/deposit/", items.deposit, name="deposit"),
    path("items/<int:pk>/move/", items.move, name="move"),
    path("items/<int:pk>/close/", items.close, name="close"),
    path("items/<int:pk>/explanations/<int:explanation>/", items.decide, name="decide"),
    path("files/", files.upload, name="upload"),
    path("files/<slug:sha256>/", files.preview, name="preview"),
    path("files/taking/<int:job>/", files.taking, name="taking"),
    path("match/", board.match, name="match"),
]
