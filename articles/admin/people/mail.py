"""Which letters a person gets: a page of the desk, and the link in each letter, which needs nobody to sign in."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from articles.admin.record import ReadOnlyAdmin
from articles.admin.site import desk
from articles.mailing import read_off
from articles.models import MailKind, MailRefusal, User


class MailForm(forms.Form):
    """What a person wants to be written about."""

    kinds = forms.MultipleChoiceField(
        label=_("Write to me about"), required=False, choices=MailKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def my_mail(request: HttpRequest) -> HttpResponse:
    """Show and change which letters whoever is signed in gets."""
    person = cast(User, request.user)
    if request.method == "POST":
        form = MailForm(request.POST)
        if form.is_valid():
            MailRefusal.want(person, form.cleaned_data["kinds"])
            messages.success(request, gettext("You get these letters from now on, and no others."))
            return HttpResponseRedirect(reverse("my_mail"))
    else:
        refused = set(MailRefusal.objects.filter(person=person.pk).values_list("kind", flat=True))
        form = MailForm(initial={"kinds": [kind for kind in MailKind.values if kind not in refused]})
    facts = {"form": form, "address": person.email, "sends": settings.SENDS_EMAIL}
    return _page(request, "admin/my_mail.html", gettext("My letters"), facts, 400 if form.errors else 200)


# A mail program presses it in one click, by POST and without a cookie; what the link says is signed. A program that
# only looks at links, by GET, turns nothing off.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_off(request: HttpRequest, token: str) -> HttpResponse:
    """Turn off one kind of letters of the person whose letter the link stood in."""
    found = read_off(token)
    if found is None:
        raise Http404("This link is not from a letter of ours, or was cut off.")
    person, kind = found
    if request.method == "POST":
        MailRefusal.refuse(person.pk, kind)
    facts = {"kind": kind.label, "done": request.method == "POST"}
    return _page(request, "admin/mail_off.html", gettext("No more of these letters"), facts, 200)


def _page(
    request: HttpRequest, template: str, title: str, facts: dict[str, Any], status: int
) -> HttpResponse:
    context = {**desk.each_context(request), "title": title, **facts}
    return TemplateResponse(request, template, context, status=status)


@admin.register(MailRefusal, site=desk)
class MailRefusalAdmin(ReadOnlyAdmin):
    list_display = ("person", "kind")
    list_filter = ("kind",)
    search_fields = ("person__display_name",)
