"""Several rows at once: what will happen to each is shown first, and afterwards what happened.

An action of a list is a verb, said of row after row, each in an act of its own. Nothing is overwritten: the list
carries the revision of each row as it was loaded, and what has changed since is left alone and named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as say

from articles.admin.buttons import everybody, return_to
from articles.admin.conflicts import is_id
from articles.refusals import Refused

# How many rows one go takes.
MOST = 200
_SEEN = "seen_"


class BulkForm(forms.Form):
    """What an action asks for besides its rows; it holds for all of them."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.build()

    def build(self) -> None:
        """Add the fields that depend on the person."""


def nothing(row: Any, by: Any) -> str:
    return ""


@dataclass(frozen=True)
class BulkAction:
    """One verb for several rows. It stands in `actions` of an admin."""

    name: str
    label: Any
    # (row, by, revision seen, **fields of the form)
    run: Callable[..., Any]
    # What is said of each row that it was done to.
    done: Any
    # (row, by) → why it will not be done to this row, in a sentence; empty where it will.
    why_not: Callable[[Any, Any], str] = nothing
    form: type[BulkForm] = BulkForm
    who: Callable[[Any], bool] = everybody
    # How its button looks: "main" or "grave".
    weight: str = "main"

    # Templates call what can be called, unless it says so.
    do_not_call_in_templates: ClassVar = True

    def __call__(self, record_admin: Any, request: HttpRequest, rows: QuerySet) -> HttpResponse:
        """Show what would happen to these rows."""
        return record_admin.ask_for_all(request, self, list(rows.values_list("pk", flat=True)[: MOST + 1]))

    @property
    def __name__(self) -> str:
        return self.name

    @property
    def short_description(self) -> Any:
        return self.label


@dataclass(frozen=True)
class Line:
    """One row on the page that asks, or on the one that reports. `why_not` is empty where it is done."""

    row: Any
    words: str
    url: str
    seen: str
    why_not: str = ""


class WithBulk(admin.ModelAdmin):
    """An admin whose list takes `BulkAction`s as its `actions`."""

    def listed(self, queryset: QuerySet) -> QuerySet:
        """Load what one row of the list shows."""
        return queryset

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_bulk"
        mine = path("bulk/<slug:action>/", self.admin_site.admin_view(self.bulk_view), name=name)
        return [mine, *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return the actions that are for this person; Django's own, which deletes, is none of them."""
        return {
            name: found
            for name, found in super().get_actions(request).items()
            if found is not None and isinstance(found[0], BulkAction) and found[0].who(request.user)
        }

    @admin.display(
        description=format_html('<input type="checkbox" id="action-toggle" aria-label="{}">', "All")
    )
    def action_checkbox(self, obj: Any) -> SafeString:
        """Return the box that chooses a row, with the revision of it that the list shows."""
        box = super().action_checkbox(obj)
        if not hasattr(obj, "revision"):
            return box
        return format_html('{}<input type="hidden" name="{}{}" value="{}">', box, _SEEN, obj.pk, obj.revision)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet, action_location: Any = None
    ) -> HttpResponse | None:
        """Ask what shall happen to the rows chosen; garbage among their numbers is left out."""
        wanted = request.POST.getlist("action")
        at = request.POST.get("index", "0")
        name = wanted[int(at)] if is_id(at) and int(at) < len(wanted) else ""
        found = self.get_actions(request).get(name)
        if found is None:
            messages.warning(request, say("Choose what shall happen to the rows."))
            return None
        if request.POST.get("select_across") == "1":
            return found[0](self, request, queryset)
        ids = [int(one) for one in request.POST.getlist(ACTION_CHECKBOX_NAME) if is_id(one)]
        return self.ask_for_all(request, found[0], ids)

    def ask_for_all(self, request: HttpRequest, action: BulkAction, ids: list[int]) -> HttpResponse:
        """Show what will happen to each row, and what will not and why; nothing happens yet."""
        if len(ids) > MOST:
            sentence = say("At most %(most)s rows at once: choose fewer, or narrow the list first.")
            messages.error(request, sentence % {"most": MOST})
            return HttpResponseRedirect(request.get_full_path())
        return self._asked(request, action, ids, action.form(user=request.user), request.get_full_path())

    def bulk_view(self, request: HttpRequest, action: str) -> HttpResponse:
        """Do it, once it was confirmed, and report of each row."""
        found = self.get_actions(request).get(action)
        here = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        if found is None:
            raise Http404(f"There is no action {action} here.")
        if request.method != "POST":
            return HttpResponseRedirect(here)
        bulk: BulkAction = found[0]
        back = return_to(request) or here
        ids = [int(one) for one in request.POST.getlist(ACTION_CHECKBOX_NAME) if is_id(one)]
        if len(ids) > MOST or not ids:
            sentence = (
                say("At most %(most)s rows at once: choose fewer.")
                if ids
                else say("No row was chosen; nothing was done.")
            )
            messages.error(request, sentence % {"most": MOST} if ids else sentence)
            return HttpResponseRedirect(back)
        form = bulk.form(request.POST, user=request.user)
        if not form.is_valid():
            return self._asked(request, bulk, ids, form, back, status=400)
        lines = [self._done(request, bulk, pk, form.cleaned_data) for pk in dict.fromkeys(ids)]
        return self._page(
            request, bulk, "admin/bulk_report.html",
            done=[one for one in lines if not one.why_not], left=[one for one in lines if one.why_not], back=back,
        )  # fmt: skip

    def _asked(
        self,
        request: HttpRequest,
        action: BulkAction,
        ids: list[int],
        form: BulkForm,
        back: str,
        status: int = 200,
    ) -> HttpResponse:
        shown = self.listed(self.get_queryset(request))
        rows = {row.pk: row for row in shown.filter(pk__in=ids)}
        lines = [self._line(request, action, rows[pk]) for pk in dict.fromkeys(ids) if pk in rows]
        return self._page(
            request, action, "admin/bulk.html", status,
            will=[one for one in lines if not one.why_not], will_not=[one for one in lines if one.why_not],
            form=form, back=back,
        )  # fmt: skip

    def _page(
        self, request: HttpRequest, action: BulkAction, template: str, status: int = 200, **context: Any
    ) -> HttpResponse:
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_bulk", args=[action.name])
        context = {
            **self.admin_site.each_context(request),
            "title": action.label,
            "opts": self.opts,
            "action": action,
            "url": url,
            **context,
        }
        return TemplateResponse(request, template, context, status=status)

    def _line(self, request: HttpRequest, action: BulkAction, row: Any) -> Line:
        now = str(getattr(row, "revision", ""))
        # A row that the list did not show was never seen otherwise than it is now.
        seen = request.POST.get(f"{_SEEN}{row.pk}", now)
        return self._of(row, seen, self._changed(seen, now) or action.why_not(row, request.user))

    def _done(self, request: HttpRequest, action: BulkAction, pk: int, facts: dict[str, Any]) -> Line:
        row = self.get_queryset(request).filter(pk=pk).first()
        if row is None:
            return Line(None, f"{self.opts.verbose_name} {pk}", "", "", say("It is no longer there."))
        now = str(getattr(row, "revision", ""))
        why_not = self._changed(request.POST.get(f"{_SEEN}{pk}", ""), now) or action.why_not(
            row, request.user
        )
        if not why_not:
            try:
                action.run(row, request.user, getattr(row, "revision", None), **facts)
            except Refused as refusal:
                why_not = refusal.sentence
            except ValidationError as trouble:
                why_not = " ".join(trouble.messages)
        return self._of(row, now, why_not)

    def _changed(self, seen: str, now: str) -> str:
        return "" if seen == now else say("Somebody changed it since the list was loaded; look at it again.")

    def _of(self, row: Any, seen: str, why_not: str) -> Line:
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        return Line(row, Truncator(" ".join(str(row).split())).chars(200), url, seen, why_not)
