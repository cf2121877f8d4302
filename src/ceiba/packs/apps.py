"""Django's entry for this app."""

from django.apps import AppConfig


class PacksConfig(AppConfig):
    """The `packs` app."""

    name = "ceiba.packs"
    label = "packs"
