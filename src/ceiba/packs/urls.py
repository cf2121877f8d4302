"""Addresses of the `packs` app."""

from django.urls import path

from ceiba.packs import views

app_name = "packs"
urlpatterns = [
    path("", views.index, name="index"),
    path("ask/", views.ask, name="ask"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/pack.zip", views.fetch, name="fetch"),
]
