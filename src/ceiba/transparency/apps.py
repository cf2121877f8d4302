"""Django's entry for this app."""

from django.apps import AppConfig


class TransparencyConfig(AppConfig):
    """The `transparency` app."""

    name = "ceiba.transparency"
    label = "transparency"

    def ready(self) -> None:
        """The trust list that verifiers hold names this log."""
        from ceiba.credentials.published.logs import logs_said_by
        from ceiba.transparency.trusted import logs

        logs_said_by(logs)
