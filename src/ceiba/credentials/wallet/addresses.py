"""Addresses that wallets speak to, and where they find them."""

from django.urls import path

from ceiba.credentials.wallet import endpoints

app_name = "wallet"
urlpatterns = [
    path(".well-known/openid-credential-issuer", endpoints.issuer, name="issuer"),
    path(".well-known/oauth-authorization-server", endpoints.server, name="server"),
    path("wallet/offers/<str:reference>", endpoints.offer, name="offer"),
    path("wallet/token", endpoints.token, name="token"),
    path("wallet/nonce", endpoints.nonce, name="nonce"),
    path("wallet/credential", endpoints.credential, name="credential"),
]
