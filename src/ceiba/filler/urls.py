"""Addresses of the forms in a browser. The service worker's scope is all of them."""

from django.urls import path

from ceiba.filler import views

app_name = "filler"
urlpatterns = [
    path("", views.index, name="index"),
    path("worker.js", views.worker, name="worker"),
    path("app.webmanifest", views.manifest, name="manifest"),
    path("api/forms", views.forms, name="forms"),
    path("api/forms/<str:code>/xform", views.xform, name="xform"),
    path("api/forms/<str:code>/files/<str:name>", views.file, name="file"),
    path("api/forms/<str:code>/changes/<str:name>", views.changes, name="changes"),
    path("api/submission", views.submission, name="submission"),
    path("api/returned/<str:instance_id>", views.returned, name="returned"),
    path("api/returned/<str:instance_id>/files/<str:name>", views.returned_file, name="returned_file"),
    path("<str:code>/", views.form, name="form"),
]
