"""Addresses of payee accounts."""

from django.urls import path

from ceiba.payees.views import files, listing, mine, person

app_name = "payees"
urlpatterns = [
    path("", listing.index, name="index"),
    path("decide/", listing.decide, name="decide"),
    path("mine/", mine.mine, name="mine"),
    path("mine/<int:pk>/object/", mine.object_to, name="object"),
    path("person/<str:code>/", person.person, name="person"),
    path("person/<str:code>/propose/", person.propose, name="propose"),
    path("<int:pk>/withdraw/", person.withdraw, name="withdraw"),
    path("<int:pk>/close/", person.close, name="close"),
    path("files/", files.files, name="files"),
    path("files/upload/", files.upload, name="upload"),
    path("files/import/<slug:sha256>/", files.preview, name="preview"),
    path("files/taking-in/<int:job>/", files.taking_in, name="taking_in"),
    path("files/<int:pk>/decide/", files.decide, name="file_decide"),
]
