"""A file of claims, one to a line, into the record: read and checked as a whole, then written act by act.

Of a line nothing is kept but a number of 64 bits for its statement and one for its name, so that a million lines take
tens of megabytes. Once in ten million such files two different statements may have the same number.
"""

from __future__ import annotations

import hashlib
import os
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO

from django.utils import timezone

from articles import bulk
from articles.importing.claim_lines import ClaimLine, LineError, lines, read_line
from articles.importing.mistakes import Mistake
from articles.models import Claim, Topic
from articles.models.claim_batch import AT_ONCE, ClaimBatch, NewClaim, known_by_name

# So many mistakes, and differences, are told one by one.
MOST_TOLD = 100
# Rows that are fetched together when the record is looked through.
CHUNK = 5000

Progress = Callable[[str, int], None]


class ClaimsFileError(ValueError):
    """What is wrong with a file of claims, none of which was written. `count` are all mistakes, told or not."""

    def __init__(self, mistakes: Sequence[Mistake], count: int) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda one: one.line))
        self.count = count
        super().__init__("\n".join(map(str, self.mistakes)))


class ChangedMeanwhile(Exception):
    """The file is not the one that was checked."""


@dataclass
class Imported:
    """What became of a file: how many claims it has, how many of them are new, or were on record already."""

    lines: int = 0
    new: int = 0
    known: int = 0
    topics: int = 0
    #: Names whose claim was imported with other words; the record was left as it is. Told up to `MOST_TOLD`.
    differing: int = 0
    differences: list[Mistake] = field(default_factory=list)


class ClaimsFile:
    """A file of claims. `file` is read twice from its beginning; `name` is what mistakes call it."""

    def __init__(self, file: BinaryIO, name: str, progress: Progress = lambda what, count: None) -> None:
        self.file = file
        self.name = name
        self.progress = progress
        self.mistakes: list[Mistake] = []
        self.count = 0
        self.numbers = array("L")
        self.statements = array("Q")
        # 0 for a line without a name.
        self.refs = array("Q")
        self.state: Any = None
        # The statements in order, and beside each whether the record has it.
        self.ordered = array("Q")
        self.on_record = bytearray()

    def check(self) -> None:
        """Read the whole file. Raises ClaimsFileError."""
        self.state = self._state()
        for number, line in self._lines():
            try:
                said = read_line(line)
            except LineError as trouble:
                for place, sentence in trouble.mistakes:
                    self._blame(number, place, sentence)
                continue
            self.numbers.append(number)
            self.statements.append(key_of(said.statement, said.language))
            self.refs.append(_number(said.ref) if said.ref else 0)
            if len(self.numbers) % CHUNK == 0:
                self.progress("checked", CHUNK)
        self._find_twice(self.refs, "ref", "is the name of the claim in line {} already: each has its own")
        self._find_twice(self.statements, "statement", "is what line {} says: say it once")
        if not self.count and not self.numbers:
            self._blame(1, "", "The file is empty: it has one claim a line.")
        if self.count:
            raise ClaimsFileError(self.mistakes, self.count)

    def compare(self) -> None:
        """Find out which of the statements are on record, whatever became of them there."""
        self.ordered = array("Q", sorted(self.statements))
        self.on_record = bytearray(len(self.ordered))
        rows = Claim.objects.order_by().values_list("statement", "language")
        for count, (statement, language) in enumerate(rows.iterator(chunk_size=CHUNK), start=1):
            key = key_of(statement, language)
            at = bisect_left(self.ordered, key)
            if at < len(self.ordered) and self.ordered[at] == key:
                self.on_record[at] = 1
            if count % CHUNK == 0:
                self.progress("compared", CHUNK)

    def write(self, by: Any, *, dry_run: bool = False) -> Imported:
        """Put on record what is not there, `AT_ONCE` claims an act; return what became of all. After `compare`.

        Stopped at any moment it leaves whole acts, and run again it goes on. Raises ChangedMeanwhile, and what
        `ClaimBatch` raises.
        """
        if self._state() != self.state:
            raise ChangedMeanwhile
        done = Imported()
        topics = dict(Topic.objects.values_list("name", "pk"))
        read = self._read_again()
        writing: tuple[int, Future[ClaimBatch]] | None = None
        # While the database writes one act, the next is made ready. Asked is the database by this thread alone.
        with ThreadPoolExecutor(1) as beside:
            ahead = beside.submit(self._some, read)
            while some := ahead.result():
                ahead = beside.submit(self._some, read)
                new = self._new(some, topics, done)
                if not dry_run:
                    done.topics += _make_topics(by, new, topics)
                    rows, ids = [_new_claim(said, topics) for said in new], bulk.allot(Claim, len(new))
                    ready = beside.submit(ClaimBatch, by, rows, timezone.now(), ids)
                    self._write(writing)
                    writing = len(some), ready
                done.lines += len(some)
                done.new += len(new)
                done.known += len(some) - len(new)
            self._write(writing)
        return done

    def _write(self, writing: tuple[int, Future[ClaimBatch]] | None) -> None:
        if writing is not None:
            count, ready = writing
            ready.result().write()
            self.progress("written", count)

    def _some(self, read: Iterator[tuple[int, ClaimLine]]) -> list[tuple[int, ClaimLine]]:
        return list(islice(read, AT_ONCE))

    def _new(
        self, some: list[tuple[int, ClaimLine]], topics: dict[str, int], done: Imported
    ) -> list[ClaimLine]:
        """Return those of the lines that are not on record, and note where a name has another claim there."""
        by_name = known_by_name(said.ref for _, said in some if said.ref)
        new = []
        for number, said in some:
            if said.ref in by_name:
                pk, digest = by_name[said.ref]
                if _new_claim(said, topics).digest != digest:
                    self._differs(done, number, pk)
            elif not self.on_record[bisect_left(self.ordered, key_of(said.statement, said.language))]:
                new.append(said)
        return new

    def _differs(self, done: Imported, number: int, pk: int) -> None:
        done.differing += 1
        if len(done.differences) < MOST_TOLD:
            sentence = (
                f"this is claim {pk}, which was imported with other words; it was left as it is on record."
            )
            done.differences.append(Mistake(self.name, number, "ref", sentence))

    def _read_again(self) -> Iterator[tuple[int, ClaimLine]]:
        try:
            for number, line in self._lines():
                yield number, read_line(line)
        except LineError:
            raise ChangedMeanwhile from None

    def _lines(self) -> Iterator[tuple[int, bytes | None]]:
        self.file.seek(0)
        return lines(self.file)

    def _state(self) -> tuple[int, int]:
        told = os.fstat(self.file.fileno())
        return told.st_size, told.st_mtime_ns

    def _find_twice(self, keys: array, place: str, sentence: str) -> None:
        ordered = sorted(keys)
        twice = {
            key for key, other in zip(ordered, islice(ordered, 1, None), strict=False) if key == other and key
        }
        if not twice:
            return
        first: dict[int, int] = {}
        for number, key in zip(self.numbers, keys, strict=True):
            if key in twice and first.setdefault(key, number) != number:
                self._blame(number, place, f"This {sentence.format(first[key])}.")

    def _blame(self, number: int, place: str, sentence: str) -> None:
        self.count += 1
        if len(self.mistakes) < MOST_TOLD:
            self.mistakes.append(Mistake(self.name, number, place, sentence))


def key_of(statement: str, language: str) -> int:
    """Return the number of a statement: the same for what differs in white space and capital letters alone."""
    return _number(f"{' '.join(statement.split()).casefold()}\n{language.lower()}")


def _number(text: str) -> int:
    # Never 0, which says that there is none.
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) or 1


def _make_topics(by: Any, new: list[ClaimLine], topics: dict[str, int]) -> int:
    """Put on record the topics that are not there, note their ids, and return how many there are."""
    made = 0
    for name in dict.fromkeys(name for said in new for name in said.topics if name not in topics):
        topic, is_new = Topic.find_or_add(by, name)
        topics[name] = topic.pk
        made += is_new
    return made


def _new_claim(said: ClaimLine, topics: dict[str, int]) -> NewClaim:
    # A topic that is not there has no id yet.
    about = tuple(topics.get(name, 0) for name in said.topics)
    return NewClaim(said.statement, said.kind, said.language, said.asserted, about, said.ref)
