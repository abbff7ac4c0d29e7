"""A worker: takes one job after the other, keeps its lease alive, and stops when it is told to."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Any

from django.db import Error as DatabaseError
from django.db import connections, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import Task, TaskContext
from django_tasks.utils import get_module_path, normalize_json

from articles.models.job import Job, Schedule
from articles.work.backend import Chore, result_of

log = logging.getLogger("factcheck.worker")


class Stopped(BaseException):
    """The worker was told to stop and the job had its time to end."""


class TookTooLong(BaseException):
    """A try went on longer than its task allows. Rings once: no task may take it for a trouble of its own."""


class LostLease(Exception):
    """Another worker has the job by now; nothing of this try is kept."""


class Worker:
    """One process that works through the jobs of some queues.

    `lease` is how long a job stays with a worker that shows no sign of life; `grace` how long a job may go on after
    the worker was told to stop. `parent` is the process it was started by and ends with.
    """

    def __init__(
        self,
        queues: Iterable[str] = (),
        lease: timedelta = timedelta(seconds=60),
        grace: timedelta = timedelta(seconds=30),
        idle: float = 1.0,
        parent: int | None = None,
    ) -> None:
        self.queues = list(queues)
        self.lease, self.grace, self.idle, self.parent = lease, grace, idle, parent
        self.name = f"{socket.gethostname()[:100]}:{os.getpid()}"
        self.stopping = threading.Event()

    def run(self, *, drain: bool = False) -> int:
        """Work until told to stop, or, where `drain` is asked for, until nothing is due; return how many jobs ran."""
        done, quiet = 0, self.idle / 8
        with self._listening():
            while not self.stopping.is_set() and self.parent in (None, os.getppid()):
                try:
                    if not drain:
                        self.enqueue_what_comes_back()
                    worked = self.step()
                except DatabaseError as trouble:
                    # A database that restarts comes back; a worker that ended would not.
                    log.warning("the database does not answer (%s); trying again", str(trouble).strip())
                    connections.close_all()
                    worked, quiet = False, max(quiet, 1.0)
                if worked:
                    done, quiet = done + 1, self.idle / 8
                elif drain:
                    break
                else:
                    self.stopping.wait(quiet)
                    quiet = min(quiet * 2, self.idle)
        return done

    def step(self) -> bool:
        """Take one job and run it; return whether there was one."""
        job = Job.objects.of_queues(self.queues).take(self.name, timezone.now(), self.lease)
        if job is None:
            return False
        start = time.monotonic()
        outcome = self._try(job)
        log.info("job %s %s, try %s, %.2f s", job, outcome, job.attempts, time.monotonic() - start)
        return True

    def enqueue_what_comes_back(self) -> None:
        from articles import tasks

        now = timezone.now()
        for task in vars(tasks).values():
            if isinstance(task, Chore) and task.every is not None:
                with transaction.atomic():
                    if Schedule.claim(task.module_path, task.every, now):
                        task.enqueue()

    # One job.

    def _try(self, job: Job) -> str:
        try:
            task = import_string(job.task)
            if not isinstance(task, Task):
                raise ImportError(f"{job.task} is no task")
        except ImportError as trouble:
            job.fail(f"There is no such task in this release: {trouble}", "", timezone.now(), for_good=True)
            return "was given up: no such task"
        try:
            with self._alive(job), self._limited(task):
                self._call(task, job)
        except LostLease:
            return "was lost to another worker"
        except Stopped:
            job.release()
            return "was given back"
        except DatabaseError:
            if not _answers():
                raise
            return self._failed(job)
        except (Exception, TookTooLong):
            return self._failed(job)
        return "is done"

    def _call(self, task: Any, job: Job) -> None:
        arguments = job.arguments
        context = [TaskContext(task_result=result_of(job, task))] if task.takes_context else []
        if getattr(task, "in_transaction", True):
            with transaction.atomic():
                result = normalize_json(task.call(*context, *arguments["args"], **arguments["kwargs"]))
                if not job.finish(result, timezone.now()):
                    raise LostLease
        else:
            result = normalize_json(task.call(*context, *arguments["args"], **arguments["kwargs"]))
            if not job.finish(result, timezone.now()):
                raise LostLease

    def _failed(self, job: Job) -> str:
        import sys

        error = sys.exc_info()[1]
        kind = get_module_path(type(error))
        job.fail(traceback.format_exc(), kind, timezone.now())
        return f"failed ({kind})"

    @contextmanager
    def _alive(self, job: Job) -> Iterator[None]:
        """Renew the lease while the job runs, from a thread with a connection of its own."""
        ended = threading.Event()

        def renew() -> None:
            try:
                while not ended.wait(self.lease.total_seconds() / 3):
                    try:
                        if not job.renew(timezone.now(), self.lease):
                            return
                    except DatabaseError:
                        # On SQLite the job's own transaction may be in the way; then it is in every worker's way.
                        connections.close_all()
            finally:
                connections.close_all()

        # SQLite in memory has no second connection to lend; only tests live there.
        thread = None if _in_memory() else threading.Thread(target=renew, daemon=True)
        if thread:
            thread.start()
        try:
            yield
        finally:
            ended.set()
            if thread:
                thread.join(timeout=5)

    @contextmanager
    def _limited(self, task: Any) -> Iterator[None]:
        limit = getattr(task, "limit", None)
        if limit is None or threading.current_thread() is not threading.main_thread():
            yield
            return

        def ring(number: int, frame: FrameType | None) -> None:
            if self.stopping.is_set():
                raise Stopped
            raise TookTooLong(f"It took longer than {limit}.")

        before = signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, limit.total_seconds())
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Stop on SIGTERM and SIGINT: after the job that runs, or in the middle of it when its grace is over."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(number: int, frame: FrameType | None) -> None:
            self.stopping.set()
            left, _ = signal.getitimer(signal.ITIMER_REAL)
            if left:
                signal.setitimer(signal.ITIMER_REAL, max(0.001, min(left, self.grace.total_seconds())))

        before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _answers() -> bool:
    """Is the database there? A job whose own statement was wrong is not the database's fault."""
    try:
        connections["default"].close_if_unusable_or_obsolete()
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except DatabaseError:
        return False


def _in_memory() -> bool:
    connection: Any = connections["default"]
    return connection.vendor == "sqlite" and connection.is_in_memory_db()
