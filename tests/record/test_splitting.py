"""A suggestion that is several, and several that are one."""

from __future__ import annotations

import pytest

from articles.models import Appearance, Change, Suggestion
from articles.verification import verify
from tests.factories import AppearanceFactory, ArticleFactory, SuggestionFactory
from tests.record.refusing import invalid, last_seq, refuses

pytestmark = pytest.mark.django_db

TEXT = (
    "The pool holds two million litres, and it was filled twice, the keeper said. He is proud of it.\n \n"
    "The roof leaks. It always did 😀.\n"
)
SENTENCE = "The pool holds two million litres, and it was filled twice, the keeper said."
CLAUSES = ("The pool holds two million litres", "it was filled twice")


@pytest.fixture
def version():
    return ArticleFactory(text=TEXT).current_version


@pytest.fixture
def suggestion(version):
    return SuggestionFactory(
        article_version=version, words=SENTENCE, clauses=CLAUSES, speakers=["the keeper"], score=0.8
    )


def words(rows) -> list[str]:
    return [one.exact for one in rows]


class TestSplit:
    def test_into_its_clauses(self, suggestion, reporter):
        before = last_seq()
        parts = suggestion.split(reporter)
        assert words(parts) == list(CLAUSES) and parts[0].pk == suggestion.pk
        assert words(Suggestion.objects.open().order_by("start")) == list(CLAUSES)
        assert {(one.score, one.kind, tuple(one.speakers)) for one in Suggestion.objects.all()} == {
            (0.8, "fact", ("the keeper",))
        }
        assert [one.clauses for one in parts] == [[], []] and last_seq() == before

    def test_where_somebody_cuts_it(self, suggestion, reporter):
        at = TEXT.index("and it was")
        parts = suggestion.split(reporter, [at])
        assert words(parts) == [
            "The pool holds two million litres,", "and it was filled twice, the keeper said.",
        ]  # fmt: skip
        assert [len(one.clauses) for one in parts] == [1, 1]
        assert parts[1].accept(reporter).appearances.get().exact == parts[1].exact
        assert words(Suggestion.objects.open()) == ["The pool holds two million litres,"]

    @pytest.mark.parametrize("cut", [0, len(SENTENCE), len(SENTENCE) + 3])
    def test_a_cut_beside_its_words(self, suggestion, reporter, cut):
        with invalid("cuts", "must begin within"):
            suggestion.split(reporter, [cut])

    def test_a_part_without_words(self, version, reporter):
        row = SuggestionFactory(article_version=version, words="The roof leaks. ", speakers=())
        with invalid("cuts", "no words in one of the parts"):
            row.split(reporter, [row.end - 1])

    def test_no_clauses(self, version, reporter):
        row = SuggestionFactory(article_version=version, words="The roof leaks.", speakers=())
        with refuses("no_clauses", "say where the next part begins"):
            row.split(reporter)

    def test_what_is_decided_stays_whole(self, suggestion, editor):
        suggestion.accept(editor)
        with refuses("decided", "accepted by Eda Editor"):
            suggestion.split(editor)


class TestJoin:
    def test_what_was_split_is_whole_again(self, suggestion, reporter):
        before = (suggestion.start, suggestion.end)
        first, second = suggestion.split(reporter, [TEXT.index("and it was")])
        second.join(reporter, first)
        row = Suggestion.objects.get()
        assert row.pk == second.pk and (row.start, row.end) == before and row.exact == SENTENCE
        assert words(row.split(reporter)) == list(CLAUSES)

    def test_two_sentences(self, version, suggestion, reporter):
        other = SuggestionFactory(
            article_version=version, words="He is proud of it.", speakers=["He"], score=0.9, kind="opinion"
        )
        suggestion.join(reporter, other)
        row = Suggestion.objects.get()
        assert row.exact == f"{SENTENCE} He is proud of it."
        assert (row.score, row.kind, row.speakers) == (0.9, "fact", ["the keeper", "He"])
        assert len(row.clauses) == 3

    def test_not_across_a_blank_line(self, version, reporter):
        one = SuggestionFactory(article_version=version, words="He is proud of it.", speakers=())
        other = SuggestionFactory(article_version=version, words="The roof leaks.", speakers=())
        with refuses("not_neighbours", "side by side"):
            one.join(reporter, other)

    def test_not_of_two_texts_nor_with_itself(self, suggestion, reporter):
        for other in (SuggestionFactory(), suggestion):
            with refuses("not_neighbours"):
                suggestion.join(reporter, other)

    def test_not_with_what_is_decided(self, version, suggestion, editor):
        other = SuggestionFactory(article_version=version, words="He is proud of it.", speakers=())
        other.dismiss(editor)
        with refuses("decided"):
            suggestion.join(editor, other)


class TestNewClaim:
    """`Appearance.of_new_claim`: words and claim in one act."""

    def test_one_act(self, version, reporter):

        start = TEXT.index("It always did 😀.")
        before = last_seq()
        found = Appearance.of_new_claim(
            reporter, version, start, start + 16, statement=" It leaked. ", kind="fact"
        )
        assert found.exact == "It always did 😀." and found.claim.statement == "It leaked."
        assert [one.described_as for one in found.attributions.all()] == ["The text itself"]
        change = Change.objects.get(seq=before + 1)
        assert last_seq() == before + 1 and change.rows == 3
        assert (change.verb, change.object_type, change.object_id) == ("add", "claim", found.claim.pk)
        assert verify() == []

    def test_words_that_are_not_there(self, version, reporter):

        with invalid("exact", "leaves the text"):
            Appearance.of_new_claim(reporter, version, 5, len(TEXT) + 9, statement="No.")

    def test_two_claims_may_share_their_words(self, version, reporter):

        mark = AppearanceFactory(article_version=version, words="The roof leaks.")
        again = Appearance.of_new_claim(reporter, version, mark.start, mark.end)
        assert again.claim.statement == "The roof leaks." and again.claim != mark.claim
