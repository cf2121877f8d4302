"""Django's entry for this app."""

from django.apps import AppConfig


class FormsConfig(AppConfig):
    """The `forms` app."""

    name = "ceiba.forms"
    label = "forms"
