"""What somebody has to read again, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.choices import labelled, one_of
from articles.models.ledger import act
from articles.models.recorded import RecordQuerySet, Revised, at_desk
from articles.refusals import Refused
from articles.vocabulary import ReviewReason


class ReviewTaskQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> ReviewTaskQuerySet:
        """Work of the desk; readers see what comes of it."""
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> ReviewTaskQuerySet:
        return self.visible_to(user).filter(closed_at=None)

    def open(self) -> ReviewTaskQuerySet:
        """Return what nobody has looked at yet, the longest waiting first."""
        return self.filter(closed_at=None).order_by("opened_at", "id")

    def decided(self) -> ReviewTaskQuerySet:
        """Return what was read again."""
        return self.exclude(closed_at=None)

    def for_listing(self) -> ReviewTaskQuerySet:
        """Load what one row of a list shows."""
        return self.select_related("claim", "article_version__article", "closed_by").defer(
            "article_version__text", "article_version__offset_map"
        )


class ReviewTask(Revised):
    """A verdict that stands on something that has changed since. Closing it says what came of the reading."""

    revisable: ClassVar = frozenset({"note"})

    claim = models.ForeignKey("articles.Claim", models.PROTECT, related_name="review_tasks")
    reason = models.CharField(max_length=30, choices=labelled(ReviewReason))
    article_version = models.ForeignKey(
        "articles.ArticleVersion", models.PROTECT, null=True, blank=True, related_name="review_tasks",
        help_text=_("The text that changed."),
    )  # fmt: skip
    note = models.CharField(max_length=500, blank=True, help_text=_("What changed, in a sentence."))
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    outcome = models.CharField(max_length=500, blank=True, editable=False)

    objects = ReviewTaskQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = "review task"
        constraints: ClassVar = [
            one_of("reason", ReviewReason, "review_reason_known"),
            models.UniqueConstraint(
                fields=["claim", "reason", "article_version"],
                condition=models.Q(closed_at=None),
                name="review_open_once",
                violation_error_message="This is waiting to be read again already.",
            ),
        ]
        indexes: ClassVar = [
            # The desk asks: what waits to be read again?
            models.Index(fields=["opened_at"], condition=models.Q(closed_at=None), name="review_open"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.claim}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @classmethod
    def ask(cls, claim: Any, version: Any, reason: ReviewReason, note: str, at: datetime) -> ReviewTask:
        """Ask for a claim's verdict to be read again; once for each cause."""
        task, _made = cls.objects.get_or_create(
            claim=claim, reason=reason.value, article_version=version, closed_at=None,
            defaults={"note": note[:500], "opened_at": at},
        )  # fmt: skip
        return task

    def close(self, by: Any, outcome: str, expected: int | None = None) -> None:
        """Say that the verdict was read again, and what came of it."""
        outcome = outcome.strip()
        if not outcome:
            raise Refused("Say what came of it; the next reader will ask.", "no_outcome")
        with act(by, "close", self) as entry:
            self.refresh_from_db()
            if not self.is_open:
                who = self.closed_by or "Somebody"
                raise Refused(f"{who} closed this already: “{self.outcome}”.", "closed")
            self.closed_at, self.closed_by, self.outcome = entry.at, by, outcome
            self.full_clean()
            self.write(["closed_at", "closed_by", "outcome"], expected)
