"""Jobs: asked for in a transaction, leased, tried again, given up."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, default_task_backend
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist

from articles import tasks
from articles.models import Claim, Job, Schedule
from articles.models.job import FIRST_WAIT, State
from articles.refusals import NotAllowed, Refused
from articles.work.worker import Worker
from tests import factories as f
from tests.work import chores

pytestmark = pytest.mark.django_db
LEASE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def nothing_done():
    chores.done.clear()


def work():
    return Worker().run(drain=True)


def take(at=None):
    return Job.objects.all().take("tester", at or timezone.now(), LEASE)


class TestAsking:
    def test_a_job_runs_and_says_what_came_out(self):
        result = chores.remember.enqueue("bridge")
        assert result.status == TaskResultStatus.READY
        assert work() == 1
        result.refresh()
        assert (result.status, result.return_value, chores.done) == (
            TaskResultStatus.SUCCESSFUL,
            "BRIDGE",
            ["bridge"],
        )
        assert chores.remember.get_result(result.id).attempts == 1

    def test_what_is_rolled_back_was_never_asked_for(self):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            chores.remember.enqueue("bridge")
            assert Job.objects.exists()
            raise ZeroDivisionError
        assert work() == 0
        assert chores.done == []

    def test_arguments_must_be_json(self):
        with pytest.raises(InvalidTaskError, match="give ids and texts, not objects"):
            chores.remember.enqueue(object())
        with pytest.raises(ValidationError):
            chores.remember.enqueue("a\x00b")

    def test_urgent_ones_come_first_and_later_ones_later(self):
        chores.remember.enqueue("usual")
        chores.remember.using(priority=5).enqueue("urgent")
        chores.remember.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("later")
        assert work() == 2
        assert chores.done == ["urgent", "usual"]

    def test_only_some_queues(self):
        chores.remember.using(queue_name="slow").enqueue("slow")
        chores.remember.enqueue("usual")
        assert Worker(["slow"]).run(drain=True) == 1
        assert chores.done == ["slow"]

    def test_an_unknown_result(self):
        for number in ("0", "x"):
            with pytest.raises(TaskResultDoesNotExist):
                default_task_backend.get_result(number)

    def test_a_task_may_know_which_try_it_is(self):
        result = chores.which_try.enqueue()
        work()
        result.refresh()
        assert result.return_value == 1


class TestFailing:
    def test_it_is_tried_again_later_and_given_up_in_the_end(self):
        result = chores.fail.enqueue("No such bridge.")
        assert work() == 1
        job = Job.objects.get()
        wait = job.run_after - timezone.now()
        assert job.state == State.WAITING and FIRST_WAIT * 0.7 < wait < FIRST_WAIT * 1.3
        assert work() == 0
        Job.objects.update(run_after=timezone.now())
        assert work() == 1
        job.refresh_from_db()
        assert (job.state, job.attempts, len(job.errors)) == (State.DEAD, 2, 2)
        assert job.last_error == "ValueError: No such bridge."
        result.refresh()
        assert result.status == TaskResultStatus.FAILED
        assert result.errors[0].exception_class is ValueError

    def test_nothing_of_a_failed_try_is_kept(self):
        chores.fail.enqueue("x")
        work()
        assert not Claim.objects.exists()

    def test_waits_grow_and_stay_within_an_hour(self):
        job = f.JobFactory(most_attempts=30)
        now, waits = timezone.now(), []
        for _ in range(12):
            taken = take(now)
            assert taken.fail("x", "", now)
            job.refresh_from_db()
            waits.append((job.run_after - now).total_seconds())
            now = job.run_after
        assert 8 <= waits[0] <= 12 and 16 <= waits[1] <= 24 and 32 <= waits[2] <= 48
        assert max(waits) <= 3600 * 1.2

    def test_what_takes_too_long_is_stopped(self):
        chores.linger.enqueue()
        work()
        assert "It took longer than 0:00:00.200000." in Job.objects.get().last_error

    @pytest.mark.parametrize(
        "path", ["tests.work.chores.gone", "tests.work.gone.gone", "tests.work.chores.no_task"]
    )
    def test_a_task_that_is_no_more_is_given_up_at_once(self, path):
        job = f.JobFactory(task=path)
        assert work() == 1
        job.refresh_from_db()
        assert job.state == State.DEAD
        assert job.last_error.startswith("There is no such task in this release: ")

    def test_a_long_error_is_cut(self):
        job = f.JobFactory()
        take().fail("x" * 100_000 + "\x00 the end", "", timezone.now())
        job.refresh_from_db()
        assert len(job.errors[0]["text"]) < 20_001 and job.last_error.endswith(" the end")


class TestLeases:
    def test_nobody_takes_what_another_works_at(self):
        f.JobFactory()
        assert take() is not None
        assert take() is None

    def test_what_a_lost_worker_left_is_taken_again(self):
        f.JobFactory()
        now = timezone.now()
        lost = take(now)
        again = take(now + 2 * LEASE)
        assert again.pk == lost.pk and again.attempts == 2
        assert again.errors[0]["text"].startswith("Worker tester was lost")

    def test_who_lost_the_lease_ends_nothing(self):
        job = f.JobFactory()
        now = timezone.now()
        lost = take(now)
        again = take(now + 2 * LEASE)
        assert not lost.finish("lost", now) and not lost.fail("lost", "", now)
        assert not lost.release() and not lost.renew(now, LEASE)
        assert again.finish("again", now)
        job.refresh_from_db()
        assert (job.state, job.result) == (State.DONE, "again")

    def test_what_a_worker_that_lost_the_lease_wrote_is_not_kept(self, monkeypatch):
        chores.put.enqueue(1)
        renewed = Job.finish
        # Somebody else takes the job while it runs.
        monkeypatch.setattr(
            Job, "finish", lambda job, *given: Job.objects.update(token="another") and renewed(job, *given)
        )
        assert Worker().step()
        assert not Claim.objects.exists()
        assert Job.objects.get().state == State.RUNNING

    def test_a_renewed_lease_holds(self):
        f.JobFactory()
        now = timezone.now()
        assert take(now).renew(now + LEASE, LEASE)
        assert take(now + LEASE * 1.5) is None

    def test_a_job_that_kills_its_workers_is_given_up(self):
        job = f.JobFactory(most_attempts=2)
        now = timezone.now()
        for number in range(3):
            take(now + 2 * number * LEASE)
        job.refresh_from_db()
        assert (job.state, job.attempts, len(job.errors)) == (State.DEAD, 2, 2)


class TestPeople:
    def test_an_editor_tries_again_what_was_given_up(self):
        job = f.JobFactory(
            task="tests.work.chores.remember", arguments={"args": ["x"], "kwargs": {}}, state="dead"
        )
        with pytest.raises(NotAllowed):
            job.retry(f.some_reporter())
        job.retry(f.some_editor())
        assert work() == 1 and chores.done == ["x"]
        with pytest.raises(Refused, match="This job is done"):
            job.retry(f.some_editor())

    def test_an_editor_cancels_what_waits(self):
        job = f.JobFactory()
        with pytest.raises(NotAllowed):
            job.cancel(f.some_reporter())
        job.cancel(f.some_editor())
        assert work() == 0
        with pytest.raises(Refused, match="This job is cancelled; only one that waits can be cancelled"):
            job.cancel(f.some_editor())


class TestComingBack:
    def test_each_turn_is_taken_once(self):
        now, day = timezone.now(), timedelta(days=1)
        assert [Schedule.claim("x", day, now) for _ in range(3)] == [True, False, False]
        assert not Schedule.claim("x", day, now + day / 2)
        # Three turns went by while nobody worked; one is made up for.
        assert [Schedule.claim("x", day, now + 3 * day) for _ in range(2)] == [True, False]

    def test_tasks_that_come_back_are_enqueued(self):
        Worker().enqueue_what_comes_back()
        Worker().enqueue_what_comes_back()
        names = sorted(job.task for job in Job.objects.all())
        coming_back = [one.module_path for one in vars(tasks).values() if getattr(one, "every", None)]
        assert names == sorted(coming_back) and "articles.tasks.clear_finished_jobs" in names
        assert work() == len(coming_back)
        assert set(Job.objects.values_list("state", flat=True)) == {State.DONE}

    def test_finished_jobs_are_forgotten_after_a_month_dead_ones_are_not(self):
        old = timezone.now() - timedelta(days=31)
        for state in ("done", "cancelled", "dead"):
            f.JobFactory(state=state, finished_at=old)
        f.JobFactory(state="done", finished_at=timezone.now())
        assert tasks.clear_finished_jobs.call() == 2
        assert sorted(Job.objects.values_list("state", flat=True)) == ["dead", "done"]


@pytest.mark.engine("sqlite")
def test_sqlite_is_told_how_rows_are_spread(db):
    f.ClaimFactory()
    tasks.keep_statistics.call()
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM sqlite_stat1 WHERE tbl = 'articles_claim'")
        assert cursor.fetchone()[0] > 3


@pytest.mark.engine("sqlite")
def test_sqlite_is_told_that_an_empty_table_is_small(db):
    def told() -> list[str]:
        tasks.keep_statistics.call()
        with connection.cursor() as cursor:
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'articles_claimrelation'")
            return [stat for (stat,) in cursor.fetchall()]

    assert told() == ["100"] and told() == ["100"]
    for _ in range(3):
        f.ClaimRelationFactory()
    assert told() and all(stat.startswith("3") for stat in told())
