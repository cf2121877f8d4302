"""Addresses of the payment lists, the runs that pay them, payments, holds and limits."""

from django.urls import URLPattern, path

from ceiba.payments.said import Hears
from ceiba.payments.views import board, drafting, files, lists, payment, person, run

app_name = "payments"


def addresses(hears: Hears) -> tuple[list[URLPattern], str]:
    """What `include` takes. `hears` is what the app above has to say of a payment: what its bank said."""
    patterns = [
        path("", lists.index, name="index"),
        path("runs/", board.board, name="runs"),
        path("runs/<int:pk>/", run.run, name="run"),
        path("runs/<int:pk>/alerts/<int:alert>/", run.explain, name="explain"),
        path("runs/<int:pk>/files/", files.sending, name="sending"),
        path("runs/<int:pk>/files/send/", files.send, name="send"),
        path("runs/<int:pk>/files/<int:part>/", files.file, name="file"),
        path("runs/<int:pk>/<slug:step>/", run.step, name="step"),
        path("drafts/<int:job>/", drafting.drafting, name="drafting"),
        path("drafts/<slug:programme>/new/", drafting.draft, name="draft"),
        path("payment/<uuid:pk>/", payment.payment, {"hears": hears}, name="payment"),
        path("payment/<uuid:pk>/take-out/", payment.take_out, name="take_out"),
        path("person/<str:code>/", person.person, name="person"),
        path("person/<str:code>/hold/", person.hold, name="hold"),
        path("holds/", person.holds, name="holds"),
        path("holds/<int:pk>/lift/", person.lift, name="lift"),
        path("limits/", board.limits, name="limits"),
        path("<slug:programme>/<month:month>/", lists.payment_list_page, name="list"),
        path("<slug:programme>/<month:month>/csv/", lists.export, name="export"),
    ]
    return patterns, app_name
