"""Django's entry for this app."""

from django.apps import AppConfig


class PathwayConfig(AppConfig):
    """The `pathway` app."""

    name = "ceiba.pathway"
    label = "pathway"

    def ready(self) -> None:
        """Tell the service record how seasons are read: what they come to decides a stage of the pathway."""
        from ceiba.pathway.selectors.seasons import seasons_accepted  # noqa: PLC0415 - needs models
        from ceiba.service_record.selectors import seasons_told_by  # noqa: PLC0415

        seasons_told_by(seasons_accepted)
