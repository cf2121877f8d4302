"""Django's entry for this app."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """The `review` app."""

    name = "ceiba.review"
    label = "review"
