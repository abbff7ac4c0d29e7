"""How claims relate: "WSJ reported P" reports "P"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from articles.models.choices import labelled, one_of
from articles.models.claim import PUBLIC_STATUSES, Claim
from articles.models.interest import keeps_out, require_impartial
from articles.models.ledger import act
from articles.models.recorded import Recorded, RecordQuerySet, at_desk, require_there
from articles.refusals import Refused
from articles.vocabulary import RelationKind

# Read the same both ways.
SYMMETRIC = (RelationKind.SAME, RelationKind.OPPOSITE)


DIRECTIONS = ("outgoing", "incoming", "mutual")


@dataclass(frozen=True)
class Related:
    """Another claim, as one end of a relation sees it: "this claim `words` that `claim`"."""

    kind: str
    direction: str
    # In the language that is active.
    words: str
    claim: Claim


class ClaimRelationQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> ClaimRelationQuerySet:
        """Readers see a relation where they see both claims."""
        if at_desk(user):
            return self.all()
        return self.filter(low__status__in=PUBLIC_STATUSES, high__status__in=PUBLIC_STATUSES)

    def editable_by(self, user: Any) -> ClaimRelationQuerySet:
        """The desk, but for those who have declared a conflict of interest on either claim."""
        if not at_desk(user):
            return self.none()
        return self.exclude(keeps_out(user, "low")).exclude(keeps_out(user, "high"))

    def of(self, claim: Claim) -> ClaimRelationQuerySet:
        return self.filter(models.Q(low=claim) | models.Q(high=claim))

    def neighbours(self, ids: Iterable[int]) -> list[int]:
        """Return the ids of all claims related to these."""
        ids = list(ids)
        pairs = self.filter(models.Q(low__in=ids) | models.Q(high__in=ids)).values_list("low_id", "high_id")
        return sorted({pk for pair in pairs for pk in pair} - set(ids))


class ClaimRelation(Recorded):
    """One relation between two claims; the pair is kept in the order of their ids, so that it is there once."""

    hangs_on: ClassVar = {"claim": ("low", "high")}

    low = models.ForeignKey(Claim, models.PROTECT, related_name="relations_up")
    high = models.ForeignKey(Claim, models.PROTECT, related_name="relations_down")
    kind = models.CharField(max_length=20, choices=labelled(RelationKind))
    from_low = models.BooleanField(
        help_text="True: the claim with the smaller id is the one that reports, updates …"
    )

    objects = ClaimRelationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["kind", "id"]
        verbose_name = "claim relation"
        constraints: ClassVar = [
            one_of("kind", RelationKind, "claim_relation_kind_known"),
            models.UniqueConstraint(
                fields=["low", "high", "kind"],
                name="claim_relation_once",
                violation_error_message="This relation is already on record.",
            ),
            models.CheckConstraint(
                condition=models.Q(low__lt=models.F("high")),
                name="claim_relation_in_order",
                violation_error_message="A claim cannot be related to itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} {self.get_kind_display()} {self.second}"

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list:
        pairs = cls.objects.filter(pk__in=ids).values_list("low_id", "high_id")
        return [(Claim, {pk for pair in pairs for pk in pair})]

    @property
    def first(self) -> Claim:
        """The claim that reports, updates, is part of … the second."""
        return self.low if self.from_low else self.high

    @property
    def second(self) -> Claim:
        return self.high if self.from_low else self.low

    def seen_from(self, claim: Claim) -> Related:
        """Return the other claim and how it relates, as one end of the relation sees it."""
        outgoing = claim.pk == self.first.pk
        other = self.second if outgoing else self.first
        if self.kind in SYMMETRIC:
            return Related(self.kind, "mutual", gettext(FORWARD[self.kind]), other)
        if outgoing:
            return Related(self.kind, "outgoing", gettext(FORWARD[self.kind]), other)
        return Related(self.kind, "incoming", gettext(BACKWARD[self.kind]), other)

    @classmethod
    def relate(cls, by: Any, first: Claim, kind: str, second: Claim) -> ClaimRelation:
        """Say "first *kind* second"; a relation that is on record already is returned as it is."""
        return cls.find_or_relate(by, first, kind, second)[0]

    @classmethod
    def find_or_relate(cls, by: Any, first: Claim, kind: str, second: Claim) -> tuple[ClaimRelation, bool]:
        """Say "first *kind* second"; return the relation, and whether it is new."""
        first.require_editable(by)
        require_impartial(by, second)
        if first.pk == second.pk:
            raise Refused("A claim cannot be related to itself.", "self")
        low, high = sorted((first, second), key=lambda claim: claim.pk)
        from_low = kind in SYMMETRIC or low.pk == first.pk
        with act(by, "relate", first) as entry:
            found = cls.objects.filter(low=low, high=high, kind=kind).first()
            if found is not None:
                if found.from_low != from_low:
                    raise Refused(f"It is on record the other way round: {found}.", "other_way_round")
                return found, False
            relation = cls(low=low, high=high, kind=kind, from_low=from_low)
            entry.insert(relation)
        return relation, True

    def take_back(self, by: Any) -> None:
        """Remove the relation; readers of the change feed get a tombstone."""
        self.first.require_editable(by)
        require_impartial(by, self.second)
        with act(by, "unrelate", self.first) as entry:
            require_there(self)
            entry.remove(type(self), self.pk)
            entry.add(self.low, self.high)
            self.delete()


FORWARD: dict[str, str] = {
    RelationKind.REPORTS: _("reports"),
    RelationKind.PART_OF: _("is part of"),
    RelationKind.SAME: _("says the same as"),
    RelationKind.NARROWER: _("is narrower than"),
    RelationKind.OPPOSITE: _("says the opposite of"),
    RelationKind.UPDATES: _("updates"),
}
BACKWARD: dict[str, str] = {
    RelationKind.REPORTS: _("is reported in"),
    RelationKind.PART_OF: _("has as a part"),
    RelationKind.SAME: _("says the same as"),
    RelationKind.NARROWER: _("is broader than"),
    RelationKind.OPPOSITE: _("says the opposite of"),
    RelationKind.UPDATES: _("is updated by"),
}
