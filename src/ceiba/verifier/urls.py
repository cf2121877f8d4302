"""Addresses of the `verifier` app. The service worker's scope is all of them."""

from django.urls import path

from ceiba.verifier import views

app_name = "verifier"
urlpatterns = [
    path("", views.index, {"language": "es"}, name="index"),
    path("en/", views.index, {"language": "en"}, name="english"),
    path("app.webmanifest", views.manifest, {"language": "es"}, name="manifest"),
    path("en/app.webmanifest", views.manifest, {"language": "en"}, name="english_manifest"),
    path("worker.js", views.worker, name="worker"),
    path("lists.json", views.lists, name="lists"),
]
