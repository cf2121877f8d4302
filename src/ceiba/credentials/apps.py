"""Django's entry for this app."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    """The `credentials` app."""

    name = "ceiba.credentials"
    label = "credentials"
