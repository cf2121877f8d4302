"""Django's entry for this app."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The `pages` app: no tables of its own."""

    name = "ceiba.pages"
    label = "pages"
