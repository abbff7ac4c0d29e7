"""Verdicts and the ratings they give."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.record import Fields, Found, RecordSerializer, shaped_as, told
from api.serializers.source import EvidenceShape
from api.serializers.summaries import ABOUT_VERDICT, ClaimSummary, RatingSummary, VerdictSummary
from articles.graph import Graphs
from articles.keeping import with_state
from articles.models import Citation, Correction, Evidence, Rating, RatingScale, User, Verdict

LONG = {"reasoning": "reasoning", "as_published": "snapshot"}


def _rows(user: Any, parts: frozenset[str]) -> Any:
    rows = Verdict.objects.visible_to(user).for_listing().with_is_current().select_related("correction")
    unshown = [f"{who}__{name}" for who in ("author", "approver") for name in User.UNSHOWN]
    # The long texts of a verdict, where nobody asked for them.
    unshown += [column for name, column in LONG.items() if name not in parts]
    return with_state(rows.defer(*unshown), "claim__public_seq")


def _sets(user: Any, verdict: Any) -> dict[str, Any]:
    # Looked up for each citation: as a set, it would be made of all evidence there is.
    shown = Exists(Evidence.objects.visible_to(user).filter(pk=OuterRef("evidence")))
    citations = Citation.objects.filter(shown, verdict=verdict).order_by("position")
    return {
        "superseded_by": Verdict.objects.filter(supersedes=verdict).only("pk")[:1],
        "citations": citations.select_related("evidence__source_version__source").defer(
            "evidence__source_version__text"
        ),
    }


# What is shown of verdicts, in lists and in full.
VERDICTS = Graphs(
    _rows, _sets, {**{name: [name] for name in (*LONG, "citations")}, "superseded_by_id": ["superseded_by"]}
)


class ScaleShape(RecordSerializer):
    """One version of the newsroom's scale. A verdict keeps the scale it was given on."""

    class Meta:
        model = RatingScale
        fields: Fields = ("number", "name", "adopted_at")


class RatingRow(RatingSummary):
    """One value of a version of the scale, with what it means."""

    scale = ScaleShape(read_only=True)  # type: ignore[assignment]
    definitions = serializers.DictField(
        child=serializers.CharField(), read_only=True, help_text="What it means, for each language tag."
    )
    replaced_by: Any = serializers.SlugRelatedField(
        slug_field="slug",
        allow_null=True,
        read_only=True,
        help_text="The rating that replaced a retired one.",
    )

    class Meta:
        model = Rating
        fields: Fields = (
            "id", "slug", "labels", "definitions", "machine_class", "rank", "position", "scale", "retired_at",
            "replaced_by",
        )  # fmt: skip
        extra_kwargs = RatingSummary.Meta.extra_kwargs


class CorrectionShape(RecordSerializer):
    """Why this verdict followed another one."""

    class Meta:
        model = Correction
        fields: Fields = ("kind", "note", "before", "after")
        extra_kwargs = told(
            note="What was wrong, or what changed.",
            before="What readers saw, a line for each thing that changed.",
            after="What they see since.",
        )


class VerdictRow(VerdictSummary):
    """A verdict in a list: one published decision on one claim, or the withdrawal of one. Never changed."""

    claim_id = None  # type: ignore[assignment]
    claim = ClaimSummary(read_only=True, help_text="The claim as it is worded today.")
    author = serializers.CharField(
        source="author.display_name", read_only=True, help_text="The name readers see."
    )
    approver = serializers.CharField(source="approver.display_name", read_only=True)
    correction = Found(help_text="Null on the first verdict of a series.")

    class Meta:
        model = Verdict
        fields: Fields = (
            "id", "claim", "number", "kind", "claim_wording", "rating", "summary", "author", "approver",
            "self_approved", "published_at", "valid_from", "valid_to", "supersedes_id", "correction", "is_current",
            "api_url", "page_url",
        )  # fmt: skip
        extra_kwargs = ABOUT_VERDICT

    @shaped_as(CorrectionShape(allow_null=True))
    def get_correction(self, verdict: Verdict) -> Any:
        # The other side of a one-to-one is an AttributeError where there is none.
        return getattr(verdict, "correction", None)


class CitationShape(RecordSerializer):
    """One piece of evidence; `position` is what the reasoning calls it by: [1], [2] …"""

    evidence = EvidenceShape(read_only=True)

    class Meta:
        model = Citation
        fields: Fields = ("position", "evidence")


class VerdictDetail(VerdictRow):
    """A verdict with its reasoning and the evidence it cites."""

    # `shown` is of a verdict that `VERDICTS` loaded.
    superseded_by_id = serializers.SerializerMethodField(help_text="The verdict that followed it.")
    citations = CitationShape(
        many=True,
        read_only=True,
        source="shown.citations",
        help_text="The evidence it rests on, as it reads today; `as_published` has it as it read then.",
    )
    as_published = serializers.SerializerMethodField(
        help_text="All that readers were shown when it came out, titles and names of that day included. "
        "Its keys are those of the release that published it."
    )

    class Meta:
        model = Verdict
        fields: Fields = (
            *VerdictRow.Meta.fields,
            "superseded_by_id",
            "reasoning",
            "citations",
            "as_published",
        )
        extra_kwargs = ABOUT_VERDICT

    def get_superseded_by_id(self, verdict: Verdict) -> int | None:
        follower = verdict.shown.superseded_by  # type: ignore[attr-defined]
        return follower and follower.pk

    @extend_schema_field({"type": "object", "additionalProperties": {}})
    def get_as_published(self, verdict: Verdict) -> dict[str, Any]:
        return verdict.as_published
