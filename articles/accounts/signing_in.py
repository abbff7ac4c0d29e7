"""Pages for coming in, going out, and passwords: allauth's views in the desk's frame."""

from __future__ import annotations

from typing import Any

from allauth.account import views
from allauth.mfa.base import views as factor_views
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from articles.accounts.pages import DeskPage


class SignIn(DeskPage, views.LoginView):
    title = _("Sign in")


class SecondStep(DeskPage, factor_views.AuthenticateView):
    title = _("Second step")


class SignOut(DeskPage, views.LogoutView):
    title = _("Sign out")


class Confirm(DeskPage, views.ReauthenticateView):
    title = _("Is it you?")


class ConfirmByCode(DeskPage, factor_views.ReauthenticateView):
    title = _("Is it you?")


class ChangePassword(DeskPage, views.PasswordChangeView):
    title = _("Change your password")
    success_url = reverse_lazy("account")


class AskForLink(DeskPage, views.PasswordResetView):
    title = _("New password")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.SENDS_EMAIL:
            # There is nothing to send; the page says whom to ask.
            self.http_method_names = ["get", "head", "options"]
        return super().dispatch(request, *args, **kwargs)


class LinkIsSent(DeskPage, views.PasswordResetDoneView):
    title = _("New password")


class NewPassword(DeskPage, views.PasswordResetFromKeyView):
    title = _("New password")


class NewPasswordIsSet(DeskPage, views.PasswordResetFromKeyDoneView):
    title = _("The new password holds")
