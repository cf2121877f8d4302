"""Django's entry for this app."""

from django.apps import AppConfig


class PathwayConfig(AppConfig):
    """The `pathway` app."""

    name = "ceiba.pathway"
    label = "pathway"
