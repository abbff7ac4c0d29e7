"""The work that is done in the background. A task is a function with JSON arguments; see docs/work.md."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

KEPT = timedelta(days=30)


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
