"""The address of the catalogue of facts."""

from django.urls import path

from ceiba.facts import views

app_name = "facts"
urlpatterns = [path("", views.catalogue, name="catalogue")]
