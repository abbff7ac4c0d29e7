"""The work that is done in the background. A task is a function with JSON arguments; see docs/work.md."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
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


@task(every=timedelta(days=1), in_transaction=False)
def keep_statistics() -> None:
    """Let SQLite look at how its rows are spread: without that it has planned lists of sources by the minute.

    A sample of each index, which takes a second. Of an empty table it finds nothing, and of what it knows nothing of it
    believes that there are a million rows: it would read all claims rather than see that there is no relation between
    any. So it is told that there may be a hundred. PostgreSQL does all this by itself.
    """
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 1000")
            cursor.execute("ANALYZE")
            cursor.execute(
                "INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT name, NULL, '100' FROM sqlite_master "
                "WHERE type = 'table' AND name LIKE 'articles_%' AND sql LIKE 'CREATE TABLE%' "
                "AND name NOT IN (SELECT tbl FROM sqlite_stat1)"
            )
            # Read anew by this connection; others do so when they open.
            cursor.execute("ANALYZE sqlite_schema")


@task(every=timedelta(minutes=1), in_transaction=False, limit=timedelta(minutes=5))
def count_claims() -> int:
    """Count anew of which topics, claimants and articles nobody knows how many claims they have; return how many."""
    from articles.models.counted import count_anew

    return count_anew(seconds=30)


@task(every=timedelta(hours=1), in_transaction=False, limit=timedelta(minutes=30))
def count_tallies() -> bool:
    """Count whose claims were checked, where that takes longer than a reader waits; return whether it was done."""
    from articles.views import counted_tallies

    return counted_tallies.write_down()


@task(
    every=timedelta(minutes=1) if settings.MEANING_MODEL else None,
    in_transaction=False,
    limit=timedelta(minutes=5),
    most_attempts=1,
)
def read_new_claims() -> str | int:
    """Let the model read the claims that are new or were changed; return how many, or why it can not."""
    from articles.meaning.filling import catch_up
    from articles.meaning.model import Unfit, load

    if not settings.MEANING_MODEL:
        return 0
    try:
        return catch_up(load(settings.MEANING_MODEL), seconds=50)
    except Unfit as trouble:
        return str(trouble)


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


@task(in_transaction=False, limit=timedelta(minutes=2), most_attempts=1_000_000, priority=10)
def erase_file(name: str) -> None:
    """Take a file out of the bucket that a redaction erased; there is no last try."""
    from django.core.files.storage import default_storage

    default_storage.delete(name)


@task(every=timedelta(days=1) if settings.HEAD_KEY else None, in_transaction=False)
def sign_head() -> str | None:
    """Write where the record stands, signed, for whoever collects heads; return the name of the file."""
    from articles.signed_heads import keep

    place = keep(settings.DATA_DIRECTORY / "heads")
    return None if place is None else place.name


@task(every=timedelta(days=1))
def forget_uploads() -> int:
    """Forget what was uploaded a week ago and could not be imported; return how many."""
    from articles.models import Upload
    from articles.models.upload import KEPT as HELD

    return Upload.objects.left_before(timezone.now() - HELD).delete()[0]


@task(every=timedelta(days=1))
def forget_submissions() -> int:
    """Erase the words of readers whose matter was closed as long ago as we said we would; return how many."""
    from articles.models import Submission

    return Submission.forget_old(timedelta(days=settings.SUBMISSIONS_KEPT_DAYS), timezone.now())


@task(every=timedelta(days=1))
def forget_kept_forms() -> int:
    """Forget what somebody began to write a month ago and never sent; return how many forms that were."""
    from articles.models import KeptForm

    return KeptForm.forget_old(timezone.now())


@task(every=timedelta(days=1))
def forget_complaints() -> int:
    """Erase who complained and their words, of complaints that were decided as long ago; return how many."""
    from articles.models import Complaint

    return Complaint.forget_old(timedelta(days=settings.SUBMISSIONS_KEPT_DAYS), timezone.now())


@task(
    takes_context=True, in_transaction=False, limit=timedelta(minutes=2), most_attempts=12, queue_name="mail"
)
def send_letter(context: TaskContext, what: str, person_id: int, row_id: int) -> str:
    """Write to somebody about a row, at most once; return what became of it. See `articles.mailing`."""
    from articles import mailing

    if _may_have_been_sent(context):
        return mailing.UNKNOWN
    return mailing.send_about(what, person_id, row_id, f"letter-{context.task_result.id}")


@task(every=timedelta(days=1))
def remind_people() -> int:
    """Ask for each person's letter about what is due, one a day; return how many people that were."""
    from articles import mailing

    people = mailing.people_to_remind()
    for person_id in people:
        send_deadlines.enqueue(person_id)
    return len(people)


@task(
    takes_context=True, in_transaction=False, limit=timedelta(minutes=2), most_attempts=12, queue_name="mail"
)
def send_deadlines(context: TaskContext, person_id: int) -> str:
    """Write to somebody what is due, at most once, and nothing where nothing is; return what became of it."""
    from articles import mailing

    if _may_have_been_sent(context):
        return mailing.UNKNOWN
    return mailing.send_deadlines(person_id, timezone.now(), f"deadlines-{context.task_result.id}")


def _may_have_been_sent(context: TaskContext) -> bool:
    """Was a worker lost over this job, so that nobody can say whether its letter had left?"""
    return any(not one.exception_class_path for one in context.task_result.errors)


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


# A CDN that cannot be reached for months is still told in the end: pauses grow to an hour, and nothing is given up.
@task(
    in_transaction=False, limit=timedelta(minutes=10), most_attempts=1_000_000, queue_name="cdn", priority=10
)
def purge_changed(seq: int) -> int:
    """Have the CDN forget what was changed since that act; return how many keys that were."""
    from articles.cdn import purging

    return _purge(purging.keys_since(seq))


@task(
    in_transaction=False, limit=timedelta(minutes=10), most_attempts=1_000_000, queue_name="cdn", priority=10
)
def purge_all() -> int:
    """Have the CDN forget everything."""
    from articles.cdn import purging

    return _purge([purging.ALL])


def _purge(keys: list[str]) -> int:
    from articles.cdn import purging

    if purging.is_on():
        purging.purge(keys)
        purge_again.using(run_after=timezone.now() + purging.AGAIN_AFTER).enqueue(keys)
    return len(keys)


@task(
    in_transaction=False, limit=timedelta(minutes=10), most_attempts=1_000_000, queue_name="cdn", priority=10
)
def purge_again(keys: list[str]) -> None:
    """Have the CDN forget what may have reached it late; see `articles.cdn.purging`."""
    from articles.cdn import purging

    if purging.is_on():
        purging.purge(keys)


@task(every=timedelta(minutes=1), in_transaction=False)
def publish_scheduled() -> int:
    """Publish the verdicts whose moment has come, each in an act of its own; return how many.

    The moment is read anew for each: by a clock that went back meanwhile, nothing is due yet.
    """
    from articles.models import VerdictDraft
    from articles.scheduling import AT_ONCE, publish_due

    due = list(VerdictDraft.objects.due(timezone.now()).values_list("pk", flat=True)[:AT_ONCE])
    return sum(publish_due(pk, timezone.now()) is not None for pk in due)


@task(every=timedelta(days=1))
def forget_sign_ins() -> int:
    """Erase the network addresses of old entries of the audit list, and sessions and guesses that count no more.

    Returns how many entries lost their address.
    """
    from articles.models import AuditEntry, GuessCount, User

    now = timezone.now()
    GuessCount.objects.faded(now).delete()
    User.forget_ended_sessions(now)
    return AuditEntry.forget_addresses(timedelta(days=settings.AUDIT_ADDRESSES_KEPT_DAYS), now)
