"""The desk's page of a draft: where it stands, what stands in its way, and the words."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from articles.admin.assigning import offered_colleagues
from articles.admin.bulk import BulkAction, BulkForm
from articles.admin.buttons import Button, editors
from articles.admin.record import Panel, ReadOnlyAdmin, RecordAdmin, line
from articles.admin.site import desk
from articles.admin.verdicts.draft_forms import (
    AssessorForm,
    DraftForm,
    EvidenceUseForm,
    HandBackForm,
    Moment,
    MomentInput,
    ReviewerForm,
    ScheduleForm,
)
from articles.admin.verdicts.preview import changes_for_readers, preview
from articles.models import Assessment, DraftEvidence, DraftState, HandBack, Rating, VerdictDraft
from articles.publishing import obstacles
from articles.refusals import Refused


def waits(row: VerdictDraft) -> bool:
    return row.state == DraftState.SUBMITTED


def is_open(row: VerdictDraft) -> bool:
    return row.is_open


def ask_to_assess(row: VerdictDraft, by: Any, seen: int | None, assessor: Any) -> None:
    Assessment.ask(by, row, assessor)


# Several at once.


class BulkHandBackForm(BulkForm):
    note = HandBackForm.base_fields["note"]


class BulkReviewerForm(BulkForm):
    def build(self) -> None:
        self.fields["reviewer"] = ReviewerForm(row=VerdictDraft(), user=self.user).fields["reviewer"]
        self.fields["reviewer"].required = True


def why_not_published(row: VerdictDraft, by: Any) -> str:
    return " ".join(one.sentence for one in obstacles(row, by))


def why_not_handed_back(row: VerdictDraft, by: Any) -> str:
    return "" if waits(row) else say("It is %(state)s.") % {"state": row.get_state_display()}


def why_not_reviewed(row: VerdictDraft, by: Any) -> str:
    return "" if row.is_open else say("It is %(state)s.") % {"state": row.get_state_display()}


@admin.register(VerdictDraft, site=desk)
class VerdictDraftAdmin(RecordAdmin):
    form = DraftForm
    change_form_template = "admin/draft_page.html"
    list_display = ("claim", "state", "rating", "author", "reviewer", "publish_at", "updated_at")
    list_filter = ("state", "updated_at")
    list_select_related = ("claim", "author", "reviewer", "rating__scale", "handed_back_by", "verdict")
    search_fields = ("claim__statement", "summary", "reasoning", "author__display_name")
    formfield_overrides = {
        **RecordAdmin.formfield_overrides,
        models.DateTimeField: {"form_class": Moment, "widget": MomentInput},
    }
    add_fields = (
        "claim", "rating", "summary", "reasoning", "valid_from", "valid_to", "correction_kind", "correction_note",
    )  # fmt: skip
    facts = ("claim", "author", "verdict", "updated_at", "revision")
    linked = ("author__id__exact", "reviewer__id__exact")
    short_lists = ("rating",)
    buttons = (
        Button(
            "evidence", _("Choose the evidence"),
            lambda row, by, seen, evidence: row.use_evidence(by, evidence, seen),
            _("The evidence is numbered."), form=EvidenceUseForm, when=is_open,
        ),
        Button(
            "submit", _("Submit to a second editor"), lambda row, by, seen: row.submit(by),
            _("The draft waits for a second editor."), when=lambda row: row.state == DraftState.WRITING,
            weight="main", key="a",
        ),
        Button(
            "publish", _("Publish"), lambda row, by, seen: row.publish(by, seen), _("The verdict is published."),
            who=editors, when=waits, weight="main", key="a",
        ),
        Button(
            "hand-back", _("Hand back"), lambda row, by, seen, note: row.hand_back(by, note),
            _("The draft is back with its author."), form=HandBackForm, who=editors, when=waits,
        ),
        Button(
            "schedule", _("Publish later"), lambda row, by, seen, publish_at: row.schedule(by, publish_at, seen),
            _("It goes out at the time you set, unless something changes."), form=ScheduleForm, who=editors,
            when=waits, undo="unschedule",
        ),
        Button(
            "unschedule", _("Do not publish it by itself"), lambda row, by, seen: row.unschedule(by, seen),
            _("It waits for an editor again."), who=editors, when=lambda row: row.publish_at is not None,
        ),
        Button(
            "reviewer", _("Ask an editor to review"),
            lambda row, by, seen, reviewer: row.ask_to_review(by, reviewer, seen),
            _("Who is to review it is noted."), form=ReviewerForm, when=is_open,
        ),
        Button(
            "assess", _("Ask for a second assessment"), ask_to_assess, _("They are asked; they do not see the draft."),
            form=AssessorForm, when=is_open,
        ),
        Button(
            "drop", _("Drop"), lambda row, by, seen: row.drop(by), _("The draft is given up."), when=is_open,
            weight="grave",
        ),
    )  # fmt: skip
    actions = (
        BulkAction(
            "publish", _("Publish"), lambda row, by, seen: row.publish(by, seen), _("Published."),
            why_not_published, who=editors,
        ),
        BulkAction(
            "hand-back", _("Hand back"), lambda row, by, seen, note: row.hand_back(by, note),
            _("Back with its author."), why_not_handed_back, form=BulkHandBackForm, who=editors,
        ),
        BulkAction(
            "reviewer", _("Ask an editor to review"),
            lambda row, by, seen, reviewer: row.ask_to_review(by, reviewer, seen), _("The editor is asked."),
            why_not_reviewed, form=BulkReviewerForm, who=editors,
        ),
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        mine = path(
            "<path:object_id>/preview/",
            self.admin_site.admin_view(self.preview_view),
            name="articles_verdictdraft_preview",
        )
        return [mine, *super().get_urls()]

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the draft as readers will see it."""
        return preview(request, self.get_object(request, object_id), self)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        if obj is None:
            return super().get_fieldsets(request, obj)
        correction = (
            _("Why another verdict follows"),
            {
                "fields": ["correction_kind", "correction_note"],
                "description": _("Readers see both, with what changed."),
            },
        )
        words = ["rating", "summary", "reasoning", "valid_from", "valid_to"]
        return [
            *([correction] if self.follows_another(obj) else []),
            (_("The verdict"), {"fields": words}),
            (_("When"), {"fields": ["embargo_until", "embargo_note", "review_on"]}),
            (_("On record"), {"fields": list(self.facts or ())}),
        ]

    def response_change(self, request: HttpRequest, obj: VerdictDraft) -> HttpResponse:
        """Hand the draft on once it is saved, where that was asked for in the same breath."""
        submit = self.button("submit")
        if "_submit_draft" not in request.POST or submit is None or not submit.is_for(request.user, obj):
            return super().response_change(request, obj)
        try:
            obj.submit(request.user)
        except Refused as refusal:
            return self.back_with(request, obj, say("It is saved. %(why)s") % {"why": refusal.sentence})
        messages.success(request, say("It is saved, and waits for a second editor."))
        return HttpResponseRedirect(self.page_of(obj))

    def follows_another(self, row: VerdictDraft) -> bool:
        # Django asks several times a page; the row lives as long as the request.
        if not hasattr(row, "_follows_another"):
            row._follows_another = row.claim.verdicts.exists() or bool(row.correction_kind)  # type: ignore[attr-defined]
        return row._follows_another  # type: ignore[attr-defined]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "rating":
            kwargs["queryset"] = Rating.objects.in_use().visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def add_record(self, by: Any, facts: dict[str, Any]) -> VerdictDraft:
        return VerdictDraft.start(by, facts.pop("claim"), **facts)

    def panels(self, request: Any, row: VerdictDraft) -> list[Panel]:
        lines = [
            line(one, one.passage or one.note, quote=bool(one.passage), mark=one.stance,
                 tag=f"[{number}] {one.get_stance_display()}", note=one.source_version.source)
            for number, one in enumerate(row.cited_evidence(), start=1)
        ]  # fmt: skip
        return [Panel("Evidence it rests on", lines, empty="None chosen yet.")]

    def notices(self, request: Any, row: VerdictDraft) -> dict[str, Any]:
        backs = list(HandBack.objects.visible_to(request.user).filter(draft=row).select_related("by"))
        # The last one stands on top while there is something to be done about it.
        handed_back = row.state == DraftState.WRITING and row.hand_back_note
        shown = {
            "steps": steps(row),
            "handed_back": handed_back,
            "people": offered_colleagues(request.user) if row.is_open else (),
            "hand_backs": backs[1:] if handed_back else backs,
            "assessments": self.assessments(request, row),
            "preview_url": reverse("admin:articles_verdictdraft_preview", args=[row.pk])
            if row.is_open
            else "",
        }
        if not row.is_open:
            return shown
        return {
            **shown,
            "gate": self.gate(request, row),
            "comparison": self.follows_another(row) and changes_for_readers(row),
        }

    def assessments(self, request: HttpRequest, row: VerdictDraft) -> list[dict[str, Any]]:
        """Return the second assessments of a draft, each with what this person may do about it."""
        theirs: Any = self.admin_site._registry[Assessment]
        found = Assessment.objects.visible_to(request.user).filter(draft=row).standing().for_listing()
        return [
            {
                "row": one,
                "url": theirs.page_of(one),
                "differs": one.differs_from(row.rating),
                "offered": theirs.offered(request, one, f"assessment{one.pk}-"),
            }
            for one in found.order_by("pk")
        ]

    def gate(self, request: Any, row: VerdictDraft) -> list[dict[str, Any]]:
        """Return what stands between this draft and its readers, each with the place where it is mended."""
        here = self.page_of(row)
        bench = reverse("admin:articles_claim_workbench", args=[row.claim_id])
        places = {
            "draft": f"{here}#what-you-can-do",
            "assessments": f"{here}#assessments",
            "claim": f"{bench}#claim",
            "evidence": reverse("admin:articles_verdictdraft_do", args=[row.pk, "evidence"]),
        }
        return [
            {
                "sentence": one.sentence,
                "url": f"{bench}?edit={one.evidence_id}#evidence"
                if one.evidence_id
                else places.get(one.where, f"{here}#id_{one.where}"),
                "code": one.code,
            }
            for one in obstacles(row, request.user)
        ]


def steps(row: VerdictDraft) -> list[dict[str, Any]]:
    """Return the way of a draft to its readers; `now` marks where it stands."""
    if row.state == DraftState.DROPPED:
        return [{"label": say("Dropped"), "who": row.author, "now": True}]
    return [
        {"label": say("Being written"), "who": row.author, "now": row.state == DraftState.WRITING},
        {
            "label": say("With a second editor"),
            "who": row.reviewer,
            "at": row.submitted_at,
            "now": row.state == DraftState.SUBMITTED,
        },
        {
            "label": say("Published"),
            "who": row.verdict.approver if row.verdict else None,
            "at": row.verdict.published_at if row.verdict else None,
            "verdict": row.verdict,
            "now": row.state == DraftState.PUBLISHED,
        },
    ]


@admin.register(DraftEvidence, site=desk)
class DraftEvidenceAdmin(ReadOnlyAdmin):
    list_display = ("position", "draft", "evidence")
    list_select_related = ("draft__claim", "evidence")
    search_fields = ("draft__claim__statement", "evidence__passage", "evidence__note")


@admin.register(HandBack, site=desk)
class HandBackAdmin(ReadOnlyAdmin):
    list_display = ("note", "draft", "by", "at")
    list_select_related = ("draft__claim", "by")
    search_fields = ("note", "draft__claim__statement")
