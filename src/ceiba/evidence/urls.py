"""Addresses of records of evidence."""

from django.urls import path

from ceiba.evidence import views

app_name = "evidence"
urlpatterns = [
    path("<int:pk>/", views.record_page, name="record"),
    path("<int:pk>/json/", views.record_text, name="text"),
    path("<int:pk>/paper/", views.paper, name="paper"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("absence/<str:code>/", views.absence, name="absence"),
]
