"""Who is there, within what a user may see: the one place that says which people a scope reaches."""

from django.db.models import Q, QuerySet

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.registry.models import Participant


def participants_in(scope: Scope) -> QuerySet[Participant]:
    """The people a scope reaches, in no order.

    Offices, supervisors, payments and auditors see their areas; technicians the people of the groups that name them;
    participants themselves; funders nobody.
    """
    everyone = Participant.objects.all()
    if scope.role in (Role.OFFICE, Role.SUPERVISOR, Role.PAYMENTS, Role.AUDITOR):
        return everyone.filter(scope.areas_q("area__code"))
    if scope.role == Role.TECHNICIAN and scope.code:
        own = Q(group__technician_productive__code=scope.code) | Q(group__technician_social__code=scope.code)
        return everyone.filter(own)
    if scope.role == Role.PARTICIPANT and scope.code:
        return everyone.filter(code=scope.code)
    return everyone.none()
