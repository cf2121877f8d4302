"""Addresses of the office's page of months."""

from django.urls import path

from ceiba.runs import views

app_name = "runs"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:programme>/", views.months, name="months"),
    path("<slug:programme>/<month:month>/decide/", views.decide, name="decide"),
    path("<slug:programme>/<month:month>/progress/", views.progress, name="progress"),
]
