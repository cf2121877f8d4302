"""Django's entry for this app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The `audit` app."""

    name = "ceiba.audit"
    label = "audit"
