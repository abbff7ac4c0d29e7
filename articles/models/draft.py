"""Where a verdict is written before anybody else sees it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.assessment import keeps_blind
from articles.models.choices import in_order
from articles.models.claim import Claim
from articles.models.draft_evidence import DraftEvidence
from articles.models.evidence import Evidence
from articles.models.interest import conflict_sentence, keeps_out, require_impartial
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
# What says when a draft is to be published, and who decided that.
SCHEDULE = ("publish_at", "scheduled_by", "scheduled_as", "schedule_lifted")


class DraftQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The desk alone; and not whoever owes an assessment of it, which is to be given without having read it."""
        return self.filter(~keeps_blind(user, "pk")) if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> Self:
        """Reporters change what they are writing, or what nobody writes; editors change every open draft. Who has
        declared a conflict of interest on its claim does neither."""
        if not at_desk(user):
            return self.none()
        rows = self.visible_to(user).exclude(keeps_out(user))
        if user.may_publish:
            return rows.open()
        return rows.filter(models.Q(author=user) | models.Q(author=None), state=DraftState.WRITING)

    def publishable_by(self, user: Any) -> Self:
        """Editors publish what another wrote and submitted; a one-person newsroom also what they wrote."""
        if not at_desk(user) or not user.may_publish:
            return self.none()
        submitted = self.visible_to(user).exclude(keeps_out(user)).filter(state=DraftState.SUBMITTED)
        if Newsroom.current().allows_self_approval:
            return submitted
        return submitted.exclude(author=user).exclude(writers=user)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def waiting(self) -> Self:
        """Return the drafts that wait for a second editor, the longest waiting first."""
        return self.filter(state=DraftState.SUBMITTED).order_by("submitted_at", "id")

    def waiting_for(self, user: Any) -> Self:
        """Return what waits for this editor: what they are asked to review, and what nobody in particular is."""
        return self.publishable_by(user).waiting().filter(models.Q(reviewer=user) | models.Q(reviewer=None))

    def due(self, now: datetime) -> Self:
        """Return what is to be published by now, the longest due first."""
        return self.filter(publish_at__lte=now).order_by("publish_at", "id")

    def on_the_table_of(self, user: Any) -> Self:
        """Return what this person is writing: first what was handed back to them, then the latest."""
        mine = self.filter(author=user, state=DraftState.WRITING)
        return mine.order_by(
            models.Case(models.When(handed_back_by=None, then=1), default=0), "-updated_at", "-id"
        )

    def for_listing(self) -> Self:
        """Load what one row of a list shows."""
        return self.select_related(
            "claim", "author", "reviewer", "rating__scale", "handed_back_by", "verdict"
        )


class VerdictDraft(Revised):
    """A verdict being written: rating, summary and reasoning that cites its evidence as [1], [2] …"""

    revisable: ClassVar = frozenset(
        {
            "rating", "summary", "reasoning", "valid_from", "valid_to", "correction_kind", "correction_note",
            "embargo_until", "embargo_note", "review_on",
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
    embargo_until = models.DateTimeField(
        null=True, blank=True, help_text=_("Nobody publishes it before this moment (UTC).")
    )
    embargo_note = models.CharField(
        max_length=200, blank=True, help_text=_("Who asked for the embargo, and why; the desk reads it.")
    )
    review_on = models.DateField(
        null=True, blank=True, help_text=_("The day on which the published verdict shall be read again.")
    )
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
    reviewer = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="drafts_to_review",
        help_text=_("Who is asked to be the second editor; any other editor may publish it too."),
    )  # fmt: skip
    handed_back_by = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    hand_back_note = models.TextField(blank=True, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    publish_at = models.DateTimeField(null=True, editable=False)
    scheduled_by = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    # What readers would have been shown when it was scheduled, as a hash: the approval was for that.
    scheduled_as = models.CharField(max_length=64, blank=True, editable=False)
    schedule_lifted = models.TextField(
        blank=True, editable=False, help_text=_("Why it was not published at the time that was set.")
    )
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
            models.CheckConstraint(
                condition=models.Q(publish_at=None, scheduled_by=None, scheduled_as="")
                | (
                    models.Q(
                        publish_at__isnull=False, scheduled_by__isnull=False, state=DraftState.SUBMITTED
                    )
                    & ~models.Q(scheduled_as="")
                ),
                name="draft_scheduled_whole",
                violation_error_message="A draft is scheduled by an editor, while it waits to be published.",
            ),
            in_order(
                "embargo_until", "publish_at", "draft_scheduled_after_embargo",
                "It would be published before its embargo ends.",
            ),
            in_order(
                "valid_from", "valid_to", "draft_valid_in_order", "The verdict would end before it begins."
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            # The desk's list asks: which drafts were written on last?
            models.Index(fields=["-updated_at", "-id"], name="draft_latest"),
            # A task asks every minute: what is to be published by now?
            models.Index(
                fields=["publish_at"], condition=models.Q(publish_at__isnull=False), name="draft_scheduled"
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
            with draft.judged():
                draft.save(force_insert=True)
            draft._note_writer(by)
            draft._set_evidence(evidence)
        return draft

    @classmethod
    def start_from(cls, by: Any, verdict: Verdict) -> VerdictDraft:
        """Start the draft of the verdict that is to follow this one, with its words and evidence.

        A rating that is not in use any more is left for `by` to choose anew.
        """
        rating = Rating.objects.in_use().filter(pk=verdict.rating_id).first()
        citations = verdict.citations.select_related("evidence").order_by("position")
        return cls.start(
            by, verdict.claim, evidence=[one.evidence for one in citations], rating=rating, summary=verdict.summary,
            reasoning=verdict.reasoning, valid_from=verdict.valid_from, valid_to=verdict.valid_to,
        )  # fmt: skip

    @classmethod
    def start_on(cls, by: Any, claim: Claim) -> VerdictDraft:
        """Start a draft where the claim stands: from the verdict readers see, or with all evidence there is on it."""
        current = claim.verdicts.current().first()
        if current is not None:
            return cls.start_from(by, current)
        return cls.start(by, claim, evidence=Evidence.objects.filter(claim=claim).standing().order_by("pk"))

    def require_editable(self, by: Any) -> None:
        if not self.is_open:
            raise Refused(f"This draft is {self.get_state_display()}; start a new one.", "draft_closed")
        if self.state == DraftState.SUBMITTED and at_desk(by) and not by.may_publish:
            raise NotAllowed(
                "This draft waits for a second editor, who may hand it back; until then only editors change it."
            )
        super().require_editable(by)

    def refusal_to(self, user: Any) -> str:
        return conflict_sentence(user, self.claim_id) or super().refusal_to(user)

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
            if any(getattr(self, name, None) != value for name, value in changes.items()):
                self.lift_schedule(_changed_by(by))
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
        # The schedule goes with every write: what lifts it does so with the change that lifts it.
        super().write({*fields, "updated_at", *SCHEDULE}, expected)

    def lift_schedule(self, why: str) -> None:
        """Take the schedule off, to be written with what comes next; the draft waits again."""
        if self.publish_at is not None:
            self.publish_at, self.scheduled_by, self.scheduled_as = None, None, ""
            self.schedule_lifted = why

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
            self.lift_schedule(_changed_by(by))
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

    def ask_to_review(self, by: Any, reviewer: Any, expected: int | None = None) -> None:
        """Say which editor is asked to read and publish it; None leaves it to all of them."""
        from articles import mailing  # which builds on the models, so it comes late

        if by is not None and not (at_desk(by) and (by.may_publish or by.pk == self.author_id)):
            raise NotAllowed("Only the author of a draft or an editor says who is to review it.")
        require_impartial(by, self.claim_id)
        if reviewer is not None and not (at_desk(reviewer) and reviewer.may_publish):
            raise Refused(f"{reviewer} is no editor; ask one.", "no_editor")
        if conflict_sentence(reviewer, self.claim_id):
            raise Refused(f"{reviewer} has a conflict of interest on this claim; ask another.", "conflict")
        with act(by, "ask_to_review", self.claim):
            expected = self.revision if expected is None else expected
            self.refresh_from_db()
            if not self.is_open:
                raise Refused(f"This draft is {self.get_state_display()}.", "draft_closed")
            allowed = Newsroom.current().allows_self_approval
            if reviewer is not None and not allowed and self.was_written_by(reviewer):
                raise Refused(
                    f"{reviewer} wrote this, or a part of it; another editor must review it.", "wrote_it"
                )
            self.reviewer = reviewer
            self.write(["reviewer"], expected)
            mailing.tell("review_asked", reviewer, self, by)

    def hand_back(self, by: Any, note: str, at: datetime | None = None) -> None:
        """Give the draft back to its author with what is to be done."""
        from articles import mailing  # which builds on the models, so it comes late

        require_editor(by, "hands drafts back")
        require_impartial(by, self.claim_id)
        with act(by, "hand_back", self.claim, at) as entry:
            self.refresh_from_db()
            if self.state != DraftState.SUBMITTED:
                raise Refused(
                    f"This draft is {self.get_state_display()}; it does not wait for you.", "not_submitted"
                )
            if not note.strip():
                raise Refused("Say what is to be done; the author sees only that.", "no_note")
            require_storable(hand_back_note=note)
            self.lift_schedule("It was handed back.")
            self.state, self.handed_back_by, self.hand_back_note = DraftState.WRITING, by, note.strip()
            self.write(["state", "handed_back_by", "hand_back_note"])
            self.hand_backs.create(by=by, at=entry.at, note=self.hand_back_note)
            mailing.tell("handed_back", self.author, self, by)

    def drop(self, by: Any) -> None:
        """Give the draft up; it stays readable at the desk."""
        self.require_editable(by)
        if by is not None and not by.may_publish and self.author_id != by.pk:
            raise NotAllowed("Only its author or an editor drops a draft.")
        with act(by, "drop", self.claim) as entry:
            self.lift_schedule("The draft was dropped.")
            self.state = DraftState.DROPPED
            self.write(["state"])
            # Nobody waits for them any more.
            self.assessments.open().update(withdrawn_at=entry.at)

    def publish(self, by: Any, expected: int | None = None, at: datetime | None = None) -> Verdict:
        """Publish the verdict; see `articles.publishing.publish`, which names every obstacle."""
        from articles.publishing import publish  # the gate builds on the models, so it comes late

        return publish(self, by, expected, at)

    def schedule(
        self, by: Any, publish_at: datetime, expected: int | None = None, at: datetime | None = None
    ) -> None:
        """Have it published at a later moment; see `articles.scheduling.schedule`."""
        from articles.scheduling import schedule  # the gate builds on the models, so it comes late

        schedule(self, by, publish_at, expected, at)

    def unschedule(self, by: Any, expected: int | None = None) -> None:
        """Leave it unpublished until somebody publishes or schedules it again."""
        require_editor(by, "takes a schedule back")
        require_impartial(by, self.claim_id)
        with act(by, "unschedule", self.claim):
            expected = self.revision if expected is None else expected
            self.refresh_from_db()
            if self.publish_at is None:
                raise Refused("This draft is not scheduled.", "not_scheduled")
            self.lift_schedule(f"{by or 'A command'} took the schedule back.")
            self.write([], expected)


def _changed_by(by: Any) -> str:
    return (
        f"{by or 'A command'} changed the draft after it was scheduled; an editor has to read it again and "
        "publish or schedule it."
    )
