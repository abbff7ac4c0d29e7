"""The backend of Django's task API: a job is a row, written in the transaction of whoever asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist
from django_tasks.signals import task_enqueued
from django_tasks.utils import normalize_json

from articles.models.job import Job, State
from articles.models.recorded import require_storable

STATUS = {
    State.WAITING: TaskResultStatus.READY,
    State.RUNNING: TaskResultStatus.RUNNING,
    State.DONE: TaskResultStatus.SUCCESSFUL,
    State.DEAD: TaskResultStatus.FAILED,
    State.CANCELLED: TaskResultStatus.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore(Task):
    """A task with what this backend asks of it, given to `@task(...)`.

    `most_attempts`: how often it is tried. `limit`: how long one try may take. `in_transaction`: whether the task and
    the mark that it is done are one transaction, so that what it writes is written once however often it is tried;
    say False for what reaches outside (mail, requests) or writes in steps of its own, and make that safe to repeat.
    `every`: enqueued by the workers, without arguments, each time this has gone by.
    """

    most_attempts: int = 5
    limit: timedelta = timedelta(minutes=10)
    in_transaction: bool = True
    every: timedelta | None = None


class Database(BaseTaskBackend):
    """Jobs in the default database."""

    task_class = Chore
    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        """Write the job. It is seen by workers once the caller's transaction commits, and never if that does not.

        Raises InvalidTaskError for arguments that are no JSON, and ValidationError for texts no database can hold.
        """
        self.validate_task(task)
        try:
            arguments = {"args": normalize_json(list(args)), "kwargs": normalize_json(dict(kwargs))}
        except (TypeError, ValueError) as trouble:
            raise InvalidTaskError(
                f"{task.module_path} was given what is no JSON ({trouble}): give ids and texts, not objects."
            ) from trouble
        require_storable(arguments=arguments)
        now = timezone.now()
        job = Job.objects.create(
            task=task.module_path,
            arguments=arguments,
            queue=task.queue_name,
            priority=task.priority,
            most_attempts=getattr(task, "most_attempts", 5),
            enqueued_at=now,
            run_after=task.run_after or now,
        )
        result = result_of(job, task)
        task_enqueued.send(type(self), task_result=result)
        return result

    def get_result(self, result_id: str) -> TaskResult:
        try:
            job = Job.objects.get(pk=int(result_id))
            return result_of(job, import_string(job.task))
        except (ValueError, Job.DoesNotExist, ImportError) as trouble:
            raise TaskResultDoesNotExist(result_id) from trouble


def result_of(job: Job, task: Task) -> TaskResult:
    """Return a job in the words of Django's task API."""
    result: TaskResult = TaskResult(
        task=task,
        id=str(job.pk),
        status=STATUS[State(job.state)],
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        last_attempted_at=job.started_at,
        finished_at=job.finished_at,
        args=job.arguments["args"],
        kwargs=job.arguments["kwargs"],
        backend=task.backend,
        errors=[TaskError(exception_class_path=one["kind"], traceback=one["text"]) for one in job.errors],
        worker_ids=[job.worker] * job.attempts,
    )
    object.__setattr__(result, "_return_value", job.result)
    return result
