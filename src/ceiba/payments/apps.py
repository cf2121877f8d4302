"""Django's entry for this app."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """The `payments` app."""

    name = "ceiba.payments"
    label = "payments"
