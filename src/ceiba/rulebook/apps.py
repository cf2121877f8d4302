"""Django's entry for this app."""

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    """The `rulebook` app."""

    name = "ceiba.rulebook"
    label = "rulebook"
