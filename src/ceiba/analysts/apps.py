"""Django's entry for this app."""

from django.apps import AppConfig


class AnalystsConfig(AppConfig):
    """The `analysts` app."""

    name = "ceiba.analysts"
    label = "analysts"
