"""Entries of feeds: one for each published verdict, each withdrawal, each line of the list of corrections, and each
claim without a verdict that somebody looked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import get_template
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from articles.addresses import address
from articles.amendments.listing import Amendment
from articles.feeds.told import Origin, Told
from articles.formats.direction import closed
from articles.models import Verdict
from articles.models.verdict import CorrectionKind
from articles.vocabulary import ClaimStatus

# What XML 1.0 cannot hold in any spelling; and what would break a title into lines.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# A title is a line: whole statements stand in the content.
LONGEST_TITLE = 300


@dataclass(frozen=True)
class Entry:
    """One entry. `id` never changes, whatever becomes of titles, addresses and the host; `html` is safe to show."""

    id: str
    address: str
    title: str
    summary: str
    html: str
    published: datetime
    updated: datetime
    # Empty where the newsroom as a whole did it.
    authors: tuple[str, ...]
    category: str = ""


def storable(text: str) -> str:
    """Return a text with a mark in the place of each character that no XML can hold."""
    return NOT_IN_XML.sub("\ufffd", text)


def of_verdicts(told: Told, base: str) -> list[Entry]:
    """Return the entries of verdicts and withdrawals."""
    return [_of_verdict(one, told.origin, base) for one in told.verdicts]


def of_found(told: Told, most: int, base: str) -> list[Entry]:
    """Return one entry for each claim that `following.last_said` returned, at most so many, what came last first.

    A claim that gets a verdict, or another one, is a new entry: that of the verdict, the same as in every feed. In
    the order of the ledger.
    """
    rows = sorted([*told.claims, *told.verdicts], key=lambda one: (one.named_first, one.pk), reverse=True)
    return [
        _of_verdict(one, told.origin, base) if isinstance(one, Verdict) else _of_claim(one, told.origin, base)
        for one in rows[:most]
    ]


def of_amendments(told: Told, base: str) -> list[Entry]:
    """Return the entries of lines of the list of corrections."""
    return [
        _of_correction(line.correction, told.origin, base)
        if line.correction
        else _of_amendment(line, told.origin, base)
        for line in told.amended
    ]


def _of_verdict(verdict: Any, origin: Origin, base: str) -> Entry:
    after = getattr(verdict, "superseded_by", None)
    wording = _line(verdict.claim_wording)
    if verdict.is_withdrawal:
        title = _("Withdrawn: %(claim)s") % {"claim": wording}
    elif after is not None and after.is_withdrawal:
        title = _("%(rating)s (since withdrawn): %(claim)s") % {"rating": verdict.rating, "claim": wording}
    else:
        title = pgettext("feed", "%(rating)s: %(claim)s") % {"rating": verdict.rating, "claim": wording}
    context = {"verdict": verdict, "after": after, "seq": verdict.named_first, "base": base}
    return Entry(
        id=origin.name("verdict", verdict.pk),
        address=base + verdict.get_absolute_url(),
        title=storable(title),
        summary=storable(verdict.summary),
        html=_rendered("articles/feeds/_feed_verdict.html", context),
        published=verdict.published_at,
        updated=max(
            verdict.named_last, *([after.published_at] if after is not None else [verdict.published_at])
        ),
        authors=_authors(verdict),
        category=str(verdict.rating) if verdict.rating else "",
    )


def _of_claim(claim: Any, origin: Origin, base: str) -> Entry:
    statement = _line(claim.statement)
    title = _("No verdict yet: %(claim)s") % {"claim": statement}
    if claim.status == ClaimStatus.NOT_CHECKABLE:
        title = _("Not checkable: %(claim)s") % {"claim": statement}
    context = {"claim": claim, "seq": claim.named_first, "base": base}
    return Entry(
        id=origin.name("claim", claim.pk),
        address=base + claim.get_absolute_url(),
        title=storable(title),
        summary=storable(claim.statement),
        html=_rendered("articles/feeds/_feed_claim.html", context),
        published=claim.created_at,
        updated=max(claim.named_last, claim.created_at),
        authors=(),
        category=str(claim.get_kind_display()),
    )


def _of_correction(correction: Any, origin: Origin, base: str) -> Entry:
    verdict = correction.verdict
    kind = CorrectionKind(correction.kind).label
    title = pgettext("feed", "%(kind)s: %(claim)s") % {
        "kind": capfirst(kind),
        "claim": _line(verdict.claim_wording),
    }
    context = {"correction": correction, "verdict": verdict, "seq": correction.named_first, "base": base}
    return Entry(
        id=origin.name("correction", correction.pk),
        address=base + verdict.get_absolute_url(),
        title=storable(title),
        summary=storable(correction.note),
        html=_rendered("articles/feeds/_feed_correction.html", context),
        published=verdict.published_at,
        updated=max(correction.named_last, verdict.published_at),
        authors=_authors(verdict),
        category=str(kind),
    )


def _of_amendment(line: Amendment, origin: Origin, base: str) -> Entry:
    """Return the entry of what was changed beside a published verdict; of one entry of the ledger each kind is one."""
    about = [*line.claims, *line.sources]
    # The entry is written in the interface's language; what it is about in its own.
    named = _line(str(about[0])) if about else _("entry %(seq)s of the record") % {"seq": line.seq}
    title = pgettext("feed", "%(kind)s: %(claim)s") % {"kind": capfirst(line.label), "claim": named}
    # Where it is about several things, the entry of the ledger names them all.
    place = about[0].get_absolute_url() if len(about) == 1 else address("record_entry", line.seq)
    return Entry(
        id=origin.name("amendment", line.seq, line.kind),
        address=base + place,
        title=storable(title),
        summary=line.sentence,
        html=_rendered("articles/feeds/_feed_amendment.html", {"line": line, "base": base}),
        published=line.at,
        updated=line.at,
        authors=(),
        category=line.label,
    )


def _authors(verdict: Verdict) -> tuple[str, ...]:
    """Return who wrote it, and who published it where that is another."""
    return tuple(dict.fromkeys(storable(str(one)) for one in (verdict.author, verdict.approver)))


def _line(text: str) -> str:
    """Return a text as one line that fits a title."""
    line = " ".join(text.split())
    return closed(line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1].rstrip()}…")


def _rendered(name: str, context: dict[str, Any]) -> str:
    return storable(get_template(name).render(context).strip())
