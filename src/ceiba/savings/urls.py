"""Addresses of savings."""

from django.urls import path

from ceiba.savings.views import person, programme, withdrawals

app_name = "savings"
urlpatterns = [
    path("", programme.index, name="index"),
    path("mine/", person.mine, name="mine"),
    path("person/<str:code>/", person.statements, name="person"),
    path("person/<str:code>/ask/<int:account>/", person.ask, name="ask"),
    path("withdrawals/", withdrawals.index, name="withdrawals"),
    path("withdrawals/decide/", withdrawals.decide, name="decide"),
    path("withdrawals/<int:pk>/give-up/", withdrawals.give_up, name="give_up"),
    path("withdrawals/<slug:programme>/ask-due/", withdrawals.ask_due, name="ask_due"),
    path("withdrawals/<slug:programme>/pay/", withdrawals.pay, name="pay"),
    path("<slug:programme>/proof/", programme.proof_page, name="proof"),
    path("<slug:programme>/proof/csv/", programme.proof_list, name="proof_list"),
    path("<slug:programme>/interest/", programme.give_interest, name="interest"),
    path("<slug:programme>/move/", programme.order, name="order"),
    path("moves/<int:pk>/confirm/", programme.confirm, name="confirm"),
    path("moves/<int:pk>/send/", programme.send, name="send"),
    path("moves/<int:pk>/book/", programme.book, name="book"),
    path("moves/<int:pk>/cancel/", programme.cancel, name="cancel"),
    path("<slug:programme>/messages/", programme.messages_list, name="messages"),
]
