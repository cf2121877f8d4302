"""Addresses of the `privacy` app."""

from django.urls import path

from ceiba.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.index, name="index"),
    path("mine/", views.mine, name="mine"),
    path("mine/ask/", views.ask_own, name="ask_own"),
    path("mine/withdraw/<int:pk>/", views.withdraw_own, name="withdraw_own"),
    path("person/<str:code>/", views.person, name="person"),
    path("person/<str:code>/ask/", views.ask, name="ask"),
    path("<int:pk>/", views.one, name="one"),
    path("<int:pk>/decide/", views.decide, name="decide"),
]
