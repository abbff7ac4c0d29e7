"""What readers had seen of a published verdict and its claim, and what was then changed: read from the ledger.

Nobody writes this list. A verdict that follows another carries its correction; for everything else `kinds` says of each
verb whether an act of that name can change what stood beside a published verdict.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from articles.amendments.kinds import AMENDING, KINDS, SENTENCES, AmendmentKind
from articles.graph import KEY, Several
from articles.graph.nodes import Node, Statement
from articles.models import (
    Appearance,
    Article,
    Change,
    ChangeRow,
    Claim,
    Claimant,
    Correction,
    Evidence,
    LedgerHead,
    Rating,
    Source,
    Verdict,
)
from articles.models.choices import LABELS
from articles.models.ledger import Readers
from articles.models.rating import in_language
from articles.models.verdict import CorrectionKind

# How many rows of the ledger that may have altered anything one page looks through, and how many of those that did:
# where the desk alters much of which readers knew nothing, a page costs no more than another.
LOOKED_THROUGH = 1_000
MOST_ROWS = 200
# How many claims or sources one line names; of the others it says how many there are.
SHOWN = 3
# After every entry.
END = 2**62


# Of a claim that was revised: columns that say nothing of its words.
_BESIDE_THE_WORDS = {"revision", "topics", "status", "status_reason"}
# What is shown of a change, before and after; the other columns are long, or ids.
_TOLD: dict[str, dict[str, Any]] = {
    "claim": {
        "statement": _("statement"),
        "kind": _("kind"),
        "language": _("language"),
        "asserted_earliest": _("said at the earliest"),
        "asserted_latest": _("said at the latest"),
        "asserted_basis": _("how we know when"),
    },
    "source": {
        "kind": _("kind"),
        "title": _("title"),
        "publisher": _("publisher"),
        "people": _("people"),
        "url": _("address"),
        "published_earliest": _("published at the earliest"),
        "published_latest": _("published at the latest"),
    },
    # Not of a claimant: who was called by another name may have had a reason.
    "article": {
        "title": _("title"),
        "byline": _("byline"),
        "publisher": _("publisher"),
        "url": _("address"),
        "published_earliest": _("published at the earliest"),
        "published_latest": _("published at the latest"),
        "rights": _("how much of it is shown"),
    },
    "rating": {"labels": _("label"), "definitions": _("definition")},
    "evidence": {
        "stance": _("stance"),
        "locator": _("place"),
        "posture": _("how far the court had come"),
        "note": _("what it shows"),
    },
}


@dataclass(frozen=True)
class Difference:
    """One thing that changed: its name, and what it said before and after; None where nobody knows any more."""

    name: str
    before: str | None
    after: str | None


@dataclass
class Amendment:
    """One line of the list: an entry of the ledger, of what kind, and what it changed for readers.

    `telling` are the rows of the ledger that say so, `corrected` is the id of the correction in their place. The rows
    of the record that these name are there once the line was `filled`.
    """

    seq: int
    at: datetime
    kind: str
    telling: list[Any] = field(default_factory=list)
    corrected: int | None = None
    correction: Any = None
    # What whoever did it said to readers; only a redaction says something.
    reason: str = ""
    claims: list[Any] = field(default_factory=list)
    sources: list[Any] = field(default_factory=list)
    # Articles, claimants and ratings.
    others: list[Any] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str(KINDS[self.kind])

    @property
    def sentence(self) -> str:
        return str(SENTENCES[AmendmentKind(self.kind)])

    @property
    def shown_claims(self) -> list[Any]:
        return self.claims[:SHOWN]

    @property
    def further_claims(self) -> int:
        return max(0, len(self.claims) - SHOWN)

    @property
    def shown_sources(self) -> list[Any]:
        return self.sources[:SHOWN]

    @property
    def further_sources(self) -> int:
        return max(0, len(self.sources) - SHOWN)

    @property
    def shown_others(self) -> list[Any]:
        return self.others[:SHOWN]


@dataclass(frozen=True)
class Listed:
    """Some lines, newest first; `next` is the entry before which the list goes on, None at its end."""

    lines: list[Amendment]
    next: int | None


def listed(kind: str = "", before: int | None = None, size: int = 30) -> Listed:
    """Return what was corrected or changed, newest first, of one kind or of all, in entries before a number.

    A page may hold fewer lines than `size` and still have a next one: it looks through so many rows of the ledger and
    no more. It holds a few more where they are of one entry. Two statements; one where nothing was found.
    """
    found = look_through(kind, before, size)
    return Listed(filled(found.lines, NAMED.find(named_by(found.lines))), found.next)


def look_through(kind: str = "", before: int | None = None, size: int = 30, stretches: int = 1) -> Listed:
    """Return the same without the rows of the record that the lines name, looking through so many times as many rows
    of the ledger. One statement."""
    # A number that no ledger has is as good as its end, and no database refuses it.
    before = END if before is None else min(before, END)
    if kind and kind not in KINDS:
        return Listed([], None)
    rows, looked_at = stretches * MOST_ROWS, stretches * LOOKED_THROUGH
    found = _found(kind, size + 1, rows, looked_at).ask(before)[0].shown
    lines: list[Amendment] = []
    floor = 0
    if hasattr(found, "rows"):
        lines, floor = _amendments(found.rows, max(found.last or 0, 1) - 1, rows)
    for pk, seq, what, at in getattr(found, "corrections", ()):
        lines.append(Amendment(seq, at, what, corrected=pk))
    lines.sort(key=attrgetter("seq"), reverse=True)
    lines = [line for line in lines if line.seq > floor]
    if len(lines) > size:
        last = lines[size - 1].seq
        return Listed([line for line in lines if line.seq >= last], last)
    return Listed(lines, floor + 1 if floor else None)


@lru_cache(2 * len(KINDS))
def _found(kind: str, most: int, rows: int, looked_at: int) -> Statement:
    """Return the statement that asks for what was corrected or changed, of one kind or of all, before an entry."""
    sets: dict[str, Any] = {}
    if kind not in CorrectionKind.values:
        named = Q()
        for verb, nouns in AMENDING.items():
            wanted = [noun for noun, one in nouns.items() if kind in ("", one)]
            if wanted:
                named |= Q(change__verb=verb, object_type__in=wanted)
        last: Any = Coalesce(
            Subquery(_last_looked_at(KEY, looked_at)), 0, output_field=models.BigIntegerField()
        )
        altered = amended(last - 1, KEY).filter(named).order_by("-change_id", "position")
        sets |= {"rows": altered[:rows], "last": _last_looked_at(KEY, looked_at)}
    if kind not in AmendmentKind.values:
        sets["corrections"] = _corrections(kind, most)
    return Statement(Node(LedgerHead.objects.order_by(), sets), "default")


def _corrections(kind: str, most: int) -> models.QuerySet:
    """Return (id, entry, kind, when) of the corrections made before an entry, the newest first."""
    entry = ChangeRow.objects.filter(object_type="correction", object_id=OuterRef("pk")).order_by("change_id")
    seq = Subquery(entry.values("change_id")[:1])
    rows = Correction.objects.visible_to(None).annotate(seq=seq).filter(seq__lt=KEY)
    if kind:
        rows = rows.filter(kind=kind)
    # Found by themselves, as `newest` says.
    those = Correction.objects.filter(pk__in=rows.order_by("-pk").values("pk")[:most])
    return those.order_by("-pk").annotate(seq=seq).values_list("pk", "seq", "kind", "verdict__published_at")


def _amendments(rows: list[Any], floor: int, most: int) -> tuple[list[Amendment], int]:
    """Return the lines of the rows that were found, and the number of the last entry that was not looked at."""
    if len(rows) == most:
        # The last entry may have more rows; it is told whole where it is the first one of its page.
        last = rows[-1].change_id
        whole = [row for row in rows if row.change_id != last]
        floor = last if whole else last - 1
        rows = whole or rows
    return _lines(rows), floor


def _last_looked_at(before: int, most: int) -> models.QuerySet:
    """Return the entry at which a page ends, in a set of one, or of none where it comes to the end: so many rows after
    it and in it may have altered anything. An entry is looked at as a whole."""
    rows = ChangeRow.objects.filter(alters=True, change__lt=before).order_by("-change", "position")
    return rows.values_list("change", flat=True)[most - 1 : most]


def amended(after: Any, before: int) -> models.QuerySet:
    """Return the rows of public acts that changed what readers had seen beside a verdict published before.

    Of entries between two numbers. Each row has `was`, the payload it had before, and `was_to_readers`.
    """
    acts = Change.objects.visible_to(None).filter(seq__gt=after, seq__lt=before, verb__in=list(AMENDING))
    earlier = ChangeRow.objects.filter(
        object_type=OuterRef("object_type"),
        object_id=OuterRef("object_id"),
        change_id__lt=OuterRef("change_id"),
    ).order_by("-change_id")
    rows = (
        ChangeRow.objects.filter(change__in=acts, alters=True)
        .exclude(readers=Readers.HIDDEN)
        .select_related("change")
        .defer("change__envelope", "salt", "commitment")
        .annotate(
            was=Subquery(earlier.values("payload")[:1]),
            was_to_readers=Subquery(earlier.values("readers")[:1]),
        )
    )
    noted = Q(object_type="claim", change__verb__in=["merge", "unmerge"])
    changed = Q(was_to_readers=Readers.SHOWN) & (noted | Q(was=None) | ~Q(was=F("payload")))
    replaces = Q(Exists(Evidence.objects.filter(pk=OuterRef("object_id"), replaces__isnull=False)))
    replaced = Q(object_type="evidence", change__verb="replace") & replaces
    worded_anew = Appearance.objects.filter(carried_from__isnull=False).exclude(
        exact=F("carried_from__exact")
    )
    carried_on = Q(object_type="appearance", change__verb__in=["re_anchor", "accept_proposal"])
    requoted = carried_on & Q(Exists(worded_anew.filter(pk=OuterRef("object_id"))))
    redacted = Q(object_type="redaction", change__verb="redact")
    return rows.filter(_beside_a_verdict() & (changed | replaced | requoted) | redacted)


def _beside_a_verdict() -> Q:
    """Return the condition that a verdict on the claim, or citing the source, was published in an earlier entry."""
    published = ChangeRow.objects.filter(
        object_type="verdict", object_id=OuterRef("pk"), change_id__lt=OuterRef(OuterRef("change_id"))
    )
    verdicts = Verdict.objects.filter(Exists(published)).order_by()

    def on(*ways: str) -> Q:
        condition = Q()
        for way in ways:
            condition |= Q(Exists(verdicts.filter(**{way: OuterRef("object_id")})))
        return condition

    beside = Q(object_type="claim") & on("claim", "claim__merged_into", "claim__merged")
    for noun, way in (
        ("evidence", "evidence"), ("appearance", "appearances"), ("contact", "contacts"),
        ("researchstep", "research_steps"),
    ):  # fmt: skip
        beside |= Q(object_type=noun) & on(f"claim__{way}", f"claim__merged_into__{way}")
    # Evidence that was taken back since is found nowhere; the entry that did it was about the claim.
    taken_back = Change.objects.filter(
        verb="remove_evidence", object_type="claim", change_rows__object_type="evidence",
        change_rows__object_id=OuterRef(OuterRef("object_id")),
    )  # fmt: skip
    lost = Exists(verdicts.filter(claim__in=taken_back.values("object_id")))
    still_there = Exists(Evidence.objects.filter(pk=OuterRef("object_id")))
    beside |= Q(object_type="evidence") & ~Q(still_there) & Q(lost)
    for noun, way in (
        ("article", "appearances__article_version__article"),
        ("claimant", "appearances__attributions__claimant"),
        ("claimant", "appearances__attributions__claimant__merged_into"),
    ):
        beside |= Q(object_type=noun) & on(f"claim__{way}", f"claim__merged_into__{way}")
    beside |= Q(object_type="rating") & on("rating")
    return beside | Q(object_type="source") & on("citations__evidence__source_version__source")


def _lines(rows: list[Any]) -> list[Amendment]:
    """Return a line for each kind of change in each entry."""
    lines = []
    for (_seq, kind), several in groupby(
        sorted(rows, key=lambda row: (-row.change_id, _kind(row), row.position)),
        key=lambda row: (row.change_id, _kind(row)),
    ):
        telling = [row for row in several if not _is_beside_the_words(row)]
        if not telling:
            continue
        change = telling[0].change
        line = Amendment(change.seq, change.at, kind, telling)
        if kind == AmendmentKind.REDACTION:
            line.reason = _image(telling[0].payload).get("reason", "")
        lines.append(line)
    return lines


# The rows of the record that lines name, as readers see them. Of evidence only whether they do.
_NAMED: dict[str, Any] = {
    "correction": lambda: Correction.objects.visible_to(None).for_listing(),
    "claim": lambda: Claim.objects.visible_to(None),
    "source": lambda: Source.objects.visible_to(None),
    "evidence": lambda: Evidence.objects.visible_to(None).only("pk"),
    "article": lambda: Article.objects.visible_to(None),
    "claimant": lambda: Claimant.objects.visible_to(None),
    "rating": lambda: Rating.objects.visible_to(None),
}
# What a line names besides claims and sources.
_OTHERS = ("article", "claimant", "rating")


def rows_named(name: str) -> models.QuerySet:
    """Return the rows of a noun that a line may name."""
    found: models.QuerySet = _NAMED[name]().order_by()
    return found


NAMED = Several(lambda _user, name: rows_named(name))


def named_by(lines: Iterable[Amendment]) -> dict[str, list[int]]:
    """Return noun → the ids of its rows that these lines name."""
    named: dict[str, set[int]] = {name: set() for name in _NAMED}
    for line in lines:
        if line.corrected is not None:
            named["correction"].add(line.corrected)
        named["claim"].update(filter(None, map(_claim_of, line.telling)))
        for row in line.telling:
            if row.object_type in ("source", *_OTHERS):
                named[row.object_type].add(row.object_id)
        if len(line.telling) == 1 and line.telling[0].object_type == "evidence":
            named["evidence"].add(line.telling[0].object_id)
    return {name: sorted(ids) for name, ids in named.items()}


def filled(lines: Iterable[Amendment], rows: Mapping[str, Iterable[Any]]) -> list[Amendment]:
    """Give lines the rows that they name, as far as they were found: noun → rows."""
    known = {name: {row.pk: row for row in rows.get(name, ())} for name in _NAMED}
    shown = []
    for line in lines:
        if line.corrected is not None:
            line.correction = known["correction"].get(line.corrected)
            if line.correction is None:  # hidden between the two statements
                continue
        shown.append(line)
        for row in line.telling[:1] if len(line.telling) == 1 else ():
            # What they saw then and may not see now is not said again here.
            if row.object_id in known.get(row.object_type, ()):
                line.differences = _differences(row)
        named = [(row.object_type, row.object_id) for row in line.telling]
        line.others = [known[noun][pk] for noun, pk in named if noun in _OTHERS and pk in known[noun]]
        claims = set(filter(None, map(_claim_of, line.telling)))
        line.claims = [known["claim"][pk] for pk in sorted(claims) if pk in known["claim"]]
        sources = {pk for noun, pk in named if noun == "source"}
        line.sources = [known["source"][pk] for pk in sorted(sources) if pk in known["source"]]
    return shown


def _kind(row: Any) -> str:
    return AMENDING[row.change.verb][row.object_type].value


def _image(payload: str | None) -> dict[str, Any]:
    return (json.loads(payload)["image"] if payload else None) or {}


def _is_beside_the_words(row: Any) -> bool:
    """Is this a claim of which only the headings changed, or how far it is checked?"""
    if (
        row.object_type != "claim"
        or row.change.verb in ("merge", "unmerge")
        or None in (row.was, row.payload)
    ):
        return False
    was, now = _image(row.was), _image(row.payload)
    return {name for name in was | now if was.get(name) != now.get(name)} <= _BESIDE_THE_WORDS


def _claim_of(row: Any) -> int | None:
    if row.object_type == "claim":
        return row.object_id
    found = _image(row.payload) or _image(row.was)
    return found.get("claim_id") or (row.change.object_id if row.change.object_type == "claim" else None)


def _differences(row: Any) -> list[Difference]:
    """Return what changed of a row that readers saw afterwards, in words; what was taken out is unknown."""
    named = _TOLD.get(row.object_type, {})
    if row.readers != Readers.SHOWN or row.change.verb in ("replace", "merge", "unmerge"):
        return []
    was, now = _image(row.was), _image(row.payload)
    return [
        Difference(
            str(said),
            _words(name, was.get(name)) if was else None,
            _words(name, now.get(name)) if now else None,
        )
        for name, said in named.items()
        if was.get(name) != now.get(name)
    ]


def _words(name: str, value: Any) -> str:
    """Return what a column says; only words of the vocabulary are put into the reader's language."""
    if isinstance(value, dict):
        value = in_language(value)
    return str((name in ("kind", "stance", "posture", "rights") and LABELS.get(value)) or value or "–")
