"""What was handed in: each file under the name it came by, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article, ArticleVersion
from articles.models.choices import labelled, one_of
from articles.models.ledger import act
from articles.models.original import Original
from articles.models.recorded import RecordQuerySet, Storable, at_desk
from articles.refusals import Refused
from articles.vocabulary import ArrivalState, ProvenanceKind

# A longer name is cut; nobody tells files apart by what comes after.
_LONGEST_NAME = 500


class ArrivalQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> ArrivalQuerySet:
        """Work of the desk."""
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> ArrivalQuerySet:
        return self.visible_to(user).filter(state=ArrivalState.HELD)

    def held(self) -> ArrivalQuerySet:
        """Return what waits for somebody to say whose text it is, the longest waiting first."""
        return self.filter(state=ArrivalState.HELD).order_by("id")

    def decided(self) -> ArrivalQuerySet:
        """Return what was filed, or set aside."""
        return self.exclude(state=ArrivalState.HELD)

    def of_article_under(self, name: str) -> Article | None:
        """Return the article that a file of this name was filed under last; None where none was."""
        filed = self.filter(name=name[:_LONGEST_NAME], state=ArrivalState.FILED)
        last: Any = filed.select_related("article_version__article").order_by("-id").first()
        return last.article_version.article if last is not None else None

    def for_listing(self) -> ArrivalQuerySet:
        """Load what one row of a list shows."""
        return (
            self.select_related("original", "article_version__article", "resembles", "by")
            .defer("original__packed", "article_version__text", "article_version__offset_map", "text")
        )  # fmt: skip


class Arrival(Storable):
    """One file that was handed in. Held where its text resembles one on record: a copy, or a newer version?

    `text` is what was read from it, as long as no version of an article has that text; `facts` are what the file
    says of itself.
    """

    name = models.CharField(max_length=_LONGEST_NAME, help_text=_("As it was handed in."))
    original = models.ForeignKey(Original, models.PROTECT, related_name="arrivals")
    method = models.CharField(max_length=200, blank=True, help_text=_("What read the text out of the file."))
    state = models.CharField(max_length=20, choices=labelled(ArrivalState), editable=False)
    article_version = models.ForeignKey(
        ArticleVersion, models.PROTECT, null=True, editable=False, related_name="arrivals"
    )
    resembles = models.ForeignKey(Article, models.PROTECT, null=True, editable=False, related_name="+")
    resemblance = models.CharField(max_length=500, blank=True, editable=False)
    text = models.TextField(blank=True, editable=False)
    text_sha256 = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    facts = models.JSONField(default=dict, blank=True, editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey("articles.User", models.PROTECT, null=True, editable=False, related_name="+")

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            one_of("state", ArrivalState, "arrival_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state__in=[ArrivalState.FILED, ArrivalState.COPIED])
                | models.Q(article_version__isnull=False),
                name="arrival_filed_somewhere",
                violation_error_message="A filed text is a version of an article, or a copy of one.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ArrivalState.HELD)
                | (models.Q(resembles__isnull=False) & ~models.Q(text="")),
                name="arrival_held_with_its_text",
                violation_error_message="What is held needs its text and the article that it resembles.",
            ),
        ]
        indexes: ClassVar = [
            # The importer asks: what was filed under this name?
            models.Index(fields=["name", "-id"], name="arrival_by_name"),
            # The desk asks: what waits?
            models.Index(fields=["id"], condition=models.Q(state=ArrivalState.HELD), name="arrival_held"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_held(self) -> bool:
        return self.state == ArrivalState.HELD

    def set_aside(self, by: Any) -> None:
        """Say that this text is not wanted; its bytes stay."""
        with act(by, "set_aside", None):
            self.require_held()
            self.settle(ArrivalState.SET_ASIDE)

    def note_copy(self, by: Any, *, publisher: str = "", url: str = "", note: str = "") -> Article:
        """Say that this is a copy, standing elsewhere, of the text it resembles; return the article."""
        with act(by, "note_copy", self.resembles):
            self.require_held()
            article = self.resembles
            assert article is not None
            article.add_copy(by, kind=ProvenanceKind.COPY.value, publisher=publisher, url=url, note=note)
            self.settle(ArrivalState.COPIED, article.current_version)
        return article

    def require_held(self) -> None:
        """Raise Refused where somebody has decided already. Asked within an act."""
        # The words too: a redaction may have masked some since the row was read.
        self.refresh_from_db(fields=["state", "article_version", "name", "text", "facts", "resemblance"])
        if not self.is_held:
            raise Refused(f"This was decided already: {self.get_state_display()}.", "decided")

    def settle(self, state: ArrivalState, version: ArticleVersion | None = None) -> None:
        """Write down what became of it.

        Its text goes where a version has it now. Otherwise it stays: a redaction must find its words, since it
        cannot read them in the bytes of every kind of file.
        """
        self.state, self.article_version = state.value, version
        if version is not None and version.text == self.text:
            self.text = ""
        self.save(update_fields=["state", "article_version", "text"])

    @classmethod
    def filed(
        cls, by: Any, name: str, original: Original, method: str, version: ArticleVersion, at: datetime
    ) -> Arrival:
        """Write down under which text a file was filed; once for the same file under the same name."""
        with act(by, "file", version.article):
            found, _made = cls.objects.get_or_create(
                name=name[:_LONGEST_NAME], original=original, article_version=version,
                state=ArrivalState.FILED.value, defaults={"method": method, "at": at, "by": by},
            )  # fmt: skip
            # The same text under another name or in another charset waits for nothing any more.
            for held in cls.objects.held().filter(text_sha256=version.sha256):
                held.settle(ArrivalState.FILED, version)
        return found
