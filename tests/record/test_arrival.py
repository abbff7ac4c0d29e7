"""Files that were handed in: where they were filed, and what became of those that resemble a text on record."""

from __future__ import annotations

import pytest
from django.utils import timezone

from articles.models import Arrival, Change
from articles.vocabulary import ArrivalState
from tests.factories import (
    TEXT,
    ArrivalFactory,
    ArticleFactory,
    ArticleVersionFactory,
    OriginalFactory,
)
from tests.record.refusing import last_seq, refuses

pytestmark = pytest.mark.django_db


class TestFiled:
    def file(self, version, name="pool.txt", original=None):
        return Arrival.filed(None, name, original or OriginalFactory(), "plain", version, timezone.now())

    def test_once_for_the_same_file_under_the_same_name(self):
        version, original = ArticleVersionFactory(), OriginalFactory()
        first = self.file(version, original=original)
        assert self.file(version, original=original) == first
        assert self.file(version, "again.txt", original) != first
        assert (first.state, first.article_version, first.method) == ("filed", version, "plain")

    def test_nothing_enters_the_ledger(self):
        version = ArticleVersionFactory()
        before = last_seq()
        self.file(version)
        assert last_seq() == before

    def test_the_article_under_a_name_is_the_last_one(self):
        first, second = ArticleVersionFactory(), ArticleVersionFactory()
        self.file(first)
        assert Arrival.objects.of_article_under("pool.txt") == first.article
        self.file(second)
        assert Arrival.objects.of_article_under("pool.txt") == second.article
        assert Arrival.objects.of_article_under("other.txt") is None

    def test_a_long_name_is_cut_and_found_again(self):
        version, name = ArticleVersionFactory(), "pool" * 200
        self.file(version, name)
        assert Arrival.objects.of_article_under(name) == version.article

    def test_what_waits_was_filed_nowhere(self):
        ArrivalFactory(name="pool.txt")
        assert Arrival.objects.of_article_under("pool.txt") is None


class TestCopy:
    def test_it_is_noted_with_the_article(self, reporter):
        arrival = ArrivalFactory(name="pool.txt")
        article = arrival.note_copy(
            reporter, publisher="The Evening Pool", url="https://example.org/pool", note="Shorter."
        )
        copy = article.copies.get()
        assert article == arrival.resembles
        assert (copy.kind, copy.publisher, copy.url, copy.note) == (
            "copy", "The Evening Pool", "https://example.org/pool", "Shorter.",
        )  # fmt: skip
        arrival.refresh_from_db()
        assert (arrival.state, arrival.article_version) == ("copied", article.current_version)
        change = Change.objects.latest("seq")
        assert (change.verb, change.object_type, change.object_id) == ("note_copy", "article", article.pk)

    def test_its_own_words_stay_for_a_redaction_to_find(self, reporter):
        arrival = ArrivalFactory()
        text = arrival.text
        arrival.note_copy(reporter)
        arrival.refresh_from_db()
        assert arrival.text == text


def test_set_aside_the_bytes_stay(reporter):
    arrival = ArrivalFactory()
    before = last_seq()
    arrival.set_aside(reporter)
    arrival.refresh_from_db()
    assert (arrival.state, arrival.article_version) == ("set_aside", None)
    assert arrival.original.data.decode() == arrival.text
    assert last_seq() == before


def test_a_text_that_a_version_has_is_not_kept_twice():
    arrival = ArrivalFactory(text=TEXT)
    arrival.settle(ArrivalState.FILED, ArticleVersionFactory(text=TEXT))
    arrival.refresh_from_db()
    assert arrival.text == ""


@pytest.mark.parametrize("first", ["note_copy", "set_aside"])
@pytest.mark.parametrize("second", ["note_copy", "set_aside"])
def test_decided_twice(reporter, editor, first, second):
    arrival = ArrivalFactory()
    mine = Arrival.objects.get(pk=arrival.pk)
    getattr(arrival, first)(reporter)
    state = "noted as a copy" if first == "note_copy" else "set aside"
    with refuses("decided", f"This was decided already: {state}."):
        getattr(mine, second)(editor)


def test_what_waits_the_longest_first():
    first, second = ArrivalFactory(), ArrivalFactory()
    aside = ArrivalFactory()
    aside.set_aside(None)
    assert list(Arrival.objects.held()) == [first, second]
    assert list(Arrival.objects.decided()) == [aside]


def test_readers_see_none(stranger, reporter):
    ArrivalFactory(resembles=ArticleFactory(public=True))
    assert not Arrival.objects.visible_to(stranger).exists()
    assert Arrival.objects.visible_to(reporter).exists()
