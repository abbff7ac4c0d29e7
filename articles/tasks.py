"""The work that is done in the background. A task is a function with JSON arguments; see docs/work.md."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_tasks import TaskContext, task

KEPT = timedelta(days=30)
# What one upload may hold where nobody waits for the answer.
MOST_FILES = 10_000
GONE = (
    "The file is no longer there: it was done, waited for too long, or a redaction took it away. Hand it in again; "
    "what is on record already stays as it is."
)


@task(every=timedelta(hours=1))
def clear_finished_jobs() -> int:
    """Forget the jobs that were done or cancelled a month ago; return how many."""
    from articles.models import Job

    return Job.objects.finished_before(timezone.now() - KEPT).delete()[0]


@task(every=timedelta(days=1), limit=timedelta(minutes=30))
def count_search_words() -> None:
    """Count anew in how many documents the common words are, so that ranking knows what is rare."""
    from articles.search import index

    index.engine().count_words()


@task(every=timedelta(hours=1))
def forget_answered_requests() -> int:
    """Forget which requests named themselves two days ago; return how many."""
    from articles.models import AnsweredRequest
    from articles.models.answered_request import KEPT as REMEMBERED

    return AnsweredRequest.objects.answered_before(timezone.now() - REMEMBERED).delete()[0]


@task(takes_context=True, in_transaction=False, limit=timedelta(hours=1), most_attempts=3)
def import_upload(context: TaskContext, upload_id: int, manifests: bool) -> dict[str, Any]:
    """Import what was uploaded, and say how far that is; return what became of each file.

    Tried again it finishes what is left: a file that is on record already changes nothing.
    """
    from articles.importing.batch import import_files
    from articles.importing.files.handed_in import NothingHandedIn, uploaded
    from articles.models import Job, Scope, Upload

    upload = Upload.objects.filter(pk=upload_id).select_related("by").first()
    if upload is None:
        return {"files": [], "refused": [GONE]}
    job = Job.objects.get(pk=int(context.task_result.id))
    outcomes = []
    try:
        with uploaded([upload], MOST_FILES) as files:
            job.report(0, len(files))
            by = upload.by.limited([Scope.WRITE])
            for outcome in import_files(files, by, repair=upload.repair, manifests=manifests):
                # Who may read at the desk may also hand in manifests.
                outcomes.append(outcome.as_json(at_desk=manifests))
                job.report(len(outcomes), len(files))
    except NothingHandedIn as trouble:
        upload.delete()
        return {"files": [], "refused": [str(trouble)]}
    upload.delete()
    return {"files": outcomes, "refused": []}


@task(every=timedelta(days=1))
def forget_uploads() -> int:
    """Forget what was uploaded a week ago and could not be imported; return how many."""
    from articles.models import Upload
    from articles.models.upload import KEPT as HELD

    return Upload.objects.left_before(timezone.now() - HELD).delete()[0]


@task(limit=timedelta(minutes=5))
def tell_webhooks() -> None:
    """Make deliveries of what webhooks were not told yet; a part at a time."""
    from articles.webhooks import feeding

    if feeding.feed():
        tell_webhooks.enqueue()


@task(in_transaction=False, limit=timedelta(minutes=1), queue_name="webhooks", priority=-5)
def send_event(delivery_id: int) -> str:
    """Send one event to one address; when it is tried again, the delivery says."""
    from articles.webhooks.sending import send

    return send(delivery_id)


@task(every=timedelta(minutes=5))
def catch_up_on_webhooks() -> None:
    """Tell and send what jobs that were lost or given up have left behind."""
    from articles.webhooks import feeding

    more = feeding.feed()
    if feeding.catch_up(timezone.now()) or more:
        catch_up_on_webhooks.enqueue()


@task(every=timedelta(hours=1))
def clear_old_deliveries() -> int:
    """Forget what webhooks were told a month ago; return how many deliveries that were."""
    from articles.webhooks import feeding

    return feeding.forget(timezone.now())
