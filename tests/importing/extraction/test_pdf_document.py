from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing.extraction import pdf_document
from articles.importing.extraction.extracted import Declared, Extracted, ExtractionError
from articles.importing.extraction.pdf_document import extract
from articles.vocabulary import BlockRole
from tests.importing.extraction.pdf_files import pdf, stream, with_pages, written
from tests.pace import within

STORY = ["The mill opened in spring. It grinds rye, spelt and", "wheat for the whole valley."]


def running(read: Extracted) -> list[str]:
    assert all(block.role is BlockRole.BOILERPLATE for block in read.blocks)
    return [read.text[block.start : block.end] for block in read.blocks]


def test_pages_are_read_in_order_and_separated_by_a_blank_line() -> None:
    read = extract(pdf(STORY, ["Its café sells “warm” loaves – (daily)."]))

    assert read.text == (
        "The mill opened in spring. It grinds rye, spelt and\nwheat for the whole valley.\n\n"
        "Its café sells “warm” loaves – (daily)."
    )
    assert read.method.startswith("pypdf 7.")
    assert (read.blocks, read.notes, read.published) == ((), (), None)


def test_hyphens_at_the_ends_of_lines_are_kept() -> None:
    assert extract(pdf(["The mil-", "ler sleeps."])).text == "The mil-\nler sleeps."


def test_running_heads_feet_and_page_numbers_are_kept_as_boilerplate() -> None:
    words = ("rye", "oats", "barley", "spelt", "wheat")
    pages = [
        ["The Valley Miller, vol. 3", "", f"Of {word}.", f"A chapter on {word} ends.", f"{number}"]
        for number, word in enumerate(words, 1)
    ]

    read = extract(pdf(*pages))

    assert running(read)[:2] == ["The Valley Miller, vol. 3", "1"]
    assert len(running(read)) == 10
    assert "Of barley.\nA chapter on barley ends.\n\n3\n\nThe Valley Miller" in read.text


@pytest.mark.parametrize("line", ["2", "Page 2", "page 2 of 2", "2 / 2", "– 2 –"])
def test_a_page_number_is_known_on_few_pages_too(line: str) -> None:
    assert running(extract(pdf(STORY, [*STORY, line]))) == [line]


@pytest.mark.parametrize("line", ["2023", "14 loaves", "civil", "I", "7"])
def test_a_number_that_ends_the_text_is_no_page_number(line: str) -> None:
    read = extract(pdf(STORY, [*STORY, line]))

    assert running(read) == []
    assert read.text.endswith(f"valley.\n{line}")


def test_above_the_page_number_a_year_is_text() -> None:
    pages = [
        [f"Words of page {word}", "and the mill closed in", year, str(number)]
        for number, (word, year) in enumerate(zip("abcd", ("1901", "1950", "1999", "2023"), strict=True), 1)
    ]

    assert running(extract(pdf(*pages))) == ["1", "2", "3", "4"]


def test_what_repeats_within_pages_is_text() -> None:
    pages = [
        ["One line.", "Two lines.", "The same line.", f"Three {word}.", f"Four {word}."] for word in "abcde"
    ]
    pages = [[f"Start {page[3]}", f"Go {page[3]}", *page[2:]] for page in pages]

    assert running(extract(pdf(*pages))) == []


def test_title_author_and_language_are_offered_with_their_basis() -> None:
    data = pdf(
        STORY,
        trailer=b"/Info 4 0 R",
        catalog=b"/Lang (en-GB)",
        more=[b"<< /Title (Mill\\nand water) /Author (Ann Crumb) >>"],
    )

    read = extract(data)

    assert read.title == Declared(
        "Mill and water", "The PDF's own properties say so; often they keep the title of another file."
    )
    assert read.byline is not None and read.byline.value == "Ann Crumb"
    assert read.language == Declared("en-GB", "The PDF's own properties say so.")
    assert read.facts["title"] == "Mill and water"
    assert Extracted.from_plain(read.to_plain()) == read


def test_pages_without_text_are_told() -> None:
    read = extract(pdf(STORY, [], STORY, []))

    assert read.notes == ("Pages 2, 4 hold no text, perhaps an image of it.",)


def test_pages_that_cannot_be_read_are_told_and_the_others_read(monkeypatch: pytest.MonkeyPatch) -> None:
    import pypdf

    whole = pypdf.PageObject.extract_text

    def broken(self: pypdf.PageObject) -> str:
        text: str = whole(self)
        if "café" in text:
            raise KeyError("/Font")
        return text

    monkeypatch.setattr(pypdf.PageObject, "extract_text", broken)

    assert extract(pdf(STORY, ["A café"])).notes == ("Page 2 of 2 holds text that could not be read.",)
    with pytest.raises(ExtractionError, match="The PDF is damaged"):
        extract(pdf(["A café"]))


def test_a_form_feed_becomes_a_blank_line_and_controls_fall_away(monkeypatch: pytest.MonkeyPatch) -> None:
    import pypdf

    monkeypatch.setattr(
        pypdf.PageObject,
        "extract_text",
        lambda self: "One.\x0cTwo\x02, \ud83c\udf5e and \ud83c.\r\nEnd e\u0301.",
    )

    assert extract(pdf(STORY)).text == "One.\n\nTwo, 🍞 and \ufffd.\nEnd é."


def test_a_pdf_of_images_is_refused() -> None:
    with pytest.raises(ExtractionError, match=r"holds no text, only images .* text recognition \(OCR\)"):
        extract(pdf([], []))


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.95])
def test_a_pdf_that_was_cut_off_is_refused(kept: float) -> None:
    data = pdf(STORY, STORY)

    with pytest.raises(ExtractionError, match="its end is missing"):
        extract(data[: int(len(data) * kept)])


def test_an_encrypted_pdf_is_refused() -> None:
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(STORY)))
    writer.encrypt("secret", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)

    with pytest.raises(ExtractionError, match="The PDF is encrypted"):
        extract(locked.getvalue())


def test_a_pdf_that_anyone_may_open_is_read() -> None:
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(STORY)))
    writer.encrypt("", "owner", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)

    assert extract(locked.getvalue()).text.startswith("The mill opened")


def test_an_encryption_that_needs_more_than_we_have_is_refused() -> None:
    encrypted = (
        b"/Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 /P -4 /O (%s) /U (%s) /OE (%s) /UE (%s) /Perms (%s) "
        b"/CF << /StdCF << /CFM /AESV3 /AuthEvent /DocOpen /Length 32 >> >> /StmF /StdCF /StrF /StdCF >> "
        b"/ID [(a) (a)]"
    )
    data = pdf(STORY, trailer=encrypted % (b"o" * 48, b"u" * 48, b"e" * 32, b"e" * 32, b"p" * 16))

    with pytest.raises(ExtractionError, match="The PDF is encrypted"):
        extract(data)


def test_pages_in_a_circle_are_refused() -> None:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>",
    ]

    with pytest.raises(ExtractionError):
        extract(written(objects))


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_document, "MAX_PAGES", 2)

    with pytest.raises(ExtractionError, match="has 3 pages; at most 2 are read"):
        extract(pdf(STORY, STORY, STORY))


def test_a_pdf_over_the_limits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, pytest.raises(ExtractionError, match="at most 100 are read"):
        patch.setattr(pdf_document, "MAX_PDF_BYTES", 100)
        extract(pdf(STORY))
    with monkeypatch.context() as patch, pytest.raises(ExtractionError, match="too many for one text"):
        patch.setattr(pdf_document, "MAX_BYTES", 100)
        extract(pdf(STORY, STORY))


def test_a_bomb_is_refused_in_little_time() -> None:
    data = with_pages([stream(b" " * 200_000_000, packed=True)])

    with within(5), pytest.raises(ExtractionError):
        extract(data)


@pytest.mark.parametrize(
    "data", [b"", b"%%EOF", b"%PDF-1.7\n%%EOF", b"%PDF-1.7\nstartxref\n0\n%%EOF", b"words " * 100 + b"%%EOF"]
)
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(ExtractionError):
        extract(data)


SOUND = pdf(STORY, ["More words."], catalog=b"/Lang (en)")


@given(st.integers(0, len(SOUND)), st.binary(min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_a_damaged_pdf_is_read_or_refused(place: int, noise: bytes) -> None:
    data = SOUND[:place] + noise + SOUND[place + len(noise) :]

    try:
        read = extract(data)
    except ExtractionError as error:
        assert str(error).endswith(".")
    else:
        assert read.text.strip()
        assert all(0 <= block.start < block.end <= len(read.text) for block in read.blocks)
        read.text.encode()
