"""Addresses of the register's files."""

from django.urls import path

from ceiba.registry import views

app_name = "registry"
urlpatterns = [
    path("", views.files, name="files"),
    path("import/", views.upload, name="upload"),
    path("import/<slug:sha256>/", views.preview, name="preview"),
    path("taking-in/<int:job>/", views.taking_in, name="taking_in"),
    path("export/<slug:sheet>.<slug:fmt>", views.export, name="export"),
]
