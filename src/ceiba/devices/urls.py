"""Addresses of the pages about devices."""

from django.urls import path

from ceiba.devices.views import mine, office

app_name = "devices"
urlpatterns = [
    path("", office.technicians, name="technicians"),
    path("of/<int:technician>/", office.technician, name="technician"),
    path("of/<int:technician>/account/", office.account, name="account"),
    path("of/<int:technician>/invitation/", office.invitation, name="invitation"),
    path("of/<int:technician>/close/", office.close, name="close"),
    path("of/<int:technician>/open/", office.reopen, name="open"),
    path("of/<int:technician>/phone/", office.phone, name="phone"),
    path("of/<int:technician>/<int:device>/revoke/", office.revoke, name="revoke"),
    path("mine/", mine.devices, name="mine"),
    path("mine/phone/", mine.phone, name="own_phone"),
    path("mine/<int:device>/revoke/", mine.revoke, name="own_revoke"),
]
