"""Django's entry for this app."""

from django.apps import AppConfig


class RunsConfig(AppConfig):
    """The `runs` app."""

    name = "ceiba.runs"
    label = "runs"
