"""Addresses of the register of commitments."""

from django.urls import path

from ceiba.commitments.views import deciding, entering, parties, register, statements

app_name = "commitments"
urlpatterns = [
    path("", register.index, name="index"),
    path("csv/", register.export, name="export"),
    path("new/", entering.new, name="new"),
    path("<int:number>/", register.commitment, name="commitment"),
    path("<int:number>/correct/", entering.correct, name="correct"),
    path("<int:number>/delivery/", entering.delivery, name="delivery"),
    path("<int:number>/answer/", entering.answer, name="answer"),
    path("entries/", deciding.waiting_list, name="waiting"),
    path("entries/<int:pk>/", deciding.entry, name="entry"),
    path("entries/<int:pk>/decide/", deciding.decide, name="decide"),
    path("entries/<int:pk>/retract/", entering.retract, name="retract"),
    path("statements/", statements.index, name="statements"),
    path("statements/new/", statements.paste, name="paste"),
    path("statements/<int:pk>/", statements.statement, name="statement"),
    path("statements/<int:pk>/<int:place>/", statements.take, name="take"),
    path("statements/<int:pk>/<int:place>/dismiss/", statements.dismiss, name="dismiss"),
    path("parties/", parties.index, name="parties"),
    path("parties/new/", parties.new, name="party_new"),
    path("parties/<int:pk>/", parties.party, name="party"),
]
