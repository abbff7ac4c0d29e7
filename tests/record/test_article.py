"""Articles, their versions and copies."""

from __future__ import annotations

from datetime import date

import pytest

from articles.dates import DateRange
from articles.importing.text import read_text
from articles.models import Appearance, Article, ArticleVersion, Block, Change, Copy
from articles.refusals import NotAllowed
from tests.factories import (
    TEXT,
    AppearanceFactory,
    ArticleFactory,
    BlockFactory,
    ClaimFactory,
    CopyFactory,
    make_series,
)
from tests.hostile import LETTERS, LONG, each
from tests.record.refusing import everything, invalid, last_seq, refuses

pytestmark = pytest.mark.django_db


class TestAdd:
    def test_article_with_its_first_version(self, reporter):
        text = read_text(TEXT.encode())
        article = Article.add(reporter, text, title="A bridge", byline="By Somebody", language="es-MX")
        version = article.current_version
        assert (article.title, article.byline, article.language) == ("A bridge", "By Somebody", "es-MX")
        assert (article.created_by, article.visibility, article.rights) == (reporter, "desk", "none")
        assert (version.number, version.text, version.sha256) == (1, TEXT, text.sha256)
        assert version.fingerprint == text.fingerprint and version.original_sha256 == text.original_sha256
        assert version.imported_at == article.created_at

    def test_one_act_with_two_rows(self, reporter):
        ArticleFactory(by=reporter)
        change = Change.objects.latest("seq")
        assert (change.verb, change.object_type, change.actor, change.public) == (
            "add",
            "article",
            reporter,
            False,
        )
        assert [row.object_type for row in change.change_rows.all()] == ["article", "articleversion"]

    def test_unknown_stays_unknown(self, reporter):
        article = Article.add(reporter, read_text(b"A text without a title.\n"))
        assert str(article) == f"Untitled article {article.pk}"
        assert article.slug == "article"
        assert not article.published.is_known

    def test_slug_falls_back_on_the_publisher(self):
        assert Article(title="", publisher="The Daily Example").slug == "the-daily-example"
        assert Article(title="?!").slug == "article"
        assert len(Article(title="bridge " * 70).slug) <= 80

    def test_bad_facts_are_refused_and_nothing_is_written(self, reporter):
        with invalid("url", "valid URL"):
            ArticleFactory(by=reporter, url="javascript:alert(1)")
        with invalid("rights", "not a valid choice"):
            ArticleFactory(by=reporter, rights="some")
        with invalid("__all__", "latest possible date lies before the earliest"):
            ArticleFactory(
                by=reporter, published_earliest=date(2024, 2, 1), published_latest=date(2024, 1, 1)
            )

    @pytest.mark.parametrize("text", each(LETTERS, LONG))
    def test_hostile_text_is_kept_to_the_letter(self, reporter, text):
        record = read_text(f"x {text} x\n".encode())
        article = Article.add(reporter, record)
        assert ArticleVersion.objects.get(article=article).text == record.text


class TestAddVersion:
    def test_numbers_follow(self, reporter):
        article = ArticleFactory()
        second = article.add_version(reporter, read_text(b"Another text.\n"))
        assert second.number == 2
        assert Article.objects.get().current_version == second

    def test_same_text_is_refused(self, reporter):
        article = ArticleFactory()
        with refuses("same_text", "already the text of version 1"):
            article.add_version(reporter, read_text(TEXT.encode()))

    def test_text_may_come_back(self, reporter):
        """A text that was changed and changed back is a third version, not the first."""
        article = ArticleFactory()
        article.add_version(reporter, read_text(b"Another text.\n"))
        assert article.add_version(reporter, read_text(TEXT.encode())).number == 3

    def test_stranger_may_not(self, stranger):
        article = ArticleFactory()
        with refuses("not_allowed", kind=NotAllowed):
            article.add_version(stranger, read_text(b"Another text.\n"))

    def test_appearances_carry_over_where_the_words_stand_once(self, reporter):
        article = ArticleFactory()
        kept = AppearanceFactory(
            article_version=article.current_version,
            attributions=[{"described_as": "two people", "words": "million"}],
        )
        lost = AppearanceFactory(article_version=article.current_version, words="A bridge and its bill")
        text = f"Corrected on Monday.\n\n{TEXT}".replace("A bridge and its bill", "On the bridge")
        seq = last_seq()
        version = article.add_version(reporter, read_text(text.encode()))
        carried = Appearance.objects.get(carried_from=kept)
        assert version.text[carried.start : carried.end] == carried.exact == kept.exact
        (attribution,) = carried.attributions.all()
        assert version.text[attribution.start : attribution.end] == "million"
        assert not Appearance.objects.filter(carried_from=lost).exists()
        assert list(Appearance.objects.of_current_texts()) == [carried]
        assert last_seq() == seq + 1, "carrying over is part of the act"


class TestPlaceOf:
    """Where words stand in a text, told apart by what is around them."""

    def version(self):
        return ArticleFactory(
            text="aaa. The bridge cost four. It cost four. \U0001f600 Done.\n"
        ).current_version

    def test_where_they_stand_once(self):
        assert self.version().place_of("The bridge") == (5, 15)
        assert self.version().place_of("Done.") == (43, 48), "code points"

    def test_told_apart(self):
        version = self.version()
        assert version.place_of("cost four", prefix="It ") == (30, 39)
        assert version.place_of("cost four", suffix=". It") == (16, 25)
        assert version.place_of("cost four", start=30) == (30, 39)

    @pytest.mark.parametrize(
        ("given", "field", "says"),
        [
            ({"exact": "cost four"}, "exact", "2 times, from 16, 30"),
            ({"exact": "aa"}, "exact", "2 times, from 0, 1"),
            ({"exact": "cost five"}, "exact", "nowhere"),
            ({"exact": ""}, "exact", "nowhere"),
            ({"exact": "cost four", "prefix": "It", "suffix": "."}, "exact", "nowhere"),
            ({"exact": "cost four", "start": 17}, "start", "not begin at 17, but at 16, 30"),
            ({"exact": "cost four", "prefix": "It ", "start": 16}, "start", "but at 30"),
            ({"exact": "aa", "suffix": "a", "start": 10**9}, "start", "but at 0"),
        ],
    )
    def test_refused(self, given, field, says):
        version = self.version()
        with invalid(field, says):
            version.place_of(**given)

    def test_many_places_are_counted_as_far_as_it_helps(self):
        version = ArticleFactory(text="ab " * 5000).current_version
        with invalid("exact", "more than 1000 times"):
            version.place_of("ab")


class TestVisibility:
    def test_open_and_close(self, editor, stranger):
        article = ArticleFactory()
        assert not Article.objects.visible_to(stranger).exists()
        article.open_to_readers(editor)
        assert article.is_public and Article.objects.visible_to(stranger).get() == article
        assert ArticleVersion.objects.visible_to(stranger).exists()
        article.close_to_readers(editor)
        assert not Article.objects.visible_to(stranger).exists()
        assert not ArticleVersion.objects.visible_to(stranger).exists()

    def test_twice_is_nothing(self, editor):
        article = ArticleFactory(public=True)
        before = everything()
        article.open_to_readers(editor)
        assert everything() == before

    def test_reporter_may_not(self, reporter):
        article = ArticleFactory()
        with refuses("not_allowed", "Only an editor decides which articles readers see", NotAllowed):
            article.open_to_readers(reporter)
        article = ArticleFactory(public=True)
        with refuses("not_allowed", kind=NotAllowed):
            article.close_to_readers(reporter)

    def test_stale_object_in_memory_does_no_harm(self, editor):
        article = ArticleFactory()
        old = Article.objects.get(pk=article.pk)
        article.revise(editor, title="Changed meanwhile")
        old.open_to_readers(editor)
        article.refresh_from_db()
        assert article.title == "Changed meanwhile" and article.is_public


class TestCopies:
    def test_added_in_order(self, reporter):
        article = ArticleFactory()
        article.add_copy(
            reporter, kind="original", publisher="The Daily Example", url="https://example.org/a"
        )
        second = article.add_copy(
            reporter, kind="cross_post", publisher="B", published=DateRange.parse("2024-10")
        )
        assert [copy.position for copy in article.copies.all()] == [1, 2]
        assert second.published.edtf() == "2024-10"
        assert [str(copy) for copy in article.copies.all()] == ["The Daily Example", "B"]

    def test_refused(self, stranger, reporter):
        article = ArticleFactory()
        with refuses("not_allowed", kind=NotAllowed):
            article.add_copy(stranger, kind="copy")
        with invalid("kind"):
            article.add_copy(reporter, kind="some")

    def test_as_visible_as_the_article(self, editor, stranger):
        copy = CopyFactory()
        assert not Copy.objects.visible_to(stranger).exists()
        copy.article.open_to_readers(editor)
        assert Copy.objects.visible_to(stranger).get() == copy
        assert not Copy.objects.editable_by(stranger).exists() and Copy.objects.editable_by(editor).exists()


class TestBlocks:
    def test_as_visible_as_the_article(self, editor, stranger):
        block = BlockFactory()
        assert str(block) == "title [0:21]"
        assert not Block.objects.visible_to(stranger).exists()
        block.article_version.article.open_to_readers(editor)
        assert Block.objects.visible_to(stranger).exists()
        assert not Block.objects.editable_by(editor).exists()


class TestWords:
    def test_fingerprint_finds_copies(self):
        article = ArticleFactory()
        copy = ArticleFactory(text=TEXT.upper().replace(" ", "  "))
        ArticleFactory(text="Something else.")
        assert set(Article.objects.with_fingerprint(article.current_version.fingerprint)) == {article, copy}

    def test_for_listing_counts_claims_and_verdicts(self, stranger):
        article = ArticleFactory(public=True)
        version = article.current_version
        checked, withdrawn = ClaimFactory(rating="supported"), ClaimFactory()
        make_series(withdrawn, [("verdict", "supported"), ("withdrawal",)])
        for claim in (checked, withdrawn, ClaimFactory()):
            AppearanceFactory(claim=claim, article_version=version)
        AppearanceFactory(claim=checked, article_version=version, words="Others doubt the figure.")
        hidden = ClaimFactory()
        AppearanceFactory(claim=hidden, article_version=version)
        hidden.dismiss(None, "Not a claim.")
        row = Article.objects.visible_to(stranger).for_listing().get()
        assert (row.claim_count, row.checked_count) == (3, 1)

    def test_for_listing_without_claims(self):
        ArticleFactory()
        row = Article.objects.for_listing().get()
        assert (row.claim_count, row.checked_count) == (0, 0)

    def test_for_listing_puts_the_newest_first_and_the_undated_last(self):
        old = ArticleFactory(published_earliest=date(2020, 1, 1), published_latest=date(2020, 1, 1))
        new = ArticleFactory(published_earliest=date(2024, 1, 1), published_latest=date(2024, 1, 1))
        undated = ArticleFactory()
        assert list(Article.objects.for_listing()) == [new, old, undated]

    def test_of_current_texts(self, reporter):
        article = ArticleFactory()
        old = AppearanceFactory(article_version=article.current_version)
        other = AppearanceFactory()
        version = article.add_version(reporter, read_text(b"Another text altogether, with other words.\n"))
        new = AppearanceFactory(article_version=version)
        assert set(Appearance.objects.of_current_texts()) == {other, new}
        assert old in Appearance.objects.all()
