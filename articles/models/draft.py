"""Where a verdict is written before anybody else sees it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.choices import in_order
from articles.models.claim import Claim
from articles.models.evidence import Evidence
from articles.models.ledger import act
from articles.models.newsroom import Newsroom
from articles.models.rating import Rating
from articles.models.recorded import RecordQuerySet, Revised, at_desk, require_storable
from articles.models.user import require_editor
from articles.models.verdict import CorrectionKind, Verdict
from articles.refusals import NotAllowed, Refused


class DraftState(models.TextChoices):
    WRITING = "writing", _("being written")
    SUBMITTED = "submitted", _("waits for a second editor")
    PUBLISHED = "published", _("published")
    DROPPED = "dropped", _("dropped")


OPEN_STATES = (DraftState.WRITING, DraftState.SUBMITTED)


class DraftQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The desk alone."""
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> Self:
        """Reporters change what they are writing, or what nobody writes; editors change every open draft."""
        if not at_desk(user):
            return self.none()
        if user.may_publish:
            return self.open()
        return self.filter(models.Q(author=user) | models.Q(author=None), state=DraftState.WRITING)

    def publishable_by(self, user: Any) -> Self:
        """Editors publish what another wrote and submitted; a one-person newsroom also what they wrote."""
        if not at_desk(user) or not user.may_publish:
            return self.none()
        submitted = self.filter(state=DraftState.SUBMITTED)
        if Newsroom.current().allows_self_approval:
            return submitted
        return submitted.exclude(author=user).exclude(writers=user)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def waiting(self) -> Self:
        """Return the drafts that wait for a second editor, the longest waiting first."""
        return self.filter(state=DraftState.SUBMITTED).order_by("submitted_at", "id")

    def on_the_table_of(self, user: Any) -> Self:
        """Return what this person is writing: first what was handed back to them, then the latest."""
        mine = self.filter(author=user, state=DraftState.WRITING)
        return mine.order_by(
            models.Case(models.When(handed_back_by=None, then=1), default=0), "-updated_at", "-id"
        )

    def for_listing(self) -> Self:
        """Load what one row of a list shows."""
        return self.select_related("claim", "author", "rating__scale", "handed_back_by", "verdict")


class VerdictDraft(Revised):
    """A verdict being written: rating, summary and reasoning that cites its evidence as [1], [2] …"""

    revisable: ClassVar = frozenset(
        {
            "rating", "summary", "reasoning", "valid_from", "valid_to", "correction_kind", "correction_note",
        }
    )  # fmt: skip

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="drafts")
    rating = models.ForeignKey(Rating, models.PROTECT, null=True, blank=True, related_name="drafts")
    summary = models.TextField(blank=True, help_text=_("One or two sentences for readers."))
    reasoning = models.TextField(
        blank=True, help_text=_("Step by step. Cite the evidence by its number: [1], [2]. Markdown.")
    )
    evidence = models.ManyToManyField(Evidence, through="DraftEvidence", related_name="drafts")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    correction_kind = models.CharField(
        max_length=20, choices=CorrectionKind.choices, blank=True,
        help_text=_("Where the claim has a verdict already: why another follows."),
    )  # fmt: skip
    correction_note = models.TextField(blank=True, help_text=_("Readers see it."))
    state = models.CharField(
        max_length=20, choices=DraftState.choices, default=DraftState.WRITING, editable=False
    )
    author = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="drafts_written"
    )
    writers = models.ManyToManyField(
        "articles.User",
        editable=False,
        related_name="+",
        help_text=_("Whoever put words or evidence into it."),
    )
    handed_back_by = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    hand_back_note = models.TextField(blank=True, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    verdict = models.OneToOneField(Verdict, models.PROTECT, null=True, editable=False, related_name="draft")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-updated_at", "-id"]
        verbose_name = "verdict draft"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=DraftState.values), name="draft_state_known"),
            models.CheckConstraint(
                condition=models.Q(correction_kind__in=[*CorrectionKind.values, ""]),
                name="draft_correction_kind_known",
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=models.Q(state__in=OPEN_STATES),
                name="draft_one_open_per_claim",
                violation_error_message="This claim already has an open draft; work on that one.",
            ),
            models.CheckConstraint(
                condition=models.Q(state=DraftState.PUBLISHED, verdict__isnull=False)
                | (~models.Q(state=DraftState.PUBLISHED) & models.Q(verdict=None)),
                name="draft_published_has_verdict",
            ),
            in_order(
                "valid_from", "valid_to", "draft_valid_in_order", "The verdict would end before it begins."
            ),
        ]

    def __str__(self) -> str:
        return f"Draft on “{self.claim}”"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def cited_evidence(self) -> list[Evidence]:
        """Return the evidence in the order its numbers in the reasoning mean."""
        uses = self.evidence_uses.select_related("evidence__source_version__source").order_by("position")
        return [use.evidence for use in uses]

    # Verbs.

    @classmethod
    def start(cls, by: Any, claim: Claim, *, evidence: Iterable[Evidence] = (), **facts: Any) -> VerdictDraft:
        """Start a draft on a claim; `by` becomes its author. An import may leave it without one."""
        claim.require_editable(by)
        with act(by, "start_draft", claim):
            there = cls.objects.open().filter(claim=claim).first()
            if there is not None:
                raise Refused(
                    f"This claim already has an open draft, number {there.pk}; work on that one.",
                    "draft_open",
                )
            draft = cls(claim=claim, author=by, **facts)
            draft.full_clean()
            draft.save(force_insert=True)
            draft._note_writer(by)
            draft._set_evidence(evidence)
        return draft

    def require_editable(self, by: Any) -> None:
        if not self.is_open:
            raise Refused(f"This draft is {self.get_state_display()}; start a new one.", "draft_closed")
        if self.state == DraftState.SUBMITTED and at_desk(by) and not by.may_publish:
            raise NotAllowed(
                "This draft waits for a second editor, who may hand it back; until then only editors change it."
            )
        super().require_editable(by)

    def revise(
        self,
        by: Any,
        *,
        expected: int | None = None,
        at: datetime | None = None,
        evidence: Iterable[Evidence] | None = None,
        **changes: Any,
    ) -> VerdictDraft:
        """Change the draft; whoever changes a draft nobody has written becomes its author.

        `evidence` is what `use_evidence` takes.
        """
        self.require_editable(by)
        with act(by, "revise", self.claim, at):
            before = self.revision
            super().revise(by, expected=expected, at=at, **changes)
            if self.revision != before:
                self._note_writer(by)
            if evidence is not None:
                wanted = list(evidence)
                if wanted != self.cited_evidence():
                    self.use_evidence(by, wanted, None if self.revision != before else expected)
        return self

    def write(self, fields: Iterable[str], expected: int | None = None) -> None:
        self.updated_at = timezone.now()
        super().write({*fields, "updated_at"}, expected)

    def _note_writer(self, by: Any) -> None:
        """Remember who had a hand in this, so that nobody approves words of their own; the first is the author."""
        if by is None:
            return
        self.writers.add(by)
        if self.author_id is None:
            type(self).objects.filter(pk=self.pk, author=None).update(author=by)
            self.author = by

    def was_written_by(self, user: Any) -> bool:
        """Did this person put words or evidence into the draft, as its author or after them?"""
        return self.author_id == user.pk or self.writers.filter(pk=user.pk).exists()

    def use_evidence(self, by: Any, evidence: Iterable[Evidence], expected: int | None = None) -> None:
        """Say on which evidence the verdict rests, in the order the reasoning numbers it."""
        self.require_editable(by)
        with act(by, "use_evidence", self.claim):
            self._note_writer(by)
            self.write([], expected)
            self._set_evidence(evidence)

    def _set_evidence(self, evidence: Iterable[Evidence]) -> None:
        evidence = list(evidence)
        foreign = [str(one.pk) for one in evidence if one.claim_id != self.claim_id]
        if foreign:
            raise Refused(
                f"A verdict rests on evidence for its own claim; {', '.join(foreign)} is for another.",
                "evidence_of_other_claim",
            )
        if len({one.pk for one in evidence}) < len(evidence):
            raise Refused(
                "The same evidence is listed twice; one number for each is enough.", "evidence_twice"
            )
        # Asked within the act: somebody may have taken one back since it was read.
        if Evidence.objects.filter(pk__in=[one.pk for one in evidence]).count() < len(evidence):
            raise Refused("Some of this evidence was taken back; leave it out.", "gone")
        self.evidence_uses.all().delete()
        DraftEvidence.objects.bulk_create(
            DraftEvidence(draft=self, evidence=one, position=position)
            for position, one in enumerate(evidence, start=1)
        )

    def submit(self, by: Any) -> None:
        """Hand the draft to a second editor; a draft that is complete enough to be read is all it takes."""
        self.require_editable(by)
        with act(by, "submit", self.claim):
            self.refresh_from_db()
            if self.state != DraftState.WRITING:
                raise Refused(f"This draft is {self.get_state_display()} already.", "not_writing")
            if self.author_id is None:
                self._note_writer(by)
            if self.author is None:
                raise Refused(
                    "Somebody has to answer for this draft: submit it from an account.", "no_author"
                )
            self.state, self.submitted_at = DraftState.SUBMITTED, timezone.now()
            self.write(["state", "submitted_at"])

    def hand_back(self, by: Any, note: str) -> None:
        """Give the draft back to its author with what is to be done."""
        require_editor(by, "hands drafts back")
        with act(by, "hand_back", self.claim):
            self.refresh_from_db()
            if self.state != DraftState.SUBMITTED:
                raise Refused(
                    f"This draft is {self.get_state_display()}; it does not wait for you.", "not_submitted"
                )
            if not note.strip():
                raise Refused("Say what is to be done; the author sees only that.", "no_note")
            require_storable(hand_back_note=note)
            self.state, self.handed_back_by, self.hand_back_note = DraftState.WRITING, by, note.strip()
            self.write(["state", "handed_back_by", "hand_back_note"])

    def drop(self, by: Any) -> None:
        """Give the draft up; it stays readable at the desk."""
        self.require_editable(by)
        if by is not None and not by.may_publish and self.author_id != by.pk:
            raise NotAllowed("Only its author or an editor drops a draft.")
        with act(by, "drop", self.claim):
            self.state = DraftState.DROPPED
            self.write(["state"])

    def publish(self, by: Any, expected: int | None = None, at: datetime | None = None) -> Verdict:
        """Publish the verdict; see `articles.publishing.publish`, which names every obstacle."""
        from articles.publishing import publish  # the gate builds on the models, so it comes late

        return publish(self, by, expected, at)


class DraftEvidenceQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """As visible as the draft."""
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> Self:
        return self.none()


class DraftEvidence(models.Model):
    """One piece of evidence a draft rests on, at the number its reasoning calls it by."""

    draft = models.ForeignKey(VerdictDraft, models.CASCADE, related_name="evidence_uses")
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
