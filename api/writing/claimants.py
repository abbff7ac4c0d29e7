"""Claimants: put on record, described, merged."""

from __future__ import annotations

from typing import Any

from api.writing.bodies import Body, RowOf, Text, Word
from api.writing.bulk import Bulk
from api.writing.parts import WebAddress, optional
from api.writing.verbs import verb
from articles.models import Claimant, Scope
from articles.vocabulary import ClaimantKind

NAME = "For a group, the exact words that describe it. Private people are not made claimants."


class ClaimantChanged(Body):
    """What is different now about a claimant."""

    name = Text(max_length=300, required=False, help_text=NAME)
    kind = Word(ClaimantKind, required=False, help_text="A group is unnamed people.")
    description = optional(help_text="Role or office, as it was when they spoke.")
    url = WebAddress(help_text="A page of theirs.")


class ClaimantGiven(ClaimantChanged):
    """Somebody who asserts something."""

    name = Text(max_length=300, help_text=NAME)
    kind = Word(ClaimantKind, help_text="A group is unnamed people.")


class IntoClaimant(Body):
    """The claimant that this one turned out to be."""

    into = RowOf(Claimant)


class WritesClaimants(Bulk):
    """What programs say of claimants."""

    adding = ClaimantGiven
    changing = ClaimantChanged

    def add(self, by: Any, given: dict[str, Any]) -> Claimant:
        """Put a claimant on record. Readers see them once a claim that they see is attributed to them."""
        return Claimant.add(by, **given)

    @verb(IntoClaimant, needs=Scope.PUBLISH)
    def merge(self, by: Any, claimant: Claimant, given: dict[str, Any]) -> None:
        """Say that this is the same as another claimant. Unnamed groups are never merged."""
        claimant.merge_into(given["into"], by)

    @verb(needs=Scope.PUBLISH)
    def unmerge(self, by: Any, claimant: Claimant, given: dict[str, Any]) -> None:
        """Take a merge back."""
        claimant.unmerge(by)
