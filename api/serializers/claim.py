"""Claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch
from rest_framework import serializers

from api.parameters import end_of
from api.serializers.record import (
    PUBLIC_SEQ,
    REVISION,
    ApiUrl,
    Fields,
    Found,
    PageUrl,
    RecordSerializer,
    WorldDate,
    shaped_as,
    told,
)
from api.serializers.source import EvidenceShape
from api.serializers.summaries import ArticleSummary, ClaimSummary, QuotedWords, TopicSummary, VerdictSummary
from articles.graph import Graphs
from articles.keeping import with_state
from articles.models import (
    Appearance,
    ArticleVersion,
    Attribution,
    Claim,
    ClaimRelation,
    Evidence,
    Topic,
    Verdict,
)
from articles.models.relation import DIRECTIONS
from articles.vocabulary import RelationKind

ROW = (
    "id", "statement", "kind", "language", "status", "status_reason", "asserted", "topics", "current_verdict",
    "merged_into", "created_at", "revision", "public_seq", "api_url", "page_url",
)  # fmt: skip


# Columns that `ClaimDetail` shows of what it only names, and those that it does not show of what it shows most of. A
# test counts the statements.
OF_VERSIONS = (
    "article_id", "number", "sha256",
    *(f"article__{name}" for name in (
        "title", "publisher", "language", "rights", "published_earliest", "published_latest", "published_basis")),
)  # fmt: skip
OF_ATTRIBUTIONS = (
    "appearance_id", "position", "described_as", "words", "start", "end", "note",
    *(f"claimant__{name}" for name in ("name", "kind", "description")),
)  # fmt: skip
OF_SOURCES = (
    "description", "judge", "citation", "jurisdiction", "platform", "account", "venue", "filed_with", "part_of",
    "visibility", "revision", "public_seq", "merged_into", "url_key",
)  # fmt: skip
OF_RATINGS = (
    "definitions", "position", "retired_at", "replaced_by", "revision", "scale__revision", "scale__name",
    "scale__adopted_at",
)  # fmt: skip
# … and that `VerdictSummary` does not show.
UNSHOWN = ("author", "approver", "self_approved", *(f"rating__{name}" for name in OF_RATINGS))


def _rows(user: Any, parts: frozenset[str]) -> Any:
    rows: Any = with_state(Claim.objects.visible_to(user))
    if "topics" in parts:
        rows = rows.prefetch_related(Prefetch("topics", Topic.objects.only("name")))
    if "merged_into" in parts:
        rows = rows.prefetch_related(Prefetch("merged_into", Claim.objects.visible_to(user)))
    return rows.with_current_verdict(UNSHOWN) if "current_verdict" in parts else rows


def _sets(user: Any, claim: Any) -> dict[str, Any]:
    said = Appearance.objects.visible_to(user).making(claim).not_carried_on()
    versions = ArticleVersion.objects.with_is_current().select_related("article").only(*OF_VERSIONS)
    by = Attribution.objects.select_related("claimant").only(*OF_ATTRIBUTIONS)
    evidence = Evidence.objects.visible_to(user).on(claim).standing().with_sources()
    series = Verdict.objects.in_series_of(claim).in_order_of_publication().in_short()
    series = series.defer(*UNSHOWN)
    return {
        "appearances": said.with_these(versions, by),
        "evidence": evidence.defer(*(f"source_version__source__{name}" for name in OF_SOURCES)),
        "relations": ClaimRelation.objects.visible_to(user).of(claim).select_related("low", "high"),
        "series": series,
        # Asked of each, and not of all verdicts at once.
        "standing": series.filter(Exists(Verdict.objects.standing().order_by().filter(pk=OuterRef("pk")))),
        "merged": Claim.objects.visible_to(user).filter(merged_into=claim).order_by("pk"),
    }


PARTS = {
    "topics": ["topics"],
    "merged_into": ["merged_into"],
    "appearances": ["appearances"],
    "evidence": ["evidence"],
    "relations": ["relations"],
    "verdicts": ["series"],
    "merged_claims": ["merged"],
}
# What is shown of claims in lists.
CLAIM_ROWS = Graphs(_rows, _sets, {**PARTS, "current_verdict": ["current_verdict"]})
# What is shown of a claim in full: there the whole series says which verdict is the current one.
CLAIMS = Graphs(
    _rows,
    _sets,
    {**PARTS, "current_verdict": ["series"], "as_of": ["series"], "held_on": ["series", "standing"]},
)

ABOUT_CLAIM = told(
    status="Editorial status. “Checked” is none of them: it means that there is a current verdict.",
    status_reason="Why it is not checkable, or was dismissed.",
    origin="Which door it came in by.",
    revision=REVISION,
    public_seq=PUBLIC_SEQ,
)


class ClaimRow(RecordSerializer):
    """A claim in a list: one checkable statement, worded to stand alone."""

    asserted = WorldDate(read_only=True, help_text="When it was said.")
    topics = TopicSummary(many=True, read_only=True)
    current_verdict = VerdictSummary(
        allow_null=True,
        read_only=True,
        help_text="What readers see today; null before the first verdict and after a withdrawal.",
    )
    merged_into = ClaimSummary(
        allow_null=True, read_only=True, help_text="The claim that this one turned out to be."
    )
    api_url = ApiUrl("api-claim")
    page_url = PageUrl()

    class Meta:
        model = Claim
        fields: Fields = ROW
        extra_kwargs = ABOUT_CLAIM


class MadeIn(RecordSerializer):
    """The version of an article in which the words stand."""

    article = ArticleSummary(read_only=True)
    is_current = serializers.BooleanField(
        read_only=True, help_text="Whether no newer version of the text is on record."
    )

    class Meta:
        model = ArticleVersion
        fields: Fields = ("id", "number", "sha256", "is_current", "article")


class AppearanceShape(QuotedWords):
    """The exact words that make the claim: `text[start:end]`, in Unicode code points of that version's text.

    Prefix and suffix are null where the rights to the text do not allow more than the quotation itself.
    """

    article_version = MadeIn(read_only=True)

    class Meta:
        model = Appearance
        fields: Fields = (*QuotedWords.shape, "article_version")


class RelationShape(serializers.Serializer):
    """How another claim relates to this one."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in RelationKind], read_only=True)
    direction = serializers.ChoiceField(
        choices=DIRECTIONS,
        read_only=True,
        help_text="outgoing: this claim reports, updates … the other. incoming: the other does. mutual: both ways.",
    )
    words = serializers.CharField(read_only=True, help_text="This claim … the other, in English.")
    claim = ClaimSummary(read_only=True)


@dataclass(frozen=True)
class At:
    """What holds for another time, and how that time was asked for."""

    asked: str
    verdict: Verdict | None


class VerdictAt(serializers.Serializer):
    """The answer to a question about another time."""

    asked = serializers.CharField(read_only=True, help_text="The moment or day that was asked for.")
    verdict = VerdictSummary(
        allow_null=True, read_only=True, help_text="Null where there was none, or it was withdrawn."
    )


class ClaimDetail(ClaimRow):
    """A claim with its words, who says it, the evidence, related claims and its whole series of verdicts."""

    # `shown`, `series` and `related` are of a claim that `CLAIMS` loaded.

    appearances = AppearanceShape(
        many=True,
        read_only=True,
        source="shown.appearances",
        help_text="Where it is made, each in the newest version of a text that still says it.",
    )
    evidence = EvidenceShape(
        many=True,
        read_only=True,
        source="shown.evidence",
        help_text="What bears on it, and on claims merged into it; replaced rows left out.",
    )
    relations = RelationShape(many=True, read_only=True, source="related")
    verdicts = VerdictSummary(
        many=True,
        read_only=True,
        source="series",
        help_text="All that was published on it and on claims merged into it, in the order of publication.",
    )
    merged_claims = ClaimSummary(
        many=True,
        read_only=True,
        source="shown.merged",
        help_text="The claims that turned out to be this one.",
    )
    as_of = Found(help_text="With the parameter `as_of`: what readers saw at that moment.")
    held_on = Found(help_text="With the parameter `held_on`: what, as we know today, holds for that day.")

    class Meta:
        model = Claim
        fields: Fields = (
            *ROW, "origin", "appearances", "evidence", "relations", "verdicts", "merged_claims", "as_of", "held_on",
        )  # fmt: skip
        extra_kwargs = ABOUT_CLAIM

    @shaped_as(VerdictAt(allow_null=True))
    def get_as_of(self, claim: Claim) -> At | None:
        return getattr(claim.shown, "as_of", None)

    @shaped_as(VerdictAt(allow_null=True))
    def get_held_on(self, claim: Claim) -> At | None:
        return getattr(claim.shown, "held_on", None)


def ask_of(claim: Claim, asked: Mapping[str, Any]) -> Claim:
    """Answer `as_of` and `held_on`, where they are asked, from the verdicts that were loaded with the claim."""
    shown = claim.shown
    if "as_of" in asked and hasattr(shown, "series"):
        moment = end_of(asked["as_of"])
        seen = [verdict for verdict in claim.series if verdict.published_at <= moment]
        shown.as_of = _at(asked["as_of"], None if not seen or seen[-1].is_withdrawal else seen[-1])
    if "held_on" in asked and hasattr(shown, "standing"):
        holding = [verdict for verdict in shown.standing if verdict.holds_for(asked["held_on"])]
        for verdict in holding:
            verdict.is_current = verdict == claim.current_verdict
        shown.held_on = _at(asked["held_on"], holding[-1] if holding else None)
    return claim


def _at(asked: datetime | date, verdict: Verdict | None) -> At:
    return At(asked.isoformat().replace("+00:00", "Z"), verdict)
