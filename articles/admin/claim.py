from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from articles.admin.buttons import Button, editors
from articles.admin.forms import ReasonForm, VerbForm, choice
from articles.admin.record import Panel, RecordAdmin, add_url, line
from articles.admin.site import desk
from articles.models import Appearance, Claim, ClaimRelation, Contact, Evidence, ResearchStep, VerdictDraft
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


def relate(row: Claim, by: Any, seen: int | None, kind: str, other: Claim) -> None:
    ClaimRelation.relate(by, row, kind, other)


@admin.register(Claim, site=desk)
class ClaimAdmin(RecordAdmin):
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
            when=in_state(ClaimStatus.OPEN), weight="main",
        ),
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
            when=in_state(ClaimStatus.OPEN, ClaimStatus.CHECKING),
        ),
        Button(
            "merge", "Merge", lambda row, by, seen, survivor: row.merge_into(survivor, by),
            "Readers of this claim are led to the other.", form=MergeForm, who=editors,
            when=lambda row: row.status != ClaimStatus.MERGED, weight="grave",
        ),
        Button(
            "unmerge", "Take the merge back", lambda row, by, seen: row.unmerge(by),
            "The claim stands by itself again.", who=editors, when=in_state(ClaimStatus.MERGED),
        ),
        Button(
            "dismiss", "Dismiss", lambda row, by, seen, reason: row.dismiss(by, reason),
            "Readers no longer see the claim.", form=ReasonForm, who=editors,
            when=in_state(ClaimStatus.OPEN, ClaimStatus.CHECKING, ClaimStatus.NOT_CHECKABLE), weight="grave",
        ),
    )  # fmt: skip

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).prefetch_related("topics")

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

    def panels(self, request: Any, row: Claim) -> list[Panel]:
        user = request.user
        marks = (
            Appearance.objects.visible_to(user).filter(claim=row).select_related("article_version__article")
        )
        marks = marks.defer("article_version__text", "article_version__offset_map")
        evidence = Evidence.objects.visible_to(user).on(row).standing().for_listing()
        verdicts = row.verdict_series().visible_to(user).order_by("-pk")
        drafts = VerdictDraft.objects.visible_to(user).filter(claim=row).for_listing()
        related = ClaimRelation.objects.visible_to(user).of(row).select_related("low", "high")
        merged = row.merged.visible_to(user)
        steps = ResearchStep.objects.visible_to(user).filter(claim=row)
        contacts = Contact.objects.visible_to(user).filter(claim=row).select_related("claimant")
        panels = [
            Panel(
                "Evidence",
                [
                    line(
                        one, one.passage or one.note, quote=bool(one.passage), mark=one.stance,
                        tag=one.get_stance_display(), note=one.source_version.source,
                    )
                    for one in evidence[:200]
                ],
                add_url(Evidence, claim=row.pk), "Add evidence",
            ),
            Panel(
                "Verdicts",
                [
                    line(one, f"{one.number}. {one.rating or one.get_kind_display()}", note=one.published_at)
                    for one in verdicts.select_related("rating__scale")
                ],
                empty="None published.",
            ),
            Panel(
                "Drafts",
                [
                    line(one, one.rating or "No rating yet", tag=one.get_state_display(), note=one.author or "nobody")
                    for one in drafts
                ],
                add_url(VerdictDraft, claim=row.pk), "Start a draft",
            ),
            Panel(
                "In articles",
                [
                    line(one, one.exact, quote=True, note=one.article_version)
                    for one in marks[:200]
                ],
                add_url(Appearance, claim=row.pk), "Mark words",
            ),
            Panel(
                "What was looked for",
                [line(one, one.question, tag=one.get_outcome_display(), note=one.place) for one in steps[:200]],
                add_url(ResearchStep, claim=row.pk), "Note a step",
            ),
            Panel(
                "Who was asked",
                [
                    line(one, one.question, tag=one.get_reply_state_display(), note=one.claimant or one.addressee)
                    for one in contacts[:200]
                ],
                add_url(Contact, claim=row.pk), "Note a question",
            ),
        ]  # fmt: skip
        relations = []
        for one in related[:200]:
            seen = one.seen_from(row)
            relations.append(line(one, seen.claim.statement, tag=seen.words))
        if relations:
            panels.append(Panel("Related claims", relations))
        if row.merged_into_id is None:
            followers = [line(one) for one in merged[:200]]
            if followers:
                panels.append(Panel("Merged into this", followers))
        return panels
