"""Buttons: the verbs of a noun, on the page of its row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import unquote as unescape

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.http import url_has_allowed_host_and_scheme

from articles.admin.forms import VerbForm, add_refusal
from articles.admin.landing import page_of
from articles.admin.queues.queue import Offer
from articles.models import Change, User
from articles.models.recorded import Recorded
from articles.refusals import NotAllowed, NotPublishable, Refused, Stale


def everybody(user: Any) -> bool:
    """The whole desk may; the verb asks again."""
    return True


def editors(user: Any) -> bool:
    return user.may_publish


def administrators(user: Any) -> bool:
    return user.may_administer


@dataclass(frozen=True)
class Button:
    """One verb. Who may use it and when it is offered decides only what is shown: the verb has the last word."""

    name: str
    # What it says, as text or as text that is translated when it is shown; and what is said once it is done.
    label: Any
    # (row, by, revision seen, **fields of the form) → what to look at next; None is the row itself.
    run: Callable[..., Any]
    done: Any
    form: type[VerbForm] = VerbForm
    who: Callable[[Any], bool] = everybody
    # Whether this state of the row makes sense of it.
    when: Callable[[Any], bool] = lambda row: True
    # How it looks: "", "main" or "grave".
    weight: str = ""
    # Whether its form is open from the start.
    opened: bool = False
    # The key that presses it, where a script listens for one.
    key: str = ""
    # The button that takes it back, offered beside the word that it is done: its name; or, asked of the row before
    # anything is done, its name and what its form is to send.
    undo: str | Callable[[Any], tuple[str, dict[str, Any]]] = ""

    def is_for(self, user: Any, row: Any) -> bool:
        return self.who(user) and self.when(row)

    def way_back(self, row: Any) -> tuple[str, dict[str, Any]]:
        """Return the name of the button that leads back to how the row is now, and what its form is to send."""
        return (self.undo, {}) if isinstance(self.undo, str) else self.undo(row)


# The name under which a form or an address says to which page of the desk its person wants to return.
NEXT = "next"


def return_to(request: HttpRequest) -> str:
    """Return the page of the desk that the request wants to go on with; empty where it names none, or another site."""
    wanted = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    here = wanted.startswith(reverse("admin:index")) and url_has_allowed_host_and_scheme(wanted, None)
    # A browser would follow the dots out of the desk, also where they are escaped.
    steps = unescape(wanted.partition("?")[0]).split("/")
    return wanted if here and ".." not in steps else ""


class WithButtons(admin.ModelAdmin):
    """A noun's admin whose change page has its verbs as buttons."""

    buttons: tuple[Button, ...] = ()

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_do"
        mine = path("<path:object_id>/do/<slug:verb>/", self.admin_site.admin_view(self.do_view), name=name)
        return [mine, *super().get_urls()]

    def button(self, name: str) -> Button | None:
        return next((button for button in self.buttons if button.name == name), None)

    def do_url(self, row: Any, button: Button) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_do", args=[row.pk, button.name])

    def offered(self, request: HttpRequest, row: Any, place: str = "") -> list[dict[str, Any]]:
        """Return the buttons of this row for this person, each with its form.

        `place` tells the fields of this row from those of other rows on the same page.
        """
        return [
            {
                "button": button,
                "url": self.do_url(row, button),
                "form": button.form(row=row, user=request.user, auto_id=f"id_{place}{button.name}_%s"),
            }
            for button in self.buttons
            if button.is_for(request.user, row)
        ]

    def offered_in(self, request: HttpRequest, row: Any, offers: Iterable[Offer]) -> list[dict[str, Any]]:
        """Return what a queue offers of this row's buttons, in its order; a form only where it is shown in the row.

        Its fields have ids of their own, as other rows of the page have the same.
        """
        found = []
        for offer in offers:
            button = self.button(offer.name)
            if button is None or not button.is_for(request.user, row):
                continue
            place = f"id_{row.pk}_{button.name}_%s"
            form = None if offer.asks == "there" else button.form(row=row, user=request.user, auto_id=place)
            found.append({"button": button, "offer": offer, "url": self.do_url(row, button), "form": form})
        return found

    def do_view(self, request: HttpRequest, object_id: str, verb: str) -> HttpResponse:
        """Run a verb on a row, or ask for what it needs."""
        row, by = self.get_object(request, unquote(object_id)), cast(User, request.user)
        button = self.button(verb)
        if button is None:
            raise Http404(f"There is no button {verb} here.")
        if not button.who(by):
            form = button.form(request.POST, row=row, user=by)
            return self.refused(request, row, f"“{button.label}” is not for a {by.get_role_display()}.", form)
        if request.method != "POST":
            return self.ask(request, row, button, button.form(row=row, user=by))
        form = button.form(request.POST, row=row, user=by)
        if not form.is_valid():
            return self.ask(request, row, button, form, status=400)
        facts = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        # The row lives as long as the request, and only now tells what is to be gone back to.
        cast(Any, row).way_back = button.way_back(row)
        try:
            found = button.run(row, by, form.cleaned_data["seen"], **facts)
        except NotAllowed as refusal:
            return self.refused(request, row, refusal.sentence, form)
        except NotPublishable as refusal:
            if form.visible_fields():
                form.add_error(None, f"It cannot go out yet. {refusal}")
                return self.ask(request, row, button, form, status=409)
            return self.back_with(request, row, f"It cannot go out yet. {refusal}")
        except (ValidationError, Refused) as trouble:
            if isinstance(trouble, Stale) and not form.visible_fields():
                # Nothing was typed, and what is there now has to be read first.
                return self.back_with(request, row, trouble.sentence)
            row = self.get_object(request, unquote(object_id))
            again = form.on_top_of(row, trouble if isinstance(trouble, Stale) else None)
            add_refusal(again, trouble)
            return self.ask(request, row, button, again, status=409)
        return self.done(request, row, button, found)

    def done(self, request: HttpRequest, row: Any, button: Button, found: Any) -> HttpResponse:
        """Say that it is done, and show what is to be looked at next."""
        self.say_done(request, row, button)
        return HttpResponseRedirect(return_to(request) or self.page_of(row if found is None else found))

    def say_done(self, request: HttpRequest, row: Any, button: Button, sentence: Any = "") -> None:
        """Say that it is done, with the button beside it that takes it back, where there is one."""
        name, answers = getattr(row, "way_back", None) or button.way_back(row)
        back = self.button(name)
        if back is not None and row.pk is not None:
            row.refresh_from_db()
        if back is None or row.pk is None or not back.is_for(request.user, row):
            messages.success(request, sentence or button.done)
            return
        context = {
            "sentence": sentence or button.done,
            "button": back,
            "url": self.do_url(row, back),
            "form": back.form(row=row, user=request.user, auto_id=False),
            "answers": answers,
            "next": return_to(request) or self.page_of(row),
        }
        messages.success(request, render_to_string("admin/undo.html", context, request))

    def ask(
        self, request: HttpRequest, row: Any, button: Button, form: VerbForm, status: int = 200
    ) -> HttpResponse:
        """Show what the verb needs, with whatever was typed already."""
        context = {
            **self.admin_site.each_context(request),
            "title": button.label,
            "subtitle": str(row),
            "opts": self.opts,
            "original": row,
            "original_url": return_to(request) or self.page_of(row),
            "next": return_to(request),
            "button": button,
            "form": form,
            "last_change": None if form.stale is None else self.last_change(row),
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/verb.html", context, status=status)

    def last_change(self, row: Any) -> Change | None:
        """Return the ledger's last entry about this row; None of what is not in the ledger."""
        return Change.objects.about(row).select_related("actor").last() if isinstance(row, Recorded) else None

    def back_with(self, request: HttpRequest, row: Any, sentence: str) -> HttpResponse:
        messages.error(request, sentence)
        return HttpResponseRedirect(return_to(request) or self.page_of(row))

    def refused(
        self, request: HttpRequest, row: Any, sentence: str, form: VerbForm | None = None
    ) -> HttpResponse:
        """Say that this person may not, with what they typed: somebody else may still want the words."""
        context = {
            **self.admin_site.each_context(request),
            "title": "You may not do this",
            "opts": self.opts,
            "original": row,
            "original_url": return_to(request) or self.page_of(row),
            "sentence": sentence,
            "typed": [] if form is None else form.typed(),
        }
        return TemplateResponse(request, "admin/refused.html", context, status=403)

    def page_of(self, target: Any) -> str:
        """Return the desk's page of a row; of a row that is gone, the list it stood in."""
        opts = target._meta
        if isinstance(target, models.Model) and target.pk is None:
            return reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        return page_of(target)
