"""What somebody has to read again, and why."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.choices import labelled, one_of
from articles.models.interest import conflict_sentence, keeps_out, require_impartial
from articles.models.ledger import act
from articles.models.recorded import RecordQuerySet, Revised, at_desk
from articles.refusals import Refused
from articles.vocabulary import ReviewReason


class ReviewTaskQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> ReviewTaskQuerySet:
        """Work of the desk; readers see what comes of it."""
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> ReviewTaskQuerySet:
        """The desk says what came of it, but for those who have declared a conflict of interest on the claim."""
        return self.filter(closed_at=None).exclude(keeps_out(user)) if at_desk(user) else self.none()

    def open(self, day: date | None = None) -> ReviewTaskQuerySet:
        """Return what nobody has looked at yet, the longest waiting first, without what is due after `day` (today)."""
        by_now = models.Q(due_on=None) | models.Q(due_on__lte=day or timezone.now().date())
        return self.filter(by_now, closed_at=None).order_by("opened_at", "id")

    def decided(self) -> ReviewTaskQuerySet:
        """Return what was read again."""
        return self.exclude(closed_at=None)

    def for_listing(self) -> ReviewTaskQuerySet:
        """Load what one row of a list shows."""
        return self.select_related(
            "claim", "article_version__article", "source_version__source", "closed_by"
        ).defer(
            "article_version__text",
            "article_version__offset_map",
            "source_version__text",
            "source_version__source__description",
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
    source_version = models.ForeignKey(
        "articles.SourceVersion", models.PROTECT, null=True, blank=True, related_name="review_tasks",
        help_text=_("The version of a source that differs from the one before it."),
    )  # fmt: skip
    note = models.CharField(max_length=500, blank=True, help_text=_("What changed, in a sentence."))
    due_on = models.DateField(
        null=True, blank=True, editable=False, help_text=_("The day from which it waits; empty: at once.")
    )
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
            models.UniqueConstraint(
                fields=["claim", "source_version"],
                condition=models.Q(closed_at=None),
                name="review_of_source_open_once",
                violation_error_message="This is waiting to be read again already, because of this version.",
            ),
        ]
        indexes: ClassVar = [
            # The desk asks: what waits to be read again?
            models.Index(fields=["opened_at"], condition=models.Q(closed_at=None), name="review_open"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.claim}"

    def refusal_to(self, user: Any) -> str:
        return conflict_sentence(user, self.claim_id) or super().refusal_to(user)

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

    @classmethod
    def remind(cls, claim: Any, day: date, at: datetime) -> ReviewTask:
        """Ask for a claim's verdict to be read again on a day; a day set before, and not read yet, moves there."""
        task, _made = cls.objects.update_or_create(
            claim=claim, reason=ReviewReason.REVIEW_DATE.value, article_version=None, closed_at=None,
            defaults={"due_on": day},
            create_defaults={"due_on": day, "opened_at": at, "note": "The day set for reading it again has come."},
        )  # fmt: skip
        return task

    @classmethod
    def ask_again(cls, by: Any, claim: Any, note: str, at: datetime | None = None) -> ReviewTask:
        """Ask, as somebody of the desk, for a claim's verdict to be read again; refused while the same waits."""
        if not note.strip():
            raise Refused("Say why it is to be read again; whoever reads it will ask.", "no_note")
        with act(by, "ask_again", claim, at) as entry:
            require_impartial(by, claim)
            if cls.objects.filter(claim=claim, reason=ReviewReason.DESK.value, closed_at=None).exists():
                raise Refused(
                    "A colleague has asked for this already, and nobody has read it since.", "asked_already"
                )
            task = cls(claim=claim, reason=ReviewReason.DESK.value, note=note.strip(), opened_at=entry.at)
            task.full_clean()
            task.save(force_insert=True)
        return task

    def close(self, by: Any, outcome: str, expected: int | None = None) -> None:
        """Say that the verdict was read again, and what came of it."""
        outcome = outcome.strip()
        if not outcome:
            raise Refused("Say what came of it; the next reader will ask.", "no_outcome")
        with act(by, "close", self) as entry:
            require_impartial(by, self.claim_id)
            self.refresh_from_db()
            if not self.is_open:
                who = self.closed_by or "Somebody"
                raise Refused(f"{who} closed this already: “{self.outcome}”.", "closed")
            self.closed_at, self.closed_by, self.outcome = entry.at, by, outcome
            self.full_clean()
            self.write(["closed_at", "closed_by", "outcome"], expected)
