"""Pages for the second factor: set it up, take it off, make recovery codes."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import quote

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.mfa.totp import views
from allauth.mfa.totp.internal import flows
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from articles.accounts import codes
from articles.accounts.pages import DeskPage, frame
from articles.models import User


class Missing(DeskPage, TemplateView):
    """Says why there is no desk yet, and leads to where the second factor is set up."""

    title = _("Set up a second factor")
    template_name = "mfa/missing.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not hasattr(request, "kept_out"):
            return HttpResponseRedirect(reverse("account"))
        return super().get(request, *args, **kwargs)


@method_decorator(never_cache, name="dispatch")
class SetUp(DeskPage, views.ActivateTOTPView):
    """Tells an app the secret, asks for its first code, and shows the recovery codes once."""

    title = _("Set up a second factor")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if codes.has_app(cast(User, request.user)):
            return HttpResponseRedirect(reverse("account"))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        return {**context, "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}

    def form_valid(self, form: Any) -> HttpResponse:
        person = cast(User, self.request.user)
        authenticator, _none = flows.activate_totp(self.request, form)
        # The code that was typed just now is used, too.
        authenticator.data["used_up_to"] = form.step
        authenticator.save(update_fields=["data"])
        # Whoever is signed in elsewhere came in without it.
        person.end_sessions(person, but=self.request.session.session_key or "")
        return show_once(self.request, codes.make_recovery_codes(person))


@method_decorator(never_cache, name="dispatch")
class TakeOff(DeskPage, views.DeactivateTOTPView):
    title = _("Take the second factor off")
    success_url = reverse_lazy("account")


@method_decorator(never_cache, name="dispatch")
@method_decorator(login_required, name="dispatch")
@method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")
class NewRecoveryCodes(DeskPage, TemplateView):
    """Makes new recovery codes in the place of the old ones, and shows them once."""

    title = _("New recovery codes")
    template_name = "mfa/recovery_codes/generate.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "left": codes.recovery_codes_left(cast(User, self.request.user)),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        person = cast(User, request.user)
        if not codes.has_app(person):
            messages.error(request, _("Recovery codes stand in for an app: set one up first."))
            return HttpResponseRedirect(reverse("account"))
        made = codes.make_recovery_codes(person)
        get_adapter().send_notification_mail("mfa/email/recovery_codes_generated", person)
        return show_once(request, made)


def show_once(request: HttpRequest, made: list[str]) -> HttpResponse:
    """Answer with recovery codes, which no other page shows again."""
    text = "".join(f"{code}\n" for code in made)
    context = {
        **frame(request, _("Your recovery codes")),
        "codes": made,
        # The file is in the address itself, so that no server keeps it.
        "file": f"data:text/plain;charset=utf-8,{quote(text)}",
    }
    return TemplateResponse(request, "mfa/recovery_codes/index.html", context)
