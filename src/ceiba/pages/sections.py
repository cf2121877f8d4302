"""The places of money and of proof: each is one entry of the main navigation, with a second level of its own."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ceiba.accounts.models import Role, User
from ceiba.accounts.permissions import Action, may


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of a navigation."""

    name: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A place inside a section: whose action it takes, how it is called, its view, and other views that are of it."""

    action: Action
    name: str | Promise
    view: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Places that are one entry of the main navigation, where their addresses begin, and who begins elsewhere."""

    name: str | Promise
    under: tuple[str, ...]
    parts: tuple[Part, ...]
    first_of: tuple[tuple[Role, str], ...] = ()

    def open_to(self, user: User) -> tuple[Part, ...]:
        """The parts that the user may see."""
        return tuple(part for part in self.parts if may(user, part.action))

    def is_here(self, request: HttpRequest) -> bool:
        """Whether a page is of this section."""
        return request.path.startswith(self.under)

    def place(self, user: User, request: HttpRequest) -> Place | None:
        """The entry of the main navigation; a section of one part is called as that is. None: nothing to see."""
        parts = self.open_to(user)
        if not parts:
            return None
        first = dict(self.first_of).get(Role(user.role), parts[0].view)
        name = self.name if len(parts) > 1 else parts[0].name
        return Place(str(name), reverse(first), self.is_here(request))

    def places(self, user: User, request: HttpRequest) -> tuple[Place, ...]:
        """The second level on a page of this section; nothing where there is no choice."""
        parts = self.open_to(user) if self.is_here(request) else ()
        here = _here(parts, request)
        return tuple(Place(str(p.name), reverse(p.view), p.view == here) for p in parts if len(parts) > 1)


def _here(parts: tuple[Part, ...], request: HttpRequest) -> str:
    """The view of the part that a page is of: by its own view, else by the longest address that it begins with."""
    name = getattr(request.resolver_match, "view_name", "")
    named = next((part.view for part in parts if name == part.view or name in part.also), None)
    if named is not None:
        return named
    beginning = [part.view for part in parts if request.path.startswith(reverse(part.view))]
    return max(beginning, key=lambda view: len(reverse(view)), default="")


PAYMENTS: Final = Section(
    _("Payments"),
    ("/payments/", "/payees/", "/savings/", "/reconciliation/"),
    (
        Part(
            Action.VIEW_RUNS,
            _("Runs"),
            "payments:runs",
            ("payments:payment", "payments:draft", "payments:drafting"),
        ),
        Part(Action.VIEW_PAYMENTS, _("Lists"), "payments:index"),
        Part(Action.VIEW_RUNS, _("Holds"), "payments:holds", ("payments:person",)),
        Part(Action.VIEW_PAYEES, _("Accounts"), "payees:index"),
        Part(Action.VIEW_RUNS, _("Savings"), "savings:index"),
        Part(Action.VIEW_RUNS, _("Reconciliation"), "reconciliation:index"),
        Part(Action.VIEW_RUNS, _("Limits"), "payments:limits"),
    ),
)
FUNDING: Final = Section(
    _("Funding"),
    ("/funding/", "/reports/", "/commitments/"),
    (
        Part(Action.VIEW_FUNDING, _("Agreements"), "funding:index"),
        Part(Action.VIEW_FUNDING, _("Results"), "reports:index"),
        Part(Action.VIEW_FUNDING, _("IATI"), "iati:index"),
        Part(Action.VIEW_COMMITMENTS, _("Commitments"), "commitments:index"),
    ),
    ((Role.FUNDER, "reports:index"),),
)
PROOF: Final = Section(
    _("Certificate"),
    ("/record/", "/credentials/", "/pathway/", "/log/", "/packs/", "/privacy/"),
    (
        Part(Action.VIEW_RECORD, _("Months of service"), "service_record:index"),
        Part(Action.VIEW_CREDENTIALS, _("Certificates"), "credentials:index"),
        Part(Action.VIEW_AGGREGATES, _("Pathway"), "pathway:index", ("pathway:person",)),
        Part(Action.OWN_DOSSIER, _("What I share"), "pathway:mine"),
        Part(Action.READ_DOSSIER, _("Dossiers"), "pathway:shared"),
        Part(Action.READ_DOSSIER, _("Verify"), "verifier:index"),
        Part(Action.VIEW_RECORD, _("Log"), "transparency:index"),
        Part(Action.TAKE_PACK, _("Audit packs"), "packs:index"),
        Part(Action.VIEW_ERASURES, _("Erasures"), "privacy:index", ("privacy:person", "privacy:one")),
        Part(Action.OWN_ERASURE, _("What is held of me"), "privacy:mine"),
    ),
)
SECTIONS: Final = (PAYMENTS, FUNDING, PROOF)
