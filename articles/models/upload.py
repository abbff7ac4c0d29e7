"""What was uploaded to be imported in the background, until that is done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from articles.models.ledger import DeskOnlyQuerySet
from articles.refusals import NotAllowed

# Longer than any job is tried for.
KEPT = timedelta(days=7)


class UploadQuerySet(DeskOnlyQuerySet):
    def left_before(self, moment: datetime) -> UploadQuerySet:
        return self.filter(at__lt=moment)

    def forget(self) -> int:
        """Delete what still waits to be imported, for a redaction; return how many files that were.

        What a packed file says nobody knows before it is read; its job tells that it is to be handed in again.
        """
        return self.delete()[0]


class Upload(models.Model):
    """The bytes of one file, in the database, since a worker may run on another machine than the web."""

    name = models.CharField(max_length=500)
    content = models.BinaryField()
    repair = models.BooleanField(default=False)
    by = models.ForeignKey("articles.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = UploadQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def size(self) -> int:
        return len(self.content)

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Yield the bytes, as an uploaded file of Django does."""
        yield bytes(self.content)

    @classmethod
    def hand_in(cls, by: Any, name: str, content: bytes, *, repair: bool = False) -> Any:
        """Keep a file and ask for it to be imported; return the job."""
        from articles.models.job import Job
        from articles.tasks import import_upload

        if not getattr(by, "may_import", False):
            raise NotAllowed("Only the desk hands in articles.")
        with transaction.atomic():
            upload = cls.objects.create(name=name[:500] or "upload", content=content, repair=repair, by=by)
            result = import_upload.enqueue(upload.pk, by.may_write)
            job = Job.objects.get(pk=int(result.id))
            job.asked_by = by
            job.save(update_fields=["asked_by"])
        return job
