"""What an import made of each item of a manifest, so that a second import knows it again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from articles.models.ledger import DeskOnlyQuerySet


class ManifestItem(models.Model):
    """One item of a manifest and the row it became; `digest` is of the item as it was imported last."""

    manifest = models.CharField(max_length=200)
    path = models.CharField(
        max_length=300, help_text="List and key within the manifest, as in claims/A02a/evidence/A02a-1."
    )
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(
        null=True,
        help_text="Of the row, after this import wrote it; a higher one now means the desk changed it.",
    )
    imported_at = models.DateTimeField(auto_now=True)

    objects = DeskOnlyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["manifest", "path"]
        verbose_name = "manifest item"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["manifest", "path"], name="manifest_item_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["object_type", "object_id"], name="manifest_item_by_object")
        ]

    def __str__(self) -> str:
        return f"{self.manifest}/{self.path}"
