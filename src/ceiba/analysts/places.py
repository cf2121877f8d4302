"""What an address names: a project, a form of it, a submission; and what the one who asks reaches of it."""

from dataclasses import dataclass

from ceiba.accounts.permissions import SignedRequest
from ceiba.analysts.models import Project
from ceiba.analysts.odata.schema import Node, schema_of
from ceiba.analysts.problems import not_found
from ceiba.analysts.reviews import state_sql
from ceiba.analysts.selectors import project
from ceiba.analysts.services import projects_number
from ceiba.core.forms.definition import FormDefinition
from ceiba.core.forms.safe_xml import UnsafeXml
from ceiba.core.forms.values import Values, read_values
from ceiba.core.kernel.errors import CeibaError
from ceiba.forms.models import FormVersion
from ceiba.forms.selectors import definition_of, versions_of
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.submissions.exporting import Kept, Reach, kept_one, reach_of


@dataclass(frozen=True, slots=True)
class FormPlace:
    """A form of a project, in one of its versions, and what the one who asks reaches of what was sent with it."""

    project: int
    published: FormVersion
    reach: Reach

    @property
    def code(self) -> str:
        """The form's id on the phone."""
        return self.published.form.code

    @property
    def definition(self) -> FormDefinition:
        """The version as data."""
        return definition_of(self.published)

    @property
    def schema(self) -> Node:
        """The version's places."""
        return schema_of(self.definition)

    def values(self, xml: bytes) -> Values:
        """What a submission says, along this version: what it does not have is left out."""
        try:
            return read_values(self.definition, xml)
        except UnsafeXml:  # it was read when it came: a reader has become stricter since
            return {}


def the_project(number: int) -> Project:
    """The project of that number. Raises ApiProblem (404)."""
    found = project(number)
    if found is None:
        projects_number()  # nobody has asked for the list since the programme was published
        found = project(number)
    if found is None:
        raise not_found()
    return found


def the_form(request: SignedRequest, number: int, code: str) -> FormPlace:
    """The form in the version published last. Raises ApiProblem (404)."""
    place = the_project(number)
    published = next(iter(versions_of(code, place.programme_id)), None)
    if published is None:
        raise not_found()
    return FormPlace(number, published, reach(request, place.programme_id))


def the_version(request: SignedRequest, number: int, code: str, version: str) -> FormPlace:
    """The form in one of its versions; `___` is the one without a name. Raises ApiProblem (404)."""
    place = the_project(number)
    name = "" if version == "___" else version
    for published in versions_of(code, place.programme_id):
        if published.version == name:
            return FormPlace(number, published, reach(request, place.programme_id))
    raise not_found()


def the_submission(form: FormPlace, instance_id: str) -> Kept:
    """The submission of that name, if it is reached. Raises ApiProblem (404)."""
    found = kept_one(form.reach, form.code, instance_id)
    if found is None:
        raise not_found()
    return found


def reach(request: SignedRequest, programme: str) -> Reach:
    """What the one who asks reaches of a programme's submissions."""
    return reach_of(request.user, request.scope, countries(programme), state_sql(request.scope))


def countries(programme: str) -> tuple[str, ...]:
    """The codes of a programme's countries, as its rulebook says; none while it has none."""
    try:
        return tuple(rulebook_of(latest_version(programme)).countries)
    except CeibaError:  # no rulebook is published: nobody is known to see all of it
        return ()
