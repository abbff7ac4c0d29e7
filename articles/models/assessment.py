"""A second opinion on a verdict that is being written, given by somebody who has not seen the first."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from articles.models.interest import conflict_sentence, require_impartial
from articles.models.ledger import act
from articles.models.newsroom import Newsroom
from articles.models.rating import Rating
from articles.models.recorded import RecordQuerySet, Storable, at_desk, require_storable
from articles.models.user import require_editor
from articles.refusals import NotAllowed, Refused


class AssessmentQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> AssessmentQuerySet:
        """The desk; but who still owes an assessment of a draft sees no other assessment of it."""
        if not at_desk(user):
            return self.none()
        return self.filter(models.Q(assessor=user) | ~keeps_blind(user, "draft_id"))

    def editable_by(self, user: Any) -> AssessmentQuerySet:
        """Whoever was asked, until it is given."""
        return self.open().filter(assessor=user) if at_desk(user) else self.none()

    def open(self) -> AssessmentQuerySet:
        """Return what was asked for and is still owed."""
        return self.filter(given_at=None, withdrawn_at=None)

    def asked_of(self, person: Any) -> AssessmentQuerySet:
        """Return what this person still owes, the longest waiting first."""
        return self.open().filter(assessor=person).order_by("asked_at", "id")

    def standing(self) -> AssessmentQuerySet:
        """Leave out the requests that were taken back."""
        return self.filter(withdrawn_at=None)

    def for_listing(self) -> AssessmentQuerySet:
        """Load what one row of a list shows."""
        return self.select_related(
            "draft__claim", "assessor", "asked_by", "rating__scale", "settled_against__scale", "settled_by"
        )


def keeps_blind(user: Any, draft: str) -> models.Exists:
    """Return the condition that this user owes an assessment of the draft that the column `draft` names."""
    return models.Exists(Assessment.objects.open().filter(draft=models.OuterRef(draft), assessor=user))


class Assessment(Storable):
    """What a colleague thinks of the claim, from the same evidence, without having read the draft.

    Until it is given its assessor does not see the draft anywhere; its author sees nothing of it. Where the two
    ratings differ, an editor settles it, and the disagreement stays on file.
    """

    draft = models.ForeignKey("articles.VerdictDraft", models.PROTECT, related_name="assessments")
    assessor = models.ForeignKey("articles.User", models.PROTECT, related_name="assessments")
    asked_by = models.ForeignKey("articles.User", models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    rating = models.ForeignKey(Rating, models.PROTECT, null=True, blank=True, related_name="assessments")
    reasoning = models.TextField(blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("articles.User", models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    # The rating of the draft that was settled on, beside that of the assessment.
    settled_against = models.ForeignKey(Rating, models.PROTECT, null=True, blank=True, related_name="+")
    settlement = models.TextField(blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["draft", "assessor"],
                name="assessment_once_per_assessor",
                violation_error_message="This colleague was asked about this draft before; ask another.",
            ),
            models.CheckConstraint(
                condition=models.Q(given_at=None, rating=None, reasoning="")
                | (models.Q(given_at__isnull=False, rating__isnull=False) & ~models.Q(reasoning="")),
                name="assessment_given_whole",
                violation_error_message="An assessment is given with a rating and its reasoning.",
            ),
            models.CheckConstraint(
                condition=models.Q(given_at=None) | models.Q(withdrawn_at=None),
                name="assessment_given_or_withdrawn",
                violation_error_message="What was given is not taken back.",
            ),
            models.CheckConstraint(
                condition=models.Q(asked_by=None) | ~models.Q(asked_by=models.F("assessor")),
                name="assessment_of_a_colleague",
                violation_error_message="Ask a colleague, not yourself.",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at=None, settled_by=None, settled_against=None, settlement="")
                | (
                    models.Q(
                        settled_at__isnull=False,
                        settled_by__isnull=False,
                        settled_against__isnull=False,
                        given_at__isnull=False,
                    )
                    & ~models.Q(settlement="")
                ),
                name="assessment_settled_whole",
                violation_error_message="An editor settles a disagreement, with a note, once both ratings are there.",
            ),
        ]
        indexes: ClassVar = [
            # The desk asks: what do I owe?
            models.Index(
                fields=["assessor", "asked_at"],
                condition=models.Q(given_at=None, withdrawn_at=None),
                name="assessment_owed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessor} on “{self.draft.claim}”"

    @property
    def is_open(self) -> bool:
        return self.given_at is None and self.withdrawn_at is None

    def differs_from(self, rating: Any) -> bool:
        """Does it say something else than this rating, and has nobody settled that?"""
        if self.given_at is None or rating is None or self.rating_id == rating.pk:
            return False
        return self.settled_against_id != rating.pk

    # Verbs.

    @classmethod
    def ask(cls, by: Any, draft: Any, assessor: Any, at: datetime | None = None) -> Assessment:
        """Ask a colleague who had no hand in the draft what they make of the claim."""
        from articles import mailing  # which builds on the models, so it comes late

        _require_asker(by, draft)
        require_impartial(by, draft.claim_id)
        if conflict_sentence(assessor, draft.claim_id):
            raise Refused(f"{assessor} has a conflict of interest on this claim; ask another.", "conflict")
        if not at_desk(assessor) or not assessor.may_write:
            raise Refused(f"{assessor} does not work at the desk any more.", "not_at_desk")
        with act(by, "ask_assessment", draft.claim, at) as entry:
            draft.refresh_from_db()
            if not draft.is_open:
                raise Refused(
                    f"This draft is {draft.get_state_display()}; there is nothing to assess.", "draft_closed"
                )
            if draft.was_written_by(assessor):
                raise Refused(f"{assessor} wrote this draft, or a part of it; ask somebody else.", "wrote_it")
            asked = cls(draft=draft, assessor=assessor, asked_by=by, asked_at=entry.at)
            if cls.objects.filter(draft=draft, assessor=assessor).exists():
                raise Refused(
                    f"{assessor} was asked about this draft before, and may have read it since; ask somebody else.",
                    "asked_before",
                )
            asked.full_clean()
            asked.save(force_insert=True)
            mailing.tell("assessment_asked", assessor, asked, by)
        return asked

    def give(self, by: Any, rating: Any, reasoning: str, at: datetime | None = None) -> None:
        """Say what the record shows; said once, and read by others only then."""
        if by is None or by.pk != self.assessor_id:
            raise NotAllowed("Only whoever was asked gives this assessment.")
        require_impartial(by, self.draft.claim_id)
        with act(by, "give_assessment", None, at) as entry:
            self._require_open()
            if rating is None or not Rating.objects.in_use().filter(pk=rating.pk).exists():
                raise Refused("Choose a rating of the scale in use.", "no_rating")
            if not reasoning.strip():
                raise Refused("Say how the record leads to your rating.", "no_reasoning")
            require_storable(reasoning=reasoning)
            self.rating, self.reasoning, self.given_at = rating, reasoning.strip(), entry.at
            self._write("rating", "reasoning", "given_at")

    def withdraw(self, by: Any, at: datetime | None = None) -> None:
        """Take the request back, or decline it. From then on the colleague sees the draft.

        Whoever wrote the draft takes back only what they asked for themselves: others want to know what it leads to.
        """
        if by is not None and by.pk != self.assessor_id:
            _require_asker(by, self.draft, self.asked_by_id)
            require_impartial(by, self.draft.claim_id)
            wrote = by.pk != self.asked_by_id and self.draft.was_written_by(by)
            if wrote and not Newsroom.current().allows_self_approval:
                raise NotAllowed(
                    "You wrote this draft, or a part of it; whoever asked for the assessment, or another editor, takes "
                    "that back."
                )
        with act(by, "withdraw_assessment", None, at) as entry:
            self._require_open()
            self.withdrawn_at = entry.at
            self._write("withdrawn_at")

    def settle(self, by: Any, note: str, at: datetime | None = None) -> None:
        """Decide for the draft's rating although this one differs; both stay on file, with the note."""
        require_editor(by, "settles a disagreement")
        if by is None:
            raise NotAllowed("An editor settles a disagreement; a command must say which one.")
        require_impartial(by, self.draft.claim_id)
        with act(by, "settle_assessment", None, at) as entry:
            self.refresh_from_db()
            draft = self.draft
            draft.refresh_from_db()
            if draft.was_written_by(by) and not Newsroom.current().allows_self_approval:
                raise NotAllowed("You wrote this draft, or a part of it; another editor settles it.")
            if not draft.is_open or not self.differs_from(draft.rating):
                raise Refused("There is nothing to settle here.", "nothing_to_settle")
            if not note.strip():
                raise Refused("Say why the draft's rating stands; it stays on file.", "no_note")
            require_storable(settlement=note)
            self.settled_by, self.settled_at = by, entry.at
            self.settled_against, self.settlement = draft.rating, note.strip()
            self._write("settled_by", "settled_at", "settled_against", "settlement")

    def _require_open(self) -> None:
        self.refresh_from_db()
        if self.given_at is not None:
            raise Refused("This assessment was given already; it stands as it is.", "given")
        if self.withdrawn_at is not None:
            raise Refused("This was taken back; nobody waits for it any more.", "withdrawn")

    def _write(self, *fields: str) -> None:
        self.full_clean()
        self.save(update_fields=fields)


def _require_asker(by: Any, draft: Any, *others: Any) -> None:
    """Raise NotAllowed unless `by` is an editor, the author of the draft, or one of `others` (ids)."""
    if by is None or (at_desk(by) and (by.may_publish or by.pk in (draft.author_id, *others))):
        return
    raise NotAllowed(
        "Only the author of a draft or an editor asks for a second assessment, or takes that back."
    )
