"""Verdicts to be read again: asked for once for each cause, closed with what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import ReviewTask
from articles.refusals import NotAllowed, Stale
from articles.vocabulary import ReviewReason
from tests.factories import ArticleVersionFactory, ClaimFactory, ReviewTaskFactory
from tests.record.refusing import invalid, last_seq, refuses

pytestmark = pytest.mark.django_db


class TestAsk:
    def ask(self, claim, version, note="Something changed."):
        return ReviewTask.ask(claim, version, ReviewReason.TEXT_CHANGED, note, timezone.now())

    def test_once_for_each_cause(self):
        claim, version = ClaimFactory(), ArticleVersionFactory()
        first = self.ask(claim, version)
        assert self.ask(claim, version, "Something else.") == first
        assert self.ask(claim, ArticleVersionFactory()) != first
        assert self.ask(ClaimFactory(), version) != first

    def test_again_once_it_was_closed(self, editor):
        claim, version = ClaimFactory(), ArticleVersionFactory()
        first = self.ask(claim, version)
        first.close(editor, "Still so.")
        assert self.ask(claim, version) != first

    def test_a_long_note_is_cut(self):
        assert len(self.ask(ClaimFactory(), None, "x" * 600).note) == 500


class TestClose:
    def test_with_an_outcome(self, reporter):
        task = ReviewTaskFactory()
        before = last_seq()
        task.close(reporter, "  The new wording says the same. ", task.revision)
        task.refresh_from_db()
        assert (task.outcome, task.closed_by, task.is_open) == (
            "The new wording says the same.",
            reporter,
            False,
        )
        assert task.closed_at is not None and task.revision == 2
        assert last_seq() == before, "work of the desk, not of the record"
        assert (list(ReviewTask.objects.open()), list(ReviewTask.objects.decided())) == ([], [task])

    @pytest.mark.parametrize("outcome", ["", "  \n"])
    def test_not_without(self, reporter, outcome):
        task = ReviewTaskFactory()
        with refuses("no_outcome", "Say what came of it"):
            task.close(reporter, outcome)

    def test_nor_with_one_that_is_too_long_or_cannot_be_stored(self, reporter):
        task = ReviewTaskFactory()
        for outcome in ("x" * 501, "a\x00b"):
            with invalid("outcome"):
                task.close(reporter, outcome)

    def test_on_top_of_what_was_read(self, reporter):
        task = ReviewTaskFactory()
        task.revise(None, note="Look at the second paragraph too.")
        with refuses("stale", "you were looking at revision 1", Stale):
            task.close(reporter, "Still so.", 1)

    def test_twice(self, editor, second_editor):
        task = ReviewTaskFactory()
        mine = ReviewTask.objects.get(pk=task.pk)
        task.close(editor, "Still so")
        with refuses("closed", "Eda Editor closed this already: “Still so”."):
            mine.close(second_editor, "Not so.", 1)


def test_what_is_closed_is_not_changed(editor):
    task = ReviewTaskFactory(closed=True)
    with refuses("not_allowed", "may not change this review task", NotAllowed):
        task.revise(editor, note="New")


def test_the_longest_waiting_comes_first():
    first, second = ReviewTaskFactory(), ReviewTaskFactory()
    ReviewTask.objects.filter(pk=second.pk).update(opened_at=first.opened_at - timedelta(days=1))
    assert list(ReviewTask.objects.open()) == [second, first]


def test_readers_see_none(stranger, reporter):
    task = ReviewTaskFactory()
    assert not ReviewTask.objects.visible_to(stranger).exists()
    assert ReviewTask.objects.visible_to(reporter).get() == task
    assert str(task) == f"text changed: {task.claim}"
