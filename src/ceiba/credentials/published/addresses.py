"""Addresses of what verifiers fetch, under the issuer's own host."""

from django.urls import path

from ceiba.credentials.published import serving
from ceiba.credentials.published.documents import DID_DOCUMENT, JWKS, ROOTS, TRUST_LIST, TYPE

app_name = "published"
urlpatterns = [
    path(DID_DOCUMENT, serving.document, {"path": DID_DOCUMENT}, name="did"),
    path(JWKS, serving.document, {"path": JWKS}, name="jwks"),
    path(ROOTS, serving.document, {"path": ROOTS}, name="roots"),
    path(TRUST_LIST, serving.document, {"path": TRUST_LIST}, name="trust"),
    path(TYPE, serving.document, {"path": TYPE}, name="type"),
    path("status/<int:number>/<slug:purpose>", serving.status_list, name="status"),
]
