"""Who runs this instance, and the one rule of the house that may be turned off."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from articles import pictures
from articles.addresses import address
from articles.models.audit import AuditEntry, AuditVerb
from articles.models.ledger import act
from articles.models.recorded import Recorded, RecordQuerySet, Revised, at_desk
from articles.models.user import Needed, require_administrator
from articles.refusals import Stale


class NewsroomQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> NewsroomQuerySet:
        return self.all()

    def editable_by(self, user: Any) -> NewsroomQuerySet:
        return self.all() if at_desk(user) and user.may_administer else self.none()


class Newsroom(Revised, Recorded):
    """The organisation whose verdicts these are; there is one."""

    on_every_page: ClassVar = True
    # How people sign in is no reader's business.
    off_the_record: ClassVar = frozenset({"public_seq", "second_factor"})
    revisable: ClassVar = frozenset(
        {
            "name", "url", "language", "methodology", "corrections_policy", "complaints_policy", "funding",
            "contact", "privacy", "licence", "licence_url", "allows_self_approval",
        }
    )  # fmt: skip

    name = models.CharField(max_length=200)
    url = models.URLField(blank=True)
    logo = models.FileField(upload_to="newsroom/", blank=True)
    language = models.CharField(max_length=35, default="en", help_text=_("BCP-47, for example en or es-MX."))
    methodology = models.TextField(blank=True, help_text=_("How you choose, check and publish. Markdown."))
    corrections_policy = models.TextField(blank=True, help_text=_("Markdown."))
    complaints_policy = models.TextField(
        blank=True, help_text=_("What becomes of an error that somebody reports, and who decides. Markdown.")
    )
    funding = models.TextField(
        blank=True,
        help_text=_("Who pays for this work, who owns it, and what they may not decide. Markdown."),
    )
    contact = models.TextField(blank=True, help_text=_("How readers reach you. Markdown."))
    privacy = models.TextField(
        blank=True, help_text=_("What you keep of readers who write to you, and for how long. Markdown.")
    )
    licence = models.CharField(
        max_length=200, blank=True, help_text=_("Under what terms others may use your verdicts.")
    )
    licence_url = models.URLField(blank=True, help_text=_("Where these terms stand in full."))
    allows_self_approval = models.BooleanField(
        _("one-person newsroom"),
        default=False,
        help_text=_("Lets an editor publish what they wrote. Readers then see “self-approved”."),
    )
    second_factor = models.CharField(
        _("who needs a second factor"),
        max_length=10,
        choices=Needed.choices,
        default=Needed.NOBODY,
        help_text=_("Who has none yet reaches only the pages on which to set it up."),
    )

    objects = NewsroomQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="newsroom_is_one",
                violation_error_message="There is one newsroom to an instance.",
            ),
            models.CheckConstraint(
                condition=models.Q(second_factor__in=Needed.values),
                name="newsroom_second_factor_known",
                violation_error_message="A second factor is needed by nobody, by editors, or by everybody.",
            ),
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

    def demand_second_factor(self, by: Any, of: str, *, expected: int | None = None) -> None:
        """Say who needs a second factor to sign in. It holds from their next request on, where they have none.

        Raises NotAllowed, ValidationError and Stale with sentences.
        """
        require_administrator(by, "demands a second factor")
        before, self.second_factor = self.second_factor, of
        self.full_clean()
        with transaction.atomic():
            # How the desk signs in is not on record, so the row that readers may copy keeps its revision.
            row = type(self).objects.select_for_update().get(pk=self.pk)
            if expected not in (None, row.revision):
                raise Stale("Somebody else changed the newsroom in the meantime. Look at it again.", row)
            type(self).objects.filter(pk=self.pk).update(second_factor=of)
            if before != of:
                said = f"{Needed(before).label} → {Needed(of).label}"
                AuditEntry.note(AuditVerb.FACTOR_DEMANDED, None, by, said)

    @property
    def picture(self) -> pictures.Picture | None:
        """Return what is known of the logo: kind, width and height; None where there is none."""
        return pictures.named(self.logo.name or "")

    @property
    def logo_address(self) -> str:
        """Return where the logo is, with the beginning of its hash, so that it may be kept for good; "" without one."""
        return f"{address('logo')}?v={self.picture.short}" if self.picture else ""

    def set_logo(self, by: Any, content: bytes, *, expected: int | None = None) -> None:
        """Show this PNG, JPEG or WebP picture on every page, in the place of the one before.

        The ledger keeps its name, which is the SHA-256 of its bytes with its size. Raises ValidationError with a
        sentence where it is no such picture or too large, NotAllowed and Stale as `revise` does.
        """
        try:
            ending, width, height = pictures.measured(content)
        except pictures.NotAPicture as trouble:
            raise ValidationError({"logo": str(trouble)}) from None
        name = f"newsroom/{sha256(content).hexdigest()}-{width}x{height}.{ending}"
        self.require_editable(by)
        # Before the act, so that no page names a picture that is not there; one too many is no harm.
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(content))
        self._point_logo_at(by, name, expected)

    def remove_logo(self, by: Any, *, expected: int | None = None) -> None:
        """Show the name alone again. The file stays where it was stored: an entry of the ledger names it."""
        self._point_logo_at(by, "", expected)

    def _point_logo_at(self, by: Any, name: str, expected: int | None) -> None:
        if self.logo.name == name:
            self.require_editable(by)
            return
        with act(by, "set_logo" if name else "remove_logo", self) as entry:
            self.require_editable(by)
            self.logo.name = name
            self.full_clean()
            self.write(["logo"], expected)
            entry.add(self)
