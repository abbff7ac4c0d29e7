from __future__ import annotations

import hashlib
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing import text as text_module
from articles.importing.text import QuoteError, TextError, find_exact, fingerprint, read_text, to_original

SEEDS = sorted(Path(__file__).parents[2].joinpath("seeds").glob("*.txt"))


def _chars(codes: str) -> str:
    """Return the characters whose code points are given in hexadecimal."""
    return "".join(chr(int(code, 16)) for code in codes.split())


# Characters that NFC reorders, composes, decomposes or leaves alone, in scripts where each of these is common.
_latin = "aeioA nz" + _chars("E9 C5 212B 2126 1E9B FB01 1EAD 130")
_marks = _chars("300 301 302 308 30A 323 327 345 344 340 343 338 F73")
_hangul = _chars("1100 1112 1161 1175 11A8 11C2 11A7 AC00 AC01 D7A3 AC1C")
_indic = _chars(
    "915 93C 958 929 9A1 9BC 9DC 9C7 9BE 9D7 B47 B3E B56 BC6 BBE CC6 CC2 CD5 CCA D46 D3E DD9 DCF DCA 1025 102E "
    "11131 11127"
)
_musical = _chars("1D157 1D165 1D15E 1D160 2F800 F900 1F600")
nasty = st.text(alphabet=_latin + _marks + _hangul + _indic + _musical + "\r\n", max_size=24)
any_text = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\r\n\t"), max_size=40)


def _record_form(original: str) -> str:
    """What the text of record must be, said in the plainest way."""
    return unicodedata.normalize("NFC", original.replace("\r\n", "\n").replace("\r", "\n"))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name[:3])
def test_the_seeds_are_already_texts_of_record(path: Path) -> None:
    data = path.read_bytes()

    read = read_text(data)

    assert read.text == data.decode()
    assert read.sha256 == read.original_sha256 == hashlib.sha256(data).hexdigest()
    assert (read.encoding, read.offset_map, read.warnings) == ("utf-8", (), ())


@pytest.mark.parametrize(
    ("data", "declared", "text", "encoding"),
    [
        (b"\xef\xbb\xbfWe\xc3\xa9", None, "We\xe9", "utf-8"),
        ("We\xe9".encode("utf-16"), None, "We\xe9", "utf-16-le"),
        (b"\xfe\xff" + "We\xe9".encode("utf-16-be"), None, "We\xe9", "utf-16-be"),
        (b"\xff\xfe\x00\x00" + "We\xe9".encode("utf-32-le"), None, "We\xe9", "utf-32-le"),
        (b"We\xc3\xa9", None, "We\xe9", "utf-8"),
        (b"We\xe9", "ISO-8859-1", "We\xe9", "iso8859-1"),
        (b"We\xc3\xa9", "latin1", "We\xc3\xa9", "iso8859-1"),
        (b"\xef\xbb\xbfWe", "UTF-8", "We", "utf-8"),
        (b"\xef\xbb\xbfWe", "utf-8-sig", "We", "utf-8"),
        (b"We", "utf-8-sig", "We", "utf-8"),
        ("We".encode("utf-16"), "utf-16", "We", "utf-16-le"),
        ("We".encode("utf-16-be"), "utf-16be", "We", "utf-16-be"),
    ],
)
def test_decoding_never_guesses(data: bytes, declared: str | None, text: str, encoding: str) -> None:
    read = read_text(data, declared)

    assert (read.text, read.encoding, read.warnings) == (text, encoding, ())
    assert read.original_sha256 == hashlib.sha256(data).hexdigest()
    assert read.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_cp1252_is_read_with_a_warning_that_names_the_line() -> None:
    read = read_text(b"First\r\nsecond \x93quoted\x94\n")

    assert read.text == "First\nsecond “quoted”\n"
    assert read.encoding == "cp1252"
    assert read.warnings == ("The file is not UTF-8 (line 2, byte 14); it was read as Windows-1252.",)


@pytest.mark.parametrize(
    ("data", "declared", "sentence"),
    [
        (b"", None, "empty or holds only white space"),
        (b" \r\n\t\xe2\x80\x83\xe2\x80\x8b", None, "empty or holds only white space"),
        (b"\xef\xbb\xbf", None, "empty or holds only white space"),
        (b"One\r\nt\x00wo", None, r"NUL character \(line 2, offset 6\)"),
        ("Word".encode("utf-16-le"), None, "UTF-16 that was not declared"),
        (b"One\rt\x08wo", None, "holds 1 control characters, the first in line 2: it is not a text"),
        (b"\x1b[2J\x1b[1;31mred" * 9, None, "holds 18 control characters"),
        (b"a\n\xed\xa0\x80b", None, r"half of a surrogate pair, U\+D800 \(line 2, offset 2\)"),
        (b"a\x81\xe9", None, r"neither UTF-8 \(line 1, byte 1\) nor Windows-1252 \(byte 1\)"),
        (b"a\n\xe9", "utf-8", r"declared “utf-8”, but line 2 \(byte 2\) is not in that charset"),
        (b"\xff\xfea", None, r"byte order mark of UTF-16-LE, but line 1 \(byte 0\)"),
        (b"a", "utf-9", "“utf-9” is not a charset"),
        (b"a", "", "“” is not a charset"),
        (b"a", "a\x00b", "is not a charset"),
        (b"6161", "hex", "“hex” is not a charset"),
        (b"\\u0061", "unicode_escape", "is not a charset"),
        (b"+AGE-", "utf-7", "is not a charset"),
        (b"a", "rot13", "is not a charset"),
        (b"\xef\xbb\xbfa", "cp1252", "byte order mark of UTF-8 but was declared “cp1252”"),
        (b"a\x00", "utf-16", "declare utf-16-le or utf-16-be"),
        (b"a" * 5_000_001, None, "has 5,000,001 bytes; a text may have at most 5,000,000"),
    ],
)
def test_what_cannot_be_a_text_is_refused_with_a_sentence(
    data: bytes, declared: str | None, sentence: str
) -> None:
    with pytest.raises(TextError, match=sentence):
        read_text(data, declared)


def test_stray_control_characters_are_made_visible_and_told() -> None:
    original = "A page\x0cof words, " + "and words " * 30 + "to\x1b the end"

    read = read_text(original.encode())

    assert read.text == original.replace("\x0c", "\n").replace("\x1b", "␛")
    assert read.offset_map == ()
    assert read.warnings == (
        "Line 1 (offset 6) holds the control character U+000C; it was read as a line break, as were 1 more.",
    )
    with_escape = read_text(original.replace("\x0c", " ").encode())
    assert with_escape.warnings[0].endswith("U+001B; it was read as “␛”.")


def test_a_text_of_the_greatest_size_is_read() -> None:
    assert len(read_text(b"a" * 5_000_000).text) == 5_000_000


def test_what_cannot_be_seen_is_kept_with_a_warning() -> None:
    original = "plain\nsafe\u202etxt.exe\u202c zero\u200bwidth \x92 \ufffd"

    read = read_text(original.encode())

    assert read.text == original
    assert read.warnings == (
        "Line 2 (offset 10) holds a control for the direction of writing, U+202E; it was kept, 2 times.",
        "Line 2 (offset 24) holds a character without width, U+200B; it was kept.",
        "Line 2 (offset 31) holds a control character; the text may be Windows-1252 declared as something else, "
        "U+0092; it was kept.",
        "Line 2 (offset 33) holds a replacement character: the text was damaged before it came here, U+FFFD; "
        "it was kept.",
    )


def test_newlines_and_accents_are_mapped_back() -> None:
    original = "Cafe\u0301\r\nnow\rthen \u0958!"

    read = read_text(original.encode())

    assert read.text == "Caf\xe9\nnow\nthen \u0915\u093c!"
    assert read.offset_map == ((4, 5), (5, 7), (16, 17))
    for word in ("Caf", "now", "then", "!"):
        assert read.original_offset(read.text.index(word)) == original.index(word)
    assert read.original_offset(len(read.text)) == len(original)


def test_an_offset_inside_a_changed_group_stays_within_it() -> None:
    # One musical note of the original becomes three characters.
    read = read_text("a\U0001d160b".encode())

    assert [read.original_offset(offset) for offset in range(6)] == [0, 1, 2, 2, 2, 3]


def test_to_original_of_an_identity_is_the_offset() -> None:
    assert to_original((), 7) == 7
    with pytest.raises(ValueError, match="negative"):
        to_original((), -1)


@given(nasty | any_text)
def test_the_text_of_record_is_nfc_of_the_whole(original: str) -> None:
    try:
        read = read_text(original.encode())
    except TextError:
        return

    original = original.removeprefix("\ufeff")
    assert read.text == _record_form(original)


@given(nasty)
def test_breakpoints_cut_both_texts_into_pieces_that_correspond(original: str) -> None:
    text, offset_map = text_module._normalise(original)

    cuts = [(0, 0), *offset_map, (len(text), len(original))]
    for (start, original_start), (end, original_end) in pairwise(cuts):
        assert start <= end
        assert original_start <= original_end
        # NFC is separable at a breakpoint, or the pieces would not add up.
        assert text[start:end] == _record_form(original[original_start:original_end])
    # A breakpoint that moves nothing is not written.
    assert all(b - a != d - c for (a, c), (b, d) in pairwise(cuts[:-1]))


@given(nasty)
def test_offsets_map_back_exactly_and_in_order(original: str) -> None:
    text, offset_map = text_module._normalise(original)
    mapped = [to_original(offset_map, offset) for offset in range(len(text) + 1)]

    assert mapped == sorted(mapped)
    assert mapped[-1] == len(original)
    for offset, char in enumerate(text):
        # Before these everything may be cut, and none of them comes from anything but itself or a newline.
        if char in "zn\n":
            assert _record_form(original[: mapped[offset]]) == text[:offset]


@given(st.lists(nasty, max_size=4))
def test_pieces_cut_by_the_pattern_normalise_like_the_whole(parts: list[str]) -> None:
    original = "".join(parts)
    pieces = []
    done = 0
    for match in text_module._changeable().finditer(original):
        pieces += [*original[done : match.start()], match.group()]
        done = match.end()
    pieces += original[done:]

    assert "".join(map(_record_form, pieces)) == _record_form(original)


def test_every_character_is_safe_beside_every_joining_one() -> None:
    """The pattern's lists, against the library, over all of Unicode: no other character joins."""
    joining = "\u0301\u0323\u0345\u1161\u11a8\u093c\u09be\u0bbe\u102e\u3099"
    pattern = text_module._changeable()
    for code in range(0x110000):
        if 0xD800 <= code < 0xE000 or code == 0x0D:
            continue
        char = chr(code)
        if pattern.fullmatch(char) is None:
            for before in ("e", "\u1100", "\uac00", "\u09c7", "\u0bc6"):
                assert unicodedata.normalize("NFC", before + char) == before + char
    for char in joining:
        assert pattern.fullmatch("e" + char)


def test_a_copy_has_the_same_fingerprint() -> None:
    ours = "Musk’s “PAC” – again\n\nlicense_plate_dox_from_pac\nA caption, f–king so.\n"
    copy = 'Musk\'s "PAC"  --  again\r\n\r\nA CAPTION, f-king so'

    assert read_text(ours.encode()).fingerprint == read_text(copy.encode()).fingerprint
    assert fingerprint("ΐ Ⅷ") == fingerprint("Ϊ\u0301 viii")
    assert fingerprint(ours) != fingerprint(ours.replace("again", "once"))
    assert fingerprint("It cost 4 million") != fingerprint("It cost 5 million")


def test_texts_without_letters_have_fingerprints_of_their_own() -> None:
    assert fingerprint("\U0001f600 !") == fingerprint("\U0001f600!")
    assert fingerprint("\U0001f600") != fingerprint("\U0001f601")


def test_only_whole_lines_are_image_slugs() -> None:
    assert fingerprint("one\nwith_moss\ntwo") == fingerprint("one\ntwo")
    assert fingerprint("one with_moss\ntwo") != fingerprint("one\ntwo")
    assert fingerprint("one\nWith_Moss\ntwo") != fingerprint("one\ntwo")


TEXT = "He said “no”.\nThen he said “no”. It’s a f–king  mess, and the report of the committee was never published."


def test_find_exact_finds_the_only_place() -> None:
    assert find_exact(TEXT, "Then he") == TEXT.index("Then he")
    assert find_exact(TEXT, "Then he", TEXT.index("Then he")) == TEXT.index("Then he")
    assert find_exact(TEXT, "said “no”", 22) == 22


@pytest.mark.parametrize(
    ("quote", "start", "sentence"),
    [
        ("", None, "The quotation is empty."),
        (" \n", 0, "The quotation is empty."),
        ("said “no”", None, "The quotation stands in 2 places, at offsets 3, 22: name one as start."),
        (
            'said "no". It\'s',
            None,
            "The quotation is not in the text. Words that differ only in quotation marks, dashes or white space "
            "stand at offset 22 (line 2); the text reads ⟦said “no”. It’s⟧.",
        ),
        ("f-king mess", None, "the text reads ⟦f–king  mess⟧."),
        ("“no”. Then he", None, "stand at offset 8 (line 1); the text reads ⟦“no”.\\nThen he⟧."),
        (
            "the report of the council",
            None,
            "Its first 20 characters stand at offset 58 (line 2); then the text goes on ⟦mmittee was never publis⟧ "
            "where the quotation has ⟦uncil⟧.",
        ),
        (
            "entirely absent",
            None,
            "The quotation is not in the text. Nothing like its beginning is there either.",
        ),
        (
            "Then he",
            2,
            "does not stand at offset 2: there the text reads ⟦ said “⟧. The words stand at offset 14.",
        ),
        (
            "Then he",
            9999,
            "does not stand at offset 9999: the text has 106 characters. The words stand at offset 14.",
        ),
        ("He said", -106, "does not stand at offset -106"),
        ("It's", 3, "there the text reads ⟦said⟧. Words that differ only"),
    ],
)
def test_find_exact_says_what_is_wrong(quote: str, start: int | None, sentence: str) -> None:
    with pytest.raises(QuoteError) as caught:
        find_exact(TEXT, quote, start)

    assert sentence in str(caught.value)


def test_find_exact_counts_places_that_overlap_and_lists_ten() -> None:
    with pytest.raises(QuoteError, match="2 places, at offsets 0, 1"):
        find_exact("aaa", "aa")
    with pytest.raises(QuoteError, match=r"12 places, at offsets 0, 2, .*18, …: name"):
        find_exact("a " * 12, "a")


@given(any_text.filter(str.strip), st.data())
def test_find_exact_is_exact(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    quote = text[start : data.draw(st.integers(start + 1, len(text)))]
    if not quote.strip():
        return

    assert find_exact(text, quote, start) == start


@given(any_text, any_text)
def test_find_exact_finds_or_says_why(text: str, quote: str) -> None:
    try:
        start = find_exact(text, quote)
    except QuoteError as error:
        assert str(error).endswith((".", "⟧.")) or ": name one as start." in str(error)
    else:
        assert text[start : start + len(quote)] == quote
