"""The desk's own work: what is to be read again, files that wait, jobs."""

from __future__ import annotations

from typing import Any

from api.writing.bodies import Body, Text
from api.writing.verbs import Changes, Writes, verb
from articles.importing.filing import file_held_as_article, file_held_as_version
from articles.models import Arrival, Article, Job, ReviewTask, Scope


class TaskNote(Body):
    """What changed, in a sentence."""

    note = Text(max_length=500, allow_blank=True, allow_null=True)


class Outcome(Body):
    """What came of reading it again."""

    outcome = Text(max_length=500)


class WritesReviews(Changes):
    """What programs say of verdicts to be read again."""

    changing = TaskNote

    @verb(Outcome)
    def close(self, by: Any, task: ReviewTask, given: dict[str, Any]) -> None:
        """Say that the verdict was read again, and what came of it."""
        task.close(by, given["outcome"], self.seen)


class CopyNoted(Body):
    """Where the copy stands."""

    publisher = Text(required=False, allow_null=True, allow_blank=True, max_length=300)
    url = Text(required=False, allow_null=True, allow_blank=True, max_length=2000)
    note = Text(required=False, allow_null=True, allow_blank=True, max_length=300)


class WritesArrivals(Writes):
    """What programs decide of files that are held because they resemble an article."""

    @verb(CopyNoted, answers=Article)
    def note_copy(self, by: Any, arrival: Arrival, given: dict[str, Any]) -> Article:
        """Say that it is a copy, standing elsewhere, of the article it resembles; the answer is the article."""
        return arrival.note_copy(by, **given)

    @verb(answers=Article)
    def file_as_version(self, by: Any, arrival: Arrival, given: dict[str, Any]) -> Article:
        """Say that it is a newer version of the article it resembles; the answer is the article."""
        return file_held_as_version(by, arrival).article

    @verb(makes=True, answers=Article)
    def file_as_article(self, by: Any, arrival: Arrival, given: dict[str, Any]) -> Article:
        """Say that it is an article of its own; the answer is the article."""
        return file_held_as_article(by, arrival).article

    @verb()
    def set_aside(self, by: Any, arrival: Arrival, given: dict[str, Any]) -> None:
        """Say that this text is not wanted; its bytes stay."""
        arrival.set_aside(by)


class WritesJobs(Writes):
    """What programs say of background work."""

    @verb(needs=Scope.PUBLISH)
    def retry(self, by: Any, job: Job, given: dict[str, Any]) -> None:
        """Try a job again that was given up or cancelled."""
        job.retry(by)

    @verb(needs=Scope.PUBLISH)
    def cancel(self, by: Any, job: Job, given: dict[str, Any]) -> None:
        """Leave a job undone that no worker has begun."""
        job.cancel(by)
