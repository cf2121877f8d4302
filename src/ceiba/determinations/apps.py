"""Django's entry for this app."""

from django.apps import AppConfig


class DeterminationsConfig(AppConfig):
    """The `determinations` app."""

    name = "ceiba.determinations"
    label = "determinations"
