"""Addresses of the `credentials` app."""

from django.urls import path

from ceiba.credentials.views import desk, held, one, showing, wallet

app_name = "credentials"
urlpatterns = [
    path("", desk.index, name="index"),
    path("issue/", desk.issue_all, name="issue_all"),
    path("issuing/<int:job>/", desk.issuing, name="issuing"),
    path("person/<str:code>/", desk.person, name="person"),
    path("person/<str:code>/issue/", desk.issue, name="issue"),
    path("issued/", one.issued, name="issued"),
    path("mine/", held.mine, name="mine"),
    path("one/<uuid:pk>/", one.one, name="one"),
    path("one/<uuid:pk>/act/", one.act, name="act"),
    path("one/<uuid:pk>/paper/", held.paper, name="paper"),
    path("one/<uuid:pk>/wallet/", wallet.wallet, name="wallet"),
    path("one/<uuid:pk>/show/", showing.show, name="show"),
    path("one/<uuid:pk>/show/copy/", showing.copy, name="copy"),
    path("one/<uuid:pk>/<slug:form>/", held.download, name="download"),
]
