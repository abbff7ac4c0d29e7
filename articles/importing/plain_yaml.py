"""YAML as plain text, lists and mappings, with the line of everything, and without its surprises.

Values stay what was written: `2024-10-25`, `yes` and `1e3` are texts here, whatever YAML 1.1 would make of
them. Anchors, aliases, tags, repeated keys and several documents are refused. No Django in here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NoReturn, TypeAlias

import yaml

from articles.importing.mistakes import ManifestError, Mistake, shown

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"
Path: TypeAlias = tuple[str | int, ...]

MAX_BYTES = 2_000_000
MAX_DEPTH = 20

# The same events either way; the compiled parser is about ten times as fast, and not everywhere there.
_LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Escapes in quoted values can bring in what the file itself may not hold.
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


class PlainYaml:
    """A YAML file as read: `value`, `line(path)` for each part of it, and `mistakes` that did not stop the
    reading.

    A path is the keys and list positions (from 0) that lead to a part. `doubtful` holds the paths whose value
    could not be read: what else is wrong there follows from that.
    """

    def __init__(self, data: bytes, file: str) -> None:
        """Read the bytes of a file. Raises ManifestError where nothing sensible can be said about the rest of
        it."""
        self.file = file
        self.doubtful: set[Path] = set()
        self._lines: dict[Path, int] = {}
        self._found: list[tuple[Path, int, str]] = []
        self.value: Plain = self._read(data)
        # Only now, because the name of a place holds keys that may be written below it.
        self.mistakes = [
            Mistake(file, line, self.field(path), sentence) for path, line, sentence in self._found
        ]

    def line(self, path: Path) -> int:
        """Return the line, from 1, of a part, or of the nearest part around it that is written down."""
        while path not in self._lines and path:
            path = path[:-1]
        return self._lines.get(path, 1)

    def field(self, path: Path) -> str:
        """Return a path for readers: "claims[cost].evidence[cost-1].stance"; items without a key are numbered
        from 1."""
        name = ""
        value: Plain = self.value
        for step in path:
            if isinstance(step, str):
                name += f".{step}" if name else step
                value = value.get(step, "") if isinstance(value, dict) else ""
            else:
                value = value[step] if isinstance(value, list) and step < len(value) else ""
                key = value.get("key") if isinstance(value, dict) else None
                name += f"[{key}]" if isinstance(key, str) else f"[{step + 1}]"
        return name

    def mistake(self, path: Path, sentence: str) -> Mistake:
        """Return a mistake at a part of this file."""
        return Mistake(self.file, self.line(path), self.field(path), sentence)

    def _read(self, data: bytes) -> Plain:
        if len(data) > MAX_BYTES:
            self._stop(1, f"The file has {len(data):,} bytes; a manifest may have at most {MAX_BYTES:,}.")
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self._stop(
                data.count(b"\n", 0, error.start) + 1,
                f"Byte {error.start} is not UTF-8: save the file as UTF-8.",
            )
        unprintable = _UNPRINTABLE.search(text)
        if unprintable is not None:
            line = text.count("\n", 0, unprintable.start()) + 1
            self._stop(
                line,
                f"The character U+{ord(unprintable.group()):04X} cannot stand in a YAML file: remove it.",
            )
        try:
            return self._document(yaml.parse(text, Loader=_LOADER))
        except ManifestError:
            raise
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            reason = ", ".join(filter(None, (error.context, error.problem)))
            self._stop(mark.line + 1 if mark else 1, f"This is not YAML: {reason}.")
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            # PyYAML lets Python's own errors through for numbers that are too long in escapes and directives.
            self._stop(1, f"This is not YAML: {' '.join(str(error).split())}.")

    def _stop(self, line: int, sentence: str) -> NoReturn:
        raise ManifestError([Mistake(self.file, line, "", sentence)]) from None

    def _document(self, events: Iterator[yaml.Event]) -> Plain:
        next(events)  # the stream starts
        if isinstance(next(events), yaml.StreamEndEvent):
            self._stop(1, "The file is empty.")
        value = self._build(next(events), events, ())
        next(events)  # the document ends
        after = next(events)
        if not isinstance(after, yaml.StreamEndEvent):
            self._stop(_line(after), "A second document begins here: a manifest is one document.")
        return value

    def _build(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path) -> Plain:
        """Return the value that begins with an event, and take the rest of it from the events."""
        self._lines.setdefault(path, _line(event))
        if isinstance(event, yaml.AliasEvent):
            self.doubtful.add(path)
            self._blame(path, event, f"The alias *{event.anchor} is refused: write the value out.")
            return ""
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        if event.anchor is not None:
            self._blame(
                path, event, f"The anchor &{event.anchor} is refused: write each value where it belongs."
            )
        if event.tag is not None:
            self._blame(
                path,
                event,
                f"The tag {event.tag} is refused: every value is plain text, a list or a mapping.",
            )
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if len(path) >= MAX_DEPTH:
            self._stop(_line(event), f"This is nested more than {MAX_DEPTH} deep.")
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Plain] = []
            for item in events:
                if isinstance(item, yaml.SequenceEndEvent):
                    break
                items.append(self._build(item, events, (*path, len(items))))
            return items
        return self._mapping(events, path)

    def _mapping(self, events: Iterator[yaml.Event], path: Path) -> dict[str, Plain]:
        mapping: dict[str, Plain] = {}
        for key in events:
            if isinstance(key, yaml.MappingEndEvent):
                break
            if not isinstance(key, yaml.ScalarEvent):
                self._blame(path, key, "A key here is not plain text.")
                self._skip(key, events)
                self._skip(next(events), events)
                continue
            name = unicodedata.normalize("NFC", key.value)
            here = (*path, name)
            if key.anchor is not None or key.tag is not None:
                self._blame(here, key, "A key with an anchor or a tag is refused: write the key alone.")
            if name in mapping:
                first = self._lines[here]
                self._blame(here, key, f"The key {shown(name)} is there twice; it was first on line {first}.")
                self._skip(next(events), events)
                continue
            # What is wrong with a field is looked for where its name stands, not where a long value begins.
            self._lines[here] = _line(key)
            mapping[name] = ""
            mapping[name] = self._build(next(events), events, here)
        return mapping

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> str:
        if event.implicit[0] and event.value in _NOTHING:
            self.doubtful.add(path)
            self._blame(
                path,
                event,
                "There is no value: leave out what is not known, or put a word that is meant in quotation marks.",
            )
            return ""
        refused = _REFUSED.search(event.value)
        if refused is not None:
            self.doubtful.add(path)
            self._blame(
                path,
                event,
                f"The value holds the character U+{ord(refused.group()):04X}, which no text may hold.",
            )
            return ""
        # The same form as the text of record, or words typed on another system would not be found in it.
        return unicodedata.normalize("NFC", event.value.replace("\r\n", "\n").replace("\r", "\n"))

    def _skip(self, event: yaml.Event, events: Iterator[yaml.Event]) -> None:
        """Pass over the value that begins with an event, however deep."""
        depth = 0
        while True:
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth == 0:
                return
            event = next(events)

    def _blame(self, path: Path, event: yaml.Event, sentence: str) -> None:
        self._found.append((path, _line(event), sentence))


def _line(event: yaml.Event) -> int:
    # The stubs allow for events that a program makes; those of a file have their mark.
    return event.start_mark.line + 1 if event.start_mark else 1
