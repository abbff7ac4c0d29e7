"""One piece of background work: asked for in a transaction, leased to one worker at a time, done or dead in the end."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import connections, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.ledger import DeskOnlyQuerySet
from articles.models.recorded import RecordQuerySet, at_desk
from articles.models.user import require_editor
from articles.refusals import Refused

# How long a job waits before its second try; it doubles with each, up to the longest, give or take a fifth.
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
MOST_ERRORS = 10
LONGEST_ERROR = 20_000


class State(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    DEAD = "dead", _("given up")
    CANCELLED = "cancelled", _("cancelled")


class JobQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> JobQuerySet:
        """The desk sees all work; a program that may only hand in articles sees what it asked for."""
        if at_desk(user):
            return self.all()
        return self.filter(asked_by=user.pk) if getattr(user, "may_import", False) else self.none()

    def editable_by(self, user: Any) -> JobQuerySet:
        """Editors retry and cancel; nobody writes into a job."""
        return self.all() if at_desk(user) and user.may_publish else self.none()

    def due(self, now: datetime) -> JobQuerySet:
        """Return what a worker may take: what waits and whose time has come, and what a worker has left behind."""
        waits = Q(state=State.WAITING, run_after__lte=now)
        left = Q(state=State.RUNNING, lease_until__lt=now)
        return self.filter(waits | left).order_by("-priority", "run_after", "pk")

    def of_queues(self, queues: Iterable[str]) -> JobQuerySet:
        queues = list(queues)
        return self.filter(queue__in=queues) if queues else self.all()

    def purging(self) -> JobQuerySet:
        """Return what tells a CDN to forget."""
        return self.filter(queue="cdn")

    def finished_before(self, moment: datetime) -> JobQuerySet:
        """Return what came to its end before that moment. The dead stay until somebody has looked at them."""
        return self.filter(state__in=(State.DONE, State.CANCELLED), finished_at__lt=moment)

    def take(self, worker: str, now: datetime, lease: timedelta) -> Job | None:
        """Lease the first job that is due to this worker; None where nothing is. Two workers never get the same.

        A job whose worker was lost more often than it may be tried is given up here.
        """
        if not self.due(now).exists():
            # Asked without a lock: workers that idle must not queue for SQLite's one writer.
            return None
        skip = connections[self.db].features.has_select_for_update_skip_locked
        with transaction.atomic(using=self.db):
            job: Job | None = self.select_for_update(skip_locked=skip).due(now).first()
            if job is None:
                return None
            if job.state == State.RUNNING:
                job.note(f"Worker {job.worker} was lost; its lease ended {job.lease_until}.")
            if job.attempts >= job.most_attempts:
                job._end(State.DEAD, now)
                return None
            job.state, job.worker, job.token = State.RUNNING, worker, secrets.token_hex(16)
            job.attempts += 1
            job.started_at, job.lease_until = now, now + lease
            job.save()
        return job


class Job(models.Model):
    """What to call with which arguments, how often it was tried, and how it went."""

    task = models.CharField(max_length=300, help_text=_("The function, by its module and name."))
    arguments = models.JSONField(default=dict, help_text=_("Its args and kwargs."))
    queue = models.CharField(max_length=60, default="default")
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    most_attempts = models.PositiveIntegerField(default=5)
    enqueued_at = models.DateTimeField(default=timezone.now)
    run_after = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=200, blank=True)
    # Who holds it writes with it: a worker that lost its lease can end nothing.
    token = models.CharField(max_length=32, blank=True, editable=False)
    result = models.JSONField(null=True, blank=True)
    # {"done": 3, "of": 40} while it runs, of a task that says so.
    progress = models.JSONField(null=True, blank=True)
    asked_by = models.ForeignKey(
        "articles.User", models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        help_text=_("Whoever waits for it; nobody for what the house does by itself."),
    )  # fmt: skip
    errors = models.JSONField(default=list, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=State.values),
                name="job_state_known",
                violation_error_message="A job is waiting, running, done, given up or cancelled.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.RUNNING, lease_until__isnull=False) | ~Q(state=State.RUNNING),
                name="job_running_has_lease",
                violation_error_message="A running job has a lease.",
            ),
            models.CheckConstraint(
                condition=Q(most_attempts__gte=1),
                name="job_tried_once",
                violation_error_message="A job is tried at least once.",
            ),
        ]
        indexes: ClassVar = [
            # A worker asks: what waits, the most urgent first?
            models.Index(
                fields=["-priority", "run_after", "id"], condition=Q(state=State.WAITING), name="job_waiting"
            ),
            # A worker asks: whose lease has ended?
            models.Index(fields=["lease_until"], condition=Q(state=State.RUNNING), name="job_running"),
            # Cleaning up asks: what ended long ago?
            models.Index(fields=["state", "finished_at"], name="job_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.task.rpartition('.')[2]}"

    @property
    def last_error(self) -> str:
        """Return the last line of what went wrong last."""
        return self.errors[-1]["text"].strip().rpartition("\n")[2] if self.errors else ""

    def note(self, text: str, kind: str = "") -> None:
        """Remember what went wrong in this try; `kind` is the path of the exception's class."""
        error = {"attempt": self.attempts, "kind": kind, "text": text[-LONGEST_ERROR:].replace("\x00", "")}
        self.errors = [*self.errors, error][-MOST_ERRORS:]

    # What a worker does with the job it holds. Each returns whether it still held it.

    def renew(self, now: datetime, lease: timedelta) -> bool:
        return bool(self._held().update(lease_until=now + lease))

    def finish(self, result: Any, now: datetime) -> bool:
        return bool(
            self._held().update(state=State.DONE, result=result, finished_at=now, lease_until=None, token="")
        )

    def fail(self, text: str, kind: str, now: datetime, *, for_good: bool = False) -> bool:
        """Try again later, or give up where it was tried often enough."""
        self.note(text, kind)
        if for_good or self.attempts >= self.most_attempts:
            return bool(
                self._held().update(
                    state=State.DEAD, errors=self.errors, finished_at=now, lease_until=None, token=""
                )
            )
        # Beyond the longest one it stays: a task that is tried for months would leave what a number can say.
        wait = min(FIRST_WAIT * 2 ** min(self.attempts - 1, 20), LONGEST_WAIT)
        # Spread, so that what failed together does not come back together.
        wait *= random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        return bool(
            self._held().update(
                state=State.WAITING, errors=self.errors, run_after=now + wait, lease_until=None, token=""
            )
        )

    def report(self, done: int, of: int) -> bool:
        """Say how far it is."""
        return bool(self._held().update(progress={"done": done, "of": of}))

    def release(self) -> bool:
        """Give it back untried: the worker stops, the job has done nothing wrong."""
        return bool(
            self._held().update(state=State.WAITING, attempts=F("attempts") - 1, lease_until=None, token="")
        )

    def _held(self) -> JobQuerySet:
        return Job.objects.filter(pk=self.pk, state=State.RUNNING, token=self.token)

    def _end(self, state: State, now: datetime) -> None:
        self.state, self.finished_at, self.lease_until, self.token = state, now, None, ""
        self.save()

    # What people do.

    def retry(self, by: Any) -> None:
        """Try a job again that was given up or cancelled, as often as a new one."""
        require_editor(by, "tries jobs again")
        with transaction.atomic():
            job = Job.objects.select_for_update().get(pk=self.pk)
            if job.state not in (State.DEAD, State.CANCELLED):
                raise Refused(
                    f"This job is {job.get_state_display()}; only what was given up is tried again.",
                    "job_state",
                )
            job.state, job.attempts, job.finished_at = State.WAITING, 0, None
            job.run_after = timezone.now()
            job.save()
        self.refresh_from_db()

    def cancel(self, by: Any) -> None:
        """Leave a job undone that no worker has begun."""
        require_editor(by, "cancels jobs")
        with transaction.atomic():
            job = Job.objects.select_for_update().get(pk=self.pk)
            if job.state != State.WAITING:
                raise Refused(
                    f"This job is {job.get_state_display()}; only one that waits can be cancelled.",
                    "job_state",
                )
            job._end(State.CANCELLED, timezone.now())
        self.refresh_from_db()


class Schedule(models.Model):
    """When a task that comes back at intervals is due next. One worker of all gets to enqueue it."""

    task = models.CharField(max_length=300, primary_key=True)
    due_at = models.DateTimeField()
    # What its last run found out for pages that cannot wait for it: numbers of ours, and no words of the record, which
    # would stay here when they are taken out of it.
    found = models.JSONField(null=True, editable=False)

    objects = DeskOnlyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.task} {self.due_at}"

    @classmethod
    def note(cls, task: str, found: Any) -> None:
        """Keep what a run of a task found out, in the place of what the one before did."""
        if not cls.objects.filter(task=task).update(found=found):
            cls.objects.create(task=task, due_at=timezone.now(), found=found)

    @classmethod
    def noted(cls, task: str) -> Any:
        """Return what the last run of a task found out; None before the first. One query."""
        return cls.objects.filter(task=task).values_list("found", flat=True).first()

    @classmethod
    def claim(cls, task: str, every: timedelta, now: datetime) -> bool:
        """Return whether the task is due and nobody else has taken this turn; sets the next one."""
        found, _made = cls.objects.defer("found").get_or_create(task=task, defaults={"due_at": now})
        if found.due_at > now:
            return False
        # Turns that went by while no worker ran are not caught up with.
        return bool(cls.objects.filter(task=task, due_at=found.due_at).update(due_at=now + every))
