"""What somebody is typing at the desk, until it is sent: so that a closed tab loses nothing."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from articles.models.recorded import RecordQuerySet, Storable, at_desk
from articles.refusals import NotAllowed, Refused

# Who did not come back to a form for so long does not need it any more.
KEPT = timedelta(days=30)
# Characters of JSON: more than the longest text anybody typed, less than a request may hold.
MOST = 500_000
MOST_FIELDS = 1_000
# How many forms one person may have begun; beyond, the oldest goes.
MOST_FORMS = 200
# Fields that are never kept, wherever they stand: where a person can be reached is written down once, in its own place.
PRIVATE = frozenset({"reach"})
# Nouns whose forms are not kept at all: who a confidential source is, and what opens doors.
UNKEPT = frozenset({"confidentialsource", "user", "apikey", "webhook"})


class KeptFormQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> KeptFormQuerySet:
        """Whoever typed it, and nobody else: administrators neither."""
        return self.filter(user_id=user.pk) if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> KeptFormQuerySet:
        return self.visible_to(user)

    def left_before(self, moment: datetime) -> KeptFormQuerySet:
        return self.filter(at__lt=moment)


class KeptForm(Storable):
    """The words in one form of the desk that one person has not sent yet. Neither on record nor in the ledger."""

    user = models.ForeignKey("articles.User", models.PROTECT, related_name="kept_forms")
    # The form's own name: its address below the desk. The page is where it stands.
    form = models.CharField(max_length=500)
    page = models.CharField(max_length=500)
    # [name, value, words that stand for the value] in the order of the form. Not a mapping: a redaction reads every
    # text of it, and keys it takes for ours.
    fields = models.JSONField(default=list, blank=True)
    seen = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = KeptFormQuerySet.as_manager()

    class Meta:
        verbose_name = "form that was begun"
        verbose_name_plural = "forms that were begun"
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "form"],
                name="kept_form_once",
                violation_error_message="What this person typed into this form is kept already.",
            ),
        ]
        indexes: ClassVar = [
            # Cleaning up asks: what was left long ago?
            models.Index(fields=["at"], name="kept_form_by_time"),
        ]

    def __str__(self) -> str:
        return next((words for _, words in self.words), self.page)[:80]

    @property
    def words(self) -> list[tuple[str, str]]:
        """Return what people read of it: name of the field and what it holds; not what goes with it unseen."""
        return [(name, shown) for name, _, shown in self.fields if shown.strip()]

    @classmethod
    def keep(
        cls, by: Any, form: str, page: str, fields: list[list[str]], seen: int | None, at: datetime
    ) -> KeptForm:
        """Keep what stands in a form, in place of what was kept of it before.

        `fields`: [name, value, words] each. Raises Refused with a sentence where it is too much; ValidationError for
        characters that cannot be stored; NotAllowed for readers.
        """
        if not at_desk(by):
            raise NotAllowed("Only the desk writes here.")
        fields = [one for one in fields if one[0] not in PRIVATE and "password" not in one[0].lower()]
        if len(fields) > MOST_FIELDS or len(json.dumps(fields, ensure_ascii=False)) > MOST:
            raise Refused(
                "This is too long to be kept while you type. Send it, or copy it to a file of your own.",
                "too_long",
            )
        row = cls(user_id=by.pk, form=form, page=page, fields=fields, seen=seen, at=at)
        row.clean_fields()
        kept, made = cls.objects.update_or_create(
            user_id=by.pk, form=form, defaults={"page": page, "fields": fields, "seen": seen, "at": at}
        )
        if made:
            oldest = cls.objects.filter(user_id=by.pk).order_by("-at", "-id").values_list("pk", flat=True)
            cls.objects.filter(pk__in=list(oldest[MOST_FORMS : MOST_FORMS + 100])).delete()
        return kept

    def forget(self, by: Any) -> None:
        """Throw it away: it was sent, or is not wanted any more."""
        if by is None or by.pk != self.user_id:
            raise NotAllowed("Only who typed it throws it away.")
        self.delete()

    @classmethod
    def forget_old(cls, now: datetime) -> int:
        """Forget what was left long ago; return how many forms that were."""
        return cls.objects.left_before(now - KEPT).delete()[0]
