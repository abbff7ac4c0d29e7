"""Who runs this instance, and the one rule of the house that may be turned off."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.ledger import act
from articles.models.recorded import Recorded, RecordQuerySet, Revised, at_desk


class NewsroomQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> NewsroomQuerySet:
        return self.all()

    def editable_by(self, user: Any) -> NewsroomQuerySet:
        return self.all() if at_desk(user) and user.may_administer else self.none()


class Newsroom(Revised, Recorded):
    """The organisation whose verdicts these are; there is one."""

    on_every_page: ClassVar = True
    revisable: ClassVar = frozenset(
        {
            "name", "url", "logo", "language", "methodology", "corrections_policy", "contact",
            "licence", "allows_self_approval",
        }
    )  # fmt: skip

    name = models.CharField(max_length=200)
    url = models.URLField(blank=True)
    logo = models.FileField(upload_to="newsroom/", blank=True)
    language = models.CharField(max_length=35, default="en", help_text=_("BCP-47, for example en or es-MX."))
    methodology = models.TextField(blank=True, help_text=_("How you choose, check and publish. Markdown."))
    corrections_policy = models.TextField(blank=True, help_text=_("Markdown."))
    contact = models.TextField(blank=True, help_text=_("How readers reach you. Markdown."))
    licence = models.CharField(
        max_length=200, blank=True, help_text=_("Under what terms others may use your verdicts.")
    )
    allows_self_approval = models.BooleanField(
        _("one-person newsroom"),
        default=False,
        help_text=_("Lets an editor publish what they wrote. Readers then see “self-approved”."),
    )

    objects = NewsroomQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="newsroom_is_one",
                violation_error_message="There is one newsroom to an instance.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Newsroom:
        """Return the newsroom; before it was opened, one without a name and with the strict rules."""
        return cls.objects.first() or cls(pk=1, name="")

    @classmethod
    def open(cls, name: str, by: Any = None, **facts: Any) -> Newsroom:
        """Open the instance under this name, or return the newsroom that is already there, unchanged."""
        from articles.models.rating import RatingScale

        with act(by, "open", None) as entry:
            newsroom = cls.objects.first()
            if newsroom is None:
                newsroom = cls(pk=1, name=name, **facts)
                entry.insert(newsroom)
                entry.subject = newsroom
            if not RatingScale.objects.exists():
                RatingScale.adopt_standard(by)
        return newsroom
