"""What is typed at the desk is kept while it is typed, and offered again to whoever typed it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import Resolver404, path, resolve, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from articles.admin.buttons import Button
from articles.admin.passages import changed
from articles.admin.record import ReadOnlyAdmin
from articles.admin.site import desk
from articles.models import KeptForm
from articles.models.kept_form import MOST, UNKEPT
from articles.models.recorded import at_desk, require_storable
from articles.refusals import Refused

# The field by which a form says under which name it was kept; what is sent with it is forgotten.
KEPT = "kept"
# The cookie that tells autosave.js which form was taken.
TOOK = "desk-took"
# Forms of one page.
MOST_ASKED = 100
# What goes with a form unseen: who reads it needs no difference in it.
UNSEEN = ("initial-", "settle-", "seen", "seen_revision", "next")


def desk_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer a script whose session has ended with 401: it keeps the words on the person's own machine."""

    @wraps(view)
    @never_cache
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not at_desk(request.user):
            return JsonResponse({"sentence": str(_("You are not signed in any more."))}, status=401)
        return view(request, *args, **kwargs)

    return answer


class Garbled(Exception):
    """What a script sent is not what ours sends."""


def sent(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object that was sent. Raises Garbled."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > 4 * MOST:
            raise Garbled
        found = json.loads(request.body)
    except (ValueError, RecursionError) as trouble:
        raise Garbled from trouble
    if not isinstance(found, dict):
        raise Garbled
    return found


def name_of(value: Any) -> str:
    """Return the name of a form, which is an address of the desk, or of a page. Raises Garbled."""
    if not isinstance(value, str) or len(value) > 500 or not value.startswith(reverse("admin:index")):
        raise Garbled
    try:
        # Such a name no database can even look for.
        require_storable(name=value)
    except ValidationError as trouble:
        raise Garbled from trouble
    return value


def fields_of(value: Any) -> list[list[str]]:
    """Return [name, value, words] of each field, as ours sends them. Raises Garbled."""
    if not isinstance(value, list) or not all(
        isinstance(one, list) and len(one) == 3 and all(isinstance(part, str) for part in one)
        for one in value
    ):
        raise Garbled
    return value


def revision_of(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None


def is_kept(form: str) -> bool:
    """May what is typed into the form of this name be kept? Some nouns are never written down twice."""
    try:
        name = resolve(form.partition("?")[0]).url_name or ""
    except Resolver404:
        return False
    return not any(f"_{noun}_" in name for noun in UNKEPT)


@desk_only
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what stands in a form; asked with GET, give a script the token that it needs to send anything."""
    if request.method != "POST":
        return JsonResponse({"token": get_token(request)})
    try:
        data = sent(request)
        form, page = name_of(data.get("form")), name_of(data.get("page"))
        fields, seen = fields_of(data.get("fields")), revision_of(data.get("seen"))
    except Garbled:
        return JsonResponse({"sentence": str(_("This is no form of the desk."))}, status=400)
    if not is_kept(form):
        return JsonResponse({"sentence": str(_("What is typed here is not kept."))}, status=403)
    try:
        kept = KeptForm.keep(request.user, form, page, fields, seen, timezone.now())
    except Refused as trouble:
        return JsonResponse({"sentence": trouble.sentence}, status=413)
    except ValidationError as trouble:
        return JsonResponse({"sentence": " ".join(trouble.messages)}, status=400)
    return JsonResponse({"at": kept.at.isoformat()})


@desk_only
def forget(request: HttpRequest) -> HttpResponse:
    """Throw away what was kept of a form."""
    try:
        form = name_of(sent(request).get("form") if request.method == "POST" else None)
    except Garbled:
        return JsonResponse({"sentence": str(_("This is no form of the desk."))}, status=400)
    for kept in KeptForm.objects.editable_by(request.user).filter(form=form):
        kept.forget(request.user)
    return JsonResponse({})


@desk_only
def offers(request: HttpRequest) -> HttpResponse:
    """Tell a page which of its forms were begun; where it says what stands in them now, with the difference.

    Takes {"forms": [{"form", and then "fields", "labels", "seen"}]}, answers {"offers": {form: {…}}}.
    """
    try:
        asked = sent(request).get("forms") if request.method == "POST" else None
        if not isinstance(asked, list) or len(asked) > MOST_ASKED:
            raise Garbled
        here = {name_of(one.get("form")): one for one in asked if isinstance(one, dict)}
        offered = {
            kept.form: offer(request, kept, here[kept.form])
            for kept in KeptForm.objects.visible_to(request.user).filter(form__in=here)
        }
    except Garbled:
        return JsonResponse({"sentence": str(_("This is no form of the desk."))}, status=400)
    return JsonResponse({"offers": {form: one for form, one in offered.items() if one is not None}})


def offer(request: HttpRequest, kept: KeptForm, here: dict[str, Any]) -> dict[str, Any] | None:
    """Return what was kept of a form beside what stands in it now; None where that is the same."""
    if "fields" not in here:
        return {}
    now = {name: (value, shown) for name, value, shown in fields_of(here["fields"])}
    labels = here.get("labels")
    labels = labels if isinstance(labels, dict) else {}
    seen = revision_of(here.get("seen"))
    moved_on = None not in (seen, kept.seen) and seen != kept.seen
    differences: list[tuple[str, SafeString]] = []
    several = _together(kept.fields)
    standing = _together(here["fields"])
    for name in dict.fromkeys([*several, *(name for name in standing if name in now)]):
        if name.startswith(UNSEEN[:2]) or name in UNSEEN:
            continue
        (values, shown), (old_values, old_shown) = several.get(name, ([], "")), standing.get(name, ([], ""))
        if _lines(values) != _lines(old_values):
            differences.append((str(labels.get(name) or name), changed(old_shown, shown)))
    if not differences:
        if moved_on:
            # It was sent, and the answer never reached the page that was to forget it.
            kept.forget(request.user)
        return None
    context = {"kept": kept, "differences": differences, "moved_on": moved_on}
    return {
        "html": render_to_string("admin/kept_offer.html", context, request),
        "fields": kept.fields,
        "at": kept.at.isoformat(),
    }


def _together(fields: list[list[str]]) -> dict[str, tuple[list[str], str]]:
    """Return the values of each name, and the words that stand for them."""
    found: dict[str, tuple[list[str], str]] = {}
    for name, value, shown in fields:
        values, words = found.get(name, ([], ""))
        found[name] = ([*values, value], f"{words}, {shown}" if words else shown)
    return found


def _lines(values: list[str]) -> list[str]:
    return [value.replace("\r\n", "\n") for value in values]


class ForgetsWhatWasSent:
    """Middleware: what was kept of a form is forgotten once that form is sent and nothing is said against it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and 300 <= response.status_code < 400 and at_desk(request.user):
            form = request.POST.get(KEPT, "")
            if form.startswith(reverse("admin:index")) and not _complained(request):
                for kept in KeptForm.objects.editable_by(request.user).filter(form=form[:500]):
                    kept.forget(request.user)
                # The script lets go of its own copy too. Not a secret, and of no use to anybody else.
                response.set_cookie(
                    TOOK, quote(form[:500], safe=""), max_age=60, path=reverse("admin:index"), samesite="Lax",
                    secure=settings.SESSION_COOKIE_SECURE,
                )  # fmt: skip
        return response


def _complained(request: HttpRequest) -> bool:
    """Will the next page tell of an error? Then what was sent was not taken."""
    said = getattr(messages.get_messages(request), "_queued_messages", ())
    return any(one.level >= messages.ERROR for one in said)


def discard(row: KeptForm, by: Any, seen: int | None) -> None:
    row.forget(by)


@admin.register(KeptForm, site=desk)
class KeptFormAdmin(ReadOnlyAdmin):
    """One's own, and nobody else's."""

    list_display = ("begun", "stands", "at")
    facts = ("stands", "at", "what")
    buttons = (Button("discard", _("Discard"), discard, _("It is forgotten."), weight="grave"),)

    def get_urls(self) -> list[URLPattern]:
        mine = [
            path("keep/", keep, name="articles_keptform_keep"),
            path("offers/", offers, name="articles_keptform_offers"),
            path("forget/", forget, name="articles_keptform_forget"),
        ]
        return [*mine, *super().get_urls()]

    @admin.display(description=_("what you wrote"))
    def begun(self, row: KeptForm) -> str:
        return str(row)

    @admin.display(description=_("where"))
    def stands(self, row: KeptForm) -> SafeString:
        return format_html('<a href="{0}">{0}</a>', row.page)

    @admin.display(description=_("what you wrote"))
    def what(self, row: KeptForm) -> SafeString:
        return format_html_join("", "<p><strong>{}</strong><br>{}</p>", row.words)
