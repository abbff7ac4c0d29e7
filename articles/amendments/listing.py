"""What readers had seen of a published verdict and its claim, and what was then changed: read from the ledger.

Nobody writes this list. A verdict that follows another carries its correction; for everything else `kinds` says of each
verb whether an act of that name can change what stood beside a published verdict.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from articles.amendments.kinds import AMENDING, KINDS, SENTENCES, AmendmentKind
from articles.models import (
    Appearance,
    Article,
    Change,
    ChangeRow,
    Claim,
    Claimant,
    Correction,
    Evidence,
    Rating,
    Source,
    Verdict,
)
from articles.models.choices import LABELS
from articles.models.ledger import Readers
from articles.models.rating import in_language

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
    """One line of the list: an entry of the ledger, of what kind, and what it changed for readers."""

    seq: int
    at: datetime
    kind: str
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
    no more. It holds a few more where they are of one entry.
    Costs at most eight statements.
    """
    # A number that no ledger has is as good as its end, and no database refuses it.
    before = END if before is None else min(before, END)
    lines: list[Amendment] = []
    floor = 0
    if not kind or kind in AmendmentKind.values:
        lines, floor = _amendments(kind, before)
    if kind not in AmendmentKind.values:
        lines += _corrections(kind, before, size + 1)
    lines.sort(key=attrgetter("seq"), reverse=True)
    lines = [line for line in lines if line.seq > floor]
    if len(lines) > size:
        last = lines[size - 1].seq
        return Listed([line for line in lines if line.seq >= last], last)
    return Listed(lines, floor + 1 if floor else None)


def _corrections(kind: str, before: int, most: int) -> list[Amendment]:
    entry = ChangeRow.objects.filter(object_type="correction", object_id=OuterRef("pk")).order_by("change_id")
    seq = Subquery(entry.values("change_id")[:1])
    rows = Correction.objects.visible_to(None).annotate(seq=seq).filter(seq__lt=before)
    if kind:
        rows = rows.filter(kind=kind)
    found: Any = rows.newest(most)
    return [
        Amendment(one.seq, one.verdict.published_at, one.kind, correction=one)
        for one in found.annotate(seq=seq)
    ]


def _amendments(kind: str, before: int) -> tuple[list[Amendment], int]:
    """Return the lines of the next entries, and the number of the last entry that was not looked at."""
    last: Any = Coalesce(Subquery(_last_looked_at(before)), 0, output_field=models.BigIntegerField())
    named = Q()
    for verb, nouns in AMENDING.items():
        wanted = [noun for noun, one in nouns.items() if kind in ("", one)]
        if wanted:
            named |= Q(change__verb=verb, object_type__in=wanted)
    wanted = amended(last - 1, before).filter(named).annotate(last=last)
    rows = list(wanted.order_by("-change_id", "position")[:MOST_ROWS])
    floor = max(rows[0].last if rows else next(iter(_last_looked_at(before)), 0), 1) - 1
    if len(rows) == MOST_ROWS:
        # The last entry may have more rows; it is told whole where it is the first one of its page.
        last = rows[-1].change_id
        whole = [row for row in rows if row.change_id != last]
        floor = last if whole else last - 1
        rows = whole or rows
    return _lines(rows), floor


def _last_looked_at(before: int) -> models.QuerySet:
    """Return the entry at which a page ends, in a set of one, or of none where it comes to the end: so many rows after
    it and in it may have altered anything. An entry is looked at as a whole."""
    rows = ChangeRow.objects.filter(alters=True, change__lt=before).order_by("-change", "position")
    return rows.values_list("change", flat=True)[LOOKED_THROUGH - 1 : LOOKED_THROUGH]


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
    """Return a line for each kind of change in each entry, with the claims and sources they are about."""
    lines = []
    about: list[tuple[Amendment, set[int], set[int]]] = []
    named: list[tuple[Amendment, list[tuple[str, int]]]] = []
    alone: list[tuple[Amendment, Any]] = []
    for (_seq, kind), several in groupby(
        sorted(rows, key=lambda row: (-row.change_id, _kind(row), row.position)),
        key=lambda row: (row.change_id, _kind(row)),
    ):
        telling = [row for row in several if not _is_beside_the_words(row)]
        if not telling:
            continue
        change = telling[0].change
        line = Amendment(change.seq, change.at, kind)
        if len(telling) == 1:
            alone.append((line, telling[0]))
        if kind == AmendmentKind.REDACTION:
            line.reason = _image(telling[0].payload).get("reason", "")
        lines.append(line)
        named.append(
            (line, [(row.object_type, row.object_id) for row in telling if row.object_type in _OTHERS])
        )
        about.append((line, set(filter(None, map(_claim_of, telling))), _sources_of(telling)))
    claims = Claim.objects.visible_to(None).in_bulk({pk for _, ids, _ in about for pk in ids})
    wanted = {pk for *_, ids in about for pk in ids}
    sources = Source.objects.visible_to(None).in_bulk(wanted) if wanted else {}
    noted = {row.object_id for _, row in alone if row.object_type == "evidence"}
    evidence = (
        set(Evidence.objects.visible_to(None).filter(pk__in=noted).values_list("pk", flat=True))
        if noted
        else ()
    )
    others = {
        noun: rows.visible_to(None).in_bulk(ids)
        for noun, rows in _OTHERS.items()
        if (ids := {pk for _, several in named for of, pk in several if of == noun})
    }
    open_now: dict[str, Any] = {"claim": claims, "source": sources, "evidence": evidence, **others}
    for line, row in alone:
        # What they saw then and may not see now is not said again here.
        if row.object_id in open_now.get(row.object_type, ()):
            line.differences = _differences(row)
    for line, names in named:
        line.others = [others[noun][pk] for noun, pk in names if pk in others[noun]]
    for line, claim_ids, source_ids in about:
        line.claims = [claims[pk] for pk in sorted(claim_ids) if pk in claims]
        line.sources = [sources[pk] for pk in sorted(source_ids) if pk in sources]
    return lines


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


# What a line names besides claims and sources.
_OTHERS: dict[str, Any] = {"article": Article.objects, "claimant": Claimant.objects, "rating": Rating.objects}


def _sources_of(rows: Iterable[Any]) -> set[int]:
    return {row.object_id for row in rows if row.object_type == "source"}


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
