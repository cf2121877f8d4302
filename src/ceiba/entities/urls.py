"""Addresses of what phones propose."""

from django.urls import path

from ceiba.entities import views

app_name = "entities"
urlpatterns = [
    path("", views.proposals, name="proposals"),
    path("<int:pk>/", views.proposal, name="proposal"),
    path("<int:pk>/decide/", views.decide, name="decide"),
]
