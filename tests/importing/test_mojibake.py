from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing import mojibake
from articles.importing.mojibake import detect, repair
from articles.importing.text import TextError, find_folded, read_text, to_original
from tests.pace import within

#: Characters that damage is made of, among ordinary ones.
pieces = st.sampled_from(
    [
        *"abZ .,\n“”’—éïöÅãÃÂâ€™œ¼½ Ωж",
        "â€™",
        "Ã©",
        "Ã ",
        "ÃƒÂ©",
        "\x92",
        "\ufffd",
        "e\u0301",
        "√©",
        "donâ€™t",
        "Ã\xad",
    ]
)
damaged_texts = st.lists(pieces, max_size=30).map("".join)


def damaged(text: str, charset: str = "cp1252") -> str:
    """Return what a program shows that takes UTF-8 for another charset."""
    return text.encode().decode(charset)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("We donâ€™t know.", "We don’t know."),
        (damaged("The café by the river"), "The café by the river"),
        (
            damaged("“Blue tits,” she wrote — “of course…”".replace("”", "»")),
            "“Blue tits,» she wrote — “of course…»",
        ),
        (damaged(damaged("Crème brûlée", "latin-1"), "latin-1"), "Crème brûlée"),
        ("A “curly” quote beside a damaged cafÃ©", "A “curly” quote beside a damaged café"),
        ("The kettle\x92s lid", "The kettle’s lid"),
        (damaged("größte Brücke", "mac_roman"), "größte Brücke"),
        ("voilÃ  le pain", "voilà le pain"),
    ],
)
def test_what_was_read_in_the_wrong_charset_is_mended(before: str, after: str) -> None:
    assert repair(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Plain words, 100 %.",
        "“Curly” and ‘curly’ — and «angled», and … an ellipsis",
        "The ﬂour and the ﬁsh, ＦＵＬＬ ｗｉｄｔｈ, &eacute; &amp; &lt;b&gt;",
        "naïve café, Ångström, São Paulo, MÃE, Œuvre, cœur, Σίσυφος, Москва, ½ × ¾",
        "a no-break\u00a0space, a soft\u00adhyphen, a\u200bzero width, \u202ea turn",
        "one\u2028line\u2029sep\x0bs and\ttabs  and   spaces",
        "lost \ufffd\ufffd letters",
    ],
)
def test_what_is_not_damaged_stays_as_it_is(text: str) -> None:
    assert repair(text) == text
    assert detect(text) is None


def test_damage_is_told_with_its_first_place_and_how_many_there_are() -> None:
    text = "One line.\n\nThe baker said he doesnâ€™t sell rye.\nThe cafÃ© and the creperie CrÃªpe do."

    found = detect(text)

    assert found is not None
    assert (found.places, found.beyond, found.line, found.offset) == (3, 0, 3, text.index("â"))
    assert (found.before, found.after, found.mix_up) == ("doesnâ€™t", "doesn’t", "UTF-8 read as Windows-1252")
    assert found.sentence == (
        "3 places look like UTF-8 read as Windows-1252, the first in line 3 (offset 34): “doesnâ€™t” for “doesn’t”."
    )


def test_one_place_is_told_in_the_singular_and_controls_are_shown() -> None:
    found = detect("The kettle\x92s lid")

    assert found is not None
    assert found.sentence == (
        "1 place looks like Windows-1252 read as Latin-1, in line 1 (offset 10): “kettle\\x92s” for “kettle’s”."
    )


@pytest.mark.parametrize(
    "text", ["a naÃ \u0304ve baker", "the town of MÃ1\u20444nster", "the KÃ\x83Âohn bakery"]
)
def test_what_is_beyond_mending_is_told_and_left_alone(text: str) -> None:
    found = detect(text)

    assert found is not None
    assert (found.places, found.beyond, found.after) == (1, 1, None)
    assert found.sentence.endswith("; 1 of them cannot be mended.")
    assert repair(text) == text


def test_a_lost_byte_gives_no_replacement_character_and_the_rest_is_mended() -> None:
    assert repair("from â€œryeâ€? to â€œoatâ€?") == "from “ryeâ€? to “oatâ€?"
    assert repair("from â€œrye” to â€? and â€œoatâ€?") == "from “rye” to â€? and “oatâ€?"


@given(damaged_texts)
@settings(max_examples=150)
def test_mending_adds_no_replacement_characters_lines_or_controls(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    mended = repair(text)

    assert mended.count("\ufffd") <= text.count("\ufffd")
    assert mended.count("\n") == text.count("\n")
    assert [char for char in mended if "!" <= char <= "~"] == [char for char in text if "!" <= char <= "~"]
    assert (detect(text) is None) == (not mojibake.changes(text))


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_never_damaged(text: str) -> None:
    assert detect(text) is None


@given(st.text(max_size=60))
def test_changes_lie_in_order_and_do_not_overlap(text: str) -> None:
    found = mojibake.changes(text)

    assert all(one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    "unit", ["(", "Ã", "â€™", "Ã © ", "ÃƒÂ", "Ã\xa0 ", "\x85", "“é”—", "Ã 1⁄4", "é ", "Ã\u0304", "KÃ\x83Âo "]
)
def test_long_hostile_texts_take_little_time(unit: str) -> None:
    text = unit * (60_000 // len(unit))

    with within(1):
        detect(text)


def test_a_very_long_line_is_judged_in_pieces_that_cut_no_damage() -> None:
    line = "weâ€™re off to the cafÃ© " * 5_000

    assert repair(line) == "we’re off to the café " * 5_000
    # The piece would end at the space that is half of a letter.
    assert repair("a " * 9_997 + "voilÃ pain et eau") == "a " * 9_997 + "voilà pain et eau"


def test_reading_a_damaged_text_tells_and_keeps_it() -> None:
    text = "One.\nIt doesnâ€™t rain."

    read = read_text(text.encode())

    assert read.text == text
    assert read.warnings == (
        "1 place looks like UTF-8 read as Windows-1252, in line 2 (offset 13): “doesnâ€™t” for “doesn’t”. "
        "The text was kept as it is; import with --repair to mend it.",
    )


def test_reading_with_repair_mends_says_so_and_maps_back() -> None:
    original = "One.\r\nIt doesnâ€™t rain in the cafÃ©,\r\nnor e\u0301lsewhere."

    read = read_text(original.encode(), repair=True)

    assert read.text == "One.\nIt doesn’t rain in the café,\nnor élsewhere."
    assert [one.partition("”. ")[2] for one in read.warnings] == ["The text was mended, as was asked for."]
    for word in ("It", "doesn", "t rain", "in the", "caf", ",", "nor", "lsewhere"):
        assert read.original_offset(read.text.index(word)) == original.index(word)
    assert read.original_offset(len(read.text)) == len(original)


def test_repairing_what_is_beyond_mending_says_that_it_was_left() -> None:
    read = read_text("a naÃ \u0304ve baker".encode(), repair=True)

    assert read.warnings[0].endswith("1 of them cannot be mended. This was left as it is.")


def test_repair_no_longer_warns_of_the_controls_it_mended() -> None:
    (warning,) = read_text("The kettle\x92s lid".encode(), repair=True).warnings

    assert "Windows-1252 read as Latin-1" in warning


def test_letters_that_came_out_apart_are_put_together() -> None:
    original = damaged("cafe\u0301s and more", "latin-1")

    read = read_text(original.encode(), repair=True)

    assert read.text == "cafés and more"
    assert unicodedata.is_normalized("NFC", read.text)
    assert read.original_offset(read.text.index("and")) == original.index("and")


@given(damaged_texts)
@settings(max_examples=150)
def test_the_offset_map_of_a_mended_text_leads_to_the_same_plain_characters(text: str) -> None:
    try:
        read = read_text(text.encode(), "utf-8", repair=True)
    except TextError:
        return
    places = [to_original(read.offset_map, offset) for offset in range(len(read.text) + 1)]

    assert places == sorted(places)
    assert places[-1] == len(text)
    letters = [offset for offset, char in enumerate(read.text) if "A" <= char <= "z"]
    # A letter that takes an accent is one with it.
    assert all(text[places[at]] == read.text[at] for at in letters)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ('"it\'s fine"', "“it’s\u00a0fine”"),
        ("it's fine", "it’s\u00a0fine"),
        ("2019-2021", "2019–2021"),
        ("so far...", "so far…"),
        ("a thin space", "a\u2009thin\u202fspace"),
        ("two words", "two\n  words"),
        ("cooperate", "co\u00adoperate"),
        ("“it’s\u00a0fine”", "“it’s\u00a0fine”"),
    ],
)
def test_a_plainly_typed_quotation_finds_the_typeset_one(quote: str, found: str) -> None:
    text = "He said “it’s\u00a0fine” in 2019–2021, so far… a\u2009thin\u202fspace and two\n  words, to co\u00adoperate."

    (span,) = find_folded(text, quote)

    assert span.of(text) == found


def test_every_place_of_a_plainly_typed_quotation_is_found_once() -> None:
    text = "‘Rye’ or 'rye', never “rye” …"

    assert [span.of(text) for span in find_folded(text, '"rye"')] == ["'rye'", "“rye”"]
    assert [span.of(text) for span in find_folded(text, ".")] == ["…"]
    assert find_folded(text, " \u200b") == []
    assert find_folded(text, "oats") == []


@given(st.text(max_size=40), st.data())
def test_whatever_stands_in_a_text_is_found_there(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    quote = text[start : data.draw(st.integers(start, len(text)))]
    spans = find_folded(text, quote)

    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    if quote.isalnum():
        assert (start, start + len(quote)) in spans
