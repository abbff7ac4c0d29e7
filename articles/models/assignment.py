"""Who is to check a claim. The desk's own matter: no page and no ledger tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from articles.models.claim import Claim
from articles.models.interest import conflict_sentence, keeps_out, require_impartial
from articles.models.ledger import act
from articles.models.recorded import RecordQuerySet, at_desk, require_there
from articles.refusals import Refused
from articles.vocabulary import ClaimStatus

# In the place of whoever has the claim, also where that is somebody else than the page said.
WHOEVER: Any = object()


class AssignmentQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> AssignmentQuerySet:
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> AssignmentQuerySet:
        """Everybody of the desk hands claims on; who does not want one gives it to somebody who does. Who has declared
        a conflict of interest on the claim does not."""
        return self.exclude(keeps_out(user)) if at_desk(user) else self.none()

    def of(self, person: Any) -> AssignmentQuerySet:
        """Return what this person is to check, the longest waiting first."""
        return self.filter(assignee=person).order_by("at", "id")

    def for_listing(self) -> AssignmentQuerySet:
        return self.select_related("claim", "assignee", "assigned_by")


class Assignment(models.Model):
    """The one person who checks a claim at the moment."""

    claim = models.OneToOneField(Claim, models.CASCADE, related_name="assignment")
    assignee = models.ForeignKey("articles.User", models.PROTECT, related_name="assignments")
    assigned_by = models.ForeignKey("articles.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            # The desk asks: what am I to check?
            models.Index(fields=["assignee", "at", "id"], name="assignment_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.assignee}: {self.claim}"

    @classmethod
    def give(
        cls, by: Any, claim: Claim, to: Any, at: datetime | None = None, *, instead_of: int | None = WHOEVER
    ) -> Assignment:
        """Say who checks this claim; who had it before does not any more.

        `instead_of` is the id of who had it as far as `by` knows (None: nobody); Refused where that has changed.
        """
        from articles.mailing import tell  # which builds on the models

        claim.require_editable(by)
        if not at_desk(to) or not to.may_write:
            raise Refused(f"{to} does not work at the desk any more.", "not_at_desk")
        if conflict_sentence(to, claim):
            raise Refused(f"{to} has a conflict of interest on this claim; ask somebody else.", "conflict")
        with act(by, "assign", claim, at) as entry:
            claim.refresh_from_db(fields=["status"])
            if claim.status == ClaimStatus.DISMISSED:
                raise Refused("This claim was dismissed; reopen it first.", "dismissed")
            cls._require_still_of(claim, instead_of)
            given, _made = cls.objects.update_or_create(
                claim=claim, defaults={"assignee": to, "assigned_by": by, "at": entry.at}
            )
            tell("claim_assigned", to, given, by)
        return given

    @classmethod
    def lift(cls, by: Any, claim: Claim, instead_of: int | None = WHOEVER) -> None:
        """Leave the claim to nobody; what `instead_of` is, `give` says. Refused where nobody has it."""
        with act(by, "unassign", claim):
            given = cls._require_still_of(claim, instead_of)
            if given is None:
                raise Refused("Nobody has this claim to check.", "not_assigned")
            given.take_back(by)

    @classmethod
    def _require_still_of(cls, claim: Claim, instead_of: int | None) -> Assignment | None:
        given = cls.objects.filter(claim=claim).select_related("assignee").first()
        if instead_of is not WHOEVER and instead_of != (given.assignee_id if given else None):
            who = f"{given.assignee} has this claim" if given else "Nobody has this claim"
            raise Refused(f"{who} by now; look again before you hand it on.", "assigned_since")
        return given

    def take_back(self, by: Any) -> None:
        """Leave the claim to nobody; one that was merged since, too."""
        with act(by, "unassign", self.claim):
            require_impartial(by, self.claim_id)
            require_there(self)
            self.delete()
