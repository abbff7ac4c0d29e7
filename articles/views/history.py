"""What the ledger says about a thing, in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.addresses import address
from articles.models import ChangeRow
from articles.models.ledger import Readers

VERBS = {
    "accept": _("taken up from a reader"),
    "accept_proposal": _("a quotation found again in a newer text"),
    "accept_suggestion": _("a suggestion accepted"),
    "add": _("put on record"),
    "add_copy": _("another copy noted"),
    "add_version": _("a new version added"),
    "adopt": _("scale of ratings adopted"),
    "bulk": _("several things written at once"),
    "close_to_readers": _("closed to readers"),
    "declare_not_checkable": _("declared not checkable"),
    "derive": _("derivation noted"),
    "dismiss": _("dismissed"),
    "file": _("filed"),
    "genesis": _("the record begun"),
    "import": _("imported"),
    "mark": _("marked in a text"),
    "merge": _("merged"),
    "note_copy": _("another copy noted"),
    "open": _("opened"),
    "open_to_readers": _("opened to readers"),
    "publish": _("published"),
    "re_anchor": _("found again in a newer text"),
    "record_decline": _("an answer declined"),
    "record_no_reply": _("no answer came"),
    "record_reply": _("an answer noted"),
    "redact": _("words taken out"),
    "remove_logo": _("logo taken away"),
    "set_logo": _("logo set"),
    "relate": _("related to another claim"),
    "remove_evidence": _("evidence removed"),
    "reopen": _("reopened"),
    "replace": _("evidence replaced"),
    "retire": _("rating retired"),
    "revise": _("revised"),
    "set_topics": _("topics set"),
    "show": _("opened to readers"),
    "start_checking": _("checking begun"),
    "take_back_suggestion": _("an acceptance taken back"),
    "underive": _("derivation removed"),
    "unmerge": _("merge taken back"),
    "unrelate": _("relation removed"),
    "withdraw": _("withdrawn"),
}
# One of them, and several.
NOUNS: dict[str, Any] = {
    "appearance": ngettext_lazy("quotation", "%(number)d quotations", "number"),
    "article": ngettext_lazy("article", "%(number)d articles", "number"),
    "articleversion": ngettext_lazy("text", "%(number)d texts", "number"),
    "attribution": ngettext_lazy("attribution", "%(number)d attributions", "number"),
    "citation": ngettext_lazy("citation", "%(number)d citations", "number"),
    "claim": ngettext_lazy("claim", "%(number)d claims", "number"),
    "claimant": ngettext_lazy("claimant", "%(number)d claimants", "number"),
    "claimrelation": ngettext_lazy("relation", "%(number)d relations", "number"),
    "contact": ngettext_lazy("request for comment", "%(number)d requests for comment", "number"),
    "copy": ngettext_lazy("copy", "%(number)d copies", "number"),
    "correction": ngettext_lazy("correction", "%(number)d corrections", "number"),
    "derivation": ngettext_lazy("derivation", "%(number)d derivations", "number"),
    "evidence": ngettext_lazy("piece of evidence", "%(number)d pieces of evidence", "number"),
    "newsroom": ngettext_lazy("newsroom", "%(number)d newsrooms", "number"),
    "rating": ngettext_lazy("rating", "%(number)d ratings", "number"),
    "ratingscale": ngettext_lazy("scale of ratings", "%(number)d scales of ratings", "number"),
    "redactedtext": ngettext_lazy("masked text", "%(number)d masked texts", "number"),
    "redaction": ngettext_lazy("redaction", "%(number)d redactions", "number"),
    "researchstep": ngettext_lazy("step of research", "%(number)d steps of research", "number"),
    "source": ngettext_lazy("source", "%(number)d sources", "number"),
    "sourceversion": ngettext_lazy("version", "%(number)d versions", "number"),
    "topic": ngettext_lazy("topic", "%(number)d topics", "number"),
    "verdict": ngettext_lazy("verdict", "%(number)d verdicts", "number"),
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

    @property
    def address(self) -> str:
        """Where this entry can be read and checked."""
        return address("record_entry", self.seq)


def told(rows: Iterable[ChangeRow]) -> list[Entry]:
    """Return what acts did to the rows a page shows, newest first. `rows` come from `ChangeRow.objects.telling`."""
    acts: dict[int, list[ChangeRow]] = defaultdict(list)
    for row in rows:
        acts[row.change_id].append(row)
    return [_entry(sorted(acts[seq], key=lambda row: row.position)) for seq in sorted(acts, reverse=True)]


def done(verb: str) -> str:
    """Return what an act did, in words."""
    return str(VERBS.get(verb) or verb.replace("_", " "))


def noun(name: str, number: int = 1) -> str:
    """Return the noun of a row, or "3 claims"."""
    words = NOUNS.get(name)
    return str(words % {"number": number}) if words else name if number == 1 else f"{number} {name}"


def counted(names: Mapping[str, int]) -> str:
    """Return "claim, 3 pieces of evidence"."""
    return ", ".join(noun(name, count) for name, count in names.items())


def _entry(rows: list[ChangeRow]) -> Entry:
    change = rows[0].change
    return Entry(
        seq=change.seq,
        at=change.at,
        hash=change.hash,
        done=done(change.verb),
        to=counted(Counter(row.object_type for row in rows if row.readers != Readers.HIDDEN)),
        is_public=change.public,
    )
