"""Django's entry for this app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The `web` app."""

    name = "ceiba.web"
    label = "web"
