"""What was answered to a request that named itself, so that sending it again does nothing again."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from articles.models.ledger import DeskOnlyQuerySet
from articles.refusals import Refused

# How long the same request may come again; who tries for longer than a day asks first what became of it.
KEPT = timedelta(days=2)


class Reused(Refused):
    """The name of a request came with another request (422)."""

    code = "idempotency_key_reused"


class AnsweredRequestQuerySet(DeskOnlyQuerySet):
    def answered_before(self, moment: datetime) -> AnsweredRequestQuerySet:
        return self.filter(at__lt=moment)

    def forget_answers(self) -> int:
        """Erase what was answered and keep that it was, for a redaction; return how many there were."""
        return self.exclude(answer="").update(answer="")


class AnsweredRequest(models.Model):
    """One request that was carried out, under the name (`Idempotency-Key`) that its sender gave it.

    The row is written in the transaction of what the request did. So a twin that comes at the same time waits for
    it, and finds either the answer, or, where nothing came of it, nothing.
    """

    sender = models.CharField(max_length=40)
    name = models.CharField(max_length=255)
    # SHA-256 over method, address and body.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    answer = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = AnsweredRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "answered request"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sender", "name"],
                name="answered_request_once",
                violation_error_message="This sender has used this name already.",
            )
        ]
        indexes: ClassVar = [
            # Cleaning up asks: what was answered long ago?
            models.Index(fields=["at"], name="answered_request_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.name}"

    @property
    def is_answered(self) -> bool:
        return self.status > 0

    @classmethod
    def begin(cls, sender: str, name: str, fingerprint: str) -> AnsweredRequest:
        """Return the row of this request, new, or with its answer. Within a transaction, which it is a part of.

        Waits for a twin that is being carried out. Raises Reused where the name came with another request.
        """
        try:
            with transaction.atomic():
                return cls.objects.create(sender=sender, name=name, fingerprint=fingerprint)
        except IntegrityError:
            found = cls.objects.get(sender=sender, name=name)
        if found.fingerprint != fingerprint:
            raise Reused(
                f"The Idempotency-Key “{name[:80]}” came with another request before: use a new one for each."
            )
        return found

    def keep(self, status: int, headers: dict[str, str], answer: bytes) -> None:
        """Keep what was answered."""
        self.status, self.headers, self.answer = status, headers, answer.decode()
        self.save(update_fields=["status", "headers", "answer"])

    def again(self) -> Any:
        """Return the answer's body once more. Raises Refused where a redaction has erased it."""
        if not self.answer and self.status != 204:
            raise Refused(
                "This was done, but a redaction has erased what was answered: look up what became of it.",
                "answer_erased",
            )
        return json.loads(self.answer) if self.answer else None
