"""From the ledger to deliveries: each public entry, in order, once for each webhook that wants it.

An act asks for this in its own transaction (`ask`), so what is rolled back tells nobody. The job reads what stands
after each webhook's cursor, writes the deliveries and moves the cursor, all in one transaction: however often workers
die, no entry is lost or told twice. Entries are appended under the lock of the ledger's head, so the order of their
numbers is the order of their commits, and a cursor never passes one that is still to come.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from articles.canonical import canonical, moment
from articles.models.delivery import Delivery, DeliveryState
from articles.models.job import Job, State
from articles.models.ledger import Change, ChangeRow, Readers
from articles.models.verdict import Verdict
from articles.models.webhook import Webhook
from articles.webhooks.events import TEST, Event, events_of, wanted

# How many entries one job reads for a webhook; where there are more, another job goes on.
AT_ONCE = 200
# How many rows of one entry an event names; the change feed names all.
MOST_ROWS = 100


@dataclass
class Told:
    """What readers see of an entry: its rows, and the object it is about as far as readers know of it."""

    change: Change
    rows: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0
    nouns: set[str] = field(default_factory=set)
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def event_id(self) -> str:
        """The same however often it is asked, and the same for all webhooks."""
        digest = hashlib.sha256(f"webhook:{self.change.hash}".encode()).digest()
        return f"msg_{base64.b32encode(digest[:15]).decode().lower()}"

    @property
    def events(self) -> list[Event]:
        return events_of(self.change.verb, self.nouns)

    def body(self, event: Event) -> str:
        """Return what is sent, as canonical JSON: numbers and names of ours, no texts that a redaction would miss."""
        at = moment(self.change.at)
        data = {
            "seq": self.change.seq,
            "at": at,
            "verb": self.change.verb,
            **self.about,
            "rows": self.rows,
            "row_count": self.count,
            "links": links(self.about["object"], self.about["id"], self.change.seq),
        }
        return canonical({"type": event.value, "timestamp": at, "data": data})


def ask() -> None:
    """Have new entries told, in the transaction of the act that made them."""
    from articles import tasks

    if Webhook.objects.active().exists():
        tasks.tell_webhooks.enqueue()


@transaction.atomic
def feed() -> bool:
    """Write the deliveries of what each active webhook was not told yet; return whether there is more."""
    more = False
    for webhook in Webhook.objects.active().select_for_update().order_by("pk"):
        batch = list(Change.objects.filter(public=True, seq__gt=webhook.after_seq).order_by("seq")[:AT_ONCE])
        if not batch:
            continue
        for told in told_of(batch):
            if event := wanted(told.events, webhook.events):
                _deliver(webhook, told.event_id, told.change.seq, event.value, told.body(event))
        Webhook.objects.filter(pk=webhook.pk).update(after_seq=batch[-1].seq)
        more = more or len(batch) == AT_ONCE
    return more


def told_of(batch: list[Change]) -> Iterator[Told]:
    """Yield what readers see of these entries, in their order."""
    found = {change.seq: Told(change) for change in batch}
    rows = ChangeRow.objects.filter(change__in=list(found)).exclude(readers=Readers.HIDDEN)
    rows = rows.order_by("change_id", "position")
    for seq, noun, pk, state in rows.values_list(
        "change_id", "object_type", "object_id", "readers"
    ).iterator():
        told = found[seq]
        told.count += 1
        told.nouns.add(noun)
        if len(told.rows) < MOST_ROWS:
            told.rows.append({"object": noun, "id": pk, "state": state})
        if (noun, pk) == (told.change.object_type, told.change.object_id):
            told.about = {"object": noun, "id": pk}
    for told in found.values():
        told.about = told.about or _about(told)
        yield told


def _about(told: Told) -> dict[str, Any]:
    """Return what an entry is about that does not write it: only what readers saw last, else the first of its rows."""
    noun, pk = told.change.object_type, told.change.object_id
    if pk is not None:
        before = ChangeRow.objects.filter(object_type=noun, object_id=pk, change_id__lte=told.change.seq)
        last = before.order_by("-change_id").values_list("readers", flat=True).first()
        if last in (Readers.SHOWN, Readers.GONE):
            return {"object": noun, "id": pk}
    return {name: told.rows[0][name] for name in ("object", "id")}


def links(noun: str, pk: int, seq: int) -> dict[str, str | None]:
    """Return where to read on, from the root of this site: the API, the readers' page, the change feed."""
    page: tuple[str, list[int]] = (noun, [pk])
    if noun == "verdict":
        found = Verdict.objects.filter(pk=pk).values_list("claim_id", "number").first()
        page = (noun, list(found or ()))
    return {
        "api": _address(f"api-{noun}-detail", [pk]),
        "page": _address(*page),
        "changes": f"/api/v1/changes/?after={seq - 1}",
    }


def _address(name: str, numbers: list[int]) -> str | None:
    try:
        return reverse(name, args=numbers)
    except NoReverseMatch:
        return None


def make_test(webhook: Webhook, now: datetime) -> Delivery:
    """Write an event that tells of nothing, and have it sent."""
    said = "A test of this webhook. Nothing has happened."
    body = canonical({"type": TEST, "timestamp": moment(now), "data": {"message": said}})
    with transaction.atomic():
        return _deliver(webhook, f"msg_test_{secrets.token_hex(12)}", None, TEST, body, now)


def _deliver(
    webhook: Webhook, event_id: str, seq: int | None, kind: str, body: str, now: datetime | None = None
) -> Delivery:
    now = now or timezone.now()
    made = Delivery.objects.create(
        webhook=webhook, event_id=event_id, seq=seq, type=kind, body=body, created_at=now, next_attempt_at=now
    )
    made.wait_until(now)
    return made


def send_what_waits(webhook: Webhook, now: datetime) -> None:
    """Have all that waits for a webhook sent now, as where it was paused and goes on: jobs are made in turns."""
    from articles import tasks

    webhook.deliveries.waiting().update(next_attempt_at=now, job=None)
    tasks.catch_up_on_webhooks.enqueue()


def catch_up(now: datetime) -> bool:
    """Ask again for what has no job that will send it; return whether there is more."""
    at_work = Job.objects.filter(pk=OuterRef("job"), state__in=(State.WAITING, State.RUNNING))
    lost = list(
        Delivery.objects.waiting()
        .filter(next_attempt_at__lte=now, webhook__in=Webhook.objects.active())
        .exclude(Exists(at_work))
        .order_by("pk")[:AT_ONCE]
    )
    for delivery in lost:
        delivery.wait_until(now)
    return len(lost) == AT_ONCE


def forget(now: datetime) -> int:
    """Delete deliveries that are older than is kept; what still waits is skipped, and the webhook tells so."""
    with transaction.atomic():
        gone: int = Delivery.objects.too_old(now).exclude(state=DeliveryState.WAITING).delete()[0]
        old = Delivery.objects.too_old(now).waiting()
        for webhook in (
            Webhook.objects.filter(pk__in=old.values("webhook")).select_for_update().order_by("pk")
        ):
            skipped = old.filter(webhook=webhook)
            last = skipped.order_by("-seq").exclude(seq=None).values_list("seq", flat=True).first()
            webhook.skip(skipped.update(state=DeliveryState.SKIPPED, next_attempt_at=None), last)
            webhook.save(update_fields=["skipped", "skipped_to"])
    return gone
