"""Addresses of the service records."""

from django.urls import path

from ceiba.service_record import views

app_name = "service_record"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:programme>/<str:code>/", views.person, name="person"),
]
