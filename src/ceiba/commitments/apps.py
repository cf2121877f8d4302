"""Django's entry for this app."""

from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    """The `commitments` app."""

    name = "ceiba.commitments"
    label = "commitments"
