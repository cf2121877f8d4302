"""Django's entry for this app."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """The `evidence` app."""

    name = "ceiba.evidence"
    label = "evidence"
