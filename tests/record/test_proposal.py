"""Quotations and newer texts: what moves by itself, what an editor decides, and what is then read again."""

from __future__ import annotations

import pytest

from articles.importing.text import read_text
from articles.models import AnchorProposal, Appearance, ArticleVersion, Change, Redaction, ReviewTask
from articles.verification import verify
from tests.factories import (
    AnchorProposalFactory,
    AppearanceFactory,
    ArticleFactory,
    ArticleVersionFactory,
    ClaimFactory,
    some_administrator,
)
from tests.record.refusing import invalid, last_seq, refuses

pytestmark = pytest.mark.django_db

PLAIN = "The pool holds two million litres. "
LEAK = "The keeper wrote that it leaks at the north end. "
LABEL = "[From the bath office]"
FILLER = "Nothing else was said of the pool that week, in the hall or outside. " * 15
TEXT = f"A pool\n\n{PLAIN}{LEAK}It opens in May.\n\n{FILLER}\n\n{LABEL}\n"


@pytest.fixture
def article():
    return ArticleFactory(text=TEXT)


def follow(article, text: str) -> ArticleVersion:
    return ArticleVersionFactory(article=article, text=text)


def mark(article, words: str = LEAK.strip(), rating: str | None = None, **more) -> Appearance:
    return AppearanceFactory(
        claim=ClaimFactory(rating=rating), article_version=article.current_version, words=words, **more
    )


class TestCarryOver:
    def test_the_same_words_in_the_same_surroundings_move_by_themselves(self, article):
        appearance = mark(article, rating="supported")
        newer = follow(article, f"Corrected.\n\n{TEXT}")
        carried = newer.appearances.get()
        assert (carried.carried_from, carried.exact) == (appearance, appearance.exact)
        assert carried.start == appearance.start + len("Corrected.\n\n")
        assert not AnchorProposal.objects.exists() and not ReviewTask.objects.exists()
        assert verify() == []

    def test_changed_words_are_proposed(self, article):
        appearance = mark(article)
        newer = follow(article, TEXT.replace("leaks at the north", "leaks at the south"))
        proposal = AnchorProposal.objects.get()
        assert (proposal.appearance, proposal.article_version) == (appearance, newer)
        assert (proposal.kind, proposal.state) == ("changed", "open")
        assert proposal.places[0][2] == "The keeper wrote that it leaks at the south end."
        assert proposal.proposed_at == newer.imported_at
        assert not newer.appearances.exists()

    def test_what_is_gone_is_lost(self, article):
        mark(article)
        newer = follow(article, "A pool\n\nIt was sold in April to somebody else altogether.\n")
        proposal = AnchorProposal.objects.get()
        assert (proposal.kind, proposal.places) == ("lost", [])
        assert (
            proposal.sentence
            == f"Version {newer.number} of the text no longer has the words, nor any like them."
        )

    def test_equal_passages_are_ambiguous(self, article):
        appearance = mark(article, PLAIN.strip())
        follow(
            article,
            TEXT.replace("It opens in May.", f"It opens in May. {PLAIN}").replace("A pool", "The pool"),
        )
        proposal = AnchorProposal.objects.get()
        assert proposal.kind == "ambiguous"
        assert [words for _start, _end, words in proposal.places] == [appearance.exact] * 2

    def test_a_verdict_is_read_again_only_where_one_stands(self, article):
        judged, unjudged = mark(article, rating="supported"), mark(article)
        newer = follow(article, TEXT.replace("leaks", "leaked"))
        task = ReviewTask.objects.get()
        assert AnchorProposal.objects.count() == 2 and unjudged.claim != judged.claim
        assert (task.claim, task.article_version, task.reason) == (judged.claim, newer, "text_changed")
        assert task.opened_at == newer.imported_at
        assert task.note == "Version 2 of the text says it in other words, or in other surroundings."

    def test_not_where_it_was_withdrawn(self, article, editor):
        claim = mark(article, rating="supported").claim
        claim.current_verdict.withdraw(editor, "It was wrong.")
        follow(article, TEXT.replace("leaks", "leaked"))
        assert AnchorProposal.objects.exists() and not ReviewTask.objects.exists()

    def test_two_quotations_of_one_claim_are_one_task(self, article):
        appearance = mark(article, rating="supported")
        AppearanceFactory(
            claim=appearance.claim, article_version=article.current_version, words="it leaks at the north"
        )
        follow(article, TEXT.replace("leaks", "leaked"))
        assert AnchorProposal.objects.count() == 2 and ReviewTask.objects.count() == 1

    def test_what_nobody_decided_is_asked_anew_of_a_still_newer_text(self, article):
        appearance = mark(article, rating="supported")
        follow(article, TEXT.replace("leaks", "leaked"))
        third = follow(article, TEXT.replace("leaks", "is leaking"))
        overtaken, asked = AnchorProposal.objects.order_by("pk")
        assert (overtaken.state, overtaken.decided_by, overtaken.decided_at) == (
            "overtaken",
            None,
            third.imported_at,
        )
        assert (asked.appearance, asked.article_version, asked.state) == (appearance, third, "open")
        assert list(AnchorProposal.objects.open()) == [asked]

    def test_a_text_that_says_it_again_answers_by_itself(self, article):
        appearance = mark(article)
        follow(article, TEXT.replace("leaks", "leaked"))
        third = follow(article, f"Corrected.\n\n{TEXT}")
        assert AnchorProposal.objects.get().state == "overtaken"
        assert third.appearances.get().carried_from == appearance

    def test_what_was_dismissed_is_not_asked_again(self, article, editor):
        mark(article)
        follow(article, TEXT.replace("leaks", "leaked"))
        AnchorProposal.objects.get().dismiss(editor)
        follow(article, TEXT.replace("leaks", "is leaking"))
        assert AnchorProposal.objects.get().state == "dismissed"

    def test_what_was_accepted_goes_on_from_there(self, article, editor):
        mark(article)
        follow(article, TEXT.replace("leaks", "leaked"))
        placed = AnchorProposal.objects.get().accept(editor)
        third = follow(article, f"Once more.\n\n{TEXT.replace('leaks', 'leaked')}")
        assert third.appearances.get().carried_from == placed

    def test_what_a_merged_claim_said_its_survivor_says(self, article, editor):
        claim = mark(article).claim
        survivor = ClaimFactory()
        claim.merge_into(survivor, editor)
        follow(article, TEXT.replace("leaks", "leaked"))
        placed = AnchorProposal.objects.get().accept(editor)
        assert placed.claim == survivor and verify() == []

    def test_words_that_were_redacted_since_it_was_loaded_do_not_come_back(self, article, editor):
        mark(article)
        follow(article, TEXT.replace("leaks at", "leaked at"))
        loaded = AnchorProposal.objects.select_related("article_version", "appearance__claim").get()
        assert loaded.places
        word = loaded.places[0][2].split()[0]
        Redaction.everywhere(some_administrator(), loaded.places[0][2], "A test.")
        placed = loaded.accept(editor)
        assert word not in placed.exact and verify() == []


class TestWhoSaysIt:
    """The words that name somebody may stand anywhere in the text."""

    def label(self, article, words: str = LABEL, **more) -> Appearance:
        start = article.current_version.text.index(words)
        attributions = [
            {"described_as": "the bath office", "words": words, "start": start, "note": "a label"}
        ]
        return mark(article, attributions=attributions, **more)

    @pytest.mark.parametrize(
        "text",
        [
            f"Corrected.\n\n{TEXT}",
            TEXT.replace("that week", "that long week"),
            f"{LABEL}\n\n{TEXT.replace(LABEL, '')}".replace(f"{LABEL}\n\nA pool", f"A pool\n\n{LABEL}"),
        ],
        ids=["moved along", "moved by itself", "moved elsewhere"],
    )
    def test_a_label_far_from_the_quotation(self, article, text):
        self.label(article)
        newer = follow(article, text)
        link = newer.appearances.get().attributions.get()
        assert (link.described_as, link.note) == ("the bath office", "a label")
        if link.words:
            assert newer.text[link.start : link.end] == link.words == LABEL
        assert bool(link.words) == (text.index(LABEL) > 1000)
        assert verify() == []

    def test_a_label_that_is_gone_is_dropped_but_not_whom_it_names(self, article):
        self.label(article)
        newer = follow(article, TEXT.replace(LABEL, "An ornament"))
        link = newer.appearances.get().attributions.get()
        assert (link.described_as, link.words, link.start, link.end) == ("the bath office", "", None, None)

    def test_a_label_that_would_stand_before_the_text_begins(self, article, editor):
        """The distance alone leads to an offset below nought; counted from the end, the same words stand there."""
        mark(
            article,
            PLAIN.strip(),
            attributions=[{"described_as": "the title", "words": "A pool", "start": 0}],
        )
        newer = follow(article, "A pool holds two million litres. It opens in May. A pool.\n")
        placed = AnchorProposal.objects.get().accept(editor, 0, newer.text.index(" It opens"))
        link = placed.attributions.get()
        assert (link.described_as, link.words, link.start) == ("the title", "A pool", 0)

    def test_accepted_in_other_words_the_name_is_looked_for_within(self, article, editor):
        appearance = mark(article, attributions=[{"described_as": "the keeper", "words": "The keeper"}])
        newer = follow(
            article, TEXT.replace("The keeper wrote that it leaks", "In May The keeper said it leaks")
        )
        placed = AnchorProposal.objects.get().accept(
            editor, newer.text.index("In May The"), newer.text.index(" It opens")
        )
        link = placed.attributions.get()
        assert placed.exact == "In May The keeper said it leaks at the north end."
        assert link.start == newer.text.index("The keeper") and appearance.start != link.start


class TestAccept:
    def test_in_the_likeliest_place(self, article, editor):
        appearance = mark(article, rating="supported", attributions=[{"described_as": "the keeper"}])
        newer = follow(article, TEXT.replace("leaks", "leaked"))
        proposal = AnchorProposal.objects.get()
        placed = proposal.accept(editor)
        assert placed.exact == "The keeper wrote that it leaked at the north end."
        assert (placed.claim, placed.article_version, placed.carried_from) == (
            appearance.claim,
            newer,
            appearance,
        )
        assert str(placed.attributions.get()) == "the keeper"
        proposal.refresh_from_db()
        assert (proposal.state, proposal.carried_to, proposal.decided_by) == ("accepted", placed, editor)
        change = Change.objects.latest("seq")
        assert (change.verb, change.object_type, change.object_id) == (
            "accept_proposal",
            "claim",
            appearance.claim_id,
        )
        assert proposal.decided_at == change.at
        assert ReviewTask.objects.open().exists(), "the verdict is still to be read again"
        assert verify() == []

    def test_in_a_place_given(self, article, editor):
        mark(article)
        newer = follow(article, "A pool\n\nIt was sold in April to somebody else altogether.\n")
        proposal = AnchorProposal.objects.get()
        with refuses("no_place", "say where they stand"):
            proposal.accept(editor)
        placed = proposal.accept(editor, newer.text.index("sold"), newer.text.index("sold") + 4)
        assert placed.exact == "sold"

    @pytest.mark.parametrize(("start", "end"), [(-1, 3), (5, 5), (0, 10**9)])
    def test_not_beyond_the_text(self, editor, start, end):
        proposal = AnchorProposalFactory()
        with invalid("start", "The new text has"):
            proposal.accept(editor, start, end)

    def test_not_where_the_claim_is_marked_already(self, article, editor):
        appearance = mark(article)
        newer = follow(article, TEXT.replace("leaks", "leaked"))
        proposal = AnchorProposal.objects.get()
        start, end, words = proposal.places[0]
        AppearanceFactory(claim=appearance.claim, article_version=newer, words=words)
        with invalid("__all__", "These words are already on record for this claim."):
            proposal.accept(editor, start, end)
        assert AnchorProposal.objects.get().state == "open"


class TestDecidedTwice:
    @pytest.mark.parametrize("first", ["accept", "dismiss"])
    @pytest.mark.parametrize("second", ["accept", "dismiss"])
    def test_the_second_is_told_who_was_first(self, editor, second_editor, first, second):
        proposal = AnchorProposalFactory()
        mine = AnchorProposal.objects.get(pk=proposal.pk)
        getattr(proposal, first)(editor)
        with refuses("decided", f"This was {first}ed by Eda Editor already."):
            getattr(mine, second)(second_editor)

    def test_what_a_newer_text_overtook_is_not_accepted(self, article, editor):
        mark(article)
        follow(article, TEXT.replace("leaks", "leaked"))
        proposal = AnchorProposal.objects.get()
        follow(article, TEXT.replace("leaks", "is leaking"))
        with refuses("decided", "This was overtaken already."):
            proposal.accept(editor)


def test_dismissed_the_claim_stays_with_the_older_text(article, editor):
    appearance = mark(article)
    newer = follow(article, TEXT.replace("leaks", "leaked"))
    before = last_seq()
    proposal = AnchorProposal.objects.get()
    proposal.dismiss(editor)
    assert (last_seq(), proposal.state, proposal.decided_by) == (before, "dismissed", editor)
    assert not newer.appearances.exists() and appearance.claim.appearances.get() == appearance
    assert list(AnchorProposal.objects.decided()) == [proposal]


def test_a_review_never_quotes_the_text(article):
    """A name cut in two by an ellipsis would stay where a redaction masks the name."""
    mark(article, rating="supported")
    follow(article, TEXT.replace("leaks", "leaked"))
    assert not any(word in ReviewTask.objects.get().note for word in LEAK.split() if len(word) > 4)


def test_its_name_is_the_quotation(article):
    mark(article)
    follow(article, read_text(TEXT.replace("leaks", "leaked").encode()).text)
    assert str(AnchorProposal.objects.get()) == f"changed: “{LEAK.strip()}”"
