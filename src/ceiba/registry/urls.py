"""Addresses of the register's files."""

from django.urls import path

from ceiba.registry import views

app_name = "registry"
urlpatterns = [
    path("", views.files, name="files"),
    path("import/", views.upload, name="upload"),
    path("import/<slug:sha256>/", views.preview, name="preview"),
    path("export/<slug:sheet>.<slug:fmt>", views.export, name="export"),
]
