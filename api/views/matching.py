"""Has this been checked already? Claims on record that say what texts say."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from api.limits import spend_on_each
from api.parsers import StrictJSON
from api.serializers.summaries import ClaimSummary, VerdictSummary
from api.shaping import shaper
from api.views.reading import Reading
from api.writing.bodies import Body, ListOf, Text, Whole
from articles.addresses import same_prefix
from articles.matching.finding import Relation
from articles.matching.on_record import Looked, OnRecord, on_record

# Texts in a request, code points of each, and matches of each.
MOST_TEXTS, LONGEST_TEXT = 100, 5_000
USUAL_MATCHES, MOST_MATCHES = 5, 20


class Flag(serializers.BooleanField):
    """True or false; neither a number nor a text that reads so."""

    default_error_messages = {"invalid": "This must be true or false."}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class Texts(Body):
    """Texts of which one wants to know whether they were checked."""

    texts = ListOf(
        child=Text(max_length=LONGEST_TEXT, allow_blank=True),
        min_length=1,
        max_length=MOST_TEXTS,
        help_text="Sentences, posts or paragraphs, each by itself.",
    )
    limit = Whole(
        min_value=1, max_value=MOST_MATCHES, default=USUAL_MATCHES, help_text="Claims for each text, at most."
    )
    checked_only = Flag(default=False, help_text="Only claims that have a current verdict.")


class MatchReason(serializers.Serializer):
    """Why a claim was found."""

    code = serializers.CharField(read_only=True, help_text="For programs: `shared_numbers`, `negation` …")
    words = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="The words that it rests on."
    )
    sentence = serializers.CharField(read_only=True, help_text="For people.")


class Matched(serializers.Serializer):
    """A claim on record that is like the text."""

    claim = ClaimSummary(read_only=True)
    score = serializers.FloatField(
        read_only=True,
        min_value=0,
        max_value=1,
        help_text="How likely it is that the claim says what the text says.",
    )
    relation = serializers.ChoiceField(
        choices=[one.value for one in Relation],
        read_only=True,
        help_text="`same`: it says what the text says. `opposite`: it is close, and says the contrary. `related`: "
        "neither; its verdict says nothing of the text.",
    )
    reasons = MatchReason(many=True, read_only=True)
    verdict = VerdictSummary(
        allow_null=True,
        read_only=True,
        help_text="What readers see of the claim today; null where it has none.",
    )


class MatchedText(serializers.Serializer):
    """What is on record of one text."""

    text = serializers.CharField(read_only=True, help_text="As it was sent.")
    already_checked = serializers.BooleanField(
        read_only=True,
        help_text="Whether a claim that says the same has a current verdict. False means that none was found, and "
        "nothing about whether the text is true.",
    )
    matches = Matched(many=True, read_only=True)
    notes = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="Sentences on how it was looked for."
    )


class MatchedTexts(serializers.Serializer):
    """What is on record of several texts, in the order they were sent."""

    results = MatchedText(many=True)


class Matching(Reading, APIView):
    """Has this been checked already? Claims on record that say what a text says, deny it, or are about the same."""

    http_method_names = ("options", "post")
    # It only reads: a hundred texts have no room in an address.
    permission_classes = (AllowAny,)
    parser_classes = (StrictJSON,)
    only_reads = True

    @extend_schema(
        operation_id="claims_match",
        request=Texts,
        responses=MatchedTexts,
        auth=[{}, {"key": []}, {"session": []}],  # type: ignore[list-item]
    )
    def post(self, request: Any) -> Response:
        """Has this been checked already? Up to 100 texts; each is counted as a request. It only reads, so it needs
        no key."""
        body = Texts(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        spend_on_each(request, len(asked["texts"]))
        found = on_record(
            asked["texts"], user=request.user, limit=asked["limit"], checked_only=asked["checked_only"]
        )
        base = request.build_absolute_uri("/")[:-1]
        with same_prefix():
            return Response(
                {
                    "results": [
                        _written(one, text, base) for one, text in zip(found, asked["texts"], strict=True)
                    ]
                }
            )


def _written(looked: Looked, text: str, base: str) -> dict[str, Any]:
    """Return what is on record of a text as it is answered."""
    return {
        "text": text,
        "already_checked": looked.already_checked,
        "matches": [_match(one, base) for one in looked.matches],
        "notes": looked.notes,
    }


def _match(one: OnRecord, base: str) -> dict[str, Any]:
    claim, verdict = shaper(ClaimSummary), shaper(VerdictSummary)
    return {
        "claim": claim(one.claim, base),
        "score": round(one.score, 4),
        "relation": one.relation,
        "reasons": [
            {"code": reason.code, "words": list(reason.words), "sentence": reason.sentence}
            for reason in one.reasons
        ],
        "verdict": verdict(one.verdict, base) if one.verdict else None,
    }
