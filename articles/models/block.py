"""The blocks of a text: its paragraphs, and the structural lines between them. Rebuildable, outside the chain."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from articles.models.article import ArticleVersion, Visibility
from articles.models.choices import labelled, one_of
from articles.models.recorded import RecordQuerySet, at_desk
from articles.vocabulary import TELLING_ROLES, BlockRole


class BlockQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> BlockQuerySet:
        """As visible as the article."""
        return (
            self.all()
            if at_desk(user)
            else self.filter(article_version__article__visibility=Visibility.PUBLIC)
        )

    def editable_by(self, user: Any) -> BlockQuerySet:
        return self.none()

    def structural(self) -> BlockQuerySet:
        """Leave out the blocks that are told: by the author, or by somebody the author quotes."""
        return self.exclude(role__in=TELLING_ROLES)

    def telling(self) -> BlockQuerySet:
        """Return the blocks whose sentences may be claims."""
        return self.filter(role__in=TELLING_ROLES)


class Block(models.Model):
    """One block: its role and its place, `text[start:end]` in code points, and who found it."""

    article_version = models.ForeignKey(ArticleVersion, models.CASCADE, related_name="blocks")
    role = models.CharField(max_length=30, choices=labelled(BlockRole))
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    key = models.CharField(max_length=100, blank=True)
    note = models.CharField(max_length=500, blank=True)
    parser = models.CharField(max_length=100, help_text="What found it, with its version; or the manifest.")

    objects = BlockQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["article_version_id", "start", "id"]
        constraints: ClassVar = [
            one_of("role", BlockRole, "block_role_known"),
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")), name="block_end_after_start"
            ),
            models.UniqueConstraint(fields=["article_version", "start", "end", "role"], name="block_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} [{self.start}:{self.end}]"
