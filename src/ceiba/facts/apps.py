"""Django's entry for this app."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    """The `facts` app."""

    name = "ceiba.facts"
    label = "facts"
