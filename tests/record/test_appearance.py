"""Where a claim stands in a text, and who says it through whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles.importing.text import read_text
from articles.models import Appearance, Attribution, Change
from articles.refusals import NotAllowed
from tests.factories import (
    TEXT,
    AppearanceFactory,
    ArticleFactory,
    ArticleVersionFactory,
    AttributionFactory,
    ClaimantFactory,
    ClaimFactory,
)
from tests.hostile import INJECTIONS, LETTERS, each
from tests.record.refusing import invalid, refuses

pytestmark = pytest.mark.django_db
WHO = "two people briefed on the plan"


class TestMark:
    def test_words_with_their_place_and_surroundings(self, reporter):
        version = ArticleVersionFactory()
        claim = ClaimFactory()
        start = TEXT.index("four million")
        appearance = Appearance.mark(reporter, claim, version, start, start + 12)
        assert appearance.exact == "four million"
        assert TEXT[start - len(appearance.prefix) : start] == appearance.prefix != ""
        assert TEXT[start + 12 :].startswith(appearance.suffix) and appearance.suffix
        assert str(appearance) == f"“four million” [{start}:{start + 12}]"
        change = Change.objects.latest("seq")
        assert (change.verb, change.object_type, change.object_id) == ("mark", "claim", claim.pk)

    def test_whole_text(self, reporter):
        version = ArticleVersionFactory()
        appearance = Appearance.mark(reporter, ClaimFactory(), version, 0, len(version.text))
        assert (appearance.prefix, appearance.exact, appearance.suffix) == ("", version.text, "")

    def test_several_claims_share_a_span(self, reporter):
        version = ArticleVersionFactory()
        AppearanceFactory(article_version=version)
        AppearanceFactory(article_version=version)
        assert version.appearances.count() == 2

    @pytest.mark.parametrize(
        ("start", "end"), [(9, 9), (9, 5), (-5, 5), (0, 10_000), (10_000, 10_001), (0, 2**31)]
    )
    def test_place_that_is_none_is_refused(self, reporter, start, end):
        version, claim = ArticleVersionFactory(), ClaimFactory()
        with invalid("exact", "leaves the text of"):
            Appearance.mark(reporter, claim, version, start, end)

    def test_same_words_twice_are_refused(self, reporter):
        appearance = AppearanceFactory()
        with invalid("__all__", "already on record for this claim"):
            Appearance.mark(
                reporter, appearance.claim, appearance.article_version, appearance.start, appearance.end
            )

    def test_refused(self, stranger, reporter):
        version, claim, merged = ArticleVersionFactory(), ClaimFactory(), ClaimFactory(status="merged")
        with refuses("not_allowed", kind=NotAllowed):
            Appearance.mark(stranger, claim, version, 0, 5)
        with refuses("not_allowed", kind=NotAllowed):
            Appearance.mark(reporter, merged, version, 0, 5)

    @pytest.mark.parametrize("text", each(LETTERS, INJECTIONS))
    def test_offsets_are_code_points_whatever_the_letters(self, reporter, text):
        record = read_text(f"before {text}| after\n".encode())
        version = ArticleFactory(text=f"before {text}| after\n").current_version
        end = record.text.index("|")
        appearance = Appearance.mark(reporter, ClaimFactory(), version, 0, end)
        appearance.refresh_from_db()
        version.refresh_from_db()
        assert version.text[appearance.start : appearance.end] == appearance.exact == record.text[:end]


class TestAttributions:
    def test_chain_in_order(self, reporter):
        paper = ClaimantFactory(name="The Post")
        appearance = AppearanceFactory(
            words=f"According to {WHO}, the bridge",
            attributions=[{"claimant": paper}, {"described_as": "insiders", "words": WHO, "note": "unnamed"}],
        )
        first, second = appearance.attributions.all()
        assert (first.position, str(first), first.words, first.start) == (1, "The Post", "", None)
        assert (second.position, str(second), second.words) == (2, "insiders", WHO)
        assert TEXT[second.start : second.end] == WHO

    def test_words_elsewhere_in_the_text(self):
        appearance = AppearanceFactory(
            attributions=[{"described_as": "insiders", "words": WHO, "start": TEXT.index(WHO)}]
        )
        assert appearance.attributions.get().end == TEXT.index(WHO) + len(WHO)

    def test_refused(self, reporter):
        version, claim = ArticleVersionFactory(), ClaimFactory()
        where = TEXT.index("four")

        def mark(**attribution):
            Appearance.mark(reporter, claim, version, where, where + 12, [attribution])

        with invalid("words", f"“{WHO}” does not stand in the quotation"):
            mark(described_as="insiders", words=WHO)
        with invalid("words", "The text does not say this at 0:30"):
            mark(described_as="insiders", words=WHO, start=0)
        with invalid("__all__", "Name a claimant, or describe who says it"):
            mark()
        with invalid("described_as", "at most 300"):
            mark(described_as="x" * 301)

    def test_nothing_half_written(self, reporter):
        """The second attribution is wrong, so neither the first nor the appearance is there."""
        version, claim = ArticleVersionFactory(), ClaimFactory()
        with invalid("__all__"):
            Appearance.mark(reporter, claim, version, 0, 5, [{"described_as": "x"}, {}])

    def test_as_visible_as_the_appearance(self, stranger, editor):
        attribution = AttributionFactory()
        assert not Attribution.objects.visible_to(stranger).exists()
        attribution.appearance.article_version.article.open_to_readers(editor)
        assert Attribution.objects.visible_to(stranger).get() == attribution
        assert not Attribution.objects.editable_by(editor).exists()
        attribution.appearance.claim.dismiss(editor, "Nobody said this.")
        assert not Attribution.objects.visible_to(stranger).exists()


class TestVisibility:
    def test_needs_both_claim_and_article(self, stranger, reporter, editor):
        appearance = AppearanceFactory()
        assert not Appearance.objects.visible_to(stranger).exists()
        assert Appearance.objects.visible_to(reporter).exists()
        appearance.article_version.article.open_to_readers(editor)
        assert Appearance.objects.visible_to(stranger).exists()
        appearance.claim.dismiss(editor, "Nobody said this.")
        assert not Appearance.objects.visible_to(stranger).exists()
        assert not Appearance.objects.editable_by(editor).exists()


class TestCarryOver(TestCase):
    """Rule 6: by itself only where prefix, words and suffix stand together and stand there once."""

    @given(
        before=st.text("abc \n", max_size=12),
        words=st.text("abc", min_size=1, max_size=5),
        after=st.text("abc \n", max_size=12),
        new=st.text("abc \n", max_size=40),
        keep=st.booleans(),
    )
    def test_never_to_other_words(self, before, words, after, new, keep):
        old = f"x{before}{words}{after}y"
        article = ArticleFactory(text=old)
        version = article.current_version
        start = 1 + len(before)
        if version.text != old:
            return  # the importer normalised it
        appearance = Appearance.mark(None, ClaimFactory(), version, start, start + len(words))
        text = f"{new}{old}" if keep else f"n{new}"
        if text == old or read_text(text.encode()).text == old:
            return
        newer = article.add_version(None, read_text(text.encode()))
        for carried in Appearance.objects.filter(article_version=newer):
            assert carried.exact == appearance.exact
            assert newer.text[carried.start : carried.end] == carried.exact
            whole = appearance.prefix + appearance.exact + appearance.suffix
            assert newer.text.count(whole) == 1
