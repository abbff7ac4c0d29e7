"""What is searched, one row for each document. Written by triggers alone; rebuildable, and so outside the chain."""

from __future__ import annotations

from django.db import models

from articles.models.ledger import DeskOnlyQuerySet


class SearchDocument(models.Model):
    """One text that can be found; see `articles.search.documents` for what is in it and what its id says."""

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(
        max_length=10, choices=[(kind, kind) for kind in ("claim", "article", "source", "claimant")]
    )
    object_id = models.BigIntegerField()
    title = models.TextField(blank=True)
    body = models.TextField(blank=True)

    objects = DeskOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "search document"

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class SearchWord(models.Model):
    """How many documents have a common word, when that was last counted; rare words are counted when asked for."""

    word = models.TextField(primary_key=True)
    documents = models.BigIntegerField()

    objects = DeskOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "search word"

    def __str__(self) -> str:
        return f"{self.word} {self.documents}"
