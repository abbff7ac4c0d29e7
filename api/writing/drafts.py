"""Verdicts, from the first draft to the withdrawal."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from api.writing.bodies import Body, Day, RowOf, RowsOf, Text, Word
from api.writing.parts import Moment
from api.writing.verbs import Adds, Changes, Writes, verb
from articles.models import Claim, CorrectionKind, Evidence, Rating, Scope, Verdict, VerdictDraft
from articles.publishing import obstacles


class RatingInUse(Text):
    """The slug of a rating of the newest scale; the value is the rating."""

    default_error_messages = {"no_rating": "There is no rating “{slug}” in use. There are: {known}."}

    def to_internal_value(self, data: Any) -> Any:
        slug = super().to_internal_value(data)
        in_use = {rating.slug: rating for rating in Rating.objects.in_use()}
        if slug not in in_use:
            self.fail("no_rating", slug=slug[:60], known=", ".join(sorted(in_use)) or "none yet")
        return in_use[slug]

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return None if data is None else super().run_validation(data)


class DraftChanged(Body):
    """What a draft says; null empties."""

    rating = RatingInUse(required=False, allow_null=True, help_text="The slug of a rating in use.")
    summary = Text(
        required=False, allow_null=True, allow_blank=True, help_text="One or two sentences for readers."
    )
    reasoning = Text(
        required=False, allow_null=True, allow_blank=True,
        help_text="Step by step, in Markdown. Cite the evidence by its place in the list: [1], [2].",
    )  # fmt: skip
    evidence = RowsOf(Evidence, required=False, help_text="Ids, in the order the reasoning numbers them.")
    valid_from = Day(required=False, allow_null=True, help_text="First day it holds for.")
    valid_to = Day(required=False, allow_null=True, help_text="Last day it holds for.")
    correction_kind = Word(
        CorrectionKind.values, required=False, allow_null=True,
        help_text="Where the claim has a verdict already: why another follows.",
    )  # fmt: skip
    correction_note = Text(required=False, allow_null=True, allow_blank=True, help_text="Readers see it.")
    embargo_until = Moment(
        required=False,
        allow_null=True,
        help_text="Nobody publishes it before this moment; null: at any time.",
    )
    embargo_note = Text(
        required=False, allow_null=True, allow_blank=True, max_length=200,
        help_text="Who asked for the embargo, and why; the desk reads it.",
    )  # fmt: skip
    review_on = Day(
        required=False, allow_null=True, help_text="When the published verdict shall be read again."
    )

    def to_internal_value(self, data: Any) -> Any:
        given = super().to_internal_value(data)
        return given | (
            {"correction_kind": given["correction_kind"] or ""} if "correction_kind" in given else {}
        )


class DraftGiven(DraftChanged):
    """A draft as it is started."""

    claim = RowOf(Claim, help_text="The id of the claim it decides.")


class HandBack(Body):
    """What is to be done; the author sees it."""

    note = Text(max_length=5000)


class Withdrawn(Body):
    """Why we no longer stand by it; readers see it."""

    note = Text(max_length=5000)


class ObstacleShape(serializers.Serializer):
    """One reason why a draft may not go out yet."""

    code = serializers.CharField()
    detail = serializers.CharField()
    where = serializers.CharField(help_text="What it is about.")


class Obstacles(serializers.Serializer):
    """What still stands in the way of a publication by whoever asks; none: it can be published."""

    obstacles = ObstacleShape(many=True)


class WritesDrafts(Adds, Changes):
    """What programs say of drafts."""

    adding = DraftGiven
    changing = DraftChanged

    def add(self, by: Any, given: dict[str, Any]) -> VerdictDraft:
        """Start a draft; whoever does is its author."""
        return VerdictDraft.start(by, **given)

    @verb()
    def submit(self, by: Any, draft: VerdictDraft, given: dict[str, Any]) -> None:
        """Hand the draft to a second editor."""
        draft.submit(by)

    @verb(HandBack, needs=Scope.PUBLISH)
    def hand_back(self, by: Any, draft: VerdictDraft, given: dict[str, Any]) -> None:
        """Give the draft back to its author with what is to be done."""
        draft.hand_back(by, given["note"])

    @verb()
    def drop(self, by: Any, draft: VerdictDraft, given: dict[str, Any]) -> None:
        """Give the draft up; it stays readable at the desk."""
        draft.drop(by)

    @verb(needs=Scope.PUBLISH, makes=True, answers=Verdict)
    def publish(self, by: Any, draft: VerdictDraft, given: dict[str, Any]) -> Verdict:
        """Publish the verdict. Where something stands in the way: 409, with the code and the place of each obstacle."""
        return draft.publish(by, self.seen)

    @extend_schema(responses=Obstacles, request=None)
    @action(detail=True, methods=["get"], url_path="obstacles", url_name="obstacles")
    def obstacles(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """What still stands in the way of publishing, for whoever asks; the same that `publish` would answer."""
        found = obstacles(self.row_to_write(), request.user)
        return Response(
            {"obstacles": [{"code": one.code, "detail": one.sentence, "where": one.where} for one in found]}
        )


class WritesVerdicts(Writes):
    """What programs say of published verdicts: none is changed."""

    @verb(Withdrawn, needs=Scope.PUBLISH, makes=True)
    def withdraw(self, by: Any, verdict: Verdict, given: dict[str, Any]) -> Verdict:
        """Publish that we no longer stand by it; the answer is the withdrawal, which is the next of the series."""
        return verdict.withdraw(by, given["note"])
