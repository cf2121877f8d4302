"""Every address of the site, app by app."""

from django.urls import URLPattern, URLResolver, include, path

from ceiba.determinations.selectors import rule_statistics
from ceiba.payments.urls import addresses as payment_addresses
from ceiba.reconciliation.told import heard_of
from ceiba.review.told import TOLD
from ceiba.submissions.urls import addresses as phone_addresses

urlpatterns: list[URLPattern | URLResolver] = [
    path("field/", include(phone_addresses(TOLD))),  # first: it is asked for by the hundred a second
    path("v1/", include("ceiba.analysts.urls")),
    path("", include("ceiba.pages.urls")),
    path("accounts/", include("ceiba.accounts.urls")),
    path("entities/", include("ceiba.entities.urls")),
    path("devices/", include("ceiba.devices.urls")),
    path("evidence/", include("ceiba.evidence.urls")),
    path("facts/", include("ceiba.facts.urls")),
    path("fill/", include("ceiba.filler.urls")),
    path("forms/", include("ceiba.forms.urls")),
    path("funding/", include("ceiba.funding.urls")),
    path("commitments/", include("ceiba.commitments.urls")),
    path("months/", include("ceiba.runs.urls")),
    path("payees/", include("ceiba.payees.urls")),
    path("payments/", include(payment_addresses(heard_of))),
    path("reconciliation/", include("ceiba.reconciliation.urls")),
    path("reports/", include("ceiba.reports.urls")),
    path("reports/iati/", include("ceiba.reports.iati.urls")),
    path("rules/", include("ceiba.rulebook.urls"), {"statistics": rule_statistics}),
    path("record/", include("ceiba.service_record.urls")),
    path("review/", include("ceiba.review.urls")),
    path("register/", include("ceiba.registry.urls")),
    path("savings/", include("ceiba.savings.urls")),
    path("", include("ceiba.credentials.published.addresses")),
    path("", include("ceiba.credentials.wallet.addresses")),
    path("credentials/", include("ceiba.credentials.urls")),
    path("pathway/", include("ceiba.pathway.urls")),
    path("log/", include("ceiba.transparency.urls")),
    path("packs/", include("ceiba.packs.urls")),
    path("privacy/", include("ceiba.privacy.urls")),
    path("verify/", include("ceiba.verifier.urls")),
]
