from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from articles.admin.assigning import ASSIGNING
from articles.admin.buttons import Button, editors, return_to
from articles.admin.claims.adding import ADDING
from articles.admin.claims.bulk import CLAIM_ACTIONS
from articles.admin.claims.interest import DECLARING
from articles.admin.claims.workbench import ClaimWorkbench
from articles.admin.forms import ReasonForm, VerbForm, choice
from articles.admin.record import RecordAdmin
from articles.admin.site import desk
from articles.admin.texts.shaping import REWORD
from articles.models import Claim, ClaimRelation
from articles.models.choices import labelled
from articles.vocabulary import ClaimStatus, RelationKind


class MergeForm(VerbForm):
    """Which row stays."""

    def build(self) -> None:
        self.fields["survivor"] = choice(
            type(self.row)._meta.get_field("merged_into"),
            self.user,
            label="Keep",
            help_text="The row that stays.",
        )


class TopicsForm(VerbForm):
    def build(self) -> None:
        field = Claim._meta.get_field("topics")
        self.fields["topics"] = choice(field, self.user, many=True, required=False)
        self.fields["topics"].initial = [topic.pk for topic in self.row.topics.all()]


class RelateForm(VerbForm):
    kind = forms.ChoiceField(label="This claim", choices=labelled(RelationKind))

    def build(self) -> None:
        self.fields["other"] = choice(ClaimRelation._meta.get_field("high"), self.user, label="that claim")


class CheckedFilter(admin.SimpleListFilter):
    """By the words of the QuerySet: "checked" is stored nowhere."""

    title = _("verdict")
    parameter_name = "verdict"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("checked", _("has a current verdict")), ("unchecked", _("waits for one"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() == "checked":
            return queryset.checked()
        return queryset.unchecked() if self.value() == "unchecked" else queryset


def in_state(*states: str) -> Any:
    return lambda row: row.status in states


def relate(row: Claim, by: Any, seen: int | None, kind: str, other: Claim) -> ClaimRelation:
    return ClaimRelation.relate(by, row, kind, other)


@admin.register(Claim, site=desk)
class ClaimAdmin(ClaimWorkbench, RecordAdmin):
    actions = CLAIM_ACTIONS
    list_display = ("statement", "kind", "status", "verdict", "said_by", "created_at")
    list_filter = (CheckedFilter, "status", "kind", "origin", "asserted_latest", "created_at")
    linked = ("topics__id__exact",)
    search_fields = ("statement",)
    add_fields = (
        "statement", "kind", "topics", "language", "asserted_earliest", "asserted_latest", "asserted_basis",
    )  # fmt: skip
    facts = (
        "status",
        "status_reason",
        "merged_into",
        "topic_names",
        "origin",
        "created_at",
        "created_by",
        "revision",
    )
    buttons = (
        Button(
            "check", "Start checking", lambda row, by, seen: row.start_checking(by),
            "Colleagues and readers see that this is being checked.",
            when=in_state(ClaimStatus.OPEN), weight="main", key="c", undo="reopen",
        ),
        *ASSIGNING,
        Button(
            "reopen", "Reopen", lambda row, by, seen: row.reopen(by), "The claim is open again.",
            when=in_state(ClaimStatus.CHECKING, ClaimStatus.NOT_CHECKABLE, ClaimStatus.DISMISSED),
        ),
        Button(
            "topics", "Set topics", lambda row, by, seen, topics: row.set_topics(by, topics, seen),
            "The topics are set.", form=TopicsForm,
            when=lambda row: row.status != ClaimStatus.MERGED,
        ),
        Button(
            "relate", "Relate",
            relate, "The claims are related.", form=RelateForm,
            when=lambda row: row.status != ClaimStatus.MERGED,
        ),
        Button(
            "not-checkable", "Declare not checkable",
            lambda row, by, seen, reason: row.declare_not_checkable(by, reason),
            "The claim is declared not checkable.", form=ReasonForm,
            when=in_state(ClaimStatus.OPEN, ClaimStatus.CHECKING), undo="reopen",
        ),
        Button(
            "merge", "Merge", lambda row, by, seen, survivor: row.merge_into(survivor, by),
            "Readers of this claim are led to the other.", form=MergeForm, who=editors,
            when=lambda row: row.status != ClaimStatus.MERGED, weight="grave", undo="unmerge",
        ),
        Button(
            "unmerge", "Take the merge back", lambda row, by, seen: row.unmerge(by),
            "The claim stands by itself again.", who=editors, when=in_state(ClaimStatus.MERGED),
        ),
        Button(
            "dismiss", "Dismiss", lambda row, by, seen, reason: row.dismiss(by, reason),
            "Readers no longer see the claim.", form=ReasonForm, who=editors,
            when=in_state(ClaimStatus.OPEN, ClaimStatus.CHECKING, ClaimStatus.NOT_CHECKABLE),
            weight="grave", undo="reopen",
        ),
        *DECLARING,
        *ADDING,
        REWORD,
    )  # fmt: skip

    @admin.display(description="verdict")
    def verdict(self, row: Any) -> str:
        return str(row.current_verdict.rating) if row.current_verdict else "–"

    @admin.display(description="said by")
    def said_by(self, row: Any) -> str:
        names = [str(one) for mark in row.shown_appearances for one in mark.attributions.all()]
        return ", ".join(dict.fromkeys(names)) or "–"

    @admin.display(description="topics")
    def topic_names(self, row: Claim) -> str:
        return ", ".join(topic.name for topic in row.topics.all()) or "–"

    # Where it is worked on.

    def offered(self, request: HttpRequest, row: Any, place: str = "") -> list[dict[str, Any]]:
        """Return what can be done to the claim itself; what is added to it has its place on the workbench."""
        return [offer for offer in super().offered(request, row, place) if offer["button"] not in ADDING]

    def done(self, request: HttpRequest, row: Any, button: Button, found: Any) -> HttpResponse:
        """Say that it is done; what was added may be taken back, which is a button of its own noun."""
        of_its_own: Any = None if found is None else self.admin_site.get_model_admin(type(found))
        if of_its_own is None or not return_to(request) or of_its_own.button("take-back") is None:
            return super().done(request, row, button, found)
        of_its_own.say_done(request, found, replace(button, undo="take-back"))
        return HttpResponseRedirect(return_to(request))

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(self.page_of(obj))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(self.page_of(obj))
