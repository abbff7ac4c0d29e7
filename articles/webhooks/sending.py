"""Sending one event to one address, once, and writing down what came of it."""

from __future__ import annotations

import time
from datetime import datetime

from django.utils import timezone

from articles import reaching
from articles.models.delivery import Delivery
from articles.models.webhook import KEY_CHANGED, Webhook
from articles.webhooks import signing

GONE = 410


def send(pk: int, now: datetime | None = None) -> str:
    """Send a delivery that is due and return what became of it, in a word or two for the list of jobs.

    Between the answer and the note of it a worker can be killed: then the same event goes out again, with the same id.
    """
    now = now or timezone.now()
    delivery = Delivery.objects.select_related("webhook").filter(pk=pk).first()
    if delivery is None or not delivery.is_due(now):
        return "not due"
    webhook = delivery.webhook
    if not webhook.is_active:
        return "paused"
    if webhook.hold_until is not None and webhook.hold_until > now:
        delivery.wait_until(webhook.hold_until)
        return "held back"
    try:
        headers = headers_of(delivery, webhook, now)
    except signing.SecretLost:
        webhook.stop(KEY_CHANGED)
        return "paused"
    status, answer, error, start = None, "", "", time.monotonic()
    try:
        answered = reaching.post(webhook.url, delivery.body.encode(), headers)
    except reaching.Unreachable as trouble:
        error = str(trouble)
    else:
        status, answer = answered.status, answered.body.decode("utf-8", errors="replace")
        error = verdict_on(status)
    delivery.note(now, status=status, answer=answer, error=error, seconds=time.monotonic() - start)
    if status == GONE:
        webhook.stop("The receiver answered 410 Gone: it wants no more events.")
    return error or "delivered"


def headers_of(delivery: Delivery, webhook: Webhook, now: datetime) -> dict[str, str]:
    """Return the headers of the Standard Webhooks scheme. Raises signing.SecretLost."""
    timestamp = int(now.timestamp())
    keys = webhook.secrets(now)
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "factcheck-webhooks/1",
        "webhook-id": delivery.event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signing.signatures(keys, delivery.event_id, timestamp, delivery.body),
    }


def verdict_on(status: int) -> str:
    """Return what is wrong with an answer of this status; nothing is where it is one of success."""
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"The receiver answered {status}, a redirect, which is not followed: give the address it leads to."
    return f"The receiver answered {status}; only 200 to 299 is success."
