"""Claims: put on record, worded, declared, merged, assigned."""

from __future__ import annotations

from typing import Any

from api.writing.bodies import Body, RowOf, RowsOf, Text, Word, WorldDateGiven, columns
from api.writing.bulk import Bulk
from api.writing.verbs import verb
from articles.models import Assignment, Claim, Scope, Topic, User
from articles.vocabulary import ClaimKind, Origin


class ClaimGiven(Body):
    """A claim as it is put on record."""

    statement = Text(max_length=5000, help_text="One statement that stands alone.")
    kind = Word(ClaimKind, required=False)
    language = Text(required=False, max_length=35, help_text="A language tag (BCP 47).")
    asserted = WorldDateGiven(required=False, help_text="When it was said.")
    topics = RowsOf(Topic, required=False, help_text="Ids of the topics it is about.")


class Reasoned(Body):
    """Why; readers see it."""

    reason = Text(max_length=5000)


class Into(Body):
    """The claim that this one turned out to be."""

    into = RowOf(Claim)


class ToPerson(Body):
    """Who is to check it."""

    to = RowOf(User, help_text="The id of somebody at the desk; see /me/ for your own.")


class WritesClaims(Bulk):
    """What programs say of claims."""

    adding = ClaimGiven
    changing = ClaimGiven

    def add(self, by: Any, given: dict[str, Any]) -> Claim:
        """Put a claim on record. It is public at once, as at the desk."""
        return Claim.add(by, origin=Origin.API, **columns(given, "asserted"))

    def change(self, by: Any, row: Any, expected: int | None, given: dict[str, Any]) -> None:
        row.revise(by, expected=expected, **columns(given, "asserted"))

    @verb()
    def start_checking(self, by: Any, claim: Claim, given: dict[str, Any]) -> None:
        """Tell colleagues and readers that somebody is at it."""
        claim.start_checking(by)

    @verb()
    def reopen(self, by: Any, claim: Claim, given: dict[str, Any]) -> None:
        """Put the claim back among the open ones."""
        claim.reopen(by)

    @verb(Reasoned)
    def declare_not_checkable(self, by: Any, claim: Claim, given: dict[str, Any]) -> None:
        """Say that no record could settle this: an opinion, a prediction, a figure of speech."""
        claim.declare_not_checkable(by, given["reason"])

    @verb(Reasoned, needs=Scope.PUBLISH)
    def dismiss(self, by: Any, claim: Claim, given: dict[str, Any]) -> None:
        """Take the claim out of readers' sight; refused once a verdict on it was published."""
        claim.dismiss(by, given["reason"])

    @verb(Into, needs=Scope.PUBLISH)
    def merge(self, by: Any, claim: Claim, given: dict[str, Any]) -> None:
        """Say that this claim is the same as another. Its address leads there; it can be taken back."""
        claim.merge_into(given["into"], by)

    @verb(needs=Scope.PUBLISH)
    def unmerge(self, by: Any, claim: Claim, given: dict[str, Any]) -> None:
        """Take a merge back."""
        claim.unmerge(by)

    @verb(ToPerson, answers=Assignment)
    def assign(self, by: Any, claim: Claim, given: dict[str, Any]) -> Assignment:
        """Say who is to check the claim. Readers do not see it."""
        return Assignment.give(by, claim, given["to"])
