"""Complaints: what came, what it is about, what was decided and what followed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.admin.assigning import PersonField
from articles.admin.buttons import Button, editors
from articles.admin.forms import LineEnds, VerbForm, choice
from articles.admin.record import Panel, RecordAdmin, add_url, line
from articles.admin.site import desk
from articles.admin.waiting import WaitingFilter
from articles.models import Claim, Complaint, ComplaintKind, ComplaintState, Submission, Verdict
from articles.models.complaint import OUTCOMES
from articles.submitting import page_at

# How many complaints, corrections and redactions a panel lists.
LISTED = 20


def complaints_about(user: Any, row: Any, apart: int | None = None) -> Panel:
    """Return the complaints about a claim, a verdict, an article or a source, for its page. One query.

    `apart` is the id of one that is left out, being on the page already.
    """
    rows = Complaint.objects.visible_to(user).about(row).exclude(pk=apart or 0).for_listing()[:LISTED]
    lines = [
        line(one, one.words or one.outcome, tag=one.get_state_display(), note=one.get_kind_display())
        for one in rows
    ]
    about: dict[str, Any] = {row._meta.model_name: row.pk}
    if isinstance(row, Verdict):
        about["claim"] = row.claim_id
    title = gettext("Complaints") if apart is None else gettext("Others about this claim")
    return Panel(
        title, lines, add_url(Complaint, **about), gettext("Note a complaint"), empty=gettext("None.")
    )


class OpenFilter(WaitingFilter):
    title = _("decision")


class DueFilter(admin.SimpleListFilter):
    title = _("time")
    parameter_name = "time"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", _("overdue"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        today = timezone.localdate()
        return queryset.open().filter(due_on__lt=today) if self.value() == "overdue" else queryset


class AssignForm(VerbForm):
    def build(self) -> None:
        nobody = self.row.assigned_to_id is None
        self.fields["person"] = PersonField(
            user=self.user, label=_("Who looks at it"), initial=self.user.username if nobody else ""
        )


class TieForm(VerbForm):
    """What followed: corrections and redactions on record."""

    def build(self) -> None:
        relation = Complaint._meta.get_field
        self.fields["corrections"] = choice(
            relation("corrections"),
            self.user,
            many=True,
            required=False,
            label=_("Corrections that followed"),
        )
        self.fields["redactions"] = choice(
            relation("redactions"), self.user, many=True, required=False, label=_("Redactions that followed")
        )


class DecideForm(TieForm):
    """What is decided and what followed from it, in one step."""

    state = forms.ChoiceField(
        label=_("Decision"), choices=[(one.value, one.label) for one in OUTCOMES], widget=forms.RadioSelect
    )
    outcome = LineEnds(label=_("Why"), widget=forms.Textarea(attrs={"rows": 4}))
    nothing_followed = LineEnds(
        label=_("Or why nothing followed"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Where it is upheld and nothing was corrected or taken out."),
    )  # fmt: skip
    field_order = ("state", "outcome", "corrections", "redactions", "nothing_followed", "seen")

    def build(self) -> None:
        super().build()
        told = self.row.submission_id is not None
        self.fields["outcome"].help_text = (
            _("It stays: name no private person. The reader who sent it reads it by their private link.")
            if told
            else _("It stays: name no private person.")
        )
        self.order_fields(self.field_order)


def _is_open(row: Complaint) -> bool:
    return row.is_open


def _tie(row: Complaint, by: Any, seen: int | None, corrections: Any, redactions: Any) -> None:
    for one in [*corrections, *redactions]:
        row.tie(by, one)


@admin.register(Complaint, site=desk)
class ComplaintAdmin(RecordAdmin):
    list_display = ("state", "kind", "in_words", "about", "assigned_to", "due_on", "received_at")
    list_display_links = ("in_words",)
    list_filter = (OpenFilter, DueFilter, "state", "kind", "received_at")
    linked = ("claim__id__exact", "article__id__exact", "source__id__exact")
    # Not by how to reach them: who looks for an address has it.
    search_fields = ("said", "complainant", "outcome", "note", "submission__text")
    ordering = ("-id",)
    add_fields = (
        "kind", "said", "verdict", "claim", "article", "source", "complainant", "reach", "due_on", "received_at",
    )  # fmt: skip
    facts = (
        "state", "sent", "assigned_to", "received_at", "received_by", "outcome", "nothing_followed", "decided_at",
        "decided_by", "forgotten_at",
    )  # fmt: skip
    buttons = (
        Button(
            "take", _("Look at it"), lambda row, by, seen: row.assign(by, by, expected=seen), _("It is yours."),
            when=lambda row: row.is_open and row.assigned_to_id is None, weight="main", key="a",
        ),
        Button(
            "assign", _("Assign"), lambda row, by, seen, person: row.assign(by, person, expected=seen),
            _("It is theirs; they are told, if they want to be."), form=AssignForm, when=_is_open,
        ),
        Button(
            "decide", _("Decide"), lambda row, by, seen, **said: row.decide(by, expected=seen, **said),
            _("It is decided."), form=DecideForm, who=editors, when=_is_open, undo="reopen",
        ),
        Button(
            "withdrawn", _("They took it back"), lambda row, by, seen: row.note_withdrawal(by, expected=seen),
            _("It is closed as withdrawn."), when=_is_open, undo="reopen",
        ),
        Button(
            "tie", _("Say what followed"), _tie, _("It is tied to this."), form=TieForm,
            when=lambda row: row.state not in (ComplaintState.REJECTED, ComplaintState.WITHDRAWN),
        ),
        Button(
            "reopen", _("Take the decision back"), lambda row, by, seen: row.reopen(by, expected=seen),
            _("It waits again."), who=editors, when=lambda row: not row.is_open and not row.is_forgotten,
        ),
        Button(
            "forget", _("Erase"), lambda row, by, seen: row.forget(by),
            _("Who complained and what they wrote is erased; the outcome stays."), who=editors,
            when=lambda row: not row.is_open and not row.is_forgotten, weight="grave",
        ),
    )  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Leave out of the facts what there is nothing to say about."""
        if obj is None:
            return super().get_fieldsets(request, obj)
        facts = [name for name in self.facts if name == "sent" or getattr(obj, name) not in (None, "")]
        if obj.submission is None:
            facts.remove("sent")
        return [(None, {"fields": self.written_fields()}), (_("On file"), {"fields": facts})]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.for_listing()

    def add_record(self, by: Any, facts: dict[str, Any]) -> Complaint:
        return Complaint.receive(by, **facts)

    @admin.display(description=_("words"))
    def in_words(self, row: Complaint) -> str:
        return " ".join((row.words or row.outcome).split())[:140] or str(_("erased"))

    @admin.display(description=_("about"))
    def about(self, row: Complaint) -> str:
        return ", ".join(str(one)[:100] for one in row.subjects)

    @admin.display(description=_("by a reader"))
    def sent(self, row: Complaint) -> SafeString | str:
        """What came by our own form, with the words that stand there."""
        if row.submission is None:
            return "–"
        url = reverse("admin:articles_submission_change", args=[row.submission_id])
        return format_html('<a href="{}">{}</a>{}', url, row.submission, _paragraphs(row.words))

    def panels(self, request: HttpRequest, row: Complaint) -> list[Panel]:
        user = request.user
        corrections = row.corrections.all().visible_to(user).select_related("verdict")
        followed = [line(one, one.note, tag=one.get_kind_display()) for one in corrections[:LISTED]]
        followed += [line(one, one.reason, tag=gettext("redaction")) for one in row.redactions.all()[:LISTED]]
        panels = [
            Panel(
                gettext("What it is about"),
                [line(one, tag=str(one._meta.verbose_name)) for one in row.subjects],
            ),
            Panel(gettext("What followed"), followed, empty=gettext("Nothing yet.")),
        ]
        if row.claim is not None:
            panels.append(complaints_about(user, row.claim, apart=row.pk))
        return panels


def _paragraphs(words: str) -> SafeString:
    return format_html_join("", "<p>{}</p>", ((one,) for one in words.split("\n\n") if one.strip()))


# Of what a reader sent by our own form.


class FromReaderForm(VerbForm):
    """What kind it is; and what it is about, where the page that the reader named does not say so."""

    kind = forms.ChoiceField(label=_("What it is"), choices=ComplaintKind.choices)

    def build(self) -> None:
        self.subject = _subject_of(self.row, self.user)
        if not self.subject:
            field = Complaint._meta.get_field("claim")
            self.fields["claim"] = choice(field, self.user, label=_("About which claim"))


def _subject_of(row: Submission, user: Any) -> dict[str, Any]:
    page = page_at(row.about, user) if row.about else None
    name = page.row._meta.model_name if page is not None and page.row is not None else ""
    return {name: page.row} if page is not None and name in ("claim", "article", "source") else {}


def _of_submission(
    row: Submission, by: Any, seen: int | None, kind: str, claim: Claim | None = None
) -> Complaint:
    about = _subject_of(row, by) or {"claim": claim}
    return Complaint.receive(by, submission=row, kind=kind, **about)


def _may_be_one(row: Submission) -> bool:
    return row.is_open and row.kind == "error" and not hasattr(row, "complaint")


#: The button of what a reader sent that makes a complaint of it.
FROM_READER = Button(
    "complaint", _("Make it a complaint"), _of_submission,
    _("It is a complaint; the reader reads the outcome by their private link."), form=FromReaderForm,
    when=_may_be_one,
)  # fmt: skip
