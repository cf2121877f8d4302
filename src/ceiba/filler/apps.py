"""Django's entry for this app."""

from django.apps import AppConfig


class FillerConfig(AppConfig):
    """The `filler` app."""

    name = "ceiba.filler"
    label = "filler"
