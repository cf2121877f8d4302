"""Django's entry for this app."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    """The `reconciliation` app."""

    name = "ceiba.reconciliation"
    label = "reconciliation"
