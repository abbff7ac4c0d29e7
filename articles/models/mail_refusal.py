"""Which letters a person does not want. Whoever has said nothing gets them all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.recorded import RecordQuerySet, at_desk
from articles.refusals import NotAllowed


class MailKind(models.TextChoices):
    """What the desk writes to its people about; each may be turned off by itself."""

    ASSIGNMENT = "assignment", _("what is given to me: claims, complaints, drafts to read")
    HAND_BACK = "hand_back", _("drafts of mine that are handed back")
    COMMENT = "comment", _("comments on what I write")
    SCHEDULE = "schedule", _("a verdict I scheduled that could not go out")
    DEADLINE = "deadline", _("what is due: one letter a day, and none where nothing is")


class MailRefusalQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The desk: who wonders why a colleague was not told finds out."""
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> Self:
        """Everybody their own."""
        return self.filter(person=user.pk) if at_desk(user) else self.none()

    def for_listing(self) -> Self:
        return self.select_related("person")


class MailRefusal(models.Model):
    """One kind of letter that one person does not want."""

    person = models.ForeignKey("articles.User", models.PROTECT, related_name="mail_refusals")
    kind = models.CharField(max_length=20, choices=MailKind.choices)

    objects = MailRefusalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["person_id", "kind"]
        verbose_name = "letter refused"
        verbose_name_plural = "letters refused"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=MailKind.values),
                name="mail_refusal_kind_known",
                violation_error_message="There is no such kind of letter.",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"],
                name="mail_refusal_once",
                violation_error_message="These letters are turned off already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"

    @classmethod
    def want(cls, person: Any, kinds: Iterable[str]) -> None:
        """Say which letters a person wants; the others are turned off. Nobody says it for somebody else."""
        if not at_desk(person):
            raise NotAllowed("Only who works at the desk gets letters from it.")
        wanted = set(kinds)
        with transaction.atomic():
            cls.objects.filter(person=person.pk, kind__in=wanted).delete()
            for kind in MailKind.values:
                if kind not in wanted:
                    cls.refuse(person.pk, kind)

    @classmethod
    def refuse(cls, person_id: int, kind: str) -> None:
        """Turn off one kind. Twice is once."""
        cls.objects.get_or_create(person_id=person_id, kind=kind)
