"""Reads the article out of a web page: its words in reading order, and the roles its markup gives them.

trafilatura decides what of a page is the article; menus, related stories and readers' comments fall away. No
Django in here.
"""

from __future__ import annotations

import codecs
import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version

from lxml import etree
from lxml.html import HtmlElement

from articles.importing.decoding import MAX_BYTES, Decoded, TextError, decode
from articles.importing.extraction.extracted import Declared, Extracted, ExtractionError
from articles.importing.extraction.page_facts import PageFacts, read_facts
from articles.importing.layout import Laid
from articles.spans import Span
from articles.vocabulary import BlockRole

MAX_PAGE_BYTES = 10_000_000

# As browsers read these names: pages declare the left and are written in the right.
_READ_AS = {
    "iso8859-1": "cp1252",
    "latin_1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_CHARSET = re.compile(rb"<meta\s[^>]{0,500}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{1,40})", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.\-]{1,40})")
_LOOKED_FOR_CHARSET = 8192
# One byte in so many may be broken before the declared charset is taken for a wrong one.
_BROKEN = 1000
_REFERENCE = re.compile(r"&#([xX][0-9a-fA-F]{1,8}|[0-9]{1,8});?")
_NOT_IN_TEXTS = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]")
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_DASHES = " \t\n-–—―~"
# Characters below which a page may well have shown something else than its article.
_SHORT = 250
_BLOCKS = frozenset({"p", "quote", "list", "item", "table", "row", "head", "code"})


@dataclass(frozen=True, slots=True)
class _Signed:
    """Under a block quotation: the line that signs it, and who that line names."""

    label: str
    name: str


@dataclass
class _Piece:
    """A block of the text to be: `tight` ones stand on the line after the last."""

    role: BlockRole | None
    text: str
    tight: bool = False
    said_by: tuple[_Piece, str] | None = None


def extract(data: bytes, declared: str | None = None) -> Extracted:
    """Read a web page's bytes.

    The charset is that of the byte order mark, else the declared one (a server's header), else that of the page's
    own meta element, else UTF-8, else Windows-1252 with a note. Paragraphs are separated by a blank line. Raises
    ExtractionError for more than 10,000,000 bytes, for bytes in no charset, and for pages without an article.
    """
    import trafilatura

    if len(data) > MAX_PAGE_BYTES:
        raise ExtractionError(f"The page has {len(data):,} bytes; at most {MAX_PAGE_BYTES:,} are read.")
    source = _decode(data, declared)
    tree = trafilatura.load_html(_REFERENCE.sub(_sound_reference, source.text))
    if tree is None:
        raise ExtractionError("The file holds no web page that can be read: no element in it is whole.")
    facts = read_facts(tree)
    reader = _Reader(tree, facts.title)
    has_frames = tree.find(".//frameset") is not None
    document = trafilatura.bare_extraction(
        tree, include_comments=False, include_tables=True, include_formatting=True, favor_recall=True
    )
    body = getattr(document, "body", None)
    pieces = reader.pieces(body) if body is not None else []
    if not pieces:
        raise ExtractionError(_without_text(has_frames))
    text, blocks = _assembled(pieces)
    if len(text.encode()) > MAX_BYTES:
        raise ExtractionError(
            f"The page's text has more than {MAX_BYTES:,} bytes, which is too long for one text."
        )
    notes = [*source.warnings, *facts.notes]
    if len(text) < _SHORT:
        notes.append(
            f"Only {len(text)} characters of text were found in the page: look whether its article is among them."
        )
    return replace(
        _with_facts(facts),
        text=text,
        blocks=blocks,
        notes=tuple(notes),
        method=f"trafilatura {version('trafilatura')}",
    )


def _sound_reference(match: re.Match[str]) -> str:
    """Return a reference to a character, or nothing where no text may hold that one: it stops the parser."""
    digits = match[1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    is_sound = (
        code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    )
    return match[0] if is_sound else ""


def _with_facts(facts: PageFacts) -> Extracted:
    return Extracted(
        text="",
        method="",
        title=facts.title,
        byline=facts.byline,
        publisher=facts.publisher,
        url=facts.url,
        language=facts.language,
        published=facts.published,
    )


def _without_text(has_frames: bool) -> str:
    if has_frames:
        return "The page only holds frames: save the page inside the frame and import that."
    return (
        "No article was found in the page. If it shows one only in a browser, save it from there, or copy its text "
        "into a .txt file."
    )


def _decode(data: bytes, declared: str | None) -> Decoded:
    head = data[:_LOOKED_FOR_CHARSET]
    has_mark = head.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    match = None if has_mark or declared is not None else _CHARSET.search(head) or _XML_CHARSET.match(head)
    try:
        if match is not None:
            return _decode_as_the_page_says(data, match[1].decode("ascii"))
        return decode(data, None if declared is None else _as_browsers_read(declared))
    except TextError as error:
        raise ExtractionError(str(error).replace("The file", "The page", 1)) from None


def _as_browsers_read(declared: str) -> str:
    try:
        charset = codecs.lookup(declared.strip()).name
    except (LookupError, ValueError):
        return declared
    return _READ_AS.get(charset, declared)


def _decode_as_the_page_says(data: bytes, declared: str) -> Decoded:
    """Decode a page that may not wholly be in the charset it declares, as many are not."""
    charset = _as_browsers_read(declared)
    # UTF-16 would have hidden the declaration itself: such a page was turned into UTF-8 since.
    charset = "utf-8" if charset.lower().startswith("utf-16") else charset
    try:
        return decode(data, charset)
    except TextError:
        pass
    try:
        # What decode refuses as no charset of files is refused here by its name.
        decode(b"a", charset)
        text = data.decode(charset, "replace")
    except (TextError, LookupError, ValueError):
        text = ""
    broken = text.count("\ufffd")
    if text and broken * _BROKEN <= len(data):
        places = "1 place of the page is" if broken == 1 else f"{broken:,} places of the page are"
        shown = "it shows" if broken == 1 else "they show"
        return Decoded(text, charset, [f"{places} not in its charset, “{declared}”; {shown} as U+FFFD."])
    decoded = decode(data)
    warning = f"The page declares the charset “{declared}”, which it is not in."
    return Decoded(decoded.text, decoded.charset, [warning, *decoded.warnings])


def _letters(text: str) -> str:
    """Return what two renderings of the same words have in common."""
    return "".join(filter(str.isalnum, text))


class _Reader:
    """Prepares a page for trafilatura, which drops some of what a reader sees, and reads what it leaves.

    What an element was before is recognised again by its letters, since trafilatura keeps neither attributes nor
    the elements that name a caption or a speaker.
    """

    def __init__(self, tree: HtmlElement, title: Declared | None) -> None:
        self._title = _letters(title.value) if title else ""
        self._signed = {_letters(quote.text_content()): signed for quote, signed in _signatures(tree)}
        self._captions = {_letters(caption.text_content()) for caption in tree.iter("figcaption")}
        for quote in tree.iter("blockquote"):
            for element in [*quote.iter("footer"), *filter(_stands_alone, quote.iterchildren("cite"))]:
                element.tag = "p"
        for figure in list(tree.iter("figure")):
            if figure.find(".//figcaption") is not None or figure.find(".//blockquote") is not None:
                figure.tag = "div"
        for caption in list(tree.iter("figcaption")):
            caption.tag = "p"
        for quoted in list(tree.iter("q")):
            _write_marks(quoted)
        for paragraph in list(tree.iter("p")):
            _split_at_breaks(paragraph)

    def pieces(self, body: etree._Element) -> list[_Piece]:
        """Return the blocks of what trafilatura found, in reading order."""
        pieces: list[_Piece] = []
        for element in body:
            pieces += self._block(element)
            pieces += [_Piece(None, text) for text in _paragraphs_of(element.tail or "")]
        self._sign_from_below(pieces)
        return pieces

    def _block(self, element: etree._Element) -> Iterator[_Piece]:
        if element.tag == "head":
            for text in _paragraphs(element):
                is_title = element.get("rend") == "h1" or _letters(text) == self._title
                yield _Piece(BlockRole.TITLE if is_title else BlockRole.HEADING, text)
        elif element.tag == "quote":
            yield from self._quotation(_paragraphs(element))
        elif element.tag == "list":
            for number, text in enumerate(_paragraphs(element)):
                yield _Piece(BlockRole.LIST_ITEM, text, tight=number > 0)
        elif element.tag == "table":
            rows = ["\t".join(" ".join(_paragraphs(cell)) for cell in row) for row in element.iter("row")]
            text = "\n".join(row for row in rows if row.strip())
            if text:
                yield _Piece(BlockRole.TABLE, text)
        elif element.tag == "code":
            text = _sound("".join(element.itertext())).strip("\n")
            if text.strip():
                yield _Piece(BlockRole.PARAGRAPH, text)
        else:
            for text in _paragraphs(element):
                role = BlockRole.CAPTION if _letters(text) in self._captions and _letters(text) else None
                yield _Piece(role, text)

    def _quotation(self, texts: list[str]) -> Iterator[_Piece]:
        signed = self._signed.get(_letters("".join(texts)))
        pieces = [_Piece(BlockRole.QUOTATION, text) for text in texts]
        if signed is not None and signed.name in texts[-1]:
            if len(pieces) > 1 and _letters(texts[-1]) == _letters(signed.label):
                pieces[-1].role = BlockRole.ATTRIBUTION_LABEL
            for piece in pieces:
                if piece.role is BlockRole.QUOTATION:
                    piece.said_by = (pieces[-1], signed.name)
        yield from pieces

    def _sign_from_below(self, pieces: list[_Piece]) -> None:
        """Find the speakers whose names stand in the caption of the figure around the quotation."""
        start = 0
        while start < len(pieces):
            end = start
            while end < len(pieces) and pieces[end].role is BlockRole.QUOTATION:
                end += 1
            if start < end < len(pieces) and pieces[start].said_by is None:
                signed = self._signed.get(_letters("".join(piece.text for piece in pieces[start:end])))
                label = pieces[end]
                if (
                    signed is not None
                    and _letters(label.text) == _letters(signed.label)
                    and signed.name in label.text
                ):
                    label.role = BlockRole.ATTRIBUTION_LABEL
                    for piece in pieces[start:end]:
                        piece.said_by = (label, signed.name)
            start = max(end, start + 1)


def _signatures(tree: HtmlElement) -> Iterator[tuple[HtmlElement, _Signed]]:
    """Yield the block quotations that a footer, a cite or a caption signs."""
    for quote in tree.iter("blockquote"):
        label = next(reversed(list(quote.iter("footer"))), None)
        if label is None:
            cite = next(reversed(list(quote.iter("cite"))), None)
            # In the midst of a quotation, cite is the title of a work.
            if cite is not None and _letters(quote.text_content()).endswith(_letters(cite.text_content())):
                label = cite
        parent = quote.getparent()
        if label is None and parent is not None and parent.tag == "figure":
            label = parent.find("figcaption")
        if label is not None and (name := _name(label)):
            yield quote, _Signed(label=_flat(label.text_content()), name=name)


def _name(label: HtmlElement) -> str:
    """Return whom a line under a quotation names: “— Ann Crumb, baker, in A Book of Loaves” names Ann Crumb."""
    text = _flat(label.text_content()).lstrip(_DASHES)
    cite = label if label.tag == "cite" else label.find(".//cite")
    cited = _flat(cite.text_content()) if cite is not None else ""
    # A cite that comes first is the speaker; one that comes after other words is the work.
    name = cited if cited and text.startswith(cited) else text.partition(cited)[0] if cited else text
    name = re.split(r",|;|\(|\n| [-–—] ", name.lstrip(_DASHES))[0]
    return re.sub(r"\s+(?:in|at|on|from)$", "", name.strip()).strip()


def _stands_alone(cite: HtmlElement) -> bool:
    """Does an element not go on a line of text?"""
    previous, parent = cite.getprevious(), cite.getparent()
    before = previous.tail if previous is not None else parent.text if parent is not None else ""
    return not (before or "").strip() and (previous is None or previous.tag in ("p", "br", "div", "ul", "ol"))


def _split_at_breaks(paragraph: HtmlElement) -> None:
    """Make two paragraphs where two line breaks follow each other: trafilatura would keep one of them."""
    parent = paragraph.getparent()
    cuts = [
        child
        for child in paragraph.iterchildren("br")
        if (following := child.getnext()) is not None
        and following.tag == "br"
        and not (child.tail or "").strip()
    ]
    if parent is None:
        return
    place = parent.index(paragraph) + 1 if cuts else 0
    # From the last to the first, so that each piece is moved once.
    for cut in reversed(cuts):
        second = cut.getnext()
        assert second is not None
        piece = paragraph.makeelement("p")
        piece.text, second.tail = second.tail, None
        moved = list(second.itersiblings())
        piece.extend(moved)
        paragraph.remove(second)
        cut.tail = None
        parent.insert(place, piece)


def _write_marks(quoted: HtmlElement) -> None:
    """Put the quotation marks into the text that a browser shows around a q element."""
    content = quoted.text_content().strip()
    if content and content[0] not in "“„\"«‘'":
        quoted.text = f"“{quoted.text or ''}"
        if len(quoted):
            quoted[-1].tail = f"{quoted[-1].tail or ''}”"
        else:
            quoted.text += "”"
    quoted.drop_tag()


def _flat(text: str) -> str:
    return _BLANKS.sub(" ", _sound(text)).strip()


def _sound(text: str) -> str:
    """Return the text in NFC, without what no text of record may hold."""
    return unicodedata.normalize("NFC", _NOT_IN_TEXTS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _paragraphs(element: etree._Element) -> list[str]:
    """Return the paragraphs within an element; a line break stays one, two of them end a paragraph."""
    parts: list[str] = []
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            if inner.tag == "lb":
                parts.append("\n")
            elif inner is not element and inner.tag in _BLOCKS:
                parts.append("\n\n")
            parts.append(_BLANKS.sub(" ", inner.text or ""))
        elif inner is not element:
            if inner.tag in _BLOCKS:
                parts.append("\n\n")
            parts.append(_BLANKS.sub(" ", inner.tail or ""))
    return _paragraphs_of("".join(parts))


def _paragraphs_of(text: str) -> list[str]:
    lines = [line.strip(" ") for line in _sound(text).split("\n")]
    paragraphs = re.split(r"\n{2,}", "\n".join(lines))
    return [paragraph for one in paragraphs if (paragraph := one.strip())]


def _assembled(pieces: list[_Piece]) -> tuple[str, tuple[Laid, ...]]:
    """Return the text of all blocks, and those that have a role, with their offsets."""
    parts: list[str] = []
    starts: dict[int, int] = {}
    length = 0
    for piece in pieces:
        gap = "" if not parts else "\n" if piece.tight else "\n\n"
        parts += (gap, piece.text)
        starts[id(piece)] = length + len(gap)
        length += len(gap) + len(piece.text)
    said_by = functools.partial(_speaker, starts)
    return "".join(parts), tuple(
        Laid(piece.role, starts[id(piece)], starts[id(piece)] + len(piece.text), said_by(piece))
        for piece in pieces
        if piece.role is not None
    )


def _speaker(starts: dict[int, int], piece: _Piece) -> Span | None:
    if piece.said_by is None:
        return None
    label, name = piece.said_by
    start = starts[id(label)] + label.text.rindex(name)
    return Span(start, start + len(name))
