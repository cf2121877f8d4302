"""Django's entry for this app."""

from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    """The `submissions` app."""

    name = "ceiba.submissions"
    label = "submissions"
