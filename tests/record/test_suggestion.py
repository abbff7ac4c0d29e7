"""Suggestions: ranked, decided once, and a claim only where somebody accepts them."""

from __future__ import annotations

import pytest

from articles.importing.text import read_text
from articles.models import Appearance, Change, Claim, Redaction, Suggestion
from articles.refusals import NotAllowed
from articles.verification import verify
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ArticleVersionFactory,
    ClaimFactory,
    ClaimRelationFactory,
    ContactFactory,
    EvidenceFactory,
    SuggestionFactory,
    UserFactory,
    VerdictDraftFactory,
    some_administrator,
)
from tests.record.refusing import everything, invalid, last_seq, refuses

pytestmark = pytest.mark.django_db

TEXT = (
    "The pool and its water\n\n[From the bath office]\n\n"
    "The pool holds two million litres, the keeper told the board, and it was filled twice last year.\n\n"
    "It is the loveliest pool of all. The keeper wrote that it leaks.\n"
)
SENTENCE = "The pool holds two million litres, the keeper told the board, and it was filled twice last year."
CLAUSE = "it was filled twice last year"
OPINION = "It is the loveliest pool of all."


@pytest.fixture
def version():
    return ArticleFactory(text=TEXT, publisher="The Daily Pool", language="en-GB").current_version


@pytest.fixture
def suggestion(version):
    return SuggestionFactory(
        article_version=version, words=SENTENCE, speakers=["the bath office", "the keeper"], clauses=[CLAUSE],
        kind="quantity",
    )  # fmt: skip


def found(words: str, version, **facts) -> Suggestion:
    """Return a suggestion that the importer found and nobody wrote down yet."""
    start = version.text.index(words)
    return Suggestion(
        **{
            "start": start,
            "end": start + len(words),
            "kind": "fact",
            "score": 0.5,
            "reader": "tests 2",
            **facts,
        }
    )


class TestAccept:
    def test_it_becomes_a_claim_in_its_words(self, suggestion, reporter):
        claim = suggestion.accept(reporter)
        assert (claim.statement, claim.kind, claim.origin) == (SENTENCE, "quantity", "suggestion")
        assert (claim.language, claim.created_by, claim.status) == ("en-GB", reporter, "open")
        appearance = claim.appearances.get()
        assert (appearance.exact, appearance.start) == (SENTENCE, suggestion.start)
        assert appearance.article_version == suggestion.article_version
        suggestion.refresh_from_db()
        assert (suggestion.state, suggestion.claim, suggestion.decided_by) == ("accepted", claim, reporter)
        assert suggestion.decided_at == Change.objects.latest("seq").at
        assert verify() == []

    def test_the_text_itself_says_it_first_then_whom_it_names(self, suggestion, reporter):
        links = suggestion.accept(reporter).appearances.get().attributions.all()
        assert [(link.described_as, link.words) for link in links] == [
            ("The Daily Pool", ""), ("the bath office", "the bath office"), ("the keeper", "the keeper"),
        ]  # fmt: skip
        assert [link.start for link in links] == [
            None, TEXT.index("the bath office"), TEXT.index("the keeper"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("facts", "itself"),
        [({"publisher": "", "byline": "By Nobody"}, "By Nobody"), ({"publisher": ""}, "The text itself")],
    )
    def test_a_text_without_a_publisher_is_called_by_its_byline_or_the_text_itself(
        self, reporter, facts, itself
    ):
        version = ArticleFactory(text=TEXT, **facts).current_version
        claim = SuggestionFactory(article_version=version, words=OPINION, speakers=()).accept(reporter)
        assert claim.appearances.get().attributions.get().described_as == itself

    def test_one_act(self, suggestion, reporter):
        before = last_seq()
        claim = suggestion.accept(reporter)
        change = Change.objects.get(seq=before + 1)
        assert last_seq() == before + 1
        assert (change.verb, change.object_type, change.object_id) == ("accept_suggestion", "claim", claim.pk)

    def test_narrowed_to_a_clause_and_worded_anew(self, suggestion, reporter):
        start, end = suggestion.clauses[0]
        claim = suggestion.accept(reporter, statement=" Filled twice. ", kind="fact", start=start, end=end)
        assert (claim.statement, claim.kind) == ("Filled twice.", "fact")
        assert claim.appearances.get().exact == CLAUSE
        # Who says it may stand outside the clause.
        assert claim.appearances.get().attributions.last().words == "the keeper"

    def test_without_a_wording_the_claim_says_what_the_clause_says(self, suggestion, reporter):
        start, end = suggestion.clauses[0]
        assert suggestion.accept(reporter, start=start, end=end).statement == CLAUSE

    def test_lines_that_only_the_text_breaks_are_joined(self, reporter):
        version = ArticleFactory(text="The pool\nholds two\n  million litres.\n").current_version
        suggestion = SuggestionFactory(article_version=version, words=version.text.strip(), speakers=())
        claim = suggestion.accept(reporter)
        assert claim.statement == "The pool holds two million litres."
        assert claim.appearances.get().exact == "The pool\nholds two\n  million litres."

    @pytest.mark.parametrize(("before", "after"), [(-1, 0), (0, 1), (5, -len(SENTENCE))])
    def test_words_beyond_the_suggestion_are_refused(self, suggestion, reporter, before, after):
        with invalid("start", "must lie within the suggestion's"):
            suggestion.accept(reporter, start=suggestion.start + before, end=suggestion.end + after)

    def test_a_claim_that_is_refused_leaves_the_suggestion_open(self, suggestion, reporter):
        with invalid("kind"):
            suggestion.accept(reporter, kind="nonsense")
        assert Suggestion.objects.get().state == "open"

    def test_in_an_older_text_it_is_refused(self, suggestion, reporter):
        ArticleVersionFactory(article=suggestion.article_version.article, text=TEXT + "More.\n")
        with refuses("older_text", "A newer version of this text is on record"):
            suggestion.accept(reporter)
        with refuses("older_text"):
            suggestion.dismiss(reporter)

    def test_each_clause_may_become_a_claim_one_after_the_other(self, version, editor):
        first = "The pool holds two million litres"
        one = SuggestionFactory(article_version=version, words=SENTENCE, clauses=[first, CLAUSE], speakers=[])
        spans = [(start, end) for start, end in one.clauses]
        claim = one.accept(editor, start=spans[0][0], end=spans[0][1])
        assert one.parts_left() == [spans[1]]
        again = one.accept(editor, start=spans[1][0], end=spans[1][1])
        assert (claim.statement, again.statement) == (first, CLAUSE) and one.parts_left() == []
        assert Suggestion.objects.get(pk=one.pk).claim == claim
        for start, end in (*spans, (one.start, one.end)):
            with refuses("decided"):
                one.accept(editor, start=start, end=end)

    def test_words_that_were_redacted_since_it_was_loaded_do_not_come_back(self, version, editor):
        one = SuggestionFactory(article_version=version, words=OPINION, speakers=[], clauses=[])
        loaded = Suggestion.objects.select_related("article_version__article").get(pk=one.pk)
        assert loaded.exact == OPINION
        Redaction.everywhere(some_administrator(), "loveliest", "A test.")
        claim = loaded.accept(editor)
        assert "loveliest" not in claim.statement + claim.appearances.get().exact and verify() == []


class TestAcceptAs:
    def test_the_words_are_added_to_a_claim_that_is_on_record(self, suggestion, reporter):
        claim, before = ClaimFactory(), last_seq()
        appearance = suggestion.accept_as(reporter, claim)
        assert (appearance.claim, appearance.exact) == (claim, SENTENCE)
        assert [one.described_as for one in appearance.attributions.all()][:1] == ["The Daily Pool"]
        suggestion.refresh_from_db()
        assert (suggestion.state, suggestion.claim, Claim.objects.count()) == ("accepted", claim, 1)
        assert last_seq() == before + 1 and verify() == []

    def test_of_a_merged_claim_the_survivor_says_it(self, suggestion, reporter):
        merged = ClaimFactory(status="merged")
        assert suggestion.accept_as(reporter, merged).claim == merged.merged_into

    def test_a_dismissed_claim_says_nothing(self, suggestion, reporter):
        claim = ClaimFactory(status="dismissed")
        with refuses("dismissed", "reopen it first"):
            suggestion.accept_as(reporter, claim)

    def test_it_is_not_taken_back_with_the_claim(self, suggestion, editor):
        claim = SuggestionFactory().accept(editor)
        suggestion.accept_as(editor, claim)
        with refuses("not_its_claim", "a claim that was there before"):
            suggestion.take_back(editor)


class TestDecidedTwice:
    @pytest.mark.parametrize("again", ["accept", "dismiss"])
    def test_the_second_is_told_who_was_first(self, suggestion, editor, second_editor, again):
        mine = Suggestion.objects.get(pk=suggestion.pk)
        suggestion.accept(editor)
        with refuses("decided", "This was accepted by Eda Editor already."):
            getattr(mine, again)(second_editor)
        assert Claim.objects.count() == 1

    def test_a_dismissal_is_told_too(self, suggestion, editor, second_editor):
        suggestion.dismiss(editor)
        with refuses("decided", "This was dismissed by Eda Editor already."):
            suggestion.accept(second_editor)

    def test_a_text_read_again_in_the_meantime(self, suggestion, editor):
        Suggestion.objects.filter(pk=suggestion.pk).delete()
        with refuses("gone", "its text was read again in the meantime"):
            suggestion.accept(editor)


class TestDismiss:
    def test_nothing_enters_the_ledger(self, suggestion, reporter):
        before = last_seq()
        suggestion.dismiss(reporter)
        assert last_seq() == before and not Claim.objects.exists()
        suggestion.refresh_from_db()
        assert (suggestion.state, suggestion.decided_by) == ("dismissed", reporter)
        assert suggestion.decided_at is not None

    def test_it_can_be_taken_back(self, suggestion, reporter, editor):
        suggestion.dismiss(reporter)
        suggestion.reopen(editor)
        suggestion.refresh_from_db()
        assert (suggestion.state, suggestion.decided_by, suggestion.decided_at) == ("open", None, None)
        assert list(Suggestion.objects.open()) == [suggestion]

    @pytest.mark.parametrize("state", ["open", "accepted"])
    def test_nothing_else_can(self, editor, state):
        suggestion = SuggestionFactory(state=state)
        with refuses("not_dismissed", "Only a dismissed suggestion is taken back"):
            suggestion.reopen(editor)


class TestTakeBack:
    def test_the_claim_is_put_aside_and_the_suggestion_waits_again(self, suggestion, reporter):
        claim = suggestion.accept(reporter)
        before = last_seq()
        assert suggestion.take_back(reporter) == claim
        claim.refresh_from_db()
        assert (claim.status, claim.status_reason) == ("dismissed", "A suggestion was accepted by mistake.")
        assert (
            not Claim.objects.visible_to(None).exists() and not Appearance.objects.visible_to(None).exists()
        )
        assert (suggestion.state, suggestion.claim, suggestion.decided_by) == ("open", None, None)
        assert list(Suggestion.objects.open()) == [suggestion]
        change = Change.objects.get(seq=before + 1)
        assert last_seq() == before + 1
        assert (change.verb, change.object_type, change.object_id) == (
            "take_back_suggestion",
            "claim",
            claim.pk,
        )
        assert verify() == []

    def test_it_may_be_accepted_anew(self, suggestion, reporter):
        suggestion.accept(reporter)
        suggestion.take_back(reporter)
        again = suggestion.accept(reporter, statement="The pool holds two million litres.")
        assert Claim.objects.visible_to(None).get() == again == Suggestion.objects.get().claim
        assert again.appearances.get().exact == SENTENCE
        assert not Suggestion.objects.open().exists()
        assert suggestion.take_back(reporter) == again

    def test_of_two_clauses_the_last_is_taken_back_first(self, version, editor):
        first = "The pool holds two million litres"
        one = SuggestionFactory(article_version=version, words=SENTENCE, clauses=[first, CLAUSE], speakers=[])
        spans = [(start, end) for start, end in one.clauses]
        claims = [one.accept(editor, start=start, end=end) for start, end in spans]
        assert one.take_back(editor) == claims[1]
        one.refresh_from_db()
        assert (one.state, one.claim, one.parts_left()) == ("accepted", claims[0], [spans[1]])
        assert one.take_back(editor) == claims[0]
        assert (one.state, one.parts_left()) == ("open", spans)

    @pytest.mark.parametrize(
        ("rest", "noun"),
        [
            (lambda claim: EvidenceFactory(claim=claim), "evidence"),
            (lambda claim: VerdictDraftFactory(claim=claim), "verdict draft"),
            (lambda claim: AppearanceFactory(claim=claim), "appearance"),
            (lambda claim: ClaimRelationFactory(first=claim), "claim relation"),
            (lambda claim: ClaimRelationFactory(second=claim), "claim relation"),
            (lambda claim: ClaimFactory(merged_into=claim), "claim"),
            (lambda claim: ContactFactory(claim=claim), "contact"),
        ],
    )
    def test_not_once_anything_rests_on_the_claim(self, suggestion, editor, rest, noun):
        rest(suggestion.accept(editor))
        with refuses("in_use", rf"rests on this claim by now \((.*, )?{noun}(, .*)?\)"):
            suggestion.take_back(editor)
        assert Suggestion.objects.get().state == "accepted"

    def test_not_once_the_claim_was_decided_on(self, suggestion, editor):
        suggestion.accept(editor).start_checking(editor)
        with refuses("not_its_claim"):
            suggestion.take_back(editor)

    @pytest.mark.parametrize("state", ["open", "dismissed"])
    def test_only_what_was_accepted(self, editor, state):
        suggestion = SuggestionFactory(state=state)
        with refuses("not_accepted"):
            suggestion.take_back(editor)

    def test_a_reporter_takes_back_only_their_own(self, suggestion, editor, reporter):
        suggestion.accept(editor)
        with pytest.raises(NotAllowed, match="Eda Editor accepted this"):
            suggestion.take_back(reporter)
        suggestion.take_back(editor)
        suggestion.accept(reporter)
        suggestion.take_back(editor)
        assert Suggestion.objects.open().get() == suggestion

    def test_a_claim_that_was_dismissed_as_one_does_not_bring_its_suggestion_back(self, suggestion, editor):
        suggestion.accept(editor).dismiss(editor, "Nobody can say.")
        assert not Suggestion.objects.open().exists()

    def test_nor_one_that_was_marked_by_hand(self, version, suggestion, editor):
        AppearanceFactory(article_version=version, words="two million litres").claim.dismiss(
            editor, "No claim."
        )
        assert not Suggestion.objects.open().exists()


class TestOpen:
    def test_what_nobody_decided(self, version):
        waits = SuggestionFactory(article_version=version, words=SENTENCE, speakers=())
        dismissed = SuggestionFactory(article_version=version, words=OPINION, speakers=(), state="dismissed")
        assert list(Suggestion.objects.open()) == [waits]
        assert list(Suggestion.objects.decided()) == [dismissed]

    def test_not_where_a_claim_lies_on_some_of_the_words(self, version, suggestion):
        other = SuggestionFactory(article_version=version, words=OPINION, speakers=())
        AppearanceFactory(article_version=version, words="two million litres")
        assert list(Suggestion.objects.open()) == [other]

    def test_a_claim_beside_the_words_does_not_matter(self, version, suggestion):
        AppearanceFactory(article_version=version, words=TEXT[suggestion.end : suggestion.end + 5])
        AppearanceFactory(article_version=version, words=TEXT[suggestion.start - 5 : suggestion.start])
        assert list(Suggestion.objects.open()) == [suggestion]

    def test_not_in_a_text_that_a_newer_one_followed(self, version, suggestion):
        other = SuggestionFactory()
        newer = ArticleVersionFactory(article=version.article, text=TEXT + "More.\n")
        assert list(Suggestion.objects.open()) == [other]
        Suggestion.write(newer, [found(SENTENCE, newer)])
        assert {one.article_version for one in Suggestion.objects.open()} == {newer, other.article_version}


def test_ranked_by_worth_then_newest_text_then_place(version):
    middling = SuggestionFactory(article_version=version, words=SENTENCE, speakers=(), score=0.5)
    best = SuggestionFactory(article_version=version, words=OPINION, speakers=(), score=0.9)
    later = SuggestionFactory(score=0.5)
    last = SuggestionFactory(article_version=version, words="[From the bath office]", speakers=(), score=0.1)
    assert list(Suggestion.objects.ranked()) == [best, later, middling, last]


def test_words_without_the_text(version, django_assert_num_queries):
    """Offsets count code points, also beyond the first plane."""
    odd = ArticleFactory(text="𝔄𝔅 is 😀 a\u0301 letter. So is 𝔇.\n").current_version
    for words, its in (("So is 𝔇.", odd), (OPINION, version)):
        SuggestionFactory(article_version=its, words=words, speakers=())
    with django_assert_num_queries(1):
        assert [one.words for one in Suggestion.objects.with_words().order_by("pk")] == ["So is 𝔇.", OPINION]


def test_a_list_loads_each_text_once(version, django_assert_num_queries):
    for words in (SENTENCE, OPINION):
        SuggestionFactory(article_version=version, words=words, speakers=["the keeper"])
    with django_assert_num_queries(2):
        rows = list(Suggestion.objects.for_listing())
        assert [(one.exact, one.speakers, one.article_version.article.publisher) for one in rows] == [
            (SENTENCE, ["the keeper"], "The Daily Pool"), (OPINION, ["the keeper"], "The Daily Pool"),
        ]  # fmt: skip
    assert rows[0].article_version is rows[1].article_version


class TestWrite:
    def test_what_was_found_before_goes_but_for_decisions(self, version, editor):
        stale = SuggestionFactory(article_version=version, words="It is the", speakers=())
        kept = SuggestionFactory(article_version=version, words=SENTENCE, speakers=(), state="accepted")
        put_aside = SuggestionFactory(article_version=version, words=OPINION, speakers=(), state="dismissed")
        words = (SENTENCE, OPINION, "The keeper wrote that it leaks.")
        wrote = Suggestion.write(version, [found(one, version) for one in words])
        assert wrote == 1
        assert not Suggestion.objects.filter(pk=stale.pk).exists()
        assert list(Suggestion.objects.decided()) == [kept, put_aside]
        assert Suggestion.objects.open().get().exact == "The keeper wrote that it leaks."

    def test_dismissed_stays_dismissed_in_the_next_version_in_the_same_words(self, version, editor):
        SuggestionFactory(article_version=version, words=OPINION, speakers=()).dismiss(editor)
        newer = ArticleVersionFactory(article=version.article, text=f"Corrected.\n\n{TEXT}")
        Suggestion.write(newer, [found(OPINION, newer), found(SENTENCE, newer)])
        again = Suggestion.objects.get(article_version=newer, state="dismissed")
        assert (again.exact, again.decided_by) == (OPINION, editor)
        assert again.decided_at == Suggestion.objects.get(article_version=version).decided_at
        assert Suggestion.objects.open().get().exact == SENTENCE

    def test_of_words_that_stand_there_twice_nobody_knows_which_were_meant(self, editor):
        text = "It rained. The pool was full. It rained. The keeper left.\n"
        version = ArticleFactory(text=text).current_version
        start = text.index("It rained.")
        Suggestion.write(version, [found("It rained.", version)])
        Suggestion.objects.get(article_version=version, start=start).dismiss(editor)
        newer = version.article.add_version(None, read_text((text + "Then it closed.\n").encode()))
        Suggestion.write(newer, [found("It rained.", newer)])
        assert Suggestion.objects.get(article_version=newer).state == "open"

    def test_in_other_words_it_is_asked_again(self, version, editor):
        SuggestionFactory(article_version=version, words=OPINION, speakers=()).dismiss(editor)
        newer = ArticleVersionFactory(article=version.article, text=TEXT.replace("loveliest", "largest"))
        Suggestion.write(newer, [found("It is the largest pool of all.", newer)])
        assert Suggestion.objects.open().get().exact == "It is the largest pool of all."

    def test_the_same_again_changes_nothing(self, version):
        Suggestion.write(version, [found(SENTENCE, version)])
        before = {name: rows for name, rows in everything().items() if name != "articles_suggestion"}
        Suggestion.write(version, [found(SENTENCE, version)])
        assert Suggestion.objects.get().exact == SENTENCE
        assert {name: rows for name, rows in everything().items() if name != "articles_suggestion"} == before


def test_two_editors_accept_one_suggestion(committed_database):
    for name in ("eda", "edwin"):
        UserFactory(username=name, role="editor", display_name=name.title())
    suggestion = SuggestionFactory()

    answers = committed_database.at_once(
        [committed_database.start("accept", suggestion.pk, name) for name in ("eda", "edwin")]
    )

    winner, loser = sorted(answers, key=lambda answer: not answer.startswith("accepted"))
    claim = Claim.objects.get()
    assert winner == f"accepted {claim.pk}"
    assert loser == f"decided: This was accepted by {Suggestion.objects.get().decided_by} already."
    assert Appearance.objects.count() == 1
    assert verify() == []


def test_a_merged_claim_does_not_bring_its_suggestion_back(version, editor):
    claim = SuggestionFactory(article_version=version, words=OPINION, speakers=()).accept(editor)
    claim.merge_into(ClaimFactory(), editor)
    assert not Suggestion.objects.open().exists()


def test_readers_see_none(stranger, reporter):
    article = ArticleFactory(public=True, text=read_text(TEXT.encode()).text)
    suggestion = SuggestionFactory(article_version=article.current_version, words=OPINION, speakers=())
    assert not Suggestion.objects.visible_to(stranger).exists()
    assert list(Suggestion.objects.visible_to(reporter)) == [suggestion]
    suggestion.accept(reporter)
    assert not Suggestion.objects.editable_by(reporter).exists()
