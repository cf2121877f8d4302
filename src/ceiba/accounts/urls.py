"""Addresses of signing in and of the language."""

from django.urls import path

from ceiba.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("invitation/<str:uidb64>/<str:token>/", views.invitation, name="invitation"),
    path("language/", views.language, name="language"),
]
