"""What claims are about, in the newsroom's own words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Coalesce

from articles.addresses import address, slug
from articles.models.counted import true_counts_of_topics, uncommitted
from articles.models.ledger import act
from articles.models.recorded import Recorded, RecordQuerySet, Revised, at_desk, require_storable


class TopicQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> TopicQuerySet:
        """Readers see the topics of claims they can see."""
        if at_desk(user):
            return self.all()
        from articles.models.claim import Claim

        return self.filter(models.Exists(Claim.objects.visible_to(user).filter(topics=models.OuterRef("pk"))))

    def editable_by(self, user: Any) -> TopicQuerySet:
        return self.all() if at_desk(user) else self.none()

    def with_claim_count(self, user: Any) -> TopicQuerySet:
        """Say of each topic, as `claim_count`, how many claims about it this user sees, without those merged away.

        Written down, and counted only where it is not known.
        """
        true = true_counts_of_topics()
        shown = Coalesce("claims_shown", true["true_shown"])
        hidden = Coalesce("claims_hidden", true["true_hidden"])
        return self.annotate(claim_count=shown + hidden if at_desk(user) else shown)


class Topic(Revised, Recorded):
    """A subject that readers can follow."""

    revisable: ClassVar = frozenset({"name", "description"})
    hangs_on: ClassVar = {"claim": ("claims",)}
    off_the_record: ClassVar = uncommitted("claims_shown", "claims_hidden")

    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)
    # How many claims about it readers see, and how many were dismissed; NULL where nobody has counted yet. Kept by the
    # acts that change claims, and counted by a worker: see `articles.models.counted`.
    claims_shown = models.BigIntegerField(null=True, editable=False)
    claims_hidden = models.BigIntegerField(null=True, editable=False)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="topic_has_a_name",
                violation_error_message="A topic needs a name.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list:
        from articles.models.claim import Claim

        return [(Claim, Claim.objects.filter(topics__in=ids).values_list("pk", flat=True))]

    def known_claim_count(self, user: Any) -> int | None:
        """Return how many claims about it this user sees, without those merged away; None where nobody counted yet."""
        if self.claims_shown is None or self.claims_hidden is None:
            return None
        return self.claims_shown + (self.claims_hidden if at_desk(user) else 0)

    @property
    def slug(self) -> str:
        return slug(self.name, "topic")

    def get_absolute_url(self) -> str:
        return address("topic", self.pk, self.slug)

    @classmethod
    def named(cls, name: str, by: Any = None) -> Topic:
        """Return the topic of this name, making it where there is none."""
        return cls.find_or_add(by, name)[0]

    @classmethod
    def find_or_add(cls, by: Any, name: str, description: str = "") -> tuple[Topic, bool]:
        """Return the topic of this name, and whether it is new; one that was there keeps its description."""
        require_storable(name=name)
        found = cls.objects.filter(name=name).first()
        if found:
            return found, False
        with act(by, "add", None) as entry:
            # Asked again: somebody may have made it before this act began.
            found = cls.objects.filter(name=name).first()
            if found:
                return found, False
            topic = cls(name=name, description=description)
            entry.insert(topic)
        return topic, True
