"""Addresses of results beside money."""

from django.urls import path

from ceiba.reports.results import views as results

app_name = "reports"
urlpatterns = [
    path("", results.index, name="index"),
    path("agreements/<str:code>/", results.agreement, name="agreement"),
    path("agreements/<str:code>/<str:department>/", results.lines, name="lines"),
]
