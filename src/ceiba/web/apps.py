"""Django's entry for this app."""

from django.apps import AppConfig
from django.urls import register_converter

from ceiba.web.converters import MonthConverter


class WebConfig(AppConfig):
    """The `web` app."""

    name = "ceiba.web"
    label = "web"

    def ready(self) -> None:
        """Months in addresses, for every app's urls."""
        register_converter(MonthConverter, "month")
