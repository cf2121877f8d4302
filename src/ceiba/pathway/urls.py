"""Addresses of the `pathway` app."""

from django.urls import path

from ceiba.pathway.views import batches, board, people, shared

app_name = "pathway"
urlpatterns = [
    path("", board.index, name="index"),
    path("recipients/", board.recipients_page, name="recipients"),
    path("batches/new/", batches.new, name="new"),
    path("batches/<int:pk>/", board.batch_page, name="batch"),
    path("batches/<int:pk>/list.json", board.public_list, name="list"),
    path("batches/<int:pk>/number/", batches.number, name="number"),
    path("batches/<int:pk>/refer/", batches.refer, name="refer"),
    path("batches/<int:pk>/<slug:number>/answer/", batches.answer, name="answer"),
    path("batches/<int:pk>/<slug:number>/movement/", batches.movement, name="movement"),
    path("people/<str:code>/", people.person, name="person"),
    path("people/<str:code>/agree/", people.agree_with_office, name="agree_with_office"),
    path("people/<str:code>/withdraw/<int:pk>/", people.withdraw_with_office, name="withdraw_with_office"),
    path("mine/", people.mine, name="mine"),
    path("mine/agree/", people.agree, name="agree"),
    path("mine/withdraw/<int:pk>/", people.withdraw, name="withdraw"),
    path("shared/", shared.index, name="shared"),
    path("shared/<str:code>/", shared.dossier, name="dossier"),
]
