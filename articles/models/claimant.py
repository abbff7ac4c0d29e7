"""Who asserts something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from articles.addresses import address, slug
from articles.models.choices import labelled, one_of
from articles.models.counted import Counted, known, uncommitted
from articles.models.counting import some
from articles.models.ledger import act
from articles.models.merging import Merging, MergingQuerySet, by_survivor
from articles.models.recorded import at_desk, by_part
from articles.refusals import Refused
from articles.vocabulary import ClaimantKind


class ClaimantQuerySet(MergingQuerySet):
    def visible_to(self, user: Any) -> ClaimantQuerySet:
        """Readers see whoever a claim they can see is attributed to, by their own name or that of a merged row."""
        if at_desk(user):
            return self.all()
        from articles.models.appearance import Appearance

        # By way of the appearances, as visible as which an attribution is: asked for the attributions, SQLite first
        # makes a list of all appearances that readers can see.
        said = Appearance.objects.visible_to(user)
        return self.filter(
            some(said.filter(attributions__claimant=models.OuterRef("pk")))
            | some(said.filter(attributions__claimant__merged_into=models.OuterRef("pk")))
        )

    def standing(self) -> ClaimantQuerySet:
        """Leave out the claimants that were merged into another."""
        return self.filter(merged_into=None)

    def with_claim_count(self, user: Any) -> ClaimantQuerySet:
        """Say of each claimant, as `claim_count`, how many claims that this user sees have its own name.

        Written down for readers, and counted only where that does not hold.
        """
        true = _claims_named(user)
        return self.annotate(claim_count=true if at_desk(user) else known("claims_named", true))

    def editable_by(self, user: Any) -> ClaimantQuerySet:
        return self.filter(merged_into=None) if at_desk(user) else self.none()


class Claimant(Merging, Counted):
    """A person, organisation or account, or unnamed people in the words that describe them."""

    revisable: ClassVar = frozenset({"name", "kind", "description", "url"})
    hangs_on: ClassVar = {"attribution": ("attributions", "merged__attributions")}
    counts: ClassVar = ("claims_named", "claims_said")
    off_the_record: ClassVar = uncommitted("counted_at", *counts)

    name = models.CharField(
        max_length=300,
        help_text=_("For a group, the exact words that describe it. Private people are not made claimants."),
    )
    kind = models.CharField(max_length=20, choices=labelled(ClaimantKind))
    description = models.TextField(blank=True, help_text=_("Role or office, as it was when they spoke."))
    url = models.URLField(blank=True, max_length=2000)
    # How many claims readers see that are attributed to this name, merged ones too; and to it or a name that was merged
    # into it, where a merged claim counts for its survivor. Counted by a worker: see `articles.models.counted`.
    claims_named = models.BigIntegerField(null=True, editable=False)
    claims_said = models.BigIntegerField(null=True, editable=False)

    objects = ClaimantQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            one_of("kind", ClaimantKind, "claimant_kind_known"),
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="claimant_has_a_name",
                violation_error_message="A claimant needs a name, or the words that describe the group.",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")),
                name="claimant_not_merged_into_itself",
                violation_error_message="A claimant cannot be merged into itself.",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(kind=ClaimantKind.GROUP),
                name="claimant_groups_stay_apart",
                violation_error_message="Unnamed groups are never merged: nobody knows that they are the same.",
            ),
        ]
        indexes: ClassVar = [
            by_part("claimant_by_part"),
            by_survivor("claimant_by_survivor"),
            # The list of claimants asks: who comes next by name?
            models.Index(fields=["name", "id"], name="claimant_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        return slug(self.name, "claimant")

    def get_absolute_url(self) -> str:
        return address("claimant", self.pk, self.slug)

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list:
        from articles.models.article import Article
        from articles.models.claim import Claim

        claims = Claim.objects.filter(appearances__attributions__claimant__in=ids)
        articles = Article.objects.filter(versions__appearances__attributions__claimant__in=ids)
        return [
            (Claim, claims.values_list("pk", flat=True)),
            (Article, articles.values_list("pk", flat=True)),
        ]

    @classmethod
    def beside(cls, ids: Iterable[int]) -> Iterable[int]:
        """Those that these were merged into: what is said by either is theirs."""
        return cls._base_manager.filter(merged__in=ids).order_by().values_list("pk", flat=True)

    @classmethod
    def uncounted(cls, rows: Any) -> Any:
        return rows.annotate(true_claims_named=_claims_named(None), true_claims_said=_claims_said())

    @classmethod
    def add(cls, by: Any, **facts: Any) -> Claimant:
        """Put a claimant on record."""
        with act(by, "add", None) as entry:
            claimant = cls(**facts)
            entry.insert(claimant)
        return claimant

    def refuse_merge(self, survivor: Claimant, by: Any) -> None:
        if ClaimantKind.GROUP in (self.kind, survivor.kind):
            raise Refused(
                "Unnamed groups are never merged: nobody knows that they are the same people.", "group"
            )


def _claims_named(user: Any) -> Any:
    """Return how many claims that this user sees have the own name of a claimant."""
    from articles.models.appearance import Attribution

    said = Attribution.objects.visible_to(user).filter(claimant=models.OuterRef("pk")).order_by()
    counted = said.values(one=models.Value(1)).annotate(n=models.Count("appearance__claim", distinct=True))
    return Coalesce(models.Subquery(counted.values("n")), 0)


def _claims_said() -> Any:
    """Return how many claims that readers see are said by a claimant, or whom it was found to be, by any name."""
    from articles.models.appearance import Appearance
    from articles.models.claim import Claim

    ours = Claimant.objects.one_with(models.OuterRef("pk")).values("pk")
    said = Appearance.objects.visible_to(None).filter(attributions__claimant__in=ours).order_by()
    root = Coalesce("claim__merged_into", "claim")
    # Survivors that were dismissed are no reader's.
    shown = said.alias(root=root).filter(
        models.Exists(Claim.objects.public().filter(pk=models.OuterRef("root")))
    )
    counted = shown.values(one=models.Value(1)).annotate(n=models.Count("root", distinct=True))
    return Coalesce(models.Subquery(counted.values("n")), 0)
