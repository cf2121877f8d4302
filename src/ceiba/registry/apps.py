"""Django's entry for this app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The `registry` app."""

    name = "ceiba.registry"
    label = "registry"
