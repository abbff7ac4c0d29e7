"""What readers sent: a queue, and on the page of each what may be made of it. Their words are shown as plain text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.admin.buttons import Button, editors
from articles.admin.forms import LineEnds, VerbForm, choice
from articles.admin.readers.complaint import FROM_READER
from articles.admin.record import Panel, RecordAdmin, line
from articles.admin.site import desk
from articles.admin.waiting import WaitingFilter
from articles.models import Submission, SubmissionKind, SubmissionState
from articles.models.choices import labelled
from articles.submitting import page_at
from articles.vocabulary import ClaimKind

TO_READER = _("The reader sees it by their private link.")


class AnswerForm(VerbForm):
    """A verb that may say something to the reader."""

    reply = LineEnds(required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=TO_READER)


class AcceptForm(AnswerForm):
    """What comes of it: a claim in words of ours, an article on record, or a verdict to be read again."""

    field_order = ("statement", "kind", "language", "article", "claim", "reply", "seen")

    def build(self) -> None:
        relation = Submission._meta.get_field
        if self.row.kind == SubmissionKind.CLAIM:
            self.fields["statement"] = LineEnds(
                initial=" ".join(self.row.text.split()), widget=forms.Textarea(attrs={"rows": 3}),
                label=_("The claim, worded to stand alone"),
            )  # fmt: skip
            self.fields["kind"] = forms.ChoiceField(choices=labelled(ClaimKind), initial=ClaimKind.FACT)
            self.fields["language"] = forms.CharField(max_length=35, initial=self.row.language)
        elif self.row.kind == SubmissionKind.ARTICLE:
            help_text = _("Hand it in first; here say which one it is.")
            self.fields["article"] = choice(
                relation("article"), self.user, label=_("Article"), help_text=help_text
            )
        else:
            page = page_at(self.row.about, self.user)
            help_text = _("Its verdict is to be read again. Leave it empty where no claim is concerned.")
            self.fields["claim"] = choice(
                relation("claim"), self.user, label=_("Claim"), required=False, help_text=help_text,
                initial=page.claim.pk if page and page.claim else None,
            )  # fmt: skip
        self.order_fields(self.field_order)


class DeclineForm(VerbForm):
    reply = LineEnds(label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}), help_text=TO_READER)


class DuplicateForm(AnswerForm):
    """What it says again: one of the three."""

    field_order = ("claim", "article", "submission", "reply", "seen")

    def build(self) -> None:
        relation = Submission._meta.get_field
        self.fields["claim"] = choice(relation("claim"), self.user, label=_("Of the claim"), required=False)
        self.fields["article"] = choice(
            relation("article"), self.user, label=_("Or of the article"), required=False
        )
        self.fields["submission"] = choice(
            relation("duplicate_of"), self.user, label=_("Or of what was sent before"), required=False
        )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        of = [cleaned.pop(name, None) for name in ("claim", "article", "submission")]
        named = [one for one in of if one is not None]
        if not self.errors and len(named) != 1:
            raise ValidationError(_("Choose one: a claim, an article, or what was sent before."))
        return {**cleaned, "of": named[0] if named else None}


class OpenFilter(WaitingFilter):
    title = _("decision")


def _is_open(row: Submission) -> bool:
    return row.is_open


def _may_reopen(row: Submission) -> bool:
    return row.state in (SubmissionState.DECLINED, SubmissionState.DUPLICATE) and not row.is_forgotten


def accept(row: Submission, by: Any, seen: int | None, **said: Any) -> Any:
    found = row.accept(by, expected=seen, **said)
    return None if found == row else found


@admin.register(Submission, site=desk)
class SubmissionAdmin(RecordAdmin):
    list_display = ("state", "kind", "words", "assigned_to", "at")
    list_display_links = ("words",)
    list_filter = (OpenFilter, "state", "kind", "at")
    search_fields = ("text", "url", "about", "reason", "contact", "reply", "note")
    ordering = ("-id",)
    facts = (
        "state", "kind", "page", "text", "url", "reason", "contact", "language", "at", "assigned_to", "outcome",
        "closed_at", "closed_by", "forgotten_at",
    )  # fmt: skip
    buttons = (
        Button(
            "take", "Look at it", lambda row, by, seen: row.take(by, expected=seen),
            "It is yours; the reader sees that it is being looked at.", when=_is_open, weight="main",
        ),
        Button(
            "accept", "Accept", accept, "The reader sees that it was taken up.", form=AcceptForm, who=editors,
            when=_is_open,
        ),
        FROM_READER,
        Button(
            "decline", "Decline", lambda row, by, seen, reply: row.decline(by, reply, expected=seen),
            "The reader sees why.", form=DeclineForm, who=editors, when=_is_open, undo="reopen",
        ),
        Button(
            "duplicate", "Known already",
            lambda row, by, seen, of, reply: row.mark_duplicate(by, of, reply, expected=seen),
            "The reader sees that we knew of it.", form=DuplicateForm, who=editors, when=_is_open,
            undo="reopen",
        ),
        Button(
            "reopen", "Take the decision back", lambda row, by, seen: row.reopen(by, expected=seen),
            "It waits again.", who=editors, when=_may_reopen,
        ),
        Button(
            "forget", "Erase", lambda row, by, seen: row.forget(by), "What the reader wrote is erased.", who=editors,
            when=lambda row: not row.is_open and not row.is_forgotten, weight="grave",
        ),
    )  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show the reader's words before the answer to them; they are no part of the record."""
        sent = (_("What the reader sent"), {"fields": self.shown_facts()})
        return [sent, (_("What the desk says"), {"fields": self.written_fields()})]

    @admin.display(description="words")
    def words(self, row: Submission) -> str:
        return " ".join((row.text or row.url or row.about).split())[:140] or str(_("erased"))

    @admin.display(description="page")
    def page(self, row: Submission) -> SafeString | str:
        # What is no page of ours any more is shown, and leads nowhere.
        found = page_at(row.about, None) if row.about else None
        return format_html('<a href="{0}">{0}</a>', found.path) if found else row.about or "–"

    @admin.display(description="leads to")
    def outcome(self, row: Submission) -> SafeString | str:
        found = row.review_task or row.claim or row.article or row.duplicate_of
        if found is None:
            return "–"
        return format_html('<a href="{}">{}</a>', self.page_of(found), found)

    def panels(self, request: HttpRequest, row: Submission) -> list[Panel]:
        panels = []
        if row.kind == SubmissionKind.ARTICLE and row.is_open:
            address = f"{reverse('admin:articles_article_hand_in')}?submission={row.pk}"
            hand_in = {"url": address, "text": _("Hand the article in")}
            panels.append(Panel(gettext("What to do"), [hand_in]))
        same = Submission.objects.visible_to(request.user).exclude(pk=row.pk)
        if row.about:
            about = [
                line(one, one.text or one.url, tag=one.get_state_display())
                for one in same.filter(about=row.about)[:20]
            ]
            panels.append(Panel(gettext("Others on this page"), about, empty=gettext("None.")))
        return panels
