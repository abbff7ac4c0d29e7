"""Who is told of what happens on record: another program's address, the events it asked for, how far it was told."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import reaching
from articles.models.ledger import Change, LedgerHead
from articles.models.recorded import RecordQuerySet, Revised, at_desk
from articles.models.user import require_administrator
from articles.refusals import Refused
from articles.webhooks import signing
from articles.webhooks.events import EVERYTHING, Event, unknown_events

# How long the secret before this one signs too, so that a receiver can change over.
BOTH_SIGN = timedelta(hours=24)
# After how long of nothing but failures a webhook is paused.
PATIENCE = timedelta(days=5)
# How long deliveries are kept, and how far back a webhook that is resumed begins.
KEPT = timedelta(days=30)
# After so many failures one after the other, all that waits for a receiver waits together, longer each time.
FAILURES_IN_A_ROW = 5
FIRST_HOLD = timedelta(seconds=10)
LONGEST_HOLD = timedelta(minutes=10)


class WebhookState(models.TextChoices):
    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")
    STOPPED = "stopped", _("paused automatically")


class WebhookQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> WebhookQuerySet:
        return self.all() if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> WebhookQuerySet:
        """Administrators say which programs are told."""
        return self.all() if at_desk(user) and user.may_administer else self.none()

    def active(self) -> WebhookQuerySet:
        return self.filter(state=WebhookState.ACTIVE)

    def for_listing(self) -> WebhookQuerySet:
        """Load what a line of a list shows: `waiting`, how many deliveries wait."""
        waiting = models.Count("deliveries", filter=Q(deliveries__state="waiting"))
        return self.annotate(waiting=waiting)


class Webhook(Revised):
    """An address that is told, in order of the ledger, of what changed for readers; drafts never."""

    revisable = frozenset({"name", "url", "description", "events"})

    name = models.CharField(max_length=100, help_text=_("Who is told, for the desk."))
    url = models.CharField(
        _("address"), max_length=reaching.LONGEST_ADDRESS,
        help_text=_("Where events are sent: https, on port 443 or 8443, at a public address."),
    )  # fmt: skip
    description = models.CharField(max_length=500, blank=True)
    events = models.JSONField(default=list, help_text=_("Which events are sent; * is all of them."))
    # What the secrets are derived from, and by what they are known again; see articles.webhooks.signing.
    salt = models.CharField(max_length=32, editable=False)
    fingerprint = models.CharField(max_length=32, editable=False)
    previous_salt = models.CharField(max_length=32, blank=True, editable=False)
    previous_fingerprint = models.CharField(max_length=32, blank=True, editable=False)
    previous_until = models.DateTimeField(_("secret before this one signs until"), null=True, editable=False)
    state = models.CharField(
        max_length=10, choices=WebhookState.choices, default=WebhookState.ACTIVE, editable=False
    )
    paused_why = models.CharField(_("why it is paused"), max_length=500, blank=True, editable=False)
    after_seq = models.BigIntegerField(
        _("told up to"), editable=False, help_text=_("The entry of the ledger up to which deliveries were made.")
    )  # fmt: skip
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    hold_until = models.DateTimeField(_("nothing is sent until"), null=True, editable=False)
    delivered_at = models.DateTimeField(_("last delivered"), null=True, editable=False)
    skipped = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("How many events were never sent since they had become too old.")
    )  # fmt: skip
    skipped_to = models.BigIntegerField(_("skipped up to"), null=True, editable=False)
    created_by = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=WebhookState.values),
                name="webhook_state_known",
                violation_error_message="A webhook is active, paused, or paused automatically.",
            ),
            models.CheckConstraint(
                condition=~Q(state=WebhookState.STOPPED) | ~Q(paused_why=""),
                name="webhook_stopped_for_a_reason",
                violation_error_message="A webhook that was paused automatically says why.",
            ),
            models.CheckConstraint(
                condition=Q(previous_salt="", previous_fingerprint="", previous_until=None)
                | ~Q(previous_salt="") & ~Q(previous_fingerprint="") & Q(previous_until__isnull=False),
                name="webhook_previous_secret_ends",
                violation_error_message="A secret that was followed by another signs until some moment.",
            ),
        ]
        indexes: ClassVar = [
            # Every act that readers see asks: is anybody told at all?
            models.Index(fields=["id"], condition=Q(state=WebhookState.ACTIVE), name="webhook_active"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        refused = {}
        try:
            reaching.read_address(self.url)
        except reaching.Unreachable as trouble:
            refused["url"] = str(trouble)
        if not isinstance(self.events, list) or not all(isinstance(one, str) for one in self.events):
            refused["events"] = "Give a list of events."
        elif not self.events:
            refused["events"] = f"Choose at least one event, or {EVERYTHING} for all."
        elif unknown := unknown_events(self.events):
            known = ", ".join([EVERYTHING, *Event.values])
            refused["events"] = f"There is no event “{unknown[0][:100]}”. There are: {known}."
        if refused:
            raise ValidationError(refused)

    @property
    def is_active(self) -> bool:
        return self.state == WebhookState.ACTIVE

    def secrets(self, now: datetime) -> list[bytes]:
        """Return the secrets that sign now, the newest first. Raises signing.SecretLost where the newest is lost."""
        found = [signing.secret_of(self.salt, self.fingerprint)]
        if self.previous_until is not None and now < self.previous_until:
            # Where SECRET_KEY changed since, the newest was made with the new one and is enough.
            with suppress(signing.SecretLost):
                found.append(signing.secret_of(self.previous_salt, self.previous_fingerprint))
        return found

    @property
    def secret_text(self) -> str:
        """The secret as the receiver is given it. Show it once, to the administrator who made it."""
        return signing.in_text(signing.secret_of(self.salt, self.fingerprint))

    # Verbs. They are no part of the record: the ledger says what readers see, not who else reads it.

    @classmethod
    def add(cls, by: Any, *, name: str, url: str, description: str = "", events: Any = ()) -> Webhook:
        """Tell an address of what happens from now on. `events` are of `Event`, or `*`."""
        require_administrator(by, "adds webhooks")
        webhook = cls(name=name, url=url, description=description, events=list(events), created_by=by)
        webhook.salt = signing.new_salt()
        webhook.fingerprint = signing.fingerprint_of(signing.secret_of(webhook.salt))
        with transaction.atomic():
            webhook.after_seq = LedgerHead.objects.get(pk=1).seq
            webhook.full_clean()
            webhook.save(force_insert=True)
        return webhook

    def rotate(self, by: Any, now: datetime | None = None, expected: int | None = None) -> Webhook:
        """Make a new secret; the one before signs too for another day."""
        require_administrator(by, "makes secrets")
        now = now or timezone.now()
        with transaction.atomic():
            self._lock()
            self.previous_salt, self.previous_fingerprint = self.salt, self.fingerprint
            self.previous_until = now + BOTH_SIGN
            try:
                self.secrets(now)
            except signing.SecretLost:
                # SECRET_KEY changed: what was derived from the old one can sign nothing more.
                self.previous_salt, self.previous_fingerprint, self.previous_until = "", "", None
            self.salt = signing.new_salt()
            self.fingerprint = signing.fingerprint_of(signing.secret_of(self.salt))
            self.write(
                ["salt", "fingerprint", "previous_salt", "previous_fingerprint", "previous_until"], expected
            )
        return self

    def pause(self, by: Any, why: str = "", expected: int | None = None) -> None:
        """Send nothing until it is resumed; what happens meanwhile waits."""
        require_administrator(by, "pauses webhooks")
        with transaction.atomic():
            self._lock()
            if not self.is_active:
                raise Refused(f"It is {self.get_state_display()} already.", "paused")
            self.state, self.paused_why = WebhookState.PAUSED, why.strip()
            self.full_clean()
            self.write(["state", "paused_why"], expected)

    def resume(self, by: Any, now: datetime | None = None, expected: int | None = None) -> int:
        """Go on where it stopped; return how many events are skipped, since they are older than is kept."""
        require_administrator(by, "resumes webhooks")
        from articles.webhooks import feeding

        now = now or timezone.now()
        with transaction.atomic():
            self._lock()
            if self.is_active:
                raise Refused("It is active already.", "active")
            # Where the address or SECRET_KEY is no longer good, it says so here and not at the first try.
            self.full_clean()
            self._require_secret(now)
            skipped = self._skip_what_is_too_old(now)
            self.state, self.paused_why = WebhookState.ACTIVE, ""
            self.failures, self.failing_since, self.hold_until = 0, None, None
            changed = ["state", "paused_why", "failures", "failing_since", "hold_until"]
            self.write([*changed, "skipped", "skipped_to", "after_seq"], expected)
            feeding.ask()
            feeding.send_what_waits(self, now)
        return skipped

    def send_test(self, by: Any, now: datetime | None = None) -> Any:
        """Send an event that tells of nothing, and return its delivery."""
        require_administrator(by, "sends test events")
        from articles.webhooks import feeding

        if not self.is_active:
            raise Refused(f"It is {self.get_state_display()}: resume it first.", "paused")
        return feeding.make_test(self, now or timezone.now())

    # What the machine notes.

    def note_success(self, now: datetime) -> None:
        Webhook.objects.filter(pk=self.pk).update(
            failures=0, failing_since=None, hold_until=None, delivered_at=now
        )

    def note_failure(self, now: datetime) -> None:
        """Hold back what waits where it goes on failing, and pause after days of nothing else."""
        with transaction.atomic():
            self._lock()
            self.failures += 1
            self.failing_since = self.failing_since or now
            if self.failures >= FAILURES_IN_A_ROW:
                doubled = FIRST_HOLD * 2 ** min(self.failures - FAILURES_IN_A_ROW, 20)
                self.hold_until = now + min(doubled, LONGEST_HOLD)
            self.save(update_fields=["failures", "failing_since", "hold_until"])
            if now - self.failing_since >= PATIENCE:
                since = f"{self.failing_since:%Y-%m-%d %H:%M} UTC"
                self.stop(
                    f"Nothing got through since {since}: {self.failures} tries failed one after the other."
                )

    def stop(self, why: str) -> None:
        """Pause it, with the reason that the desk is shown. One that is paused already keeps its own reason."""
        Webhook.objects.active().filter(pk=self.pk).update(
            state=WebhookState.STOPPED, paused_why=why[:500], revision=F("revision") + 1
        )

    def skip(self, count: int, up_to: int | None) -> None:
        """Note that events will not be sent, up to an entry of the ledger."""
        self.skipped += count
        self.skipped_to = max(filter(None, (self.skipped_to, up_to)), default=None)

    def _lock(self) -> None:
        """Read the row again, so that it stays as it is until this transaction ends."""
        self.refresh_from_db(from_queryset=Webhook.objects.select_for_update())

    def _require_secret(self, now: datetime) -> None:
        try:
            self.secrets(now)
        except signing.SecretLost as lost:
            raise Refused(
                f"{KEY_CHANGED} Rotate it first, and give the receiver the new one.", "secret_lost"
            ) from lost

    def _skip_what_is_too_old(self, now: datetime) -> int:
        """Begin after what is older than deliveries are kept; return how many entries are passed over."""
        left = Change.objects.filter(public=True, seq__gt=self.after_seq, at__lt=now - KEPT)
        passed = left.aggregate(count=models.Count("seq"), last=models.Max("seq"))
        if passed["count"]:
            self.skip(passed["count"], passed["last"])
            self.after_seq = passed["last"]
        return passed["count"]


KEY_CHANGED = "SECRET_KEY has changed since this webhook's secret was made, so nothing can be signed with it."
