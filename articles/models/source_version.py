"""A source's text or file as it stood, and what the desk alone may know about a confidential one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.canonical import sha256
from articles.models.article import Visibility
from articles.models.choices import in_order, labelled, one_of
from articles.models.ledger import act
from articles.models.recorded import InsertOnly, RecordQuerySet, Storable, at_desk, require_storable
from articles.models.source import Source
from articles.refusals import NotAllowed, Refused
from articles.vocabulary import CopyQuality, Rights, SourceKind


class SourceVersionQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> SourceVersionQuerySet:
        """As visible as the source; how much of the text is shown is a matter of `rights`."""
        return self.all() if at_desk(user) else self.filter(source__visibility=Visibility.PUBLIC)

    def editable_by(self, user: Any) -> SourceVersionQuerySet:
        return self.none()

    def in_force_on(self, day: date) -> SourceVersionQuerySet:
        """Return the versions whose effective dates, where known, hold for that day."""
        return self.filter(
            models.Q(effective_from=None) | models.Q(effective_from__lte=day),
            models.Q(effective_to=None) | models.Q(effective_to__gte=day),
        )


class SourceVersion(InsertOnly):
    """The source as it stood, or as a copy of it stood, with what is known of when and how good the copy is."""

    long_texts: ClassVar = frozenset({"text"})
    hangs_on: ClassVar = {"source": ("source",)}

    source = models.ForeignKey(Source, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(null=True, blank=True, help_text=_("Empty where nothing may be, or was, stored."))
    file = models.FileField(upload_to="sources/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text=_("Of the text, or of the file's bytes."))
    retrieved_at = models.DateTimeField(null=True, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)
    copy_quality = models.CharField(max_length=20, choices=labelled(CopyQuality))
    rights = models.CharField(max_length=10, choices=labelled(Rights), default=Rights.NONE)
    archive_url = models.URLField(blank=True, max_length=2000)
    seen_as = models.CharField(
        max_length=1000, blank=True, help_text=_("What was actually looked at, in words.")
    )

    objects = SourceVersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["source_id", "number"]
        verbose_name = "source version"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "number"],
                name="source_version_number_once",
                violation_error_message="This source already has a version of this number.",
            ),
            one_of("copy_quality", CopyQuality, "source_version_copy_quality_known"),
            one_of("rights", Rights, "source_version_rights_known"),
            in_order(
                "effective_from",
                "effective_to",
                "source_version_effective_in_order",
                "A version cannot end before it takes effect.",
            ),
            models.CheckConstraint(
                condition=models.Q(text=None, file="") | ~models.Q(sha256=""),
                name="source_version_stored_with_hash",
                violation_error_message="What is stored is stored with its hash.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}, version {self.number}"

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list:
        sources = list(Source.objects.filter(versions__in=ids).values_list("pk", flat=True))
        return [(Source, sources), *Source.shown_with(sources)]

    @classmethod
    def add(cls, by: Any, source: Source, **facts: Any) -> SourceVersion:
        """Add a version; its number follows the last one. Text and hash are kept exactly as given."""
        source.require_editable(by)
        with act(by, "add_version", source) as entry:
            last = source.versions.order_by("-number").first()
            text = facts.get("text") or None
            require_storable(text=text)
            if (
                text is not None
                and last is not None
                and last.text == text
                and last.copy_quality == facts.get("copy_quality")
            ):
                raise Refused(f"This is already the text of version {last.number}.", "same_text")
            version = cls(source=source, number=last.number + 1 if last else 1, **{**facts, "text": text})
            if text is not None:
                version.sha256 = sha256(text)
            entry.insert(version)
        return version

    @property
    def is_primary(self) -> bool:
        return self.copy_quality == CopyQuality.PRIMARY

    @property
    def readable_text(self) -> str:
        """Return the text as far as readers may see it: only whole texts; passages come with evidence."""
        return self.text or "" if self.rights == Rights.FULL else ""

    def kept_back(self) -> tuple[str, ...]:
        return () if self.rights == Rights.FULL else ("text", "file")


class ConfidentialSourceQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> ConfidentialSourceQuerySet:
        """Editors, and whoever entered it."""
        if not at_desk(user):
            return self.none()
        return self.all() if user.may_publish else self.filter(entered_by=user)

    def editable_by(self, user: Any) -> ConfidentialSourceQuerySet:
        return self.visible_to(user)


class ConfidentialSource(Storable):
    """Who an anonymous source is. At the desk only: no ledger, no page, no API, no dump refers to it."""

    public_source = models.OneToOneField(
        Source, models.PROTECT, related_name="+", limit_choices_to={"kind": SourceKind.ANONYMOUS_SOURCE}
    )
    identity = models.TextField()
    notes = models.TextField(blank=True, help_text=_("How to reach them, what was promised."))
    entered_by = models.ForeignKey("articles.User", models.PROTECT, related_name="+")

    objects = ConfidentialSourceQuerySet.as_manager()

    class Meta:
        verbose_name = "confidential source"

    def __str__(self) -> str:
        return f"confidential source {self.pk}"

    @classmethod
    def protect(cls, by: Any, public_source: Source, identity: str, notes: str = "") -> ConfidentialSource:
        """Keep who an anonymous source is, for editors and the person who entered it."""
        if public_source.kind != SourceKind.ANONYMOUS_SOURCE:
            raise Refused("Only an anonymous source has an identity to protect.", "not_anonymous")
        if not at_desk(by):
            raise NotAllowed("Only the desk keeps confidential sources.")
        kept = cls(public_source=public_source, identity=identity, notes=notes, entered_by=by)
        kept.full_clean()
        kept.save(force_insert=True)
        return kept
