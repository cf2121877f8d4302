"""Django's entry for this app."""

from django.apps import AppConfig


class ServiceRecordConfig(AppConfig):
    """The `service_record` app."""

    name = "ceiba.service_record"
    label = "service_record"
