"""Relations between claims: said, and taken back."""

from __future__ import annotations

from typing import Any

from api.writing.bodies import Body, RowOf, Word
from api.writing.finding import FindsOrAdds
from api.writing.verbs import TakesBack
from articles.models import Claim, ClaimRelation
from articles.vocabulary import RelationKind


class RelationGiven(Body):
    """The first claim *reports*, *updates* … the second."""

    first = RowOf(Claim)
    kind = Word(RelationKind)
    second = RowOf(Claim)


class WritesRelations(FindsOrAdds, TakesBack):
    """What programs say of how claims relate."""

    adding = RelationGiven

    def find_or_add(self, by: Any, given: dict[str, Any]) -> tuple[ClaimRelation, bool]:
        """Return the relation, and whether it is new: one that is on record is answered as it is."""
        return ClaimRelation.find_or_relate(by, **given)
