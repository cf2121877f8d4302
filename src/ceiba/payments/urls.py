"""Addresses of the payment lists."""

from django.urls import path

from ceiba.payments import views

app_name = "payments"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:programme>/<month:month>/", views.payment_list_page, name="list"),
    path("<slug:programme>/<month:month>/csv/", views.export, name="export"),
]
