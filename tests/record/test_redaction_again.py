"""A second redaction, and work that goes on after one."""

from __future__ import annotations

import pytest

from articles.models import (
    ArticleVersion,
    ChangeRow,
    RedactedText,
    Redaction,
    Topic,
)
from articles.models.redaction import MASK
from articles.verification import verify
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    ManifestItemFactory,
    TopicFactory,
    VerdictFactory,
    make_series,
)
from tests.record.redacting import NAME, dump, redact, spellings
from tests.record.refusing import refuses

pytestmark = pytest.mark.django_db


class TestAgain:
    def test_second_redaction_of_other_words_in_the_same_texts(self):
        """The note of the first holds the text as it stood after it, with the second name in it."""
        other = "Richard Roe"
        article = ArticleFactory(text=f"{NAME} met {other}.\n", public=True)
        AppearanceFactory(article_version=article.current_version, words=f"{NAME} met {other}.")
        claim = ClaimFactory(statement=f"{NAME} met {other}.")
        VerdictFactory(claim=claim, summary=f"{NAME} met {other}.")
        redact()
        assert spellings(dump(), other) != []
        redact(other, "Another private person.")
        assert spellings(dump(), NAME, other) == []
        assert ArticleVersion.objects.get().text == f"{MASK * len(NAME)} met {MASK * len(other)}.\n"
        assert verify() == []

    def test_notes_keep_only_the_newest_text(self):
        ArticleFactory(text="One Two Three.\n")
        for words in ("One", "Two", "Three"):
            redact(words)
        notes = RedactedText.objects.filter(column="text").order_by("pk")
        assert [note.masked for note in notes] == ["", "", ArticleVersion.objects.get().text]
        assert notes.count() == 3, "one for each, however often the text is masked"

    def test_payload_of_an_earlier_note_goes_too(self):
        """It has the hash of the text with the second name still in it, and a hash can be guessed at."""
        ArticleFactory(text="One Two Three.\n")
        redact("One")
        first = RedactedText.objects.get(column="text")
        redact("Two")
        rows = ChangeRow.objects.filter(object_type="redactedtext", object_id=first.pk).order_by("pk")
        assert [row.payload is None for row in rows] == [True, False]

    def test_third_redaction_of_what_the_first_two_left(self):
        article = ArticleFactory(text="One Two Three.\n")
        for words in ("One", "Two", "Three"):
            redact(words)
        assert spellings(dump(), "One Two", "Two Three", "Three.") == []
        assert article.versions.get().text == f"{MASK * 3} {MASK * 3} {MASK * 5}.\n"
        assert verify() == []

    def test_half_a_name_in_the_note_of_an_earlier_one(self):
        """The quotation ends within the second name, and the note of the first redaction holds that quotation."""
        article = ArticleFactory(text=f"{NAME} met Richard Roe.\n")
        AppearanceFactory(article_version=article.current_version, words=f"{NAME} met Richard")
        redact()
        redact("Richard Roe")
        assert spellings(dump(), "Richard", "Roe.") == []
        assert verify() == []

    def test_words_in_the_reason_of_an_earlier_one(self):
        ClaimFactory(statement=f"{NAME} paid.")
        ClaimFactory(statement="Richard Roe paid.")
        redact(reason="Asked for by Richard Roe.")
        redact("Richard Roe")
        assert spellings(dump(), "Richard Roe") == []
        assert Redaction.objects.order_by("pk").first().reason == f"Asked for by {MASK * 11}."
        assert verify() == []

    def test_same_words_again(self):
        ClaimFactory(statement=f"{NAME} paid.")
        redact()
        with refuses("nowhere", "stand nowhere in the record"):
            redact()
        ClaimFactory(statement=f"{NAME} is back.")
        redact()
        assert spellings(dump(), NAME) == []

    def test_two_topics_that_are_masked_alike(self):
        """Names of topics are unique, and masks of the same length are not."""
        TopicFactory(name="Jane Doe")
        TopicFactory(name="John Roe")
        redact("Jane Doe")
        redact("John Roe")
        assert spellings(dump(), "Jane Doe", "John Roe") == []
        assert Topic.objects.values("name").distinct().count() == 2
        assert verify() == []

    def test_two_items_of_a_manifest_that_are_masked_alike(self):
        ManifestItemFactory(path="claims/Jane Doe")
        ManifestItemFactory(path="claims/jane doe")
        redact("Jane Doe")
        assert spellings(dump(), "Jane Doe") == []

    def test_work_goes_on_afterwards(self, everywhere, editor):
        redact()
        everywhere.refresh_from_db()
        everywhere.revise(editor, statement="Somebody paid four million.")
        current = everywhere.current_verdict
        current.withdraw(editor, "Nobody can say who paid.")
        make_series(everywhere, [])
        assert verify() == []
