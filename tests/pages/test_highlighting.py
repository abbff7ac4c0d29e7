"""Whatever overlaps: the text on the page is the text of record, each character once, in order, and inert."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from articles.models import Claim
from articles.templatetags.article import LANES, highlighted
from articles.views.highlighting import Mark, Reading, Role, lanes, read
from tests.pages.reading import Page

TEXTS = st.text(alphabet=st.sampled_from(list("ab .\n\n\t<>&\"'é\u0301\U0001f600\u202e\u2028")), max_size=60)


@st.composite
def texts_with_spans(draw):
    text = draw(TEXTS)
    spans = st.tuples(st.integers(0, 70), st.integers(0, 70)).filter(lambda span: span[0] < span[1])
    marks = [
        Mark(start, end, number, Claim(pk=number, statement="x"))
        for number, (start, end) in enumerate(draw(st.lists(spans, max_size=8)), start=1)
    ]
    roles = [Role(start, end, "caption") for start, end in draw(st.lists(spans, max_size=3))]
    return text, marks, roles


def joined(reading: Reading) -> str:
    parts = [
        paragraph.gap + "".join(piece.text for piece in paragraph.pieces) for paragraph in reading.paragraphs
    ]
    return "".join(parts) + reading.tail


@given(texts_with_spans())
@example(("one\n\ntwo", [Mark(0, 8, 1), Mark(0, 8, 2), Mark(2, 6, 3)], []))
@example(("\n\n", [Mark(0, 2, 1)], []))
def test_it_covers_every_character_once_and_in_order(case):
    text, marks, roles = case

    assert joined(read(text, marks, roles)) == text


@given(texts_with_spans())
@example(("abc d", [Mark(2, 3, 1)], [Role(0, 3, "caption")]))
def test_each_piece_carries_exactly_the_marks_on_each_of_its_characters(case):
    text, marks, roles = case
    reading = read(text, marks, roles)

    at = 0
    for paragraph in reading.paragraphs:
        assert not paragraph.gap.strip(), "A gap holds words."
        at += len(paragraph.gap)
        for piece in paragraph.pieces:
            assert piece.text
            for place in range(at, at + len(piece.text)):
                on_it = {mark.number for mark in marks if mark.start <= place < mark.end}
                assert {laid.mark.number for laid in piece.laid} == on_it
                has_role = any(role.start <= place < role.end for role in roles)
                assert (piece.role is not None) == has_role
            at += len(piece.text)


@given(texts_with_spans())
def test_a_mark_opens_once_where_its_first_word_is_shown(case):
    text, marks, roles = case
    pieces = [piece for paragraph in read(text, marks, roles).paragraphs for piece in paragraph.pieces]

    for mark in marks:
        carrying = [laid for piece in pieces for laid in piece.laid if laid.mark.number == mark.number]
        assert [laid.opens for laid in carrying] == [True] * bool(carrying) + [False] * (len(carrying) - 1)


@given(texts_with_spans())
def test_marks_that_share_a_character_lie_in_lanes_of_their_own(case):
    _, marks, _ = case
    marks = sorted(marks, key=lambda mark: mark.start)

    for index, (one, lane) in enumerate(zip(marks, lanes(marks), strict=True)):
        for other, other_lane in zip(marks[:index], lanes(marks)[:index], strict=True):
            if other.end > one.start:
                assert lane != other_lane


@given(texts_with_spans())
def test_its_markup_says_the_text_and_nothing_of_it_is_markup(case):
    text, marks, roles = case
    for mark in marks:
        mark.claim.current_verdicts, mark.claim.merged_claims = [], []

    reading = read(text, marks, roles)
    shown = ""
    for paragraph in reading.paragraphs:
        markup = highlighted(paragraph, 1)
        page = Page(markup)
        assert not page.broken
        assert {element.name for element in page.all()} <= {"span", "a", "mark"}
        shown += paragraph.gap + _without_apparatus(page.root)

    assert shown + reading.tail == text


def _without_apparatus(element) -> str:
    """Return the text without numbers and names of roles, which are ours."""
    apparatus = {"number", "role"}
    parts = []
    for part in element.inside:
        if isinstance(part, str):
            parts.append(part)
        elif not apparatus & set(part.attributes.get("class", "").split()):
            parts.append(_without_apparatus(part))
    return "".join(parts)


def test_identical_spans_show_both_numbers_and_two_underlines():
    claims = [Claim(pk=7, statement="x"), Claim(pk=9, statement="y")]
    for claim in claims:
        claim.current_verdicts, claim.merged_claims = [], []
    reading = read("All of it.", [Mark(0, 10, 1, claims[0]), Mark(0, 10, 2, claims[1])])

    page = Page(highlighted(reading.paragraphs[0], 1))

    assert [link.text for link in page.all("a", class_="number")] == ["1", "2"]
    assert [link.attributes["id"] for link in page.all("a")] == ["claim-7", "claim-9"]
    assert len(page.all("mark", class_="lane-0")) == len(page.all("mark", class_="lane-1")) == 1


def test_a_claim_marked_twice_has_one_anchor_and_one_note():
    claim = Claim(pk=7, statement="x")
    claim.current_verdicts, claim.merged_claims = [], []
    reading = read("Said. Said.", [Mark(0, 5, 1, claim), Mark(6, 11, 1, claim)])

    page = Page(highlighted(reading.paragraphs[0], 1))

    assert len(page.all("a", class_="number")) == 2
    assert len(page.all("a", id="claim-7")) == 1
    assert len(reading.paragraphs[0].opening) == 1


def test_a_long_text_with_many_claims_is_cut_in_time_that_grows_with_it():
    text = "word " * 40_000 + "\n" * 20_000 + " " * 200_000
    marks = [Mark(5 * number, 5 * number + 40, number) for number in range(1, 3_000)]

    assert joined(read(text, marks, [Role(0, 4, "title")])) == text


@given(texts_with_spans())
def test_a_mark_ends_once_where_its_last_word_is_shown(case):
    text, marks, roles = case
    pieces = [piece for paragraph in read(text, marks, roles).paragraphs for piece in paragraph.pieces]

    for mark in marks:
        carrying = [laid for piece in pieces for laid in piece.laid if laid.mark.number == mark.number]
        assert [laid.closes for laid in carrying] == [False] * (len(carrying) - 1) + [True] * bool(carrying)


@given(texts_with_spans())
def test_each_character_lies_within_the_elements_of_its_marks_and_no_others(case):
    text, marks, roles = case
    for mark in marks:
        mark.claim.current_verdicts, mark.claim.merged_claims = [], []

    for paragraph in read(text, marks, roles).paragraphs:
        expected = [
            {f"lane-{laid.lane}" if laid.lane < LANES else "crowd" for laid in piece.laid}
            for piece in paragraph.pieces
            for _ in piece.text
        ]
        assert [set(around) for around in _around(Page(highlighted(paragraph, 1)).root, [])] == expected


def _around(element, classes):
    """Return, for each character of the text, the classes of the underlines it lies in."""
    found = []
    for part in element.inside:
        if isinstance(part, str):
            found += [list(classes)] * len(part)
        elif not {"number", "role", "spoken"} & set(part.attributes.get("class", "").split()):
            within = [part.attributes["class"].split()[1]] if part.name == "mark" else []
            found += _around(part, [*classes, *within])
    return found


def test_a_claim_is_one_element_whatever_begins_and_ends_within_it():
    spans = [(0, 30), (2, 29), (3, 28), (4, 27), (5, 26), (6, 9), (12, 20)]
    claims = [Claim(pk=number, statement="x") for number in range(1, len(spans) + 1)]
    for claim in claims:
        claim.current_verdicts, claim.merged_claims = [], []
    marks = [Mark(*span, claim.pk, claim) for span, claim in zip(spans, claims, strict=True)]

    page = Page(highlighted(read("abcdefghij" * 3, marks).paragraphs[0], 1))

    assert [mark.attributes["class"].split()[1] for mark in page.all("mark")] == [
        "lane-0", "lane-1", "lane-2", "lane-3", "crowd"
    ]  # fmt: skip


def test_five_hundred_claims_on_the_same_words_are_not_five_hundred_elements_deep():
    claims = [Claim(pk=number, statement="x") for number in range(1, 501)]
    for claim in claims:
        claim.current_verdicts, claim.merged_claims = [], []
    (paragraph,) = read("All of it.", [Mark(0, 10, claim.pk, claim) for claim in claims]).paragraphs

    page = Page(highlighted(paragraph, 1))

    assert len(page.all("mark")) == LANES + 1
    assert len({link.attributes["id"] for link in page.all("a") if "id" in link.attributes}) == 500
    seen = [link.text for link in page.all("a") if "folded" not in link.attributes["class"].split()]
    assert seen == ["1", "2", "3", "4", "5", "+495"]
    assert page.one("span", class_="spoken").attributes["data-spoken"] == "end of claims 1–500"


def test_many_structural_lines_are_cut_in_time_that_grows_with_them():
    text = "line\n\n" * 20_000
    roles = [Role(6 * number, 6 * number + 4, "title") for number in range(20_000)]

    reading = read(text, [], roles)

    assert [piece.role for paragraph in reading.paragraphs for piece in paragraph.pieces] == roles
