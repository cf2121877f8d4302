"""Django's entry for this app."""

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """The `devices` app."""

    name = "ceiba.devices"
    label = "devices"
