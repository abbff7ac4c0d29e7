from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.anchoring import Candidate, Carried, Proposal, carry_over, context
from articles.comparing import passages
from articles.comparing.alignment import Match
from articles.vocabulary import ProposalKind
from tests.pace import within

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


def test_a_sentence_that_grew_is_proposed_whole() -> None:
    old = "Nobody came. The ferry leaves the northern pier at nine. It was late."
    new = "Nobody came. The ferry leaves the northern pier at nine, weather permitting. It was late."

    assert _proposed(_carry(new, "The ferry leaves the northern pier at nine.", old), new) == (
        "The ferry leaves the northern pier at nine, weather permitting."
    )


def test_of_a_sentence_that_grew_much_the_part_alike_is_proposed() -> None:
    grown = "nine, unless the wind is from the north or the harbour is frozen, when it leaves from the town."
    old = "Nobody came. The ferry leaves the northern pier at nine. It was late."
    new = f"Nobody came. The ferry leaves the northern pier at {grown} It was late."

    assert _proposed(_carry(new, "The ferry leaves the northern pier at nine.", old), new) == (
        "The ferry leaves the northern pier at nine"
    )


def test_a_sentence_on_the_same_matter_is_not_taken_for_it() -> None:
    old = "Nobody came. The club lends boats to its members on Sundays. It was late."
    new = "Nobody came. The club cleans the windows of its older members. It was late."

    assert _carry(new, "The club lends boats to its members on Sundays.", old) == Proposal(ProposalKind.LOST)


def test_marks_around_a_part_belong_to_it() -> None:
    old = "He called it “the old northern pier” again, and left."
    new = "He called it “the old southern pier” again, and left."

    assert _proposed(_carry(new, "“the old northern pier”", old), new) == "“the old southern pier”"


def test_a_sentence_ends_after_its_quotation_mark() -> None:
    old = "“We sail at nine.” He left."
    new = "“We sail at nine or ten.” He left."

    assert _proposed(_carry(new, "“We sail at nine.”", old), new) == "“We sail at nine or ten.”"


def test_a_line_that_grew_is_proposed_whole() -> None:
    old = "On sale:\nRowing boats for hire\nBread"
    new = "On sale:\nRowing boat for hire daily\nBread"

    assert _proposed(_carry(new, "Rowing boats for hire", old), new) == "Rowing boat for hire daily"


def test_a_passage_far_down_a_line_without_sentences_is_found() -> None:
    old = "and so on, " * 200 + QUOTE + ", and on" * 100
    new = old.replace("old bridge", "older bridge")

    assert _proposed(_carry(new, QUOTE, old), new) == QUOTE.replace("old", "older")


def test_a_part_of_a_sentence_is_proposed_as_a_part() -> None:
    old = "Some say that the ferry leaves the northern pier at nine, and some say at ten."
    new = "Some say that the ferry leaves the southern pier at nine, and some say at ten."

    assert _proposed(_carry(new, "the ferry leaves the northern pier at nine", old), new) == (
        "the ferry leaves the southern pier at nine"
    )


def test_replaced_words_at_the_ends_belong_to_the_passage() -> None:
    old = "We heard this: many keepers of the old lighthouse were tired by then, though not all."
    new = "We heard this: two keepers of the old lighthouse were tired by now, though not all."

    assert _proposed(_carry(new, "many keepers of the old lighthouse were tired by then", old), new) == (
        "two keepers of the old lighthouse were tired by now"
    )


def test_a_sentence_that_moved_far_and_changed_is_found() -> None:
    filler = "\n\n".join(f"In year {number} the choir sang again, and all was well." for number in range(400))
    quote = "The organ was tuned by an apprentice from the coast."
    old = f"{quote}\n\n{filler}"
    new = f"{filler}\n\nThe organ was tuned by two apprentices from the coast."

    assert _proposed(_carry(new, quote, old), new) == "The organ was tuned by two apprentices from the coast."


def test_the_sentence_beside_is_not_taken_in() -> None:
    quote = "The society lends boats to its members under its rules."
    old = f"How the society lends boats\n\n{quote} Others pay."
    new = "How the society lends boats\n\nThe society lends small boats to its members under its rules. Others pay."

    assert _proposed(_carry(new, quote, old), new) == (
        "The society lends small boats to its members under its rules."
    )


def test_a_long_quotation_that_changed_in_places_is_found_whole() -> None:
    sentences = [f"Barrel {number} held {number * 7} litres of the oil of that year." for number in range(60)]
    old = "Before. " + " ".join(sentences) + " After."
    changed = [
        sentence.replace("oil", "cider") if at % 9 == 4 else sentence for at, sentence in enumerate(sentences)
    ]
    new = "Before. " + " ".join(changed) + " After."

    assert _proposed(_carry(new, " ".join(sentences), old), new) == " ".join(changed)


def test_the_old_text_around_decides_between_passages_that_are_much_alike() -> None:
    def told(verb: str) -> str:
        places = [
            f"The {colour} house has its own well and garden. It {verb} a door."
            for colour in ("red", "green", "blue")
        ]
        return "\n\n".join(places)

    old, new = told("has"), told("had")
    quote = "It has a door."

    for at in range(3):
        was, now = ([match.start() for match in re.finditer("It ha", text)] for text in (old, new))
        found = _carry(new, quote, old, start=was[at])

        assert isinstance(found, Proposal)
        assert found.candidates[0].start == now[at]


def test_the_old_text_around_decides_between_places_with_the_same_words() -> None:
    def told(one: str) -> tuple[str, list[int]]:
        text = "\n\n".join(
            f"The {colour} house is the oldest. Of {one.format(colour)} we know this: it has a door. Nobody is there."
            for colour in ("red", "green", "blue")
        )
        return text, [match.start() for match in re.finditer("it has a door", text)]

    (old, was), (new, now) = told("the {} one"), told("this one")

    for at in range(3):
        found = _carry(new, "it has a door", old, start=was[at])

        assert isinstance(found, Proposal)
        assert found.kind is ProposalKind.AMBIGUOUS
        assert found.candidates[0].start == now[at]


def test_an_editor_is_shown_the_likeliest_of_very_many_places() -> None:
    new = "well, " * 5000 + "oh well, then"

    found = carry_over("oh ", "well", ", there", new, size=3)

    assert isinstance(found, Proposal)
    assert len(found.candidates) == 20


def test_scripts_without_spaces() -> None:
    old = "町の古い橋は千九百年に建てられた。今も使われている。"
    new = "町の古い橋は千九百五年に建てられた。今も使われている。"

    assert _proposed(_carry(new, "町の古い橋は千九百年に建てられた。", old), new).startswith(
        "町の古い橋は千九百五年に建てられた"
    )


@pytest.mark.parametrize(
    ("exact", "new"),
    [
        ("(" * 1000 + "x", "(" * 200_000),
        ("a" * 100_000, "a" * 200_000),
        ("a " * 50_000 + "b", "a " * 100_000),
        ("a b " * 20_000 + "c", "b a " * 50_000),
        ("word of it " * 9000, "of word it " * 9000),
        ('"x"' * 3000, '."' * 100_000),
        ("a b", " " * 200_000),
        ("a b", "\n" * 200_000),
        ("a", " a" * 100_000),
    ],
    ids=["brackets", "letters", "word", "words", "shuffled", "quotes", "spaces", "lines", "everywhere"],
)
def test_hostile_texts_take_no_longer(exact: str, new: str) -> None:
    with within(2):
        carry_over("before ", exact, " after", new, size=6)


def test_passages_that_share_few_words_are_not_compared_letter_by_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[str] = []

    def remembered(one: str, other: str) -> float:
        compared.append(other)
        return 0.0

    monkeypatch.setattr(passages, "similarity", remembered)
    quote = "The heron stood on one leg in the shallow water beside the weir, and waited for something."
    text = "\n".join(f"Number {number}: a heron was here again." for number in range(20))

    assert passages.nearest(quote, "", "", text) is None
    assert not compared
    assert passages.nearest(quote, "", "", quote.replace("heron", "stork")) is None
    assert compared


def test_a_very_long_quotation_is_looked_for_in_two_places(monkeypatch: pytest.MonkeyPatch) -> None:
    places: list[int] = []

    def remembered(sought: Sequence[str], words: Sequence[str]) -> list[Match]:
        places.append(len(words))
        return []

    monkeypatch.setattr(passages, "align", remembered)
    quote = " ".join(f"crate {number}" for number in range(100))

    assert passages.nearest(quote, "", "", f"{quote} and a barrel") is None
    assert len(places) == 2


def test_a_text_is_taken_apart_once_for_all_its_quotations() -> None:
    sentences = [f"Crate {number} held {number * 7} pears from the lower garden." for number in range(200)]
    old, new = " ".join(sentences), " ".join(sentences).replace("pears", "plums")
    taken_apart = passages._index.cache_info().misses

    for sentence in sentences:
        assert _proposed(_carry(new, sentence, old), new) == sentence.replace("pears", "plums")

    assert passages._index.cache_info().misses == taken_apart + 1


def _proposed(found: Carried | Proposal, new: str) -> str:
    """Return the one passage proposed as changed."""
    assert isinstance(found, Proposal)
    assert found.kind is ProposalKind.CHANGED
    (candidate,) = found.candidates
    assert 0 < candidate.similarity < 1
    return new[candidate.start : candidate.end]


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
