"""Who may do what: one matrix, and the decorator by which every view declares what it needs.

A role says which acts; the scope (`accounts.selectors`) says on whom. A view answers 403 to a role that may not
act, and 404 for a person or area outside the scope: it does not say that there is one.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from ceiba.accounts.models import Role, User
from ceiba.accounts.selectors import Scope, scope_of

P = ParamSpec("P")


class Action(StrEnum):
    """What a page or command lets someone do. What is seen is always drawn through the scope."""

    VIEW_AGGREGATES = "view_aggregates"  # the month at a glance, the record's distribution
    VIEW_PEOPLE = "view_people"  # names, months and their explanations
    VIEW_DETAILS = "view_details"  # birth date, telephone, documents, plots
    VIEW_EVIDENCE = "view_evidence"
    ENTER_ABSENCE = "enter_absence"  # one with its paper; whoever does decides no month that it bears on
    VIEW_PAPERS = "view_papers"  # papers that an office entered with an absence
    EXPORT_EVIDENCE = "export_evidence"  # whole forms as they were sent, in bulk and with their files
    VIEW_MONEY = "view_money"  # amounts of a person
    VIEW_PAYMENTS = "view_payments"  # the payment list
    VIEW_MAP = "view_map"
    VIEW_PLOTS = "view_plots"  # the plots on the map, not only the areas
    VIEW_RECORD = "view_record"
    VIEW_RULEBOOK = "view_rulebook"
    EXPORT_PAYMENTS = "export_payments"
    IMPORT_REGISTER = "import_register"
    EXPORT_REGISTER = "export_register"
    RUN_MONTH = "run_month"
    VIEW_FORMS = "view_forms"  # what is asked in the field, and what each question gives
    PUBLISH_FORMS = "publish_forms"
    FILL_FORMS = "fill_forms"  # send what was seen in the field, from a browser
    VIEW_CHANGES = "view_changes"  # what phones propose to change in the register
    DECIDE_CHANGES = "decide_changes"
    VIEW_DEVICES = "view_devices"  # technicians' accounts, phones and browsers
    MANAGE_DEVICES = "manage_devices"  # makes them, and invites who is to have them
    REVOKE_DEVICES = "revoke_devices"  # takes lost ones away
    OWN_DEVICES = "own_devices"  # one's own
    VIEW_SUBMISSIONS = (
        "view_submissions"  # what forms sent: one's own, those of one's people, or of one's areas
    )
    VIEW_FLAGS = "view_flags"  # what makes a submission worth a look: not told to those who send them
    REVIEW_SUBMISSIONS = "review_submissions"  # never one's own
    VIEW_RUNS = "view_runs"  # payment runs, and what became of each payment
    EXPLAIN_VARIANCE = "explain_variance"  # why a month pays other people, or more, than the one before
    HOLD_PAYMENTS = "hold_payments"  # keeps one person's pay back, with a cause, and lets it go
    PREPARE_RUN = "prepare_run"
    REVIEW_RUN = "review_run"
    APPROVE_RUN = "approve_run"
    RELEASE_RUN = "release_run"
    RECONCILE = "reconcile"  # takes in what banks said, and explains what nobody did
    VIEW_PAYEES = "view_payees"  # people's accounts, but for most of their digits
    PROPOSE_PAYEE = "propose_payee"
    CONFIRM_PAYEE = "confirm_payee"  # never what one proposed
    MANAGE_SAVINGS = "manage_savings"  # asks for a person's savings to be paid out
    VIEW_FUNDING = "view_funding"
    MANAGE_FUNDING = "manage_funding"
    VIEW_COMMITMENTS = "view_commitments"  # what governments promised each other
    RECORD_COMMITMENTS = "record_commitments"
    VIEW_CREDENTIALS = "view_credentials"  # who has a constancia, and how it stands
    ISSUE_CREDENTIALS = (
        "issue_credentials"  # gives one to whoever has the months, and asks for one to be revoked
    )
    VIEW_PATHWAY = "view_pathway"  # dossiers and referrals of people, where they consented
    MANAGE_REFERRALS = "manage_referrals"  # makes batches, records what was answered
    READ_DOSSIER = (
        "read_dossier"  # what people consented to share with one's consulate; each look is told to them
    )
    TAKE_PACK = "take_pack"  # a month and area in a folder, to be verified anywhere
    VIEW_ERASURES = "view_erasures"  # what is held of a person, and requests that it be erased
    ERASE_DATA = "erase_data"  # asks that a person's data be erased, and decides what another asked
    OWN_ERASURE = "own_erasure"  # sees what is held of oneself, and asks that it be erased
    OWN_DOSSIER = "own_dossier"  # says what is shared of oneself, with whom, and until when


_A = Action
_READS: Final = frozenset(
    {
        _A.VIEW_AGGREGATES,
        _A.VIEW_PEOPLE,
        _A.VIEW_DETAILS,
        _A.VIEW_EVIDENCE,
        _A.VIEW_MONEY,
        _A.VIEW_PAYMENTS,
        _A.VIEW_MAP,
        _A.VIEW_PLOTS,
        _A.VIEW_RECORD,
        _A.VIEW_RULEBOOK,
        _A.VIEW_FORMS,
        _A.VIEW_COMMITMENTS,
        _A.VIEW_CREDENTIALS,
    }
)
_PAYS: Final = frozenset(
    {
        _A.VIEW_AGGREGATES,
        _A.VIEW_PEOPLE,
        _A.VIEW_MONEY,
        _A.VIEW_PAYMENTS,
        _A.VIEW_RECORD,
        _A.VIEW_RULEBOOK,
        _A.EXPORT_PAYMENTS,
        _A.VIEW_RUNS,
        _A.VIEW_PAYEES,
        _A.VIEW_FUNDING,
        _A.VIEW_COMMITMENTS,
    }
)
_MONEY_READS: Final = frozenset({_A.VIEW_RUNS, _A.VIEW_PAYEES, _A.VIEW_FUNDING})
MATRIX: Final[Mapping[str, frozenset[Action]]] = {
    # An office says what is asked and gives technicians their phones, and answers nothing itself: whoever decides a
    # month does not bring its evidence. Of absences it enters papers: then a colleague decides the month. It proposes
    # where people are paid and says who pays; it moves no money.
    Role.OFFICE: _READS
    | _MONEY_READS
    | {
        _A.ENTER_ABSENCE,
        _A.VIEW_PAPERS,
        _A.TAKE_PACK,
        _A.VIEW_ERASURES,
        _A.ERASE_DATA,
        _A.ISSUE_CREDENTIALS,
        _A.VIEW_PATHWAY,
        _A.MANAGE_REFERRALS,
        _A.EXPLAIN_VARIANCE,
        _A.HOLD_PAYMENTS,
        _A.PROPOSE_PAYEE,
        _A.MANAGE_FUNDING,
        _A.RECORD_COMMITMENTS,
        _A.EXPORT_EVIDENCE,
        _A.IMPORT_REGISTER,
        _A.EXPORT_REGISTER,
        _A.RUN_MONTH,
        _A.PUBLISH_FORMS,
        _A.VIEW_CHANGES,
        _A.DECIDE_CHANGES,
        _A.VIEW_DEVICES,
        _A.MANAGE_DEVICES,
        _A.REVOKE_DEVICES,
        _A.VIEW_SUBMISSIONS,
        _A.VIEW_FLAGS,
        _A.REVIEW_SUBMISSIONS,
    },
    # Whoever verifies people's work neither decides nor sees what they are paid: it invites a share of it.
    Role.TECHNICIAN: _READS - {_A.VIEW_MONEY, _A.VIEW_PAYMENTS}
    | {
        _A.EXPORT_EVIDENCE,
        _A.EXPORT_REGISTER,
        _A.FILL_FORMS,
        _A.VIEW_CHANGES,
        _A.OWN_DEVICES,
        _A.VIEW_SUBMISSIONS,
    },
    # So for those who look at the technicians' work, who neither enrol anybody nor run a month. They hear first of a
    # lost phone and take it away; they give out none, for whoever has a phone's key could send what they then review.
    Role.SUPERVISOR: _READS - {_A.VIEW_MONEY, _A.VIEW_PAYMENTS}
    | {
        _A.EXPORT_EVIDENCE,
        _A.VIEW_SUBMISSIONS,
        _A.VIEW_FLAGS,
        _A.REVIEW_SUBMISSIONS,
        _A.VIEW_DEVICES,
        _A.REVOKE_DEVICES,
    },
    # A run takes four people: two payment officers and two of the treasury.
    Role.PAYMENTS: _PAYS
    | {
        _A.EXPLAIN_VARIANCE,
        _A.PREPARE_RUN,
        _A.REVIEW_RUN,
        _A.RECONCILE,
        _A.PROPOSE_PAYEE,
        _A.MANAGE_SAVINGS,
    },
    Role.TREASURY: _PAYS | {_A.APPROVE_RUN, _A.RELEASE_RUN, _A.CONFIRM_PAYEE},
    Role.AUDITOR: _READS
    | _MONEY_READS
    | {
        _A.VIEW_PAPERS,
        _A.TAKE_PACK,
        _A.VIEW_ERASURES,
        _A.VIEW_PATHWAY,
        _A.EXPORT_EVIDENCE,
        _A.EXPORT_PAYMENTS,
        _A.EXPORT_REGISTER,
        _A.VIEW_CHANGES,
        _A.VIEW_DEVICES,
        _A.VIEW_SUBMISSIONS,
        _A.VIEW_FLAGS,
    },
    Role.FUNDER: frozenset(
        {
            _A.VIEW_AGGREGATES,
            _A.VIEW_MAP,
            _A.VIEW_RECORD,
            _A.VIEW_RULEBOOK,
            _A.VIEW_FUNDING,
            _A.VIEW_COMMITMENTS,
        }
    ),
    Role.PARTICIPANT: frozenset(
        {
            _A.VIEW_PEOPLE,
            _A.VIEW_DETAILS,
            _A.VIEW_EVIDENCE,
            _A.VIEW_MONEY,
            _A.VIEW_RULEBOOK,
            _A.VIEW_CREDENTIALS,
            _A.VIEW_PAPERS,
            _A.OWN_DOSSIER,
            _A.OWN_ERASURE,
        }
    ),
    # A consulate sees what a person shares with it, and nothing and nobody else.
    Role.CONSULAR: frozenset({_A.READ_DOSSIER, _A.VIEW_RULEBOOK}),
}
PUBLIC: Final = "public"
SIGNED_IN: Final = "signed_in"


class SignedRequest(HttpRequest):
    """A request that passed `require`: somebody signed in, and their scope."""

    user: User
    scope: Scope


def may(user: User | AnonymousUser, action: Action) -> bool:
    """Whether the user's role includes the action."""
    return isinstance(user, User) and user.is_active and action in MATRIX.get(user.role, frozenset())


def require(
    action: Action | None,
) -> Callable[
    [Callable[Concatenate[SignedRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Declare what a view needs: an action, or None for anybody who is signed in.

    Others are sent to sign in, or refused (PermissionDenied). The view finds `request.scope`.
    """

    def declare(
        view: Callable[Concatenate[SignedRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not isinstance(request.user, User):
                return _to_sign_in(request)
            if action is not None and not may(request.user, action):
                raise PermissionDenied
            signed = cast(SignedRequest, request)
            signed.scope = scope_of(request.user)
            response = view(signed, *args, **kwargs)
            # Telephones and office machines are shared: nothing of this is left behind for the next user.
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        guarded.declares = action or SIGNED_IN  # type: ignore[attr-defined]  # read by the test of all addresses
        return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", guarded)

    return declare


def public(view: Callable[P, Any]) -> Callable[P, Any]:
    """Declare that a view needs nobody to be signed in."""
    view.declares = PUBLIC  # type: ignore[attr-defined]  # read by the test of all addresses
    return view


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page and back; a fragment tells htmx to take the whole page there."""
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = f"{reverse('accounts:sign_in')}"
        return response
    return redirect_to_login(request.get_full_path())
