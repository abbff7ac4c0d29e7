"""One line of a file of claims: a JSON object in, what it says or what is wrong with it out. No Django in here.

The fields are those of `docs/importing.md`. Whatever somebody can put into a line is answered by a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, BinaryIO

import orjson

from articles.dates import DateError, DateRange
from articles.importing.mistakes import choice_sentence, did_you_mean, listed
from articles.vocabulary import ClaimKind

#: Bytes of one line; what is longer is not read into memory.
LONGEST_LINE = 100_000
#: Characters.
LONGEST_STATEMENT, LONGEST_REF, LONGEST_BASIS, LONGEST_LANGUAGE, LONGEST_TOPIC = 5000, 300, 300, 35, 100
#: Of one claim.
MOST_TOPICS = 50

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_KINDS = frozenset(ClaimKind)
_UNKNOWN = DateRange(None, None)
_OF_ANOTHER_CODING = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"
_BLANK = re.compile(rb"[ \t\r\n]*")


class LineError(ValueError):
    """What is wrong with a line: `mistakes` are (field, sentence), with "" for the line as a whole."""

    def __init__(self, *mistakes: tuple[str, str]) -> None:
        self.mistakes = mistakes
        super().__init__("; ".join(sentence for _, sentence in mistakes))


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """What a line says of a claim. `topics` are names, each once."""

    statement: str
    kind: str = ClaimKind.FACT.value
    language: str = "en"
    asserted: DateRange = _UNKNOWN
    topics: tuple[str, ...] = ()
    ref: str = ""


def lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield (number from 1, bytes) of the lines that are not blank; None for one that is too long to be read."""
    number = 0
    while piece := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(piece) > LONGEST_LINE and not piece.endswith(b"\n"):
            while piece and not piece.endswith(b"\n"):
                piece = file.readline(LONGEST_LINE)
            yield number, None
            continue
        if number == 1 and piece.startswith(_BOM):
            piece = piece[len(_BOM) :]
        if not _BLANK.fullmatch(piece):
            yield number, piece


def read_line(line: bytes | None) -> ClaimLine:
    """Return what a line says. Raises LineError with everything that is wrong in it."""
    said = _object(line)
    reading = _Reading(said)
    read = ClaimLine(
        statement=reading.text("statement", LONGEST_STATEMENT, is_needed=True),
        kind=reading.kind(),
        language=reading.language(),
        asserted=reading.asserted(),
        topics=reading.topics(),
        ref=reading.text("ref", LONGEST_REF),
    )
    reading.refuse_unknown()
    if reading.mistakes:
        raise LineError(*reading.mistakes)
    return read


def _object(line: bytes | None) -> dict[str, Any]:
    if line is None:
        raise LineError(
            ("", f"The line is longer than {LONGEST_LINE:,} bytes: put each claim on a line of its own.")
        )
    if line.startswith(_OF_ANOTHER_CODING) or line.count(0) > len(line) // 4:
        raise LineError(("", "The file is not in UTF-8 (it looks like UTF-16): save it as UTF-8."))
    try:
        said = orjson.loads(line)
    except orjson.JSONDecodeError as trouble:
        raise LineError(("", _what_is_no_json(line, trouble))) from None
    if not isinstance(said, dict):
        sentence = 'A line is one claim, a JSON object: {"statement": "…"}.'
        if isinstance(said, list):
            sentence += " Write the members of a list on lines of their own."
        raise LineError(("", sentence))
    return said


def _what_is_no_json(line: bytes, trouble: orjson.JSONDecodeError) -> str:
    try:
        text = line.decode()
    except UnicodeDecodeError as wrong:
        byte = line[wrong.start]
        return f"Byte {wrong.start + 1} of the line (0x{byte:02X}) is not UTF-8: save the file as UTF-8."
    if re.search(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}", text) and "surrogate" in trouble.msg:
        return "It holds half a character (\\ud800 to \\udfff alone): remove it."
    if re.search(r"[:\[,]\s*-?(NaN|Infinity)", text):
        return "NaN and Infinity are no JSON: leave out what is not known."
    return (
        f"This is not JSON, at character {trouble.colno}: {trouble.msg[:80]}. A line is one whole object, and ends "
        "nowhere else."
    )


@dataclass(slots=True)
class _Reading:
    """An object of JSON whose shape is not trusted."""

    said: dict[str, Any]
    mistakes: list[tuple[str, str]] = field(default_factory=list)

    def blame(self, name: str, sentence: str) -> None:
        self.mistakes.append((name, sentence))

    def text(self, name: str, most: int, *, is_needed: bool = False) -> str:
        """Return a text without the white space at its ends; "" where it is left out, or wrong."""
        value = self.said.get(name)
        if value is None:
            if is_needed:
                self.blame(name, f"A claim needs a {name}: one sentence that stands alone.")
            return ""
        return self.words(name, value, most)

    def words(self, name: str, value: Any, most: int) -> str:
        if not isinstance(value, str):
            self.blame(name, "This is a text, between quotation marks.")
            return ""
        value = value.strip()
        if not value:
            self.blame(name, "This is empty: leave out what is not known.")
        elif len(value) > most:
            self.blame(name, f"This has {len(value):,} characters; {most:,} are the most.")
        elif "\x00" in value:
            self.blame(name, "It holds a NUL (\\u0000), which cannot be stored: remove it.")
        else:
            return value
        return ""

    def kind(self) -> str:
        value = self.said.get("kind")
        if value is None or (isinstance(value, str) and value in _KINDS):
            return value or ClaimKind.FACT.value
        sentence = (
            choice_sentence(value, _KINDS_LISTED)
            if isinstance(value, str)
            else f"This is one of {_ANY_KIND}."
        )
        self.blame("kind", sentence)
        return ""

    def language(self) -> str:
        value = self.said.get("language")
        if value is None:
            return "en"
        if not isinstance(value, str) or len(value) > LONGEST_LANGUAGE or not _LANGUAGE.fullmatch(value):
            self.blame("language", "This is a language tag (BCP 47) such as `en` or `es-MX`.")
            return ""
        return value

    def asserted(self) -> DateRange:
        value = self.said.get("asserted")
        basis = self.said.get("asserted_basis")
        if basis is not None:
            basis = self.words("asserted_basis", basis, LONGEST_BASIS)
        if value is None:
            return DateRange(None, None, basis) if basis else _UNKNOWN
        if not isinstance(value, str):
            self.blame(
                "asserted", "This is a date as a text: `2024`, `2024-10`, `2024-10-25` or `2024-10/2024-12`."
            )
            return _UNKNOWN
        try:
            return _date(value, basis or "")
        except DateError as trouble:
            self.blame("asserted", str(trouble))
            return _UNKNOWN

    def topics(self) -> tuple[str, ...]:
        value = self.said.get("topics")
        if value is None:
            return ()
        if not isinstance(value, list):
            self.blame("topics", 'This is a list of names: ["Housing", "Elections"].')
            return ()
        if len(value) > MOST_TOPICS:
            self.blame("topics", f"These are {len(value):,} topics; {MOST_TOPICS} are the most for a claim.")
            return ()
        names = [self.words(f"topics[{at}]", one, LONGEST_TOPIC) for at, one in enumerate(value)]
        return tuple(dict.fromkeys(filter(None, names)))

    def refuse_unknown(self) -> None:
        for name in self.said.keys() - FIELDS:
            self.blame(
                name[:60],
                f"There is no such field; there are {listed(_FIELDS_LISTED)}.{did_you_mean(name, FIELDS)}",
            )


_FIELDS_LISTED = ("statement", "kind", "language", "asserted", "asserted_basis", "topics", "ref")
FIELDS = frozenset(_FIELDS_LISTED)
_KINDS_LISTED = [kind.value for kind in ClaimKind]
_ANY_KIND = listed(_KINDS_LISTED)
# Of most files the dates are the same few days.
_date: Callable[[str, str], DateRange] = lru_cache(maxsize=4096)(DateRange.parse)
