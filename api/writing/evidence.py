"""Evidence: tied to claims, changed, replaced, opened to readers, taken back."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ValidationError

from api.writing.bodies import Body, RowOf, Word
from api.writing.bulk import Bulk
from api.writing.parts import optional
from api.writing.verbs import TakesBack, verb
from articles.models import Claim, Evidence, Scope, SourceVersion
from articles.vocabulary import Posture, Stance

VERSION = "The state of the source that was looked at: the id of one of its versions."


class PostureGiven(Word):
    """A word, or null for none: the column keeps ""."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Posture, required=False, allow_null=True, **options)

    def run_validation(self, data: Any = None) -> Any:
        return "" if data is None else super().run_validation(data)


class EvidenceChanged(Body):
    """What is different now about a piece of evidence."""

    source_version = RowOf(SourceVersion, required=False, help_text=VERSION)
    stance = Word(Stance, required=False)
    passage = optional(
        help_text="The source's exact words. Found in the stored text they are verified, otherwise transcribed."
    )
    locator = optional(300, help_text="Where in the source it stands: page, paragraph, time.")
    posture = PostureGiven(help_text="Court sources only: how far the court had come when this was said.")
    note = optional(help_text="What it shows, in your words. Needed where there is no passage.")


class EvidenceGiven(EvidenceChanged):
    """A passage of a source, or what the source shows, for or against a claim."""

    claim = RowOf(Claim)
    source_version = RowOf(SourceVersion, help_text=VERSION)
    stance = Word(Stance)


class WritesEvidence(Bulk, TakesBack):
    """What programs say of evidence."""

    adding = EvidenceGiven
    changing = EvidenceChanged

    def add(self, by: Any, given: dict[str, Any]) -> Evidence:
        """Tie a passage to a claim. It stays at the desk until it is opened, or a published verdict cites it."""
        return Evidence.add(by, **given)

    @verb(EvidenceChanged, makes=True)
    def replace(self, by: Any, evidence: Evidence, given: dict[str, Any]) -> Evidence:
        """Put a new row in the place of this one, which stays for the verdicts that cite it.

        What the body does not name is as it was; the answer is the new row.
        """
        if not given:
            raise ValidationError("The body names nothing that is different.", "nothing_to_change")
        return evidence.replace(by, **given)

    @verb(needs=Scope.PUBLISH)
    def open_to_readers(self, by: Any, evidence: Evidence, given: dict[str, Any]) -> None:
        """Show readers this evidence and its source before a verdict does."""
        evidence.open_to_readers(by)
