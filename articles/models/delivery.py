"""One event on its way to one webhook: what is sent, every try, and when the next is due."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.recorded import RecordQuerySet, at_desk
from articles.models.user import require_administrator
from articles.models.webhook import KEPT, Webhook
from articles.refusals import Refused
from articles.webhooks.events import TYPES

# How long a delivery waits after each try that failed, give or take a tenth; after the last it is given up: ten
# tries within a bit more than three days.
WAITS = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
# What of the tries is kept: the last ones, and the beginning of what was answered.
MOST_TRIES = 30
LONGEST_ANSWER = 2048


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DELIVERED = "delivered", _("delivered")
    GIVEN_UP = "given_up", _("given up")
    SKIPPED = "skipped", _("skipped")


class DeliveryQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> DeliveryQuerySet:
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> DeliveryQuerySet:
        """Administrators send again; nobody writes into a delivery."""
        return self.all() if at_desk(user) and user.may_administer else self.none()

    def waiting(self) -> DeliveryQuerySet:
        return self.filter(state=DeliveryState.WAITING)

    def too_old(self, now: datetime) -> DeliveryQuerySet:
        return self.filter(created_at__lt=now - KEPT)

    def for_listing(self) -> DeliveryQuerySet:
        return self.select_related("webhook").defer("body")


class Delivery(models.Model):
    """What one webhook is told of one entry of the ledger. The id and the body stay the same over all tries."""

    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="deliveries")
    event_id = models.CharField(max_length=60)
    # None: a test, which is about no entry.
    seq = models.BigIntegerField(null=True, blank=True)
    type = models.CharField(max_length=40, choices=TYPES)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    # Tries since it was made, or since somebody sent it again.
    tries = models.PositiveIntegerField(default=0)
    attempts = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(_("next try"), null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    # The number of the job that will send it.
    job = models.BigIntegerField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["webhook", "event_id"],
                name="delivery_event_once",
                violation_error_message="A webhook is told of an event once.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values),
                name="delivery_state_known",
                violation_error_message="A delivery is waiting, delivered, given up or skipped.",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.WAITING) | Q(next_attempt_at__isnull=False),
                name="delivery_waits_for_a_time",
                violation_error_message="A delivery that waits is due at some time.",
            ),
        ]
        indexes: ClassVar = [
            # Catching up asks: what should have been sent by now?
            models.Index(fields=["next_attempt_at"], condition=Q(state="waiting"), name="delivery_waiting"),
            # The desk asks: what was this webhook told last, and what waits for it?
            models.Index(fields=["webhook", "state", "-id"], name="delivery_by_webhook"),
            # Cleaning up asks: what is too old?
            models.Index(fields=["created_at"], name="delivery_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.seq or self.event_id}"

    @property
    def last_attempt(self) -> dict[str, Any] | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def outcome(self) -> str:
        """What came of the last try, in a few words."""
        last = self.last_attempt
        return "" if last is None else last["error"] or str(last["status"])

    def is_due(self, now: datetime) -> bool:
        return (
            self.state == DeliveryState.WAITING
            and self.next_attempt_at is not None
            and self.next_attempt_at <= now
        )

    # Verbs.

    def replay(self, by: Any, now: datetime | None = None) -> None:
        """Send it again, with the same id and the same body: the receiver knows whether it has had it."""
        require_administrator(by, "sends events again")
        now = now or timezone.now()
        with transaction.atomic():
            webhook = Webhook.objects.select_for_update().get(pk=self.webhook_id)
            if not webhook.is_active:
                raise Refused(f"The webhook is {webhook.get_state_display()}: resume it first.", "paused")
            self.refresh_from_db()
            self.tries, self.delivered_at = 0, None
            self.wait_until(now)

    # What the machine does with it.

    def wait_until(self, moment: datetime) -> None:
        """Have it sent at that moment: the mark and the job are one transaction."""
        from articles import tasks

        with transaction.atomic():
            job = tasks.send_event.using(run_after=moment).enqueue(self.pk)
            self.state, self.next_attempt_at, self.job = DeliveryState.WAITING, moment, int(job.id)
            self.save(update_fields=["state", "next_attempt_at", "job", "tries", "delivered_at"])

    def note(self, now: datetime, *, status: int | None, answer: str, error: str, seconds: float) -> None:
        """Write down a try. `status` is None where nobody answered; `error` says what was wrong, empty is success."""
        with transaction.atomic():
            # In the order in which everybody locks: the webhook first.
            webhook = Webhook.objects.select_for_update().get(pk=self.webhook_id)
            self.refresh_from_db()
            self.tries += 1
            attempt = {
                "at": now.isoformat(timespec="milliseconds"),
                "status": status,
                "milliseconds": round(seconds * 1000),
                "answer": answer[:LONGEST_ANSWER].replace("\x00", "\ufffd"),
                "error": error,
            }
            self.attempts = [*self.attempts, attempt][-MOST_TRIES:]
            if error and self.state == DeliveryState.DELIVERED:
                # Two workers had it, one of which was taken for lost; the other got through.
                self.save(update_fields=["attempts"])
                return
            if not error:
                self.state, self.delivered_at, self.next_attempt_at = DeliveryState.DELIVERED, now, None
                webhook.note_success(now)
            else:
                if self.tries > len(WAITS):
                    self.state, self.next_attempt_at = DeliveryState.GIVEN_UP, None
                else:
                    # Spread, so that what failed together does not come back together.
                    self.wait_until(now + WAITS[self.tries - 1] * random.uniform(0.9, 1.1))  # noqa: S311 - no secret
                webhook.note_failure(now)
            self.save()
