"""Proof that the record is whole: guards, chain, rows against the chain, quotations, series, constraints, keys, index.

`verify` reads everything and changes nothing; all of it is of one moment, while others write on. Each check yields
findings, worst first row first; a finding names the row. What this proves and what it cannot: a chain that was
rewritten from the genesis on, by somebody who holds the database, fits itself; only a head that an outsider kept tells
the two apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from articles.dump import one_moment
from articles.models import Change
from articles.search import index
from articles.signed_heads import Note, Verifier
from articles.verification import catalogue, chain, rows, texts
from articles.verification.reading import CHUNK, Progress, Reading, json_object

CHECKS = (
    catalogue.guards, chain.chain, chain.payloads, chain.alterations, rows.rows, texts.quotations, texts.passages,
    texts.hashes, texts.series, rows.redactions, catalogue.constraints, catalogue.addresses, catalogue.counts,
    catalogue.search,
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: which check found it, in which row, and what."""

    check: str
    row: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.check}: {self.row}: {self.sentence}"


class Verification:
    """One pass over the record of one database."""

    def __init__(self, using: str = "default", progress: Progress | None = None) -> None:
        self.using = using
        self.progress = progress or (lambda check, rows: None)

    def findings(self) -> Iterator[Finding]:
        """Yield everything that is wrong, check by check."""
        with one_moment(self.using):
            reading = Reading(self.using, self.progress)
            for check in CHECKS:
                self.progress(check.__name__, 0)
                for row, sentence in check(reading):
                    yield Finding(check.__name__, row, sentence)
        for row, sentence in index.faults(self.using):
            yield Finding("search", row, sentence)

    def against(self, notes: Iterable[Note], verifier: Verifier | None = None) -> Iterator[Finding]:
        """Yield where this is not the record whose heads somebody kept; with a verifier, also which it never signed."""
        entries = Change.objects.using(self.using).order_by("seq")
        first, last = entries.first(), entries.last()
        own = (json_object(first.envelope) or {}).get("instance") if first else None
        for note in notes:
            head = note.head
            row = f"change {head.seq}"
            self.progress("kept heads", 1)
            if verifier and not verifier.has_signed(note):
                yield Finding("kept heads", row, f"the head that was kept is not signed by {verifier.name}")
            if head.instance != own:
                yield Finding(
                    "kept heads", row, f"the head that was kept is of record {head.instance}, this is {own}"
                )
                continue
            found = entries.filter(seq=head.seq).values_list("hash", flat=True).first()
            if found is None:
                end = f"the ledger ends with {last.seq}" if last else "the ledger is empty"
                yield Finding("kept heads", row, f"it was kept, and {end}: entries are missing")
            elif found != head.hash:
                yield Finding(
                    "kept heads", row, f"it had the hash {head.hash} when it was kept, and has {found}: "
                    "the record was rewritten since",
                )  # fmt: skip
            elif note.all and note.all != self._all_hashes(head.seq):
                yield Finding("kept heads", row, "an entry before it had another hash when it was kept")

    def _all_hashes(self, seq: int) -> str:
        """Return one hash over those of all entries up to this one."""
        made = hashlib.sha256()
        hashes = (
            Change.objects.using(self.using)
            .filter(seq__lte=seq)
            .order_by("seq")
            .values_list("hash", flat=True)
        )
        for one in hashes.iterator(CHUNK):
            made.update(bytes.fromhex(one))
        return made.hexdigest()


def verify(using: str = "default", progress: Progress | None = None) -> list[Finding]:
    """Return everything that is wrong with the record of a database; an empty list is the proof that it is whole."""
    return list(Verification(using, progress).findings())
