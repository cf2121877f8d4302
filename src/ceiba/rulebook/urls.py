"""Addresses of the rulebooks.

Including them with `{"statistics": function}` shows each rule's counts (`rulebook.document.Statistics`).
"""

from django.urls import path

from ceiba.rulebook.views import rulebook_document, rulebook_list

app_name = "rulebook"
urlpatterns = [
    path("", rulebook_list, name="list"),
    path("<slug:code>/", rulebook_document, name="document"),
    path("<slug:code>/<slug:digest>/", rulebook_document, name="version"),
]
