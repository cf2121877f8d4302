"""Addresses of the `pathway` app."""

from django.urls import URLPattern

app_name = "pathway"
urlpatterns: list[URLPattern] = []
