"""Appearances: the words of a text that make a claim, and who says them."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError

from api.writing.bodies import Body, ListOf, RowOf, Text, Whole
from api.writing.parts import optional
from api.writing.verbs import Adds
from articles.models import Appearance, ArticleVersion, Claim, Claimant

# What the columns hold.
LAST_OFFSET = 2**31 - 1
# The post → the paper → its unnamed source is three.
MOST_LINKS = 20


def offset(help_text: str) -> Whole:
    return Whole(min_value=0, max_value=LAST_OFFSET, required=False, allow_null=True, help_text=help_text)


class AttributionGiven(Body):
    """One link of the chain of who says it: a claimant, or somebody in words."""

    claimant = RowOf(Claimant, required=False, allow_null=True)
    described_as = optional(300, help_text="In your words, where no claimant is known.")
    words = optional(help_text="The exact words of the text that name them.")
    start = offset("Where these words begin; without it, their first place within the quotation.")
    note = optional(300)


class AppearanceGiven(Body):
    """The words by their offsets (`start`, `end`), or by what they say (`exact`)."""

    claim = RowOf(Claim)
    article_version = RowOf(ArticleVersion, help_text="The id of one state of an article's text.")
    start = offset("First code point of the quotation, from 0.")
    end = offset("The code point after the last one.")
    exact = Text(required=False, help_text="The exact words, as they stand in the text of record.")
    prefix = optional(help_text="What stands right before them, where they stand there more than once.")
    suffix = optional(help_text="What stands right after them, where they stand there more than once.")
    attributions = ListOf(
        child=AttributionGiven(),
        required=False,
        max_length=MOST_LINKS,
        help_text="Who says it, outermost first.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        start, end, exact = attrs.get("start"), attrs.get("end"), attrs.get("exact")
        if exact is None and (start is None or end is None):
            sentence = "Say which words: by start and end, or by exact."
            raise ValidationError({"exact": [ErrorDetail(sentence, "required")]})
        if exact is not None and end is not None and (start is None or end - start != len(exact)):
            sentence = "start and end are not those of exact: leave them out, or send only them."
            raise ValidationError({"end": [ErrorDetail(sentence, "not_those_words")]})
        return attrs


class WritesAppearances(Adds):
    """What programs say of words in texts. An appearance is never changed: a newer text has its own."""

    adding = AppearanceGiven

    def add(self, by: Any, given: dict[str, Any]) -> Appearance:
        """Say that these words make the claim, and who asserts it. Offsets count code points."""
        version = given["article_version"]
        if "exact" in given:
            around = {name: given.get(name, "") for name in ("prefix", "suffix")}
            start, end = version.place_of(given["exact"], start=given.get("start"), **around)
        else:
            start, end = given["start"], given["end"]
        return Appearance.mark(by, given["claim"], version, start, end, given.get("attributions", ()))
