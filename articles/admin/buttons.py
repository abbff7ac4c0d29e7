"""Buttons: the verbs of a noun, on the page of its row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern

from articles.admin.forms import VerbForm, add_refusal
from articles.models import User
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
    label: str
    # (row, by, revision seen, **fields of the form) → what to look at next; None is the row itself.
    run: Callable[..., Any]
    done: str
    form: type[VerbForm] = VerbForm
    who: Callable[[Any], bool] = everybody
    # Whether this state of the row makes sense of it.
    when: Callable[[Any], bool] = lambda row: True
    # How it looks: "", "main" or "grave".
    weight: str = ""
    # Whether its form is open from the start.
    opened: bool = False

    def is_for(self, user: Any, row: Any) -> bool:
        return self.who(user) and self.when(row)


class WithButtons(admin.ModelAdmin):
    """A noun's admin whose change page has its verbs as buttons."""

    buttons: tuple[Button, ...] = ()

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_do"
        mine = path("<path:object_id>/do/<slug:verb>/", self.admin_site.admin_view(self.do_view), name=name)
        return [mine, *super().get_urls()]

    def do_url(self, row: Any, button: Button) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_do", args=[row.pk, button.name])

    def offered(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """Return the buttons of this row for this person, each with its form."""
        return [
            {
                "button": button,
                "url": self.do_url(row, button),
                "form": button.form(row=row, user=request.user, auto_id=f"id_{button.name}_%s"),
            }
            for button in self.buttons
            if button.is_for(request.user, row)
        ]

    def do_view(self, request: HttpRequest, object_id: str, verb: str) -> HttpResponse:
        """Run a verb on a row, or ask for what it needs."""
        row, by = self.get_object(request, unquote(object_id)), cast(User, request.user)
        button = next((button for button in self.buttons if button.name == verb), None)
        if button is None:
            raise Http404(f"There is no button {verb} here.")
        if not button.who(by):
            return self.refused(request, row, f"“{button.label}” is not for a {by.get_role_display()}.")
        if request.method != "POST":
            return self.ask(request, row, button, button.form(row=row, user=by))
        form = button.form(request.POST, row=row, user=by)
        if not form.is_valid():
            return self.ask(request, row, button, form, status=400)
        facts = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        try:
            found = button.run(row, by, form.cleaned_data["seen"], **facts)
        except NotAllowed as refusal:
            return self.refused(request, row, refusal.sentence)
        except NotPublishable as refusal:
            return self.back_with(request, row, f"It cannot go out yet. {refusal}")
        except (ValidationError, Refused) as trouble:
            if isinstance(trouble, Stale) and not form.visible_fields():
                # Nothing was typed, and what is there now has to be read first.
                return self.back_with(request, row, trouble.sentence)
            row = self.get_object(request, unquote(object_id))
            again = self.asked_again(form, row)
            add_refusal(again, trouble)
            return self.ask(request, row, button, again, status=409)
        return self.done(request, row, button, found)

    def done(self, request: HttpRequest, row: Any, button: Button, found: Any) -> HttpResponse:
        """Say that it is done, and show what is to be looked at next."""
        messages.success(request, button.done)
        return HttpResponseRedirect(self.page_of(row if found is None else found))

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
            "original_url": self.page_of(row),
            "button": button,
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/verb.html", context, status=status)

    def back_with(self, request: HttpRequest, row: Any, sentence: str) -> HttpResponse:
        messages.error(request, sentence)
        return HttpResponseRedirect(self.page_of(row))

    def asked_again(self, form: VerbForm, row: Any) -> VerbForm:
        """Return the same answers on top of the row as it stands now: sending them again is a decision."""
        data = cast(QueryDict, form.data).copy()
        data["seen"] = str(getattr(row, "revision", ""))
        again = type(form)(data, row=row, user=form.user)
        again.is_valid()
        return again

    def refused(self, request: HttpRequest, row: Any, sentence: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "You may not do this",
            "opts": self.opts,
            "original": row,
            "original_url": self.page_of(row),
            "sentence": sentence,
        }
        return TemplateResponse(request, "admin/refused.html", context, status=403)

    def page_of(self, target: Any) -> str:
        """Return the desk's page of a row; of a row that is gone, the list it stood in."""
        opts = target._meta
        if isinstance(target, models.Model) and target.pk is None:
            return reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[target.pk])
