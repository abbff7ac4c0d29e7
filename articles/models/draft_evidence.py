"""The evidence that a draft rests on, in the order its reasoning numbers it."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models

from articles.models.assessment import keeps_blind
from articles.models.evidence import Evidence
from articles.models.recorded import RecordQuerySet, at_desk


class DraftEvidenceQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """As visible as the draft."""
        return self.filter(~keeps_blind(user, "draft_id")) if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> Self:
        return self.none()


class DraftEvidence(models.Model):
    """One piece of evidence a draft rests on, at the number its reasoning calls it by."""

    draft = models.ForeignKey("articles.VerdictDraft", models.CASCADE, related_name="evidence_uses")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="draft_uses")
    position = models.PositiveIntegerField()

    objects = DraftEvidenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["draft_id", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draft", "position"], name="draft_evidence_position_once"),
            models.UniqueConstraint(fields=["draft", "evidence"], name="draft_evidence_once"),
        ]

    def __str__(self) -> str:
        return f"[{self.position}] {self.evidence}"
