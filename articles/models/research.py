"""What somebody looked for in order to check a claim, and what came of it, also where nothing did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Visibility, visibility_known
from articles.models.claim import PUBLIC_STATUSES, Claim
from articles.models.interest import conflict_sentence, keeps_out, require_impartial
from articles.models.ledger import act
from articles.models.recorded import Recorded, RecordQuerySet, Revised, at_desk
from articles.models.user import require_editor


class ResearchOutcome(models.TextChoices):
    FOUND = "found", _("found")
    NOT_FOUND = "not_found", _("not found")
    INCONCLUSIVE = "inconclusive", _("inconclusive")
    NO_ACCESS = "no_access", _("no access")


class GroundworkQuerySet(RecordQuerySet):
    """The words of what is done for a claim before there is a verdict."""

    def visible_to(self, user: Any) -> Self:
        """Readers see what an editor opened to them, on claims they can see."""
        return self.all() if at_desk(user) else self.public()

    def editable_by(self, user: Any) -> Self:
        """The desk changes it, also once its claim was merged: an answer may come later than that. Whoever has declared
        a conflict of interest on the claim does not."""
        return self.exclude(keeps_out(user)) if at_desk(user) else self.none()

    def public(self) -> Self:
        return self.filter(visibility=Visibility.PUBLIC, claim__status__in=PUBLIC_STATUSES)

    def on(self, claim: Any) -> Self:
        """Return what was done for a claim and for the claims merged into it. `claim` may be an `OuterRef`."""
        return self.filter(claim__in=Claim.objects.one_with(claim))


class Groundwork(Revised, Recorded):
    """Something done for a claim before there is a verdict: at the desk only, until an editor opens it."""

    hangs_on: ClassVar = {"claim": ("claim",)}

    visibility = models.CharField(
        max_length=10, choices=Visibility.choices, default=Visibility.DESK, editable=False
    )
    created_by = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list:
        rows: Any = cls._base_manager.filter(pk__in=ids)
        return [(Claim, rows.values_list("claim_id", flat=True))]

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC

    def refusal_to(self, user: Any) -> str:
        row: Any = self
        return conflict_sentence(user, row.claim_id) or super().refusal_to(user)

    # Verbs.

    @classmethod
    def add(cls, by: Any, claim: Claim, **facts: Any) -> Self:
        """Put it on record, at the desk only."""
        claim.require_editable(by)
        with act(by, "add", claim) as entry:
            row = cls(claim=claim, created_by=by, **facts)
            entry.insert(row)
        return row

    def open_to_readers(self, by: Any) -> None:
        """Show it to readers of the claim. Twice is no harm."""
        self._show(by, "open_to_readers", Visibility.PUBLIC)

    def close_to_readers(self, by: Any) -> None:
        """Take it out of readers' sight again."""
        self._show(by, "close_to_readers", Visibility.DESK)

    def _show(self, by: Any, verb: str, visibility: Visibility) -> None:
        require_editor(by, f"decides which {self._meta.verbose_name_plural} readers see")
        row: Any = self
        require_impartial(by, row.claim_id)
        with act(by, verb, self) as entry:
            self.refresh_from_db()
            if self.visibility == visibility:
                return
            self.visibility = visibility
            self.full_clean()
            self.write(["visibility"])
            entry.add(self)


class ResearchStepQuerySet(GroundworkQuerySet):
    def fruitless(self) -> ResearchStepQuerySet:
        """Return what was looked for and not found, or could not be looked at."""
        return self.filter(outcome__in=(ResearchOutcome.NOT_FOUND, ResearchOutcome.NO_ACCESS))

    def for_listing(self) -> ResearchStepQuerySet:
        """Load what one row of a list shows."""
        return self.select_related("claim", "created_by")


class ResearchStep(Groundwork):
    """One search: what for, where, and what came of it."""

    revisable: ClassVar = frozenset({"question", "place", "outcome", "note", "done_on", "evidence"})

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="research_steps")
    question = models.TextField(help_text=_("What was looked for. Private people are described, not named."))
    place = models.CharField(
        max_length=500,
        help_text=_("Where: which archive, which database, a person in what office. No private names."),
    )
    outcome = models.CharField(max_length=20, choices=ResearchOutcome.choices)
    note = models.TextField(
        blank=True, help_text=_("What came of it. Readers see it once this is opened to them.")
    )
    done_on = models.DateField(null=True, blank=True, help_text=_("Leave empty where nobody noted the day."))
    evidence = models.ForeignKey(
        "articles.Evidence", models.PROTECT, null=True, blank=True, related_name="research_steps",
        help_text=_("What it led to, on the same claim."),
    )  # fmt: skip

    objects = ResearchStepQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["claim_id", "id"]
        verbose_name = "research step"
        constraints: ClassVar = [
            visibility_known("research_step"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=ResearchOutcome.values),
                name="research_step_outcome_known",
                violation_error_message="Outcome must be one of: found, not found, inconclusive, no access.",
            ),
            models.CheckConstraint(
                condition=~models.Q(question=""),
                name="research_step_has_a_question",
                violation_error_message="Say what was looked for.",
            ),
            models.CheckConstraint(
                condition=~models.Q(place=""),
                name="research_step_has_a_place",
                violation_error_message="Say where it was looked for.",
            ),
            models.CheckConstraint(
                condition=models.Q(evidence=None) | ~models.Q(outcome__in=["not_found", "no_access"]),
                name="research_step_evidence_was_found",
                violation_error_message="A search that found nothing led to no evidence. "
                "Change the outcome, or take the evidence out.",
            ),
        ]
        indexes: ClassVar = [
            # The page of a claim asks: what was looked for that readers may see?
            models.Index(fields=["claim", "visibility"], name="research_step_by_claim"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.question[:80]}"

    def clean(self) -> None:
        if self.done_on and self.done_on > timezone.localdate():
            raise ValidationError({"done_on": "This day is yet to come; note a step once it is done."})
        if self.evidence is None:
            return
        ours, theirs = self.claim, self.evidence.claim
        if not {ours.pk, ours.merged_into_id} & {theirs.pk, theirs.merged_into_id} - {None}:
            raise ValidationError({"evidence": "This evidence is on another claim."})
        if self.is_public and not self.evidence.is_public:
            raise ValidationError(
                {"evidence": "Readers do not see this evidence. Open it to them first, or take it out here."}
            )
