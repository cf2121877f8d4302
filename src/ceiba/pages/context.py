"""What the header of every page shows: who is signed in, with which role, where, and the places to go."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ceiba.accounts.models import Role, User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import scope_of
from ceiba.pages.sections import SECTIONS, Place, Section
from ceiba.registry.places import areas_named


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who looks at the page."""

    name: str
    role: str
    areas: str
    searches: bool
    places: tuple[Place, ...]
    section: str
    within: tuple[Place, ...]


def viewer(request: HttpRequest) -> dict[str, object]:
    """Context processor: `viewer`, or nothing while nobody is signed in."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    scope = getattr(request, "scope", None) or scope_of(user)
    names = areas_named(scope.areas) if scope.areas else {}
    section = next((each for each in SECTIONS if each.is_here(request)), None)
    shown = Viewer(
        name=user.get_full_name() or user.username,
        role=user.role,
        areas=", ".join(sorted(names.get(code, code) for code in scope.areas)) or user.code,
        searches=may(user, Action.VIEW_PEOPLE) and user.role != Role.PARTICIPANT,
        places=tuple(_places(user, request)),
        section=str(section.name) if section else "",
        within=section.places(user, request) if section else (),
    )
    return {"viewer": shown}


def _places(user: User, request: HttpRequest) -> list[Place]:
    """Where this user may go, in the order of the work."""
    own = user.role == Role.PARTICIPANT
    wanted = (
        (Action.VIEW_AGGREGATES, _("The month"), reverse("pages:home")),
        (Action.RUN_MONTH, _("Months"), reverse("runs:index")),
        (Action.VIEW_PEOPLE, _("My months") if own else _("People"), _people(user)),
        (Action.VIEW_SUBMISSIONS, _("Submissions"), reverse("review:index")),
        (Action.FILL_FORMS, _("Fill in a form"), reverse("filler:index")),
        (Action.VIEW_MAP, _("Map"), reverse("pages:map")),
        *SECTIONS,
        (Action.VIEW_RULEBOOK, _("Rules"), reverse("rulebook:list")),
        (Action.VIEW_FORMS, _("Forms"), reverse("forms:index")),
        (Action.EXPORT_REGISTER, _("Register"), reverse("registry:files")),
        (Action.VIEW_CHANGES, _("Changes"), reverse("entities:proposals")),
        (Action.VIEW_DEVICES, _("Devices"), reverse("devices:technicians")),
        (Action.OWN_DEVICES, _("My devices"), reverse("devices:mine")),
    )
    found = (_place(each, user, request) for each in wanted)
    return [place for place in found if place is not None]


def _place(wanted: Section | tuple[Action, str, str], user: User, request: HttpRequest) -> Place | None:
    """The entry, or None where the user may not go."""
    if isinstance(wanted, Section):
        return wanted.place(user, request)
    action, name, href = wanted
    return Place(name, href, _is_here(href, request)) if may(user, action) else None


def _people(user: User) -> str:
    if user.role == Role.PARTICIPANT:
        return reverse("pages:person", args=[user.code])
    return reverse("pages:people")


def _is_here(href: str, request: HttpRequest) -> bool:
    """Whether a page is of this place: by its address, but for those of `_ELSEWHERE`."""
    place = _ELSEWHERE.get(getattr(request.resolver_match, "view_name", ""))
    if place is not None:
        return href == reverse(place)
    return href != "/" and request.path.startswith(href)


# Pages whose address begins as that of another place than the one they are of.
_ELSEWHERE: Final = {
    "pages:home": "pages:home",
    "pages:month_people": "pages:home",
    "review:enrolment": "entities:proposals",
}
