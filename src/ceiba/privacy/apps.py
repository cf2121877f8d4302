"""The `privacy` app."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Declares the app."""

    name = "ceiba.privacy"
    label = "privacy"
