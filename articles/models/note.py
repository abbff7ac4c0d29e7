"""What colleagues tell each other about a claim. The desk's own matter: no page, no API and no ledger tells it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.claim import Claim
from articles.models.ledger import act
from articles.models.recorded import RecordQuerySet, Revised, at_desk, require_there
from articles.refusals import NotAllowed


class NoteQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> NoteQuerySet:
        """The desk alone."""
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> NoteQuerySet:
        """Nobody writes in another's name."""
        return self.filter(author=user) if at_desk(user) else self.none()

    def on(self, claim: Any) -> NoteQuerySet:
        """Return the notes on a claim and on the claims merged into it."""
        return self.filter(claim__in=Claim.objects.one_with(claim))

    def for_listing(self) -> NoteQuerySet:
        """Load what one note shows."""
        return self.select_related("author", "claim")


class Note(Revised):
    """A few words on a claim for whoever works on it next."""

    revisable: ClassVar = frozenset({"text"})

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="notes")
    text = models.TextField(
        help_text=_("Markdown. Only the desk reads it. Private people are described, not named.")
    )
    author = models.ForeignKey("articles.User", models.PROTECT, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(text=""),
                name="note_says_something",
                violation_error_message="A note needs words.",
            ),
        ]

    def __str__(self) -> str:
        return " ".join(self.text.split())[:80]

    @property
    def was_revised(self) -> bool:
        return self.revision > 1

    # Verbs.

    @classmethod
    def add(cls, by: Any, claim: Claim, text: str) -> Note:
        """Leave a note on a claim; on a merged one too, where somebody may still look."""
        with act(by, "add", claim) as entry:
            note = cls(claim=claim, text=text.strip(), author=by, created_at=entry.at, updated_at=entry.at)
            note.full_clean()
            note.save(force_insert=True)
        return note

    def write(self, fields: Any, expected: int | None = None) -> None:
        self.updated_at = timezone.now()
        super().write({*fields, "updated_at"}, expected)

    def take_back(self, by: Any) -> None:
        """Remove the note: its author may, and an administrator."""
        with act(by, "take_back", self.claim):
            require_there(self)
            if by is not None and by.pk != self.author_id and not by.may_administer:
                raise NotAllowed("Only who wrote a note takes it back, or an administrator.")
            self.delete()
