"""Django's entry for this app."""

from django.apps import AppConfig


class TransparencyConfig(AppConfig):
    """The `transparency` app."""

    name = "ceiba.transparency"
    label = "transparency"
