"""Makes users, sets what they may see, and keeps their language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from ceiba.accounts.models import AreaScope, Role, User
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import LANGUAGES, CeibaError, Problem, register_messages

register_messages(
    {
        "user.role": {
            "es": "«{role}» no es un rol; los roles son: {roles}.",
            "en": '"{role}" is not a role; the roles are: {roles}.',
        },
        "user.needs_code": {
            "es": "un usuario con el rol {role} necesita su clave del padrón (code).",
            "en": "a user with the role {role} needs their code in the register.",
        },
        "user.needs_areas": {
            "es": "un usuario con el rol {role} necesita al menos un área; sin ella no vería nada.",
            "en": "a user with the role {role} needs at least one area; without it they would see nothing.",
        },
        "user.exists": {
            "es": "ya hay un usuario «{username}»; elija otro nombre.",
            "en": 'there is already a user "{username}"; choose another name.',
        },
        "user.name": {
            "es": "«{username}» no sirve como nombre de usuario: solo letras, números y los signos @ . + - _, "
            "150 a lo más.",
            "en": '"{username}" will not do as a user name: only letters, digits and the signs @ . + - _, '
            "at most 150.",
        },
        "user.code_taken": {
            "es": "{code} ya tiene una cuenta; cada quien tiene una sola.",
            "en": "{code} has an account already; each has only one.",
        },
        "user.password": {
            "es": "la contraseña no sirve: {detail}",
            "en": "the password will not do: {detail}",
        },
        "user.demo_only": {
            "es": "los usuarios de demostración tienen contraseñas conocidas: solo se crean con CEIBA_DEMO=1.",
            "en": "demonstration users have known passwords: they are only made with CEIBA_DEMO=1.",
        },
    }
)

BY_CODE: Final = (Role.TECHNICIAN, Role.PARTICIPANT)
DEMO_PASSWORD: Final = "ceiba-demo"  # noqa: S105  # known on purpose, and refused outside a demonstration


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A user of the demonstration, as the sign-in page offers it."""

    username: str
    role: Role


DEMO_USERS: Final = (
    DemoUser("oficina", Role.OFFICE),
    DemoUser("coordinadora", Role.OFFICE),
    DemoUser("tecnica", Role.TECHNICIAN),
    DemoUser("facilitadora", Role.SUPERVISOR),
    DemoUser("pagos", Role.PAYMENTS),
    DemoUser("revisora", Role.PAYMENTS),
    DemoUser("tesorera", Role.TREASURY),
    DemoUser("tesorero", Role.TREASURY),
    DemoUser("auditora", Role.AUDITOR),
    DemoUser("financiador", Role.FUNDER),
    DemoUser("sembradora", Role.PARTICIPANT),
)


@transaction.atomic
def user_create(
    *,
    username: str,
    password: str | None,
    role: str,
    areas: Iterable[str] = (),
    code: str = "",
    language: str = "es",
    by: User | None = None,
) -> User:
    """Make a user who may sign in. Technicians and participants see by `code`, everyone else by `areas`.

    Without a password, nobody signs in before the user chose one by an invitation. Raises CeibaError (user.*) with
    everything that is wrong.
    """
    areas = tuple(areas)
    problems = list(_problems(username, password, role, areas, code))
    if problems:
        raise CeibaError(problems)
    user = User(username=username, role=role, code=code, language=language if language in LANGUAGES else "es")
    user.set_password(password)  # None: one that nothing matches
    user.save()
    event_record(
        actor=by, action="user.created", subject=f"user:{user.pk}", detail={"role": role, "code": code}
    )
    scope_set(user=user, areas=areas, by=by)
    return user


@transaction.atomic
def scope_set(*, user: User, areas: Iterable[str], by: User | None = None) -> None:
    """Make `areas` the ones a user may see, instead of those before."""
    wanted = sorted(set(areas))
    AreaScope.objects.filter(user=user).exclude(area_code__in=wanted).delete()
    AreaScope.objects.bulk_create(
        [AreaScope(user=user, area_code=area) for area in wanted], ignore_conflicts=True
    )
    event_record(actor=by, action="user.scope_set", subject=f"user:{user.pk}", detail={"areas": wanted})


@transaction.atomic
def user_close(*, user: User, by: User) -> None:
    """From now on the user cannot sign in, is signed out, and no device of theirs sends or fetches."""
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        event_record(actor=by, action="user.closed", subject=f"user:{user.pk}")


@transaction.atomic
def user_reopen(*, user: User, by: User) -> None:
    """Undo `user_close`."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        event_record(actor=by, action="user.reopened", subject=f"user:{user.pk}")


@transaction.atomic
def invitation_make(*, user: User, by: User) -> str:
    """The path of a page on which `user`, and whoever else has it, chooses a password: once, within a week.

    Nothing is stored. It ends with the next sign-in or password of the user (Django's password reset token).
    """
    event_record(actor=by, action="user.invited", subject=f"user:{user.pk}")
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:invitation", args=[uid, default_token_generator.make_token(user)])


@transaction.atomic
def password_chosen(*, user: User) -> None:
    """Record that `user` chose a password by an invitation."""
    event_record(actor=user, action="user.password_chosen", subject=f"user:{user.pk}")


def language_set(*, user: User, language: str) -> None:
    """Keep the language in which a user reads."""
    if language in LANGUAGES and user.language != language:
        user.language = language
        user.save(update_fields=["language"])


def demo_users_create(
    *, areas: Iterable[str], technician: str, participant: str, funder: str = ""
) -> Mapping[Role, User]:
    """The users of the demonstration with its known password, made anew if they are there already.

    Raises CeibaError (user.demo_only) outside a demonstration.
    """
    if not settings.DEMO:
        raise CeibaError(Problem("user.demo_only"))
    codes = {Role.TECHNICIAN: technician, Role.PARTICIPANT: participant, Role.FUNDER: funder}
    made = {}
    for demo in DEMO_USERS:
        user = User.objects.filter(username=demo.username).first() or User(username=demo.username)
        user.role, user.code = demo.role, codes.get(demo.role, "")
        user.set_password(DEMO_PASSWORD)
        is_new = user.pk is None
        user.save()
        event_record(
            actor=None,
            action="user.created" if is_new else "user.role_set",
            subject=f"user:{user.pk}",
            detail={"role": user.role, "code": user.code},
        )
        scope_set(user=user, areas=() if demo.role in BY_CODE else areas)
        made[demo.role] = user
    return made


def _problems(
    username: str, password: str | None, role: str, areas: tuple[str, ...], code: str
) -> Iterable[Problem]:
    if role not in Role.values:
        yield Problem("user.role", values={"role": role, "roles": ", ".join(Role.values)})
    elif role in BY_CODE and not code:
        yield Problem("user.needs_code", values={"role": role})
    elif role not in BY_CODE and not areas:
        yield Problem("user.needs_areas", values={"role": role})
    elif role in BY_CODE and User.objects.filter(role=role, code=code).exists():
        yield Problem("user.code_taken", values={"code": code})
    yield from _name_problems(username)
    if password is not None:
        yield from _password_problems(username, password)


def _name_problems(username: str) -> Iterable[Problem]:
    try:
        User._meta.get_field("username").clean(username, None)
    except ValidationError:
        yield Problem("user.name", values={"username": username})
    else:
        if User.objects.filter(username=username).exists():
            yield Problem("user.exists", values={"username": username})


def _password_problems(username: str, password: str) -> Iterable[Problem]:
    try:
        validate_password(password, User(username=username))
    except ValidationError as error:
        yield Problem("user.password", values={"detail": " ".join(error.messages)})
