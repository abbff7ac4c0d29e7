"""What the ledger says about a thing, in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from articles.models import ChangeRow
from articles.models.ledger import Readers

VERBS = {
    "add": "put on record",
    "add_copy": "another copy noted",
    "add_version": "a new version added",
    "close_to_readers": "closed to readers",
    "declare_not_checkable": "declared not checkable",
    "derive": "derivation noted",
    "dismiss": "dismissed",
    "import": "imported",
    "mark": "marked in a text",
    "merge": "merged",
    "open": "opened",
    "open_to_readers": "opened to readers",
    "publish": "published",
    "redact": "words taken out",
    "relate": "related to another claim",
    "remove_evidence": "evidence removed",
    "reopen": "reopened",
    "replace": "evidence replaced",
    "revise": "revised",
    "set_topics": "topics set",
    "start_checking": "checking begun",
    "underive": "derivation removed",
    "unmerge": "merge taken back",
    "unrelate": "relation removed",
    "withdraw": "withdrawn",
}
NOUNS = {
    "appearance": ("quotation", "quotations"),
    "article": ("article", "articles"),
    "articleversion": ("text", "texts"),
    "claim": ("claim", "claims"),
    "correction": ("correction", "corrections"),
    "evidence": ("piece of evidence", "pieces of evidence"),
    "source": ("source", "sources"),
    "sourceversion": ("version", "versions"),
    "verdict": ("verdict", "verdicts"),
}


@dataclass(frozen=True)
class Entry:
    """One act of the ledger: its number, moment and hash, what was done, and to what."""

    seq: int
    at: datetime
    hash: str
    done: str
    to: str
    is_public: bool


def told(rows: Iterable[ChangeRow]) -> list[Entry]:
    """Return what acts did to the rows a page shows, newest first. `rows` come from `ChangeRow.objects.telling`."""
    acts: dict[int, list[ChangeRow]] = defaultdict(list)
    for row in rows:
        acts[row.change_id].append(row)
    return [_entry(sorted(acts[seq], key=lambda row: row.position)) for seq in sorted(acts, reverse=True)]


def _entry(rows: list[ChangeRow]) -> Entry:
    change = rows[0].change
    return Entry(
        seq=change.seq,
        at=change.at,
        hash=change.hash,
        done=VERBS.get(change.verb, change.verb.replace("_", " ")),
        to=_counted(row.object_type for row in rows if row.readers != Readers.HIDDEN),
        is_public=change.public,
    )


def _counted(names: Iterable[str]) -> str:
    """Return "claim, 3 pieces of evidence"."""
    parts = []
    for name, count in Counter(names).items():
        one, many = NOUNS.get(name, (name, f"{name}s"))
        parts.append(one if count == 1 else f"{count} {many}")
    return ", ".join(parts)
