"""Signing in and out, and the language of the pages."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ceiba.accounts.models import User
from ceiba.accounts.permissions import public
from ceiba.accounts.services import DEMO_PASSWORD, DEMO_USERS, language_set, password_chosen
from ceiba.core.kernel.errors import LANGUAGES

YEAR_SECONDS = 365 * 24 * 3600
WHO_COOKIE = "ceiba_who"  # tells the pages of forms whose they are, also without a network; grants nothing


class SignInView(auth_views.LoginView):
    """Username and password; in a demonstration, its users to choose from."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the users of the demonstration, when this is one."""
        demo = DEMO_USERS if settings.DEMO else ()
        return super().get_context_data(demo_users=demo, demo_password=DEMO_PASSWORD, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in, and tell the browser whose it is from now on."""
        return _told(super().form_valid(form), form.get_user().pk)


class SignOutView(auth_views.LogoutView):
    """Signing out, by POST."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out, and tell the browser that it is nobody's."""
        return _told(super().post(request, *args, **kwargs), 0)


def _told(response: HttpResponse, user: int) -> HttpResponse:
    response.set_cookie(
        WHO_COOKIE,
        str(user),
        max_age=YEAR_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


class InvitationView(auth_views.PasswordResetConfirmView):
    """The first password, or another after it was forgotten, chosen by whoever was invited and by nobody else."""

    template_name = "accounts/invitation.html"
    success_url = reverse_lazy("accounts:sign_in")
    reset_url_token = "choose"  # noqa: S105  # what stands in the address in the place of the real one
    user: User

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        """Keep the password, and lead to where it is used."""
        answer = super().form_valid(form)
        password_chosen(user=self.user)
        messages.success(self.request, _("Your password is kept. Sign in with it."))
        return answer


sign_in = public(SignInView.as_view())
sign_out = public(SignOutView.as_view())
invitation = public(InvitationView.as_view())


def locked(request: HttpRequest, credentials: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
    """What somebody sees after too many wrong passwords (AXES_LOCKOUT_CALLABLE)."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "accounts/locked.html", {"minutes": minutes}, status=429)


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language: on the user who is signed in, and in a cookie for the pages before."""
    chosen = request.POST.get("language", "")
    after = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(after, {request.get_host()}, request.is_secure()):
        after = "/"
    response = redirect(after)
    if chosen in LANGUAGES:
        if isinstance(request.user, User):
            language_set(user=request.user, language=chosen)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=YEAR_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
