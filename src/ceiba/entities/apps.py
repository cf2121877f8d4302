"""Django's entry for this app."""

from django.apps import AppConfig


class EntitiesConfig(AppConfig):
    """The `entities` app."""

    name = "ceiba.entities"
    label = "entities"
