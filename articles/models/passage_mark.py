"""Fingerprints of the passages of every text, by which near-copies find each other. Rebuildable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.db import models

from articles.models.article import ArticleVersion
from articles.models.ledger import DeskOnlyQuerySet


class PassageMarkQuerySet(DeskOnlyQuerySet):
    def shared_with(self, marks: Iterable[int], most: int = 5) -> list[int]:
        """Return the ids of the newest versions that share the most marks, the likeliest first."""
        newer = ArticleVersion.objects.filter(
            article=models.OuterRef("article_version__article"),
            number__gt=models.OuterRef("article_version__number"),
        )
        found = (
            self.filter(~models.Exists(newer), mark__in=list(marks))
            .order_by()
            .values("article_version")
            .annotate(shared=models.Count("pk"))
            .order_by("-shared", "article_version")
        )
        return [row["article_version"] for row in found[:most]]


class PassageMark(models.Model):
    """One fingerprint of one version's text; `articles.importing.copies` says what it is made of."""

    article_version = models.ForeignKey(ArticleVersion, models.CASCADE, related_name="marks")
    mark = models.BigIntegerField()

    objects = PassageMarkQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = "passage mark"
        indexes: ClassVar = [
            # The importer asks: which texts share these passages?
            models.Index(fields=["mark"], name="passage_mark_by_mark"),
        ]

    def __str__(self) -> str:
        return f"{self.article_version_id} {self.mark:x}"
