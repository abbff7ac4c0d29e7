"""Declared conflicts of interest: who has a stake in a claim keeps their hands off it. The desk's own matter.

`keeps_out` is the one condition behind it: the QuerySets of whatever hangs on a claim ask it within `editable_by`.
Verbs that do not ask `editable_by` ask `require_impartial`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.ledger import act
from articles.models.newsroom import Newsroom
from articles.models.recorded import RecordQuerySet, Storable, at_desk
from articles.models.user import require_administrator
from articles.refusals import NotAllowed, Refused


class ConflictQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> ConflictQuerySet:
        """The whole desk: a colleague must know whom not to ask."""
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> ConflictQuerySet:
        """Nobody rewrites what was declared; administrators end it."""
        return self.none()

    def endable_by(self, user: Any) -> ConflictQuerySet:
        """An administrator says that it is over; of their own only in a newsroom of one person."""
        if not at_desk(user) or not user.may_administer:
            return self.none()
        standing = self.standing()
        return standing if Newsroom.current().allows_self_approval else standing.exclude(person=user)

    def standing(self) -> ConflictQuerySet:
        return self.filter(ended_at=None)

    def of(self, person: Any) -> ConflictQuerySet:
        return self.filter(person=getattr(person, "pk", None))

    def on(self, claims: Iterable[Any]) -> ConflictQuerySet:
        """Return those on these claims (rows or ids), and on whatever is one with them by a merge."""
        ids = {getattr(one, "pk", one) for one in claims} - {None}
        merged = Q(claim__merged_into__in=ids) | Q(claim__merged__in=ids)
        return self.filter(Q(claim__in=ids) | merged | Q(claim__merged_into__merged__in=ids)).distinct()

    def for_listing(self) -> ConflictQuerySet:
        return self.select_related("person", "claim", "declared_by", "ended_by")


class ConflictOfInterest(Storable):
    """One person's stake in one claim, from the day it was declared until an administrator says that it is over."""

    person = models.ForeignKey("articles.User", models.PROTECT, related_name="conflicts")
    claim = models.ForeignKey("articles.Claim", models.PROTECT, related_name="conflicts")
    interest = models.TextField(
        help_text=_("What ties them to it, in a sentence. Colleagues read it, readers do not.")
    )
    declared_at = models.DateTimeField(default=timezone.now, editable=False)
    declared_by = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey("articles.User", models.PROTECT, null=True, editable=False, related_name="+")

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = "conflict of interest"
        verbose_name_plural = "conflicts of interest"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(interest=""),
                name="conflict_says_what",
                violation_error_message="Say what ties them to it.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("declared_at")),
                name="conflict_ends_after_it_began",
                violation_error_message="It cannot end before it was declared.",
            ),
            models.UniqueConstraint(
                fields=["person", "claim"],
                condition=Q(ended_at=None),
                name="conflict_declared_once",
                violation_error_message="This conflict of interest was declared already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.claim}"

    @property
    def is_standing(self) -> bool:
        return self.ended_at is None

    # Verbs.

    @classmethod
    def declare(
        cls, by: Any, claim: Any, interest: str, person: Any = None, at: datetime | None = None
    ) -> ConflictOfInterest:
        """Say what ties a person (default: `by`) to a claim; what they were to do on it is taken off their table.

        A draft of theirs keeps its author, and waits for somebody to take it over. Declared twice, it stands as it was.
        Raises NotAllowed where anybody but an administrator declares it for somebody else.
        """
        with act(by, "declare_conflict", None, at) as entry:
            person = by if person is None else person
            if by is not None and person.pk != by.pk:
                require_administrator(by, "declares a conflict of interest for somebody else")
            there = cls.objects.standing().filter(person=person.pk, claim=claim).first()
            if there is not None:
                return there
            row = cls(
                person_id=person.pk,
                claim=claim,
                interest=interest.strip(),
                declared_by=by,
                declared_at=entry.at,
            )
            row.full_clean()
            row.save(force_insert=True)
            row._clear_the_table()
        return row

    def _clear_the_table(self) -> None:
        """Lift what this person was to do on the claim."""
        from articles.models.assessment import Assessment
        from articles.models.assignment import Assignment
        from articles.models.claim import Claim
        from articles.models.complaint import Complaint
        from articles.models.draft import VerdictDraft

        claims = Claim.objects.one_with(self.claim)
        Assignment.objects.filter(claim__in=claims, assignee=self.person).delete()
        for one in Complaint.objects.open().filter(claim__in=claims, assigned_to=self.person):
            one.assigned_to = None
            one.write(["assigned_to"])
        for draft in VerdictDraft.objects.open().filter(claim__in=claims, reviewer=self.person):
            draft.reviewer = None
            draft.write(["reviewer"])
        # Nobody may wait for what they do not give any more.
        owed = Assessment.objects.open().filter(draft__claim__in=claims, assessor=self.person)
        owed.update(withdrawn_at=self.declared_at)

    def end(self, by: Any, at: datetime | None = None) -> None:
        """Say that it is over. Twice is no harm."""
        if by is not None:
            require_administrator(by, "ends a conflict of interest")
        with act(by, "end_conflict", None, at) as entry:
            self.refresh_from_db()
            if not self.is_standing:
                return
            own = by is not None and by.pk == self.person_id
            if own and not Newsroom.current().allows_self_approval:
                raise Refused(
                    "You cannot end a conflict of your own; ask another administrator.", "own_conflict"
                )
            self.ended_at, self.ended_by = entry.at, by
            self.full_clean()
            self.save(update_fields=["ended_at", "ended_by"])


def keeps_out(user: Any, claim: str = "claim") -> models.Exists:
    """Return the condition that this person has declared a conflict on the claim of a row, or on one merged with it.

    `claim` is the way from the row to its claim; "" where the row is the claim. One EXISTS within the caller's query.
    """
    own, survivor = (claim, f"{claim}__merged_into") if claim else ("pk", "merged_into")
    on_it = Q(claim=OuterRef(own)) | Q(claim__merged_into=OuterRef(own))
    on_survivor = Q(claim=OuterRef(survivor)) | Q(claim__merged_into=OuterRef(survivor))
    return models.Exists(
        ConflictOfInterest.objects.standing().of(user).filter(on_it | on_survivor).order_by()
    )


def conflict_sentence(user: Any, *claims: Any) -> str:
    """Return why this person keeps their hands off these claims (rows or ids); empty where nothing was declared."""
    found: Any = ConflictOfInterest.objects.standing().of(user).on(claims).order_by("pk").first()
    if found is None:
        return ""
    day = f"{found.declared_at:%d %B %Y}".lstrip("0")
    if found.declared_by_id == found.person_id:
        return f"You declared a conflict of interest on this claim on {day}; somebody else must do this."
    return (
        f"A conflict of interest of yours on this claim is on file since {day}; somebody else must do this."
    )


def require_impartial(by: Any, *claims: Any) -> None:
    """Raise NotAllowed where `by` has declared a conflict on one of these claims; None is a command on the machine."""
    sentence = conflict_sentence(by, *claims) if at_desk(by) else ""
    if sentence:
        raise NotAllowed(sentence)
