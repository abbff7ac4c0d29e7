"""What the importer found, for people to decide: sentences worth checking, and quotations in newer texts."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError

from api.writing.bodies import Body, RowOf, Text, Whole, Word
from api.writing.verbs import Writes, verb
from articles.models import AnchorProposal, Appearance, ArticleVersion, Claim, Suggestion
from articles.vocabulary import ClaimKind


class Place(Body):
    """A place in a text, in code points; left out, the likeliest."""

    start = Whole(required=False, min_value=0)
    end = Whole(required=False, min_value=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("start" in attrs) != ("end" in attrs):
            missing = "end" if "start" in attrs else "start"
            raise ValidationError(
                {missing: [ErrorDetail("Give both ends of the place, or none.", "required")]}
            )
        return attrs


class Accepted(Place):
    """How the claim is worded and where it stands; by default as the text has it."""

    statement = Text(required=False, max_length=5000, help_text="The claim so that it stands alone.")
    kind = Word(ClaimKind, required=False)


class WritesSuggestions(Writes):
    """What programs decide of suggestions."""

    @verb(Accepted, makes=True, answers=Claim)
    def accept(self, by: Any, suggestion: Suggestion, given: dict[str, Any]) -> Claim:
        """Make it a claim that appears in these words; the answer is the claim. Of a sentence that makes several
        claims each clause may be accepted, by its `start` and `end`."""
        return suggestion.accept(by, **given)

    @verb()
    def dismiss(self, by: Any, suggestion: Suggestion, given: dict[str, Any]) -> None:
        """Say that nobody needs to check this; it can be taken back."""
        suggestion.dismiss(by)

    @verb()
    def reopen(self, by: Any, suggestion: Suggestion, given: dict[str, Any]) -> None:
        """Take a dismissal back."""
        suggestion.reopen(by)


class WritesProposals(Writes):
    """What programs decide of quotations that did not carry over by themselves."""

    @verb(Place, makes=True, answers=Appearance)
    def accept(self, by: Any, proposal: AnchorProposal, given: dict[str, Any]) -> Appearance:
        """Say that the claim is made at this place of the newer text; the answer is the new appearance."""
        return proposal.accept(by, **given)

    @verb()
    def dismiss(self, by: Any, proposal: AnchorProposal, given: dict[str, Any]) -> None:
        """Say that the newer text does not make the claim any more."""
        proposal.dismiss(by)


class Anchored(Body):
    """Where the words stand in another version of the same article."""

    article_version = RowOf(ArticleVersion)
    start = Whole(min_value=0)
    end = Whole(min_value=1)


class ReAnchors(Writes):
    """Re-anchoring a quotation, whether the importer asked or not."""

    @verb(Anchored, makes=True)
    def re_anchor(self, by: Any, appearance: Appearance, given: dict[str, Any]) -> Appearance:
        """Say where a newer version of the article makes the claim; an open proposal about it is decided by this."""
        return appearance.re_anchor(by, given["article_version"], given["start"], given["end"])
