"""Django's entry for this app."""

from django.apps import AppConfig


class PayeesConfig(AppConfig):
    """The `payees` app."""

    name = "ceiba.payees"
    label = "payees"
