from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.anchoring import Candidate, Carried, Proposal, carry_over, context
from articles.vocabulary import ProposalKind

OLD = (
    "The council met on Monday. The mayor said that the rule does apply to the old bridge. Nobody objected.\n"
    "A second reading follows in May, when the budget of the city will have been published in full."
)
QUOTE = "the rule does apply to the old bridge"


def _carry(new: str, quote: str = QUOTE, old: str = OLD, start: int | None = None) -> Carried | Proposal:
    at = old.index(quote) if start is None else start
    prefix, suffix = context(old, at, at + len(quote))
    return carry_over(prefix, quote, suffix, new, old_text=old)


def test_context_is_shorter_only_at_the_edges() -> None:
    text = "x" * 40 + "quote" + "y" * 3

    assert context(text, 40, 45) == ("x" * 32, "yyy")
    assert context(text, 40, 45, size=2) == ("xx", "yy")
    assert context(text, 0, len(text)) == ("", "")


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 3), (-1, 2), (0, 6)])
def test_context_of_no_range_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="is empty or leaves the text of 5 characters"):
        context("abcde", start, end)


def test_a_quotation_carries_over_where_its_words_and_theirs_around_it_are_unchanged() -> None:
    new = "Corrected on Tuesday. " + OLD.replace("in May", "in June")

    assert _carry(new) == Carried(new.index(QUOTE), new.index(QUOTE) + len(QUOTE))


def test_a_negation_does_not_carry_over() -> None:
    new = OLD.replace("does apply", "does not apply")

    found = _carry(new)

    assert isinstance(found, Proposal)
    assert found.kind is ProposalKind.CHANGED
    (candidate,) = found.candidates
    assert new[candidate.start : candidate.end] == "the rule does not apply to the old bridge"
    assert 0.9 < candidate.similarity < 1


def test_a_negation_around_the_quotation_does_not_carry_over() -> None:
    new = OLD.replace("The mayor said that", "Nobody said that")

    start = new.index(QUOTE)
    assert _carry(new) == Proposal(ProposalKind.CHANGED, (Candidate(start, start + len(QUOTE), 1.0),))


def test_of_several_equal_places_an_editor_chooses() -> None:
    new = OLD + "\n" + OLD

    found = _carry(new)

    assert isinstance(found, Proposal)
    assert found.kind is ProposalKind.AMBIGUOUS
    assert [new[candidate.start : candidate.end] for candidate in found.candidates] == [QUOTE, QUOTE]


def test_places_that_overlap_are_several() -> None:
    found = carry_over("", "na na", "", "na na na", size=1)

    assert found == Proposal(ProposalKind.AMBIGUOUS, (Candidate(0, 5, 1.0), Candidate(3, 8, 1.0)))


def test_of_several_places_with_other_words_around_the_likeliest_comes_first() -> None:
    new = f"Elsewhere: {QUOTE}!\nThe mayor told us that {QUOTE}. Nobody objected."

    found = _carry(new)

    assert isinstance(found, Proposal)
    assert found.kind is ProposalKind.AMBIGUOUS
    assert [candidate.start for candidate in found.candidates] == [new.rindex(QUOTE), new.index(QUOTE)]


def test_the_survivor_of_two_equal_passages_is_not_taken_for_the_other() -> None:
    old = OLD + "\n" + OLD

    found = _carry(OLD, old=old, start=old.index(QUOTE))

    start = OLD.index(QUOTE)
    assert found == Proposal(ProposalKind.AMBIGUOUS, (Candidate(start, start + len(QUOTE), 1.0),))


@pytest.mark.parametrize(
    ("quote", "new", "carried"),
    [
        ("The council met", OLD + " More.", True),
        ("The council met", "It is not true that: " + OLD, False),
        ("council met on", "Update. " + OLD, False),
        ("published in full.", "Update. " + OLD, True),
        ("published in full.", OLD + " Or so we thought.", False),
        ("been published in", OLD + " More.", False),
    ],
)
def test_the_edge_of_a_text_is_context(quote: str, new: str, carried: bool) -> None:
    found = _carry(new, quote)

    start = new.index(quote)
    span = start, start + len(quote)
    assert found == (Carried(*span) if carried else Proposal(ProposalKind.CHANGED, (Candidate(*span, 1.0),)))


def test_a_quotation_that_is_the_whole_text() -> None:
    assert _carry("He resigned.", "He resigned.", old="He resigned.") == Carried(0, 12)
    assert isinstance(_carry("He resigned. Not.", "He resigned.", old="He resigned."), Proposal)


def test_what_is_gone_is_lost() -> None:
    assert _carry("A text about something else entirely.\n\nWith two lines.") == Proposal(ProposalKind.LOST)
    assert _carry("The old rule is gone.\n\nThe mayor said that she will resign.") == Proposal(
        ProposalKind.LOST
    )
    assert _carry("") == Proposal(ProposalKind.LOST)
    assert _carry("Only these words: ...", "?!?", old="Really?!? Yes.") == Proposal(ProposalKind.LOST)


def test_a_part_of_a_long_sentence_is_found_as_a_part() -> None:
    new = (
        "Although many had doubts about it and a few of them said so, " * 3
        + QUOTE.replace("old", "older")
        + ", it was said" * 9
    )

    found = _carry(new)

    assert isinstance(found, Proposal)
    (candidate,) = found.candidates
    assert new[candidate.start : candidate.end] == "the rule does apply to the older bridge"


def test_an_empty_quotation_is_refused() -> None:
    with pytest.raises(ValueError, match="empty quotation"):
        carry_over("a", "", "b", "ab")


_letters = st.text(alphabet="ab .\n", max_size=60)


@given(_letters, _letters, st.data())
def test_what_carries_over_is_the_same_in_both_texts(old: str, new: str, data: st.DataObject) -> None:
    if not old:
        return
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    size = data.draw(st.integers(1, 8))
    prefix, suffix = context(old, start, end, size)

    found = carry_over(prefix, old[start:end], suffix, new, old_text=old, size=size)

    if isinstance(found, Carried):
        assert new[found.start : found.end] == old[start:end]
        assert context(new, found.start, found.end, size) == (prefix, suffix)
    else:
        assert (found.kind is ProposalKind.LOST) == (not found.candidates)
        for candidate in found.candidates:
            assert 0 <= candidate.start < candidate.end <= len(new)
            assert (candidate.similarity == 1.0) == (new[candidate.start : candidate.end] == old[start:end])


@given(st.text(alphabet="ab .\n", min_size=1, max_size=60), st.data())
def test_a_text_that_did_not_change_keeps_its_unique_quotations(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    prefix, suffix = context(text, start, end)

    found = carry_over(prefix, text[start:end], suffix, text, old_text=text)

    whole = prefix + text[start:end] + suffix
    if sum(text.startswith(whole, at) for at in range(len(text))) == 1:
        assert found == Carried(start, end)
    else:
        assert isinstance(found, Proposal)
        assert found.kind is ProposalKind.AMBIGUOUS
