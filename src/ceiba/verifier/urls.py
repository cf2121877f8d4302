"""Addresses of the `verifier` app."""

from django.urls import URLPattern

app_name = "verifier"
urlpatterns: list[URLPattern] = []
