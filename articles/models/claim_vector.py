"""What claims mean, as numbers: one row for each search document of a claim, where MEANING_MODEL names a model.

Made by `articles.meaning`; rebuildable, and so outside the chain. A trigger takes a row away with the document it was
made of: words that are gone must not live on as numbers.
"""

from __future__ import annotations

from django.db import models

from articles.models.ledger import DeskOnlyQuerySet


class ClaimVectorQuerySet(DeskOnlyQuerySet):
    def of_model(self, model_sha256: str) -> ClaimVectorQuerySet:
        """Return what this model made: numbers of two models can not be compared."""
        return self.filter(model_sha256=model_sha256)


class ClaimVector(models.Model):
    """One document as a model reads it.

    document: the id of the search document. text_sha256: of the text that was read, see `articles.meaning.texts`.
    model_sha256: of the model's files. vector: float32, little-endian, of length 1; empty on PostgreSQL, where the
    numbers stand in the column `embedding` that `articles.meaning.postgres` adds.
    """

    document = models.BigIntegerField(unique=True)
    text_sha256 = models.CharField(max_length=64)
    model_sha256 = models.CharField(max_length=64)
    vector = models.BinaryField(default=b"")

    objects = ClaimVectorQuerySet.as_manager()

    class Meta:
        verbose_name = "claim vector"

    def __str__(self) -> str:
        return f"claim {self.document >> 4}"
