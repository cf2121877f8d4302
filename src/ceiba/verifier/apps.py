"""Django's entry for this app."""

from django.apps import AppConfig


class VerifierConfig(AppConfig):
    """The `verifier` app."""

    name = "ceiba.verifier"
    label = "verifier"
