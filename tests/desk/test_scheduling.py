"""Embargo, and publishing at a moment that was set: never early, never twice, and never other words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles import models, tasks
from articles.refusals import NotAllowed, NotPublishable, Stale
from articles.scheduling import publish_due
from tests import factories
from tests.desk.conftest import as_loaded, page_of
from tests.desk.test_buttons import offered, press
from tests.record.refusing import last_seq, refuses

HOUR = timedelta(hours=1)


@pytest.fixture
def draft(db):
    return factories.VerdictDraftFactory(state="submitted")


@pytest.fixture
def soon():
    return timezone.now() + HOUR


@pytest.fixture
def scheduled(draft, editor, soon):
    draft.schedule(editor, soon)
    return draft


def again(draft):
    return models.VerdictDraft.objects.get(pk=draft.pk)


class TestSchedule:
    def test_from_its_page(self, sign_in, draft, editor):
        client = sign_in(editor)
        assert "schedule" in offered(client, draft)
        assert press(client, draft, "schedule", publish_at="2999-03-01T09:30").status_code == 302
        draft.refresh_from_db()
        assert (draft.publish_at, draft.scheduled_by) == (datetime(2999, 3, 1, 9, 30, tzinfo=UTC), editor)
        page = client.get(page_of(draft)).content.decode()
        assert "Goes out on 1 March 2999, 09:30 UTC, in the name of Eda Editor." in page
        assert press(client, draft, "unschedule").status_code == 302
        draft.refresh_from_db()
        assert draft.publish_at is None and "took the schedule back" in draft.schedule_lifted

    @pytest.mark.parametrize("typed", ["", "tomorrow", "2024-13-01T10:00", "10000-01-01T00:00"])
    def test_garbage_is_asked_again(self, sign_in, draft, typed):
        assert press(sign_in("editor"), draft, "schedule", publish_at=typed).status_code == 400

    def test_not_in_the_past(self, sign_in, draft, editor):
        answer = press(sign_in(editor), draft, "schedule", publish_at="2001-01-01T10:00")
        assert answer.status_code == 409
        assert "This moment has gone by" in answer.content.decode()
        assert 'value="2001-01-01T10:00"' in answer.content.decode()

    def test_by_who_may_publish_it(self, draft, reporter, editor, soon):
        with refuses("not_allowed", kind=NotAllowed):
            draft.schedule(reporter, soon)
        mine = factories.VerdictDraftFactory(author=editor, state="submitted")
        with refuses("not_publishable", kind=NotPublishable):
            mine.schedule(editor, soon)

    def test_not_what_the_gate_stops(self, editor, soon):
        draft = factories.VerdictDraftFactory(state="submitted", rating=None)
        with refuses("not_publishable", "Choose a rating", NotPublishable):
            draft.schedule(editor, soon)

    def test_on_top_of_what_was_read(self, draft, editor, second_editor, soon):
        seen = draft.revision
        draft.revise(second_editor, summary="Other words.")
        with refuses("stale", kind=Stale):
            again(draft).schedule(editor, soon, expected=seen)


class TestEmbargo:
    def test_nobody_publishes_before_it_ends(self, sign_in, editor, soon):
        draft = factories.VerdictDraftFactory(
            state="submitted", embargo_until=soon, embargo_note="Asked by the court."
        )
        assert press(sign_in(editor), draft, "publish").status_code == 302
        with refuses("not_publishable", "Asked by the court.", NotPublishable):
            draft.publish(editor)
        assert not models.Verdict.objects.exists()

    def test_it_is_over_at_its_moment(self, editor, soon):
        draft = factories.VerdictDraftFactory(state="submitted", embargo_until=soon)
        assert draft.publish(editor, at=soon)

    def test_scheduled_for_its_end_but_not_before(self, editor, soon):
        draft = factories.VerdictDraftFactory(state="submitted", embargo_until=soon)
        with refuses("within_embargo", "The embargo lasts until"):
            draft.schedule(editor, soon - timedelta(minutes=1))
        again(draft).schedule(editor, soon)

    def test_typed_on_the_page(self, sign_in, reporter):
        draft = factories.VerdictDraftFactory(author=reporter)
        client = sign_in(reporter)
        sent = as_loaded(client.get(page_of(draft)))
        sent |= {
            "embargo_until": "2999-05-01T10:00",
            "embargo_note": "Asked by the court.",
            "review_on": "2999-06-01",
        }
        assert client.post(page_of(draft), sent).status_code == 302
        draft.refresh_from_db()
        assert draft.embargo_until == datetime(2999, 5, 1, 10, tzinfo=UTC)
        # Saved again as it stands, nothing has changed.
        revision = draft.revision
        assert client.post(page_of(draft), as_loaded(client.get(page_of(draft)))).status_code == 302
        assert again(draft).revision == revision


class TestLifted:
    def test_by_other_words(self, scheduled, second_editor):
        again(scheduled).revise(second_editor, summary="Other words.")
        draft = again(scheduled)
        assert draft.publish_at is None and draft.scheduled_by is None
        assert draft.schedule_lifted.startswith("Edwin Editor changed the draft after it was scheduled")

    def test_by_other_evidence(self, scheduled, second_editor):
        again(scheduled).use_evidence(second_editor, [])
        assert again(scheduled).publish_at is None

    def test_by_handing_it_back(self, scheduled, second_editor):
        again(scheduled).hand_back(second_editor, "Not yet.")
        assert again(scheduled).publish_at is None

    def test_not_by_saving_without_a_change(self, scheduled, second_editor):
        draft = again(scheduled)
        draft.revise(second_editor, summary=draft.summary)
        assert again(scheduled).publish_at is not None

    def test_by_an_embargo_that_ends_later(self, scheduled, second_editor, soon):
        again(scheduled).revise(second_editor, embargo_until=soon + HOUR)
        assert again(scheduled).publish_at is None


class TestPublished:
    def test_when_its_moment_has_come(self, scheduled, editor, soon):
        seq = last_seq()
        verdict = publish_due(scheduled.pk, soon)
        assert (verdict.approver, verdict.published_at) == (editor, soon)
        draft = again(scheduled)
        assert (draft.state, draft.publish_at, draft.verdict) == ("published", None, verdict)
        assert last_seq() == seq + 1

    def test_not_a_moment_earlier(self, scheduled, soon):
        assert publish_due(scheduled.pk, soon - timedelta(seconds=1)) is None
        assert again(scheduled).publish_at == soon

    def test_not_twice(self, scheduled, soon):
        assert publish_due(scheduled.pk, soon) is not None
        assert publish_due(scheduled.pk, soon) is None
        assert models.Verdict.objects.count() == 1

    def test_not_once_it_was_taken_back(self, scheduled, editor, soon):
        again(scheduled).unschedule(editor)
        assert publish_due(scheduled.pk, soon + HOUR) is None

    def test_by_the_task(self, scheduled, soon, monkeypatch):
        assert tasks.publish_scheduled.call() == 0
        monkeypatch.setattr(tasks.timezone, "now", lambda: soon)
        assert tasks.publish_scheduled.call() == 1

    def test_a_clock_that_went_back_publishes_nothing_early(self, scheduled, soon, monkeypatch):
        """The task reads the moment again for each draft that it found due."""
        moments = iter([soon, soon - HOUR])
        monkeypatch.setattr(tasks.timezone, "now", lambda: next(moments))
        assert tasks.publish_scheduled.call() == 0
        assert again(scheduled).publish_at == soon


class TestSomethingStandsInTheWay:
    def test_the_gate_is_asked_again(self, sign_in, scheduled, editor, soon):
        again(scheduled).cited_evidence()[0].replace(None, note="Said better.")
        assert publish_due(scheduled.pk, soon) is None
        draft = again(scheduled)
        assert (draft.state, draft.publish_at) == ("submitted", None)
        assert "It was not published on" in draft.schedule_lifted
        assert "Evidence [1] was replaced by a newer row." in draft.schedule_lifted
        assert (
            draft.schedule_lifted in sign_in(editor).get(page_of(draft)).context["original"].schedule_lifted
        )
        assert "It was not published on" in sign_in(editor).get(page_of(draft)).content.decode()

    def test_the_claim_was_reworded_since(self, scheduled, reporter, soon):
        scheduled.claim.revise(reporter, statement="The bridge cost five million dollars.")
        assert publish_due(scheduled.pk, soon) is None
        assert "What readers would see has changed since" in again(scheduled).schedule_lifted

    def test_the_evidence_says_something_else_since(self, scheduled, reporter, soon):
        again(scheduled).cited_evidence()[0].revise(reporter, note="Something else.")
        assert publish_due(scheduled.pk, soon) is None

    def test_who_scheduled_it_has_left(self, scheduled, editor, administrator, soon):
        editor.deactivate(administrator)
        assert publish_due(scheduled.pk, soon) is None
        assert "Only an editor publishes verdicts" in again(scheduled).schedule_lifted

    def test_one_that_fails_does_not_hold_the_others(self, scheduled, editor, soon, monkeypatch):
        other = factories.VerdictDraftFactory(state="submitted")
        other.schedule(editor, soon)
        scheduled.claim.revise(None, statement="The bridge cost five million dollars.")
        monkeypatch.setattr(tasks.timezone, "now", lambda: soon)
        assert tasks.publish_scheduled.call() == 1
        assert again(other).state == "published"


class TestReviewDate:
    def test_publishing_leaves_a_task_due_that_day(self, editor):
        day = timezone.now().date() + timedelta(days=30)
        draft = factories.VerdictDraftFactory(state="submitted", review_on=day)
        draft.publish(editor)
        task = models.ReviewTask.objects.get()
        assert (task.claim, task.reason, task.due_on) == (draft.claim, "review_date", day)
        assert not models.ReviewTask.objects.open().exists()
        assert models.ReviewTask.objects.open(day).get() == task

    def test_the_next_verdict_moves_it(self, editor):
        day = timezone.now().date() + timedelta(days=30)
        draft = factories.VerdictDraftFactory(state="submitted", review_on=day)
        draft.publish(editor)
        later = day + timedelta(days=30)
        factories.VerdictDraftFactory(claim=draft.claim, state="submitted", review_on=later).publish(editor)
        assert models.ReviewTask.objects.get().due_on == later
