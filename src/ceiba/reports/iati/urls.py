"""Addresses of the IATI files."""

from django.urls import path

from ceiba.reports.iati import views

app_name = "iati"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:programme>/", views.files, name="files"),
    path("<slug:programme>/make/", views.make, name="make"),
    path("<slug:programme>/<slug:kind>.xml", views.file, name="file"),
]
