"""Django's entry for this app."""

from django.apps import AppConfig


class SavingsConfig(AppConfig):
    """The `savings` app."""

    name = "ceiba.savings"
    label = "savings"
