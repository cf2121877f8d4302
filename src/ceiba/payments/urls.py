"""Addresses of the payment lists, the runs that pay them, payments, holds and limits."""

from django.urls import path

from ceiba.payments.views import board, drafting, lists, payment, person, run

app_name = "payments"
urlpatterns = [
    path("", lists.index, name="index"),
    path("runs/", board.board, name="runs"),
    path("runs/<int:pk>/", run.run, name="run"),
    path("runs/<int:pk>/alerts/<int:alert>/", run.explain, name="explain"),
    path("runs/<int:pk>/<slug:step>/", run.step, name="step"),
    path("drafts/<int:job>/", drafting.drafting, name="drafting"),
    path("drafts/<slug:programme>/new/", drafting.draft, name="draft"),
    path("payment/<uuid:pk>/", payment.payment, name="payment"),
    path("payment/<uuid:pk>/take-out/", payment.take_out, name="take_out"),
    path("person/<str:code>/", person.person, name="person"),
    path("person/<str:code>/hold/", person.hold, name="hold"),
    path("holds/", person.holds, name="holds"),
    path("holds/<int:pk>/lift/", person.lift, name="lift"),
    path("limits/", board.limits, name="limits"),
    path("<slug:programme>/<month:month>/", lists.payment_list_page, name="list"),
    path("<slug:programme>/<month:month>/csv/", lists.export, name="export"),
]
