"""Complaints, take-down requests and legal notices: what came, who looks at it, what was decided and what followed.

Outside the ledger, as what readers send is: who complains, and how to reach them, must be erasable. What follows (a
correction, a redaction) is on the record as any other, and is tied to the complaint here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from articles.models.claim import Claim
from articles.models.interest import conflict_sentence, keeps_out, require_impartial
from articles.models.ledger import act
from articles.models.newsroom import Newsroom
from articles.models.recorded import RecordQuerySet, Revised, at_desk
from articles.models.submission import Submission
from articles.models.user import require_editor
from articles.models.verdict import Verdict
from articles.refusals import NotAllowed, Refused

# What somebody wrote who complains, or the desk about them: what `forget` erases. The outcome stays.
WORDS = ("complainant", "reach", "said", "note")
# What a complaint may be about.
SUBJECTS = ("verdict", "claim", "article", "source")


class ComplaintKind(models.TextChoices):
    COMPLAINT = "complaint", _("complaint")
    TAKE_DOWN = "take_down", _("take-down request")
    LEGAL = "legal", _("legal notice")
    REPLY = "reply", _("request for reply")
    OTHER = "other", _("other")


class ComplaintState(models.TextChoices):
    OPEN = "open", _("open")
    TAKEN = "taken", _("being looked at")
    UPHELD = "upheld", _("upheld")
    PARTLY = "partly", _("partly upheld")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")


WAITING = (ComplaintState.OPEN, ComplaintState.TAKEN)
UPHELD = (ComplaintState.UPHELD, ComplaintState.PARTLY)
OUTCOMES = (ComplaintState.UPHELD, ComplaintState.PARTLY, ComplaintState.REJECTED)


class ComplaintQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The desk alone. Readers get numbers, never words."""
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> Self:
        """The desk works on what is open, but for those who have declared a conflict on the claim it is about."""
        if not at_desk(user):
            return self.none()
        return self.open().filter(forgotten_at=None).exclude(keeps_out(user))

    def decidable_by(self, user: Any) -> Self:
        """Editors decide, but not on verdicts that they wrote or approved; in a newsroom of one person they do."""
        if not at_desk(user) or not user.may_publish:
            return self.none()
        rows = self.editable_by(user)
        return rows if Newsroom.current().allows_self_approval else rows.exclude(answered_for_by(user))

    def open(self) -> Self:
        return self.filter(state__in=WAITING)

    def decided(self) -> Self:
        """Return what was upheld, turned down or otherwise done with."""
        return self.exclude(state__in=WAITING)

    def waiting(self) -> Self:
        """Return what waits for a decision, what is due first before the others."""
        return self.open().order_by(models.F("due_on").asc(nulls_last=True), "id")

    def due_by(self, day: date) -> Self:
        """Return what is to be decided by that day, what is overdue included."""
        return self.waiting().filter(due_on__lte=day)

    def of(self, person: Any) -> Self:
        """Return what this person is to look at."""
        return self.filter(assigned_to=person)

    def about(self, row: Any) -> Self:
        """Return the complaints about a claim and what was merged into it, a verdict, an article or a source."""
        if isinstance(row, Claim):
            return self.filter(claim__in=Claim.objects.one_with(row))
        return self.filter(**{row._meta.model_name: row})

    def decided_before(self, moment: datetime) -> Self:
        """Return what was decided before this moment and is not erased yet."""
        return self.filter(decided_at__lt=moment, forgotten_at=None).order_by("id")

    def for_listing(self) -> Self:
        """Load what one row of a list shows."""
        return self.select_related(
            "claim", "verdict__rating__scale", "article", "source", "assigned_to", "submission"
        ).defer("verdict__claim_wording", "verdict__reasoning", "verdict__snapshot")


def answered_for_by(user: Any) -> models.Exists:
    """Return the condition that this person wrote or approved a verdict on the claim that a complaint is about."""
    verdicts = Verdict.objects.filter(
        Q(claim=OuterRef("claim")) | Q(claim__merged_into=OuterRef("claim"))
    ).filter(Q(author=user.pk) | Q(approver=user.pk) | Q(draft__writers=user.pk))
    return models.Exists(verdicts.order_by())


class Complaint(Revised):
    """Somebody who asks us to correct, answer for or take down what we published, and what we decided."""

    revisable: ClassVar = frozenset({"kind", "said", "complainant", "reach", "due_on", "note", *SUBJECTS})

    kind = models.CharField(max_length=20, choices=ComplaintKind.choices, default=ComplaintKind.COMPLAINT)
    said = models.TextField(
        _("what they say"), blank=True, help_text=_("In their words, where you have them. Erased in time.")
    )
    complainant = models.CharField(
        _("who"), max_length=300, blank=True,
        help_text=_("Who complains, in words. Readers never see it; erased in time."),
    )  # fmt: skip
    reach = models.CharField(
        _("how to reach them"),
        max_length=500,
        blank=True,
        help_text=_("Readers never see it; erased in time."),
    )
    verdict = models.ForeignKey(
        Verdict, models.PROTECT, null=True, blank=True, related_name="complaints",
        help_text=_("What it is about: at least one of these four."),
    )  # fmt: skip
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, blank=True, related_name="complaints")
    article = models.ForeignKey(
        "articles.Article", models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    source = models.ForeignKey(
        "articles.Source", models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    due_on = models.DateField(
        _("due"),
        null=True,
        blank=True,
        help_text=_("By when it must be decided. Whoever looks at it is reminded."),
    )
    note = models.TextField(blank=True, help_text=_("For the desk alone; erased in time."))
    submission = models.OneToOneField(
        Submission, models.PROTECT, null=True, editable=False, related_name="complaint",
        help_text=_("What the reader sent, who reads the outcome by their private link."),
    )  # fmt: skip
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    received_by = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    state = models.CharField(
        max_length=20, choices=ComplaintState.choices, default=ComplaintState.OPEN, editable=False
    )
    assigned_to = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="complaints",
        verbose_name=_("looked at by"),
    )  # fmt: skip
    outcome = models.TextField(blank=True, editable=False, help_text=_("It stays: name no private person."))
    nothing_followed = models.TextField(
        _("why nothing followed"), blank=True, editable=False, help_text=_("Of what was upheld.")
    )
    corrections = models.ManyToManyField("articles.Correction", editable=False, related_name="complaints")
    redactions = models.ManyToManyField("articles.Redaction", editable=False, related_name="complaints")
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    forgotten_at = models.DateTimeField(null=True, editable=False)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=ComplaintKind.values),
                name="complaint_kind_known",
                violation_error_message="It is a complaint, a take-down request, a legal notice, a request for reply "
                "or other.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ComplaintState.values),
                name="complaint_state_known",
                violation_error_message="A complaint is open, being looked at, upheld, partly upheld, rejected or "
                "withdrawn.",
            ),
            models.CheckConstraint(
                condition=Q(verdict__isnull=False) | Q(claim__isnull=False) | Q(article__isnull=False)
                | Q(source__isnull=False),
                name="complaint_about_something",
                violation_error_message="Say what it is about: a verdict, a claim, an article or a source.",
            ),
            models.CheckConstraint(
                condition=~Q(said="") | Q(submission__isnull=False) | Q(forgotten_at__isnull=False),
                name="complaint_says_something",
                violation_error_message="Write down what they say.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in WAITING], decided_at=None)
                | (~Q(state__in=[one.value for one in WAITING]) & Q(decided_at__isnull=False)),
                name="complaint_decided_with_time",
                violation_error_message="What was decided was decided at some time, and nothing else was.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[one.value for one in OUTCOMES]) | ~Q(outcome=""),
                name="complaint_decided_with_outcome",
                violation_error_message="Say what was decided, and why.",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None) | Q(said="", complainant="", reach="", note=""),
                name="complaint_forgotten_is_empty",
                violation_error_message="What was erased has no words left.",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            # The desk asks: what is due?
            models.Index(
                fields=["due_on"],
                condition=Q(state__in=[one.value for one in WAITING]),
                name="complaint_waiting",
            ),
            # Readers ask: how many came, and how many were upheld?
            models.Index(fields=["received_at"], name="complaint_received"),
            # Cleaning up asks: what was decided long ago?
            models.Index(fields=["decided_at"], condition=Q(forgotten_at=None), name="complaint_to_forget"),
        ]

    def __str__(self) -> str:
        words = " ".join(self.words.split())
        return f"{self.get_kind_display()} {self.pk}: {Truncator(words).chars(60) or say('erased')}"

    def clean(self) -> None:
        if self.verdict_id and self.claim_id != self.verdict.claim_id:  # type: ignore[union-attr]
            raise ValidationError(
                {"claim": "This verdict is on another claim. Leave the claim empty, or change it."}
            )
        if self.received_at and self.received_at > timezone.now() + timedelta(minutes=1):
            raise ValidationError({"received_at": "This is yet to come; note a complaint once it is there."})

    def refusal_to(self, user: Any) -> str:
        if not self.is_open:
            return f"This was decided already: {self.get_state_display()}. Reopen it first."
        return conflict_sentence(user, self.claim_id) or super().refusal_to(user)

    @property
    def is_open(self) -> bool:
        return self.state in WAITING

    @property
    def is_forgotten(self) -> bool:
        return self.forgotten_at is not None

    @property
    def words(self) -> str:
        """What they say: their own submission's words where it came that way."""
        if self.said or self.submission is None:
            return self.said
        return "\n\n".join(one for one in (self.submission.text, self.submission.reason) if one)

    @property
    def subjects(self) -> list[Any]:
        """The rows it is about."""
        rows = [getattr(self, name) for name in SUBJECTS]
        return [one for one in rows if one is not None]

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < today

    # Verbs.

    @classmethod
    def receive(
        cls, by: Any, *, submission: Submission | None = None, at: datetime | None = None, **facts: Any
    ) -> Complaint:
        """Write down what came; `facts` are columns, at least one of verdict, claim, article and source among them.

        With `submission` the reader who sent it reads the outcome by their private link. Raises ValidationError with
        sentences; Refused where that submission is closed or was made a complaint of before.
        """
        verdict = facts.get("verdict")
        if verdict is not None and facts.get("claim") is None:
            facts["claim"] = verdict.claim
        with act(by, "receive", None, at) as entry:
            require_impartial(by, facts.get("claim"))
            if submission is not None:
                submission.refresh_from_db()
                there = cls.objects.filter(submission=submission).first()
                if there is not None:
                    raise Refused(f"This is complaint {there.pk} already.", "complaint_already")
                submission.take(by)
                facts.setdefault("received_at", submission.at)
            facts["received_at"] = facts.get("received_at") or entry.at
            row = cls(received_by=by, submission=submission, **facts)
            row.full_clean()
            row.save(force_insert=True)
        return row

    def revise(
        self, by: Any, *, expected: int | None = None, at: datetime | None = None, **changes: Any
    ) -> Self:
        verdict = changes.get("verdict")
        if verdict is not None and changes.get("claim", self.claim) in (None, self.claim):
            changes["claim"] = verdict.claim
        require_impartial(by, changes.get("claim"))
        if any(changes.get(name, getattr(self, name)) != getattr(self, name) for name in SUBJECTS):
            self._require_another(by)
        return super().revise(by, expected=expected, at=at, **changes)

    def assign(self, by: Any, to: Any, expected: int | None = None) -> None:
        """Say who looks at it; a colleague may take it over, and who gets it is told."""
        from articles.mailing import tell

        with act(by, "assign", None):
            self._require_open(by)
            if not at_desk(to) or not to.may_write:
                raise Refused(f"{to} does not work at the desk any more.", "not_at_desk")
            if conflict_sentence(to, self.claim_id):
                raise Refused(
                    f"{to} has a conflict of interest on this claim; ask somebody else.", "conflict"
                )
            self.state, self.assigned_to_id = ComplaintState.TAKEN.value, to.pk
            self.write(["state", "assigned_to"], expected)
            tell("complaint_assigned", to, self, by)

    def tie(self, by: Any, what: Any) -> None:
        """Say that a correction or a redaction followed from this. Twice is no harm; also after it was decided."""
        with act(by, "tie", None):
            require_impartial(by, self.claim_id)
            if self.state in (ComplaintState.REJECTED, ComplaintState.WITHDRAWN):
                raise Refused(
                    "Nothing follows from what was rejected or withdrawn; reopen it first.", "rejected"
                )
            self._ties(what).add(what)
            self.write([])

    def untie(self, by: Any, what: Any) -> None:
        """Take back that it followed from this."""
        with act(by, "untie", None):
            self._require_open(by)
            self._ties(what).remove(what)
            self.write([])

    def _ties(self, what: Any) -> Any:
        return getattr(self, f"{what._meta.model_name}s")

    def decide(
        self,
        by: Any,
        state: str,
        outcome: str,
        *,
        corrections: Iterable[Any] = (),
        redactions: Iterable[Any] = (),
        nothing_followed: str = "",
        expected: int | None = None,
        at: datetime | None = None,
    ) -> None:
        """Uphold it, in part or whole, or reject it, and say why; a reader who sent it reads these words.

        What was upheld names the corrections and redactions that followed, those tied before included, or says why
        nothing did. Raises NotAllowed for whoever wrote or approved a verdict on the claim.
        """
        require_editor(by, "decides on complaints")
        outcome, nothing_followed = outcome.strip(), nothing_followed.strip()
        if state not in OUTCOMES:
            raise Refused("Uphold it, uphold it in part, or reject it.", "no_outcome")
        if not outcome:
            raise Refused("Say what was decided, and why.", "no_outcome")
        with act(by, "decide", None, at) as entry:
            self._require_open(by)
            self._require_another(by)
            self.corrections.add(*corrections)
            self.redactions.add(*redactions)
            followed = self.corrections.exists() or self.redactions.exists()
            if state in UPHELD and not followed and not nothing_followed:
                raise Refused(
                    "Name the correction or redaction that followed, or say why nothing did.",
                    "nothing_followed",
                )
            self.state, self.outcome, self.nothing_followed = state, outcome, nothing_followed
            self._close(by, entry.at, expected)
            if self.submission is not None and self.submission.is_open:
                self.submission.settle(by, outcome, entry.at, upheld=state in UPHELD)

    def note_withdrawal(self, by: Any, expected: int | None = None, at: datetime | None = None) -> None:
        """Write down that who complained has taken it back. Not by whoever wrote or approved a verdict on the claim."""
        with act(by, "note_withdrawal", None, at) as entry:
            self._require_open(by)
            self._require_another(by)
            self.state = ComplaintState.WITHDRAWN.value
            self._close(by, entry.at, expected)
            if self.submission is not None and self.submission.is_open:
                self.submission.settle(by, say("You took it back."), entry.at, upheld=False)

    def follow_reader(self, at: datetime) -> None:
        """Close it where the reader who sent it has taken it back. Called within the reader's own act."""
        if self.is_open:
            self.state = ComplaintState.WITHDRAWN.value
            self._close(None, at, None)

    def reopen(self, by: Any, expected: int | None = None) -> None:
        """Take the decision back; what followed stays tied."""
        require_editor(by, "reopens complaints")
        with act(by, "reopen", None):
            self._refresh()
            require_impartial(by, self.claim_id)
            if self.is_open or self.is_forgotten:
                raise Refused("Only what was decided, and is not erased, is reopened.", "not_closed")
            self._require_another(by)
            self.state = (ComplaintState.TAKEN if self.assigned_to_id else ComplaintState.OPEN).value
            self.decided_at = self.decided_by = None
            self.full_clean()
            self.write(["state", "decided_at", "decided_by"], expected)
            if self.submission is not None and not self.submission.is_open:
                self.submission.unsettle(by)

    def forget(self, by: Any, at: datetime | None = None) -> None:
        """Erase who complained, their words and ours about them; the outcome stays. `by` None is the house itself."""
        require_editor(by, "erases complaints")
        with act(by, "forget", None, at) as entry:
            self.refresh_from_db()
            require_impartial(by, self.claim_id)
            if self.is_open:
                raise Refused("Decide on it first; what waits still needs its words.", "still_open")
            if self.is_forgotten:
                return
            for name in WORDS:
                setattr(self, name, "")
            self.forgotten_at = entry.at
            self.write([*WORDS, "forgotten_at"])

    @classmethod
    def forget_old(cls, kept: timedelta, now: datetime) -> int:
        """Forget what was decided so long ago; return how many those were."""
        old = list(cls.objects.decided_before(now - kept))
        for row in old:
            row.forget(None, now)
        return len(old)

    @classmethod
    def counted(cls, since: datetime, until: datetime) -> dict[str, int]:
        """Return how many came in that time and how many of those were upheld, at least in part: all readers get."""
        return cls.objects.filter(received_at__gt=since, received_at__lte=until).aggregate(
            received=models.Count("pk"), upheld=models.Count("pk", filter=Q(state__in=UPHELD))
        )

    def _refresh(self) -> None:
        """Read the row as it stands, but for the revision that somebody has seen."""
        self.refresh_from_db(fields=["state", "forgotten_at", "claim", "verdict", "assigned_to"])

    def _require_open(self, by: Any) -> None:
        self._refresh()
        if not self.is_open:
            raise Refused(f"This was decided already: {self.get_state_display()}.", "decided")
        require_impartial(by, self.claim_id)

    def _require_another(self, by: Any) -> None:
        if by is None or Newsroom.current().allows_self_approval:
            return
        if Complaint.objects.filter(pk=self.pk).filter(answered_for_by(by)).exists():
            raise NotAllowed(
                "You wrote or approved a verdict on this claim; another editor must decide on the complaint."
            )

    def _close(self, by: Any, at: datetime, expected: int | None) -> None:
        self.decided_at, self.decided_by = at, by
        self.full_clean()
        self.write(["state", "outcome", "nothing_followed", "decided_at", "decided_by"], expected)
