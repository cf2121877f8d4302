"""A site of rulebooks alone, with counts for one rule."""

from django.urls import include, path

COUNTS = {"work.plan": {"decided": 4321, "fail": 17, "unknown": 29}}

urlpatterns = [
    path("rules/", include("ceiba.rulebook.urls"), {"statistics": lambda version: COUNTS}),
]
