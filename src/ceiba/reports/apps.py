"""Django's entry for this app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The `reports` app."""

    name = "ceiba.reports"
    label = "reports"
