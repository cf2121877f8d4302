"""Erases a participant's own account on the site."""

from axes.models import AccessAttempt, AccessFailureLog, AccessLog

from ceiba.accounts.models import Role, User
from ceiba.accounts.services import user_close


def account_of(code: str) -> User | None:
    """The account of the participant with this code, unless it was erased."""
    accounts = User.objects.filter(role=Role.PARTICIPANT, code=code)
    return accounts.exclude(username__startswith="erased-").first()


def account_erase(*, code: str, by: User) -> None:
    """Close it, and erase user name, names, address, password and sign-ins. In the caller's transaction."""
    user = account_of(code)
    if user is None:
        return
    user_close(user=user, by=by)
    for log in (AccessAttempt, AccessFailureLog, AccessLog):
        log.objects.filter(username=user.username).delete()
    user.refresh_from_db()
    user.username, user.first_name, user.last_name, user.email = f"erased-{user.pk}", "", "", ""
    user.last_login = None
    user.set_unusable_password()
    user.save()
