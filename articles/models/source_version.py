"""A source's text or file as it stood, and what the desk alone may know about a confidential one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from hashlib import sha256 as sha256_of
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from articles import pictures
from articles.addresses import address
from articles.canonical import sha256
from articles.models.article import Visibility
from articles.models.choices import in_order, labelled, one_of
from articles.models.counting import AmongFew
from articles.models.ledger import act
from articles.models.recorded import InsertOnly, RecordQuerySet, Storable, at_desk, deeper, require_storable
from articles.models.source import Source
from articles.models.source_change import ask_to_read_again, is_another_state
from articles.refusals import NotAllowed, Refused
from articles.vocabulary import CopyQuality, Rights, SourceKind

# What a stored file is, by the ending of its name, which its content decided; pictures are in `pictures`.
FILE_KINDS = {"txt": "text/plain; charset=utf-8", "html": "text/html", "pdf": "application/pdf"}
_STORED = re.compile(r"sources/([0-9a-f]{64})(?:-\d{1,5}x\d{1,5})?\.(txt|html|pdf|png|jpg|webp|gif)")
_UNDESCRIBED = _("Say what the picture shows: that stands in its place for whoever cannot see it.")


class SourceVersionQuerySet(RecordQuerySet):
    def of_all_of(self, source: Any) -> SourceVersionQuerySet:
        """Return the versions of a source and of those merged into it; `source` as in `one_with`.

        By ids, each looked up by index: of `one_with`, or of an order by title, SQLite believes otherwise, because its
        statistics are of columns that are nearly all NULL, and would read all sources there are for each row.
        """
        of = deeper(source)
        merged = Source.objects.filter(merged_into=deeper(of)).order_by().values("pk")
        return self.filter(models.Q(source=of) | models.Q(AmongFew(models.F("source"), merged))).order_by()

    def visible_to(self, user: Any) -> SourceVersionQuerySet:
        """As visible as the source; how much of the text is shown is a matter of `rights`."""
        return self.all() if at_desk(user) else self.filter(source__visibility=Visibility.PUBLIC)

    def editable_by(self, user: Any) -> SourceVersionQuerySet:
        return self.none()

    def last_stored(self) -> SourceVersion | None:
        """Return the last version of which a text or file is stored."""
        found: Any = self.exclude(sha256="").order_by("-number").first()
        return found

    def with_fetchable_file(self, user: Any) -> SourceVersionQuerySet:
        """Return the versions whose file this user may have: the desk every one, readers where the rights are full."""
        stored = self.visible_to(user).exclude(file="")
        if at_desk(user):
            return stored
        # The file still says what was taken out of the text.
        return stored.with_is_redacted().filter(rights=Rights.FULL, is_redacted=False)

    def with_is_redacted(self) -> SourceVersionQuerySet:
        """Say of each version, as `is_redacted`, whether words were taken out of its text."""
        from articles.models.redaction import text_is_redacted

        return self.annotate(is_redacted=text_is_redacted(SourceVersion))

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

    # As `with_is_redacted` says.
    is_redacted: bool

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

    def clean(self) -> None:
        if self.picture is not None and not self.seen_as.strip():
            raise ValidationError({"seen_as": str(_UNDESCRIBED)})

    @classmethod
    def add(
        cls,
        by: Any,
        source: Source,
        *,
        content: bytes = b"",
        ending: str = "",
        same_state: bool = False,
        **facts: Any,
    ) -> SourceVersion:
        """Add a version; its number follows the last one. Text and hash are kept exactly as given.

        `content` are the bytes of its file and `ending` what they are ("txt", "html", "pdf", or what
        `pictures.measured_evidence` says, as "120x40.png"); the hash is that of the text, or else of the bytes. Where
        it shows another state than the version stored before it, the verdicts that cite the source are to be read
        again; `same_state` says that a person saw the same state in what no program can compare.
        """
        source.require_editable(by)
        text = facts.get("text") or None
        require_storable(text=text)
        digest = sha256_of(content).hexdigest() if content else ""
        name = f"sources/{digest}{'-' if '.' in ending else '.'}{ending}" if content else ""
        if content and _STORED.fullmatch(name) is None:
            raise ValueError(f"“{ending}” is no ending of a file that is kept.")
        # Before the act, so that no page names a file that is not there; one too many is no harm.
        if content and not default_storage.exists(name):
            default_storage.save(name, ContentFile(content))
        with act(by, "add_version", source) as entry:
            last = source.versions.order_by("-number").first()
            if last is not None and (text or name) and last.copy_quality == facts.get("copy_quality"):
                if text is not None and last.text == text and name in ("", last.file.name):
                    raise Refused(f"This is already the text of version {last.number}.", "same_text")
                if text is None and last.text is None and last.file.name == name:
                    raise Refused(f"This is already the file of version {last.number}.", "same_text")
            version = cls(
                source=source, number=last.number + 1 if last else 1, file=name, **{**facts, "text": text}
            )
            version.sha256 = digest if text is None else sha256(text)
            before = source.versions.last_stored()
            entry.insert(version)
            is_shown_same = same_state and (text is None or before is None or before.text is None)
            if before is not None and not is_shown_same and is_another_state(version, before):
                ask_to_read_again(version, before, entry.at)
        return version

    @property
    def is_primary(self) -> bool:
        return self.copy_quality == CopyQuality.PRIMARY

    def erase_file(self) -> None:
        """Take the bytes of its file away, because a redaction took words out of what is told of it.

        Another version that has the same bytes loses them too: they say the same.
        """
        if self.file_ending:
            name = str(self.file.name)
            if settings.FILES_URL:
                from articles import tasks

                # A bucket may be out of reach just now: a job tries until it is done.
                tasks.erase_file.enqueue(name)
            else:
                transaction.on_commit(lambda: default_storage.delete(name))

    @property
    def picture(self) -> pictures.Picture | None:
        """Return what is known of its file where that is a picture."""
        return pictures.named(self.file.name or "")

    @property
    def file_ending(self) -> str:
        """Return what its file is: "pdf", "png" …; "" where there is none of ours."""
        stored = _STORED.fullmatch(self.file.name or "")
        return stored[2] if stored else ""

    @property
    def file_sha256(self) -> str:
        """Return the hash of its file's bytes, which is in the name; "" where there is none of ours."""
        stored = _STORED.fullmatch(self.file.name or "")
        return stored[1] if stored else ""

    @property
    def file_kind(self) -> str:
        """Return the media type of its file; "" where there is none of ours."""
        return {**FILE_KINDS, **pictures.EVIDENCE_KINDS}.get(self.file_ending, "")

    @property
    def file_address(self) -> str:
        """Return where its file is fetched; who may is said by `with_fetchable_file`."""
        return address("source_file", self.source_id, self.number) if self.file_ending else ""

    @property
    def is_fetchable(self) -> bool:
        """May readers have its file? Of rows that say whether words were taken out of their text."""
        return bool(self.file_ending) and self.rights == Rights.FULL and not self.is_redacted

    @property
    def readable_text(self) -> str:
        """Return the text as far as readers may see it: only whole texts; passages come with evidence."""
        return self.text or "" if self.rights == Rights.FULL else ""

    @classmethod
    def for_readers(cls) -> models.QuerySet:
        rows: Any = super().for_readers()
        return rows.with_is_redacted()

    def kept_back(self) -> tuple[str, ...]:
        # The file still says what was taken out of the text.
        hashes = ("sha256", "file") if self.is_redacted else ()
        return hashes if self.rights == Rights.FULL else ("text", "file", *hashes[:1])


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
