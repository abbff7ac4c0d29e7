"""A text someone published, in all its versions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.addresses import address, slug
from articles.models.addressed import Addressed
from articles.models.choices import labelled, one_of
from articles.models.counted import Counted, known, uncommitted
from articles.models.counting import HowMany, OneOf
from articles.models.dated import Published, date_fields
from articles.models.language import require_language
from articles.models.ledger import act
from articles.models.recorded import InsertOnly, RecordQuerySet, at_desk, by_part
from articles.models.user import require_editor
from articles.refusals import Refused
from articles.vocabulary import ProvenanceKind, Rights

# How many places of the same words are counted.
MOST_PLACES = 1000


class Visibility(models.TextChoices):
    """Who may see a row whose noun has nothing else that says so."""

    DESK = "desk", _("at the desk only")
    PUBLIC = "public", _("open to readers")


def visibility_known(noun: str) -> models.CheckConstraint:
    """Return the constraint behind the choices."""
    return models.CheckConstraint(
        condition=models.Q(visibility__in=Visibility.values), name=f"{noun}_visibility_known"
    )


class ArticleQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> ArticleQuerySet:
        """Readers see the articles that an editor, or a manifest, opened to them."""
        return self.all() if at_desk(user) else self.filter(visibility=Visibility.PUBLIC)

    def editable_by(self, user: Any) -> ArticleQuerySet:
        return self.all() if at_desk(user) else self.none()

    def for_listing(self, most: int | None = None) -> ArticleQuerySet:
        """Load what one row of a list shows: how many claims, and how many of them have a verdict.

        `most` claims of each article are looked at, if given.
        """
        from articles.models.claim import Claim

        claims = Claim.objects.public().filter(appearances__article_version__article=models.OuterRef("pk"))
        # Without nulls_last the engines disagree about where the undated ones belong.
        newest = models.F("published_latest").desc(nulls_last=True)
        return self.annotate(
            claim_count=self._counted("claims_made", HowMany(claims, most=most)),
            checked_count=self._counted(
                "claims_checked", HowMany(claims, only=Claim.objects.is_checked(), most=most)
            ),
        ).order_by(newest, "-id")

    @staticmethod
    def _counted(column: str, otherwise: Any) -> models.Case:
        # An act that readers never hear of may change what the desk finds in an article, and stamps nothing.
        return known(column, otherwise, visibility=Visibility.PUBLIC)

    def verdicts_in_them(self) -> list[tuple[models.Q, bool]]:
        """Return (condition, whether a claim made in an article has a verdict then), to be asked in this order.

        Written down, and looked for only where that does not hold. Flat, since SQLite reads no deep conditions.
        """
        from articles.models.claim import Claim

        made = Claim.objects.public().filter(appearances__article_version__article=models.OuterRef("pk"))
        found = models.Q(IsNull(OneOf(made, only=Claim.objects.is_checked_itself()), False))
        counted = models.Q(counted_at=models.F("public_seq"), visibility=Visibility.PUBLIC)
        return [(counted & models.Q(claims_checked__gt=0), True), (counted, False), (found, True)]

    def with_fingerprint(self, fingerprint: str) -> ArticleQuerySet:
        """Return the articles one of whose versions is this text, letter case, quotes and spaces aside."""
        return self.filter(versions__fingerprint=fingerprint).distinct()


class Article(Addressed, Counted, Published):
    """A text someone published: the carrier of claims."""

    revisable: ClassVar = frozenset(
        {
            "title", "byline", "publisher", "url", "language", "rights", "rights_note",
            "published_earliest", "published_latest", "published_basis",
        }
    )  # fmt: skip
    counts: ClassVar = ("claims_made", "claims_checked")
    off_the_record: ClassVar = Addressed.off_the_record | uncommitted("counted_at", *counts)

    title = models.CharField(
        max_length=500, blank=True, help_text=_("As published. Leave empty where the text has none.")
    )
    byline = models.CharField(max_length=300, blank=True, help_text=_("As published."))
    publisher = models.CharField(max_length=300, blank=True)
    url = models.URLField(blank=True, max_length=2000)
    language = models.CharField(max_length=35, default="en", help_text=_("BCP-47, for example en or es-MX."))
    rights = models.CharField(
        max_length=10,
        choices=labelled(Rights),
        default=Rights.NONE,
        help_text=_("How much of the text pages, API and dumps may show to readers."),
    )
    rights_note = models.CharField(max_length=500, blank=True)
    visibility = models.CharField(
        max_length=10, choices=Visibility.choices, default=Visibility.DESK, editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    # How many claims that readers see are made in it, and how many of these have a verdict. Counted by a worker: see
    # `articles.models.counted`.
    claims_made = models.BigIntegerField(null=True, editable=False)
    claims_checked = models.BigIntegerField(null=True, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            *Published.Meta.constraints,
            one_of("rights", Rights, "article_rights_known"),
            visibility_known("article"),
        ]
        indexes: ClassVar = [
            by_part("article_by_part"),
            *Addressed.Meta.indexes,
            # The front page asks: which open articles are the newest?
            models.Index(fields=["visibility", "-published_latest", "-id"], name="article_newest"),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Untitled article %(id)s")) % {"id": self.pk}

    def clean(self) -> None:
        require_language(language=self.language)

    @property
    def slug(self) -> str:
        return slug(self.title or self.publisher, "article")

    def get_absolute_url(self) -> str:
        return address("article", self.pk, self.slug)

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC

    @property
    def shows_surroundings(self) -> bool:
        """May readers see the words around a quotation? The quoted words themselves always are shown."""
        return self.rights != Rights.NONE

    @property
    def current_version(self) -> ArticleVersion | None:
        """Return the newest version of the text. Costs a query unless `versions` was prefetched."""
        return max(self.versions.all(), key=lambda version: version.number, default=None)

    @classmethod
    def uncounted(cls, rows: Any) -> Any:
        from articles.models.claim import Claim

        made = Claim.objects.public().filter(appearances__article_version__article=models.OuterRef("pk"))
        return rows.annotate(
            true_claims_made=HowMany(made),
            true_claims_checked=HowMany(made, only=Claim.objects.is_checked()),
        )

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list:
        from articles.models.claim import Claim

        claims = Claim.objects.filter(appearances__article_version__article__in=ids)
        return [(Claim, claims.values_list("pk", flat=True))]

    # Verbs.

    @classmethod
    def add(cls, by: Any, text: Any, at: datetime | None = None, **facts: Any) -> Article:
        """Put an article on record with its first version, `text` being a `TextOfRecord`."""
        with act(by, "add", None, at) as entry:
            article = cls(created_by=by, created_at=entry.at, **facts)
            entry.insert(article)
            entry.subject = entry.subject or article
            article.add_version(by, text)
        return article

    def add_version(self, by: Any, text: Any, at: datetime | None = None) -> ArticleVersion:
        """Add a newer state of the text; refuse one that is already on record for this article.

        Appearances are carried over where rule 6 allows it; `Appearance.carry_over` says which.
        """
        from articles.models.appearance import Appearance

        self.require_editable(by)
        with act(by, "add_version", self, at) as entry:
            last = self.versions.order_by("-number").first()
            if last is not None and last.sha256 == text.sha256:
                raise Refused(f"This is already the text of version {last.number}.", "same_text")
            version = ArticleVersion(
                article=self,
                number=last.number + 1 if last else 1,
                text=text.text,
                sha256=text.sha256,
                fingerprint=text.fingerprint,
                original_sha256=text.original_sha256,
                encoding=text.encoding,
                offset_map=[list(point) for point in text.offset_map],
                imported_at=entry.at,
            )
            entry.insert(version)
            if last is not None:
                Appearance.carry_over(last, version)
        return version

    def revise(
        self, by: Any, *, expected: int | None = None, at: datetime | None = None, **changes: Any
    ) -> Article:
        if changes.get("rights", self.rights) == self.rights:
            return super().revise(by, expected=expected, at=at, **changes)
        from articles.models.appearance import Appearance

        with act(by, "revise", self, at) as entry:
            super().revise(by, expected=expected, at=at, **changes)
            # The rights say how much of these readers get.
            entry.add(*self.versions.only("pk"))
            entry.add(*Appearance.objects.filter(article_version__article=self).only("pk"))
        return self

    def add_copy(self, by: Any, **facts: Any) -> Copy:
        """Note another place where this text stands or stood."""
        self.require_editable(by)
        with act(by, "add_copy", self) as entry:
            position = self.copies.count() + 1
            when = facts.pop("published", None)
            copy = Copy(
                article=self, position=position, **facts, **(date_fields("published", when) if when else {})
            )
            entry.insert(copy)
        return copy

    def open_to_readers(self, by: Any) -> None:
        """Let readers see this article; how much of the text is a matter of `rights`."""
        self._set_visibility(by, "open_to_readers", Visibility.PUBLIC)

    def close_to_readers(self, by: Any) -> None:
        """Take the article back to the desk; claims and verdicts about it stay public."""
        self._set_visibility(by, "close_to_readers", Visibility.DESK)

    def _set_visibility(self, by: Any, verb: str, visibility: str) -> None:
        require_editor(by, "decides which articles readers see")
        with act(by, verb, self) as entry:
            self.refresh_from_db(fields=["visibility", "revision"])
            if self.visibility == visibility:
                return
            self.visibility = visibility
            self.write(["visibility"])
            entry.add(self)


class OfArticleQuerySet(RecordQuerySet):
    """Rows that are as visible as their article."""

    def visible_to(self, user: Any) -> OfArticleQuerySet:
        return self.all() if at_desk(user) else self.filter(article__visibility=Visibility.PUBLIC)

    def editable_by(self, user: Any) -> OfArticleQuerySet:
        return self.all() if at_desk(user) else self.none()


class ArticleVersionQuerySet(OfArticleQuerySet):
    def editable_by(self, user: Any) -> ArticleVersionQuerySet:
        """Nobody: a new text is a new version."""
        return self.none()

    def with_is_current(self) -> ArticleVersionQuerySet:
        """Say of each version, as `is_current`, whether no newer one of its article is on record."""
        newer = ArticleVersion.objects.filter(
            article=models.OuterRef("article"), number__gt=models.OuterRef("number")
        )
        return self.annotate(is_current=~models.Exists(newer))

    def with_is_redacted(self) -> ArticleVersionQuerySet:
        """Say of each version, as `is_redacted`, whether words were taken out of its text."""
        from articles.models.redaction import text_is_redacted

        return self.annotate(is_redacted=text_is_redacted(ArticleVersion))

    def with_length(self) -> ArticleVersionQuerySet:
        """Say of each version, as `length`, how many code points its text has."""
        return self.annotate(length=Length("text"))


class ArticleVersion(InsertOnly):
    """One state of an article's text: NFC, `\\n` newlines, never edited."""

    long_texts: ClassVar = frozenset({"text"})
    hangs_on: ClassVar = {"article": ("article",)}

    # As `with_is_redacted` says.
    is_redacted: bool

    article = models.ForeignKey(Article, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64, db_index=True, help_text=_("Of the text of record, as UTF-8."))
    fingerprint = models.CharField(
        max_length=64, db_index=True, help_text=_("Of the folded text: finds copies.")
    )
    original_sha256 = models.CharField(max_length=64, help_text=_("Of the bytes that were imported."))
    encoding = models.CharField(max_length=40)
    offset_map = models.JSONField(
        default=list,
        blank=True,
        help_text=_(
            "Pairs (offset in the text, offset in the decoded original), in code points, where they part."
        ),
    )
    imported_at = models.DateTimeField()

    objects = ArticleVersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["article_id", "number"]
        verbose_name = "article version"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["article", "number"],
                name="article_version_number_once",
                violation_error_message="This article already has a version of this number.",
            ),
            models.CheckConstraint(
                condition=~models.Q(text=""),
                name="article_version_has_text",
                violation_error_message="The text is empty.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article}, version {self.number}"

    @property
    def readable_text(self) -> str:
        """Return the text as far as readers may see it: only whole texts; quotations come with claims."""
        return self.text if self.article.rights == Rights.FULL else ""

    @classmethod
    def for_readers(cls) -> models.QuerySet:
        rows: Any = super().for_readers()
        return rows.with_is_redacted().select_related("article")

    def kept_back(self) -> tuple[str, ...]:
        hashes = ("sha256", "fingerprint", "original_sha256") if self.is_redacted else ()
        return hashes if self.article.rights == Rights.FULL else ("text", *hashes)

    def place_of(
        self, exact: str, *, prefix: str = "", suffix: str = "", start: int | None = None
    ) -> tuple[int, int]:
        """Return (start, end) of words in this text, in code points.

        What stands right before and after them, or `start`, tells several places apart. Raises ValidationError, which
        says how often they stand there.
        """
        sought = prefix + exact + suffix
        places: list[int] = []
        at = self.text.find(sought)
        while at >= 0 and len(places) <= MOST_PLACES:
            places.append(at + len(prefix))
            at = self.text.find(sought, at + 1)
        listed = ", ".join(map(str, places[:10])) + (", …" if len(places) > 10 else "")
        if not exact or not places:
            trouble = f"These words stand nowhere in {self}. Copy them from its text, letter by letter."
            raise ValidationError({"exact": ValidationError(trouble, code="not_in_text")})
        if start is not None:
            if not self.text.startswith(sought, start - len(prefix)):
                trouble = f"These words do not begin at {start}, but at {listed}."
                raise ValidationError({"start": ValidationError(trouble, code="not_in_text")})
            return start, start + len(exact)
        if len(places) > 1:
            times = f"more than {MOST_PLACES}" if len(places) > MOST_PLACES else str(len(places))
            trouble = (
                f"These words stand in {self} {times} times, from {listed}. Say which by start, or by more of what "
                "stands before them (prefix) or after them (suffix)."
            )
            raise ValidationError({"exact": ValidationError(trouble, code="ambiguous")})
        return places[0], places[0] + len(exact)

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list:
        articles = Article.objects.filter(versions__in=ids).values_list("pk", flat=True)
        return [(Article, articles), *Article.shown_with(list(articles))]


class Copy(Addressed, Published):
    """One place where an article's text stands or stood: original, cross-post, copy, and the text we hold."""

    revisable: ClassVar = frozenset(
        {"kind", "publisher", "url", "note", "published_earliest", "published_latest", "published_basis"}
    )
    hangs_on: ClassVar = {"article": ("article",)}

    article = models.ForeignKey(Article, models.PROTECT, related_name="copies")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=labelled(ProvenanceKind))
    publisher = models.CharField(max_length=300, blank=True)
    url = models.URLField(blank=True, max_length=2000)
    note = models.CharField(max_length=500, blank=True)

    objects = OfArticleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["article_id", "position"]
        verbose_name_plural = "copies"
        constraints: ClassVar = [
            *Published.Meta.constraints,
            models.UniqueConstraint(fields=["article", "position"], name="copy_position_once"),
            one_of("kind", ProvenanceKind, "copy_kind_known"),
        ]
        indexes: ClassVar = Addressed.Meta.indexes

    def __str__(self) -> str:
        return self.publisher or self.url or self.get_kind_display()

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list:
        return [(Article, Article.objects.filter(copies__in=ids).values_list("pk", flat=True))]
