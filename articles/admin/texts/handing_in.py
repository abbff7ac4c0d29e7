"""Handing in articles at the desk: files or pasted text, and what became of each."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext_lazy as _

from articles.admin.forms import LineEnds
from articles.importing.batch import Outcome, import_files, nothing_done
from articles.importing.files.handed_in import MAX_FILES, MAX_UPLOAD, NothingHandedIn, pasted, uploaded
from articles.importing.files.incoming import ARCHIVE, ENDINGS, MANIFESTS
from articles.importing.report import Fate
from articles.models import Submission, SubmissionKind


class Files(forms.FileField):
    """Any number of files at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=SeveralFiles(), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        one = super().clean
        # An empty file is refused by the importer, which names it.
        return [one(each, initial) for each in data] if data else []


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class HandInForm(forms.Form):
    """Files, or a text; the importer judges both."""

    several = Files(
        label=_("Files"),
        required=False,
        allow_empty_file=True,
        help_text=_(
            "Texts, Markdown, web pages, PDFs or a ZIP file of them, each with its manifest if it has one; at most "
            f"{MAX_FILES} files and {MAX_UPLOAD // 1_000_000} MB."
        ),
    )
    text = LineEnds(
        label=_("Or the text itself"),
        required=False,
        strip=False,
        widget=admin.widgets.AdminTextareaWidget(attrs={"rows": 12}),
    )
    name = forms.CharField(
        label=_("Name of the text"),
        required=False,
        max_length=400,
        help_text=_("To know it again by: the same name later brings a newer version of the same article."),
    )
    repair = forms.BooleanField(
        label=_("Mend characters that were decoded wrongly"),
        required=False,
        help_text=_("“donâ€™t” becomes “don’t”. Without it such places are only told."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["several"].widget.attrs["accept"] = ",".join([*ENDINGS, ARCHIVE, *MANIFESTS])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned.get("several")) == bool((cleaned.get("text") or "").strip()):
            raise forms.ValidationError(_("Choose files or paste a text, one of the two."))
        return cleaned


class WithHandingIn(admin.ModelAdmin):
    """The articles' admin, with a page to hand in new ones."""

    change_list_template = "admin/article_list.html"

    def get_urls(self) -> list[URLPattern]:
        name = "articles_article_hand_in"
        return [
            path("hand-in/", self.admin_site.admin_view(self.hand_in_view), name=name),
            *super().get_urls(),
        ]

    def hand_in_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for files or a text; import them and say what became of each."""
        form = HandInForm(request.POST or None, request.FILES or None, initial=_sent(request))
        outcomes: list[Outcome] = []
        if request.method == "POST" and form.is_valid():
            try:
                outcomes = _imported(form.cleaned_data, request.user)
            except NothingHandedIn as trouble:
                form.add_error("several" if form.cleaned_data["several"] else "text", str(trouble))
        refused = nothing_done(one.fate for one in outcomes)
        if outcomes and not refused:
            form = HandInForm()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Hand in articles"),
            "opts": self.opts,
            "form": form,
            "outcomes": outcomes,
            "held": Fate.HELD,
            "media": self.media + form.media,
        }
        return TemplateResponse(
            request, "admin/hand_in.html", context, status=400 if form.errors or refused else 200
        )


def _sent(request: HttpRequest) -> dict[str, str]:
    """Return what a reader sent to be handed in, where the address names that by `?submission=`."""
    number = request.GET.get("submission", "")
    if not re.fullmatch("[0-9]{1,18}", number):
        return {}
    row = Submission.objects.visible_to(request.user).filter(pk=number, kind=SubmissionKind.ARTICLE).first()
    return {"text": row.text, "name": row.url[:400]} if row else {}


def _imported(given: dict[str, Any], by: Any) -> list[Outcome]:
    """Import what was handed in. Raises NothingHandedIn."""
    if not given["several"]:
        return list(import_files(pasted(given["text"], given["name"]), by, repair=given["repair"]))
    with uploaded(given["several"]) as found:
        return list(import_files(found, by, repair=given["repair"]))
