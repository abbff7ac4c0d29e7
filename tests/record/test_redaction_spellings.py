"""Words to redact as people write them, and where half of them stands."""

from __future__ import annotations

import pytest

from articles.canonical import canonical
from articles.importing.text import read_text
from articles.models import (
    Appearance,
    ArticleVersion,
    Claim,
    Verdict,
)
from articles.models.redaction import MASK, matching
from articles.verification import verify
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    SourceFactory,
    SourceVersionFactory,
    VerdictFactory,
)
from tests.record.redacting import NAME, dump, redact, spellings

pytestmark = pytest.mark.django_db


class TestEdges:
    """Words that stand across the edge of a quotation are in no column as a whole."""

    TEXT = f"Yesterday {NAME} paid four million for the bridge.\n"

    @pytest.mark.parametrize("words", ["O’Doe paid four million", "Yesterday Jane Q."])
    def test_of_a_quotation_in_an_article(self, words):
        appearance = AppearanceFactory(
            article_version=ArticleFactory(text=self.TEXT).current_version, words=words,
            attributions=[{"described_as": "x", "words": words.replace(" paid four million", "").split()[-1]}],
        )  # fmt: skip
        redact()
        assert spellings(dump(), "O’Doe", "Jane") == []
        appearance.refresh_from_db()
        assert MASK in appearance.exact and MASK in appearance.prefix + appearance.suffix

    @pytest.mark.parametrize("words", ["four million for the bridge", "Yesterday"])
    def test_of_what_surrounds_a_quotation(self, words):
        """The 32 characters before and after may hold half of it."""
        AppearanceFactory(article_version=ArticleFactory(text=self.TEXT).current_version, words=words)
        redact()
        assert spellings(dump(), "O’Doe", "Jane") == []

    def test_prefix_that_begins_within_the_words(self):
        text = f"{'x' * 40} {NAME} {'y' * 24} end.\n"
        appearance = AppearanceFactory(
            article_version=ArticleFactory(text=text).current_version, words="end."
        )
        assert 0 < appearance.prefix.find("Doe") < 9 and NAME not in appearance.prefix
        redact()
        assert spellings(dump(), "Doe") == []

    @pytest.mark.parametrize("passage", ["O’Doe paid four million", "Yesterday Jane Q."])
    def test_of_a_passage_and_its_published_snapshot(self, passage):
        """What readers were shown quotes the passage, so its half of the words must go there too."""
        evidence = EvidenceFactory(source_version=SourceVersionFactory(text=self.TEXT), passage=passage)
        VerdictFactory(claim=evidence.claim, evidence=[evidence])
        redact()
        assert spellings(dump(), "O’Doe", "Jane") == []
        evidence.refresh_from_db()
        (shown,) = Verdict.objects.get().as_published["evidence"]
        assert shown["passage"] == evidence.passage and MASK in evidence.passage

    def test_quotation_carried_to_a_newer_text(self):
        text = f"{'Something about bridges. ' * 3}{self.TEXT}{'More of the same. ' * 3}\n"
        article = ArticleFactory(text=text)
        AppearanceFactory(article_version=article.current_version, words="four million for the bridge")
        article.add_version(None, read_text(f"Corrected.\n\n{text}".encode()))
        assert Appearance.objects.count() == 2
        redact()
        assert spellings(dump(), "O’Doe", "Jane") == []
        assert verify() == []


class TestSpellings:
    @pytest.mark.parametrize(
        "written",
        [
            "jane q. o’doe", "JANE Q. O'DOE", "Jane  Q.\nO’Doe", "Jane\u00a0Q. O‘Doe", "Jane Q. Oʼdoe",
            "Jane-Q.-O'Doe", "jane_q._o'doe", "Jane%20Q.%20O'Doe", "Jane+Q.+O'Doe", "jane-q-odoe", "jane%20q%20o%27doe",
        ],
    )  # fmt: skip
    def test_found(self, written):
        assert matching(NAME).fullmatch(written)
        ClaimFactory(statement=f"It was {written} who paid.")
        redact()
        assert Claim.objects.get().statement == f"It was {MASK * len(written)} who paid."

    @pytest.mark.parametrize("written", ["Jane Q. Doe", "Jane O’Doe", "JaneQ.O’Doe", "Jane Q, O’Doe"])
    def test_not_taken_for_it(self, written):
        assert not matching(NAME).search(written)

    def test_in_json_with_quotes_and_backslashes(self):
        """The snapshot escapes what JSON must escape, so the words stand in it in another spelling."""
        name = 'Jane "JD" O\\Doe'
        VerdictFactory(summary=f"{name} did.", reasoning="So [1] says.")
        redact(name)
        verdict = Verdict.objects.get()
        assert verdict.as_published["summary"] == f"{MASK * len(name)} did." == verdict.summary
        assert canonical(verdict.as_published) == verdict.snapshot
        assert spellings(dump(), 'JD\\"', "JD", "O\\\\Doe") == []

    @pytest.mark.parametrize("words", ["(aaa+)+$", "aa|bb.", "[Jane]", "^Jane$", "Jane.*", "\\d\\d\\d"])
    def test_words_are_no_pattern(self, words):
        ClaimFactory(statement=f"It says {words} here.")
        untouched = ClaimFactory(statement="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! Jane Doe 123 b")
        redact(words)
        assert Claim.objects.filter(statement=f"It says {MASK * len(words)} here.").exists()
        untouched.refresh_from_db()
        assert MASK not in untouched.statement

    def test_letters_that_change_length_with_their_case(self):
        """Casefolding would move offsets: ß is one code point, SS are two."""
        ArticleFactory(text="Frau Großmann, nicht GROSSMANN, sagte İstanbul Großmann.\n")
        redact("Großmann")
        text = ArticleVersion.objects.get().text
        assert text == f"Frau {MASK * 8}, nicht GROSSMANN, sagte İstanbul {MASK * 8}.\n"

    def test_addresses_go_as_a_whole(self):
        """Half an address leads elsewhere, or nowhere."""
        source = SourceFactory(url="https://example.org/jane-q.-o'doe/page")
        redact()
        source.refresh_from_db()
        assert source.url == ""
