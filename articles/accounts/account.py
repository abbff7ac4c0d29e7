"""“Your account”: one's name, second factor, sessions, sign-ins and keys; and a colleague's sessions."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import never_cache

from articles.accounts import codes
from articles.accounts.pages import frame
from articles.admin.forms import add_refusal
from articles.models import ApiKey, AuditEntry, User
from articles.refusals import NotAllowed

# How many of the newest entries about oneself the page shows; the list has the rest.
ENTRIES = 15
# As browsers name themselves, the more particular first: each claims to be those after it.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device(user_agent: str) -> str:
    """Return in words what a browser says it is, as in “Firefox on Windows”."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return say("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or say("a browser that does not say what it is")


def sessions_of(person: User, here: str | None) -> list[dict[str, Any]]:
    """Return the open sessions of an account, the one that asks first, then the last seen."""
    rows = UserSession.objects.purge_and_list(person)
    shown = [
        {"pk": one.pk, "device": device(one.user_agent), "address": one.ip, "began": one.created_at,
         "seen": one.last_seen_at, "here": one.session_key == here}
        for one in rows
    ]  # fmt: skip
    return sorted(shown, key=lambda one: (not one["here"], -one["seen"].timestamp()))


class AboutYou(forms.ModelForm):
    """The name readers see, and where letters go."""

    class Meta:
        model = User
        fields = ("display_name", "email")
        labels = {"display_name": _("Name"), "email": _("E-mail")}
        help_texts = {
            "display_name": _("Readers see it beside verdicts of yours from now on."),
            "email": _("Where a link for a new password goes, and what you ask to be told."),
        }

    def _post_clean(self) -> None:
        """The verb writes, and says what is wrong; the row stays as it is."""


@method_decorator(never_cache, name="dispatch")
@method_decorator(login_required, name="dispatch")
class Account(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        person = cast(User, request.user)
        return self.show(request, AboutYou(instance=person))

    def post(self, request: HttpRequest) -> HttpResponse:
        person = cast(User, request.user)
        form = AboutYou(request.POST, instance=User.objects.get(pk=person.pk))
        if form.is_valid():
            if form.cleaned_data["email"] != form.instance.email:
                # Links for new passwords go there: whoever only found the desk open must not turn them to themselves.
                raise_if_reauthentication_required(request, app="articles.accounts")
            try:
                User.objects.get(pk=person.pk).describe(person, **form.cleaned_data)
            except ValidationError as trouble:
                add_refusal(form, trouble)
            else:
                messages.success(request, _("Your name and e-mail are as you wrote them."))
                return HttpResponseRedirect(reverse("account"))
        return self.show(request, form, 400)

    def show(self, request: HttpRequest, form: AboutYou, status: int = 200) -> HttpResponse:
        person = cast(User, request.user)
        context = {
            **frame(request, _("Your account")),
            "form": form,
            "has_app": codes.has_app(person),
            "codes_left": codes.recovery_codes_left(person),
            "sessions": sessions_of(person, request.session.session_key),
            "entries": AuditEntry.objects.filter(whom=person).for_listing()[:ENTRIES],
            "keys": ApiKey.objects.filter(owner=person, revoked_at=None).for_listing()[:ENTRIES],
        }
        return TemplateResponse(request, "account/account.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
@method_decorator(login_required, name="dispatch")
class Sessions(View):
    """The sessions of one account: one's own, or for administrators anybody's. Posting ends one, or all others."""

    def person(self, request: HttpRequest, pk: int) -> User:
        asking = cast(User, request.user)
        found = User.objects.visible_to(asking).filter(pk=pk).first()
        if found is None:
            raise Http404("There is no such account.")
        if found.pk != asking.pk and not asking.may_administer:
            raise NotAllowed(say("Only an administrator sees sessions of others."))
        return found

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            person = self.person(request, pk)
        except NotAllowed as refusal:
            return self.refused(request, refusal)
        context = {
            **frame(request, _("Sessions")),
            "subtitle": str(person),
            "person": person,
            "sessions": sessions_of(person, request.session.session_key),
        }
        return TemplateResponse(request, "usersessions/usersession_list.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        asking = cast(User, request.user)
        try:
            person = self.person(request, pk)
        except NotAllowed as refusal:
            return self.refused(request, refusal)
        one = request.POST.get("session", "")
        if one and not (one.isascii() and one.isdigit() and len(one) < 19):
            raise Http404("There is no such session.")
        ended = person.end_sessions(
            asking, but=request.session.session_key or "", only=[int(one)] if one else None
        )
        said = ngettext("%(count)d session has ended.", "%(count)d sessions have ended.", ended) % {
            "count": ended
        }
        messages.success(request, said)
        own = person.pk == asking.pk
        return HttpResponseRedirect(reverse("account") if own else reverse("account_sessions", args=[pk]))

    def refused(self, request: HttpRequest, refusal: NotAllowed) -> HttpResponse:
        context = {**frame(request, _("You may not do this")), "sentence": refusal.sentence}
        return TemplateResponse(request, "account/refused.html", context, status=403)
