"""Django's entry for this app."""

from django.apps import AppConfig


class FundingConfig(AppConfig):
    """The `funding` app."""

    name = "ceiba.funding"
    label = "funding"
