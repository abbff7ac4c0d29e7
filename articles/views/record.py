"""The record itself: its entries, one by one, and what an outsider needs to make their hashes again."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from articles import proof
from articles.addresses import address
from articles.models import Change, ChangeRow, LedgerHead, Readers, Verdict
from articles.signed_heads import BadKey, Head, Signer, signer
from articles.views import history
from articles.views.page import answered, page, show, viewer
from articles.views.paging import newest_first
from articles.views.parameters import BadParameter, Parameters

PLAIN = "text/plain; charset=utf-8"
# How many rows of one entry a page shows; a program gets them all.
ROWS = 100
# The nouns that have a page, by the name of its address.
PAGES = {"claim": "claim", "article": "article", "source": "source", "claimant": "claimant", "topic": "topic"}


@dataclass(frozen=True)
class Listed:
    """One entry of the list: number and hash; what was done only where the viewer may know."""

    seq: int
    hash: str
    act: Change | None
    done: str = ""
    to: str = ""
    link: str = ""

    @property
    def address(self) -> str:
        return address("record_entry", self.seq)


@page
def record(request: HttpRequest) -> HttpResponse:
    """How far the record goes, what it promises, and its entries, the newest first."""
    user = viewer(request)
    parameters = Parameters(request, {"after"})
    found = newest_first(Change.objects.only("seq", "hash"), parameters)
    listed = _listed(found.rows, user)
    return show(
        request,
        "articles/record/record.html",
        {
            "canonical_query": parameters.canonical(),
            "page": found,
            "entries": listed,
            "instance": proof.instance(),
            # What the record promises stands on its first page.
            "newest": LedgerHead.objects.get(pk=1) if not found.first else None,
            "verifier": str(key.verifier) if (key := _signer()) else "",
            "origin": request.build_absolute_uri("/"),
        },
    )


@page
def entry(request: HttpRequest, seq: int) -> HttpResponse:
    """One entry: what is chained, word for word, and what it commits to."""
    user = viewer(request)
    Parameters(request, set())
    # No ledger is as long as that, and no database takes a greater number.
    found = Change.objects.only("seq", "hash").filter(pk=seq).first() if seq < 2**63 else None
    if found is None:
        head = LedgerHead.objects.get(pk=1)
        return show(request, "articles/record/record_missing.html", {"seq": seq, "head": head}, status=404)
    act = Change.objects.visible_to(user).filter(pk=seq).first()
    rows = list(ChangeRow.objects.filter(change=seq).order_by("position")[:ROWS]) if act else []
    opened = proof.open_payloads(rows)
    [listed] = _listed([found], user)
    return show(
        request,
        "articles/record/record_entry.html",
        {
            "entry": listed,
            "envelope": act.envelope if act else "",
            "previous": json.loads(act.envelope)["previous"] if act else "",
            "before": seq - 1 if seq else None,
            "behind": seq + 1 if Change.objects.filter(pk=seq + 1).exists() else None,
            "rows": [_row(row, row.pk in opened) for row in rows],
            "further": act.rows - len(rows) if act else 0,
            "as_data": f"{reverse('record_entries')}?from={seq}" if seq else reverse("record_entries"),
        },
    )


@page
def entries(request: HttpRequest) -> HttpResponse:
    """The chain as JSON, oldest first, for whoever makes the hashes again: `?from=` says with which entry to begin."""
    parameters = Parameters(request, {"from"})
    first = parameters.number("from") or 0
    head = LedgerHead.objects.get(pk=1)
    if first > head.seq + 1:
        raise BadParameter(f"from is {first}; this record ends with entry {head.seq}.")
    found, following = proof.entries(first, head)
    response = JsonResponse(
        {
            "instance": proof.instance(),
            "head": {"seq": head.seq, "hash": head.hash},
            "entries": found,
            "next": None if following is None else f"{request.path}?from={following}",
        },
        json_dumps_params={"ensure_ascii": False},
    )
    patch_cache_control(response, no_cache=True)
    return response


@answered
def head(request: HttpRequest) -> HttpResponse:
    """Where the record stands, signed: a signed note for whoever keeps heads (`articles.signed_heads`)."""
    key = _signer()
    if key is None:
        sentence = _("Nobody signs the heads of this record. What it comes to stands at /record/.")
        return HttpResponse(f"{sentence}\n", status=404, content_type=PLAIN)
    # Of this moment: who asks again is told a later one.
    return HttpResponse(key.sign(Head.now()), content_type=PLAIN, headers={"Cache-Control": "no-store"})


def _signer() -> Signer | None:
    """Return the key of this newsroom; None where it has none, or one that `manage.py check` refuses."""
    try:
        return signer()
    except BadKey:
        return None


def _listed(rows: list[Any], user: Any) -> list[Listed]:
    """Say of entries what the viewer may know. At most three statements."""
    acts = Change.objects.visible_to(user).defer("envelope").in_bulk([row.seq for row in rows])
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    named = ChangeRow.objects.filter(change__in=list(acts)).exclude(readers=Readers.HIDDEN)
    # In one order, whoever asks and whenever: a page that differs has another ETag, and looks as if it were stale.
    named = named.order_by("change", "object_type")
    for seq, noun, count in named.values_list("change", "object_type").annotate(Count("pk")):
        counted[seq][noun] = count
    verdicts: dict[int, Any] = (
        Verdict.objects.visible_to(user)
        .only("claim_id", "number")
        .in_bulk([act.object_id for act in acts.values() if act.object_type == "verdict"])
    )
    listed = []
    for row in rows:
        act = acts.get(row.seq)
        if act is None:
            listed.append(Listed(row.seq, row.hash, None))
            continue
        to = history.counted(counted[row.seq])
        listed.append(
            Listed(row.seq, row.hash, act, history.done(act.verb), to, _link(act, counted[row.seq], verdicts))
        )
    return listed


def _link(act: Change, nouns: dict[str, int], verdicts: dict[int, Any]) -> str:
    """Return the page of what an entry was about, where it has one and readers may see it."""
    if act.object_type == "verdict" and act.object_id in verdicts:
        found: str = verdicts[act.object_id].get_absolute_url()
        return found
    if act.object_type in PAGES and act.object_type in nouns and act.object_id is not None:
        return address(PAGES[act.object_type], act.object_id)
    return ""


def _row(row: ChangeRow, is_open: bool) -> dict[str, Any]:
    hidden = row.readers == Readers.HIDDEN
    return {
        "position": row.position + 1,
        # That a row readers never saw was written says enough.
        "noun": "" if hidden else history.noun(row.object_type),
        "number": None if hidden else row.object_id,
        "readers": row.readers,
        "commitment": row.commitment,
        "payload": row.payload if is_open else None,
        "salt": row.salt if is_open else None,
        "is_erased": row.payload is None,
    }
