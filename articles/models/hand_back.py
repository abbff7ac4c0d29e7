"""What editors asked for when they gave a draft back to its author."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from articles.models.assessment import keeps_blind
from articles.models.recorded import RecordQuerySet, Storable, at_desk


class HandBackQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> HandBackQuerySet:
        """As visible as the draft."""
        return self.filter(~keeps_blind(user, "draft_id")) if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> HandBackQuerySet:
        return self.none()

    def for_listing(self) -> HandBackQuerySet:
        return self.select_related("draft__claim", "by")


class HandBack(Storable):
    """One time a draft went back: by whom, when, and what was to be done. `VerdictDraft.hand_back` writes it."""

    draft = models.ForeignKey("articles.VerdictDraft", models.PROTECT, related_name="hand_backs")
    by = models.ForeignKey("articles.User", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField()

    objects = HandBackQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = "hand-back"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(note=""),
                name="hand_back_says_what",
                violation_error_message="Say what is to be done; the author reads it.",
            ),
        ]

    def __str__(self) -> str:
        return self.note[:80]
