"""Addresses of who pays."""

from django.urls import path

from ceiba.funding import views

app_name = "funding"
urlpatterns = [
    path("", views.index, name="index"),
    path("agreements/<str:code>/", views.agreement, name="agreement"),
    path("<slug:programme>/enter/<slug:kind>/", views.enter, name="enter"),
    path("<slug:programme>/decide/<slug:kind>/<int:entry>/", views.decide, name="decide"),
]
